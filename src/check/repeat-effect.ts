/**
 * Does one arm, and not the other, get faster when it is given the same item again? Fatal for the metric: a stack that
 * remembers answers is measured on its memory, and production will ask what it has not been asked before.
 *
 * d = ln(treatment ÷ baseline) of the pair of one item and repeat, with item fixed effects (d and the regressor less
 * their item means): d on the repeat index, and d on "first repeat". Student's t on pairs − items − 1 df.
 * Either at p < .01 ÷ treatments warns. It fails where the ratio of the arms in first repeats differs from that in
 * later ones by more than 20 % and p < .002 ÷ treatments: at .01 alone 1 of 100 healthy runs with noise enough for
 * 20 % would be lost.
 */
import type { CheckResult } from '../model/decision.js';
import type { Evidence } from '../model/evidence.js';
import type { Metric } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { studentTSurvival } from '../stats/student-t.js';
import { measured } from './metrics.js';
import { momentsOf } from './moments.js';
import { type Pair, pairsOf } from './pairs.js';
import { dependentsOf } from './parts.js';
import { type Answer, answering, fail, pass, skip, warn } from './result.js';

const limit = 0.01;
const failLimit = 0.002;
const material = 0.2;
const fewestDegrees = 3;

export const repeatEffect: Check = {
  title: 'No arm alone gets faster by repeating the same item',
  severity: 'fatal-for-metric',
  run(evidence): readonly CheckResult[] {
    const { experiment, schedule } = evidence;
    const need = reason('repeat-effect-need', { limit, material });
    const result = answering('repeat-effect', 'fatal-for-metric', need);
    const repeats = new Map((schedule?.trials ?? []).map(({ id, repeat }) => [id.split('.')[0], repeat]));
    const { kind } = experiment.design;
    const paired = kind === 'interleaved' || kind === 'mirrored';
    if (!paired || ![...repeats.values()].some((repeat) => repeat > 0)) {
      return [result('experiment', skip(reason('repeat-effect-no-repeats')))];
    }
    const metrics = experiment.metrics.filter((metric) => isTime(metric) && !metric.exact);
    if (metrics.length === 0) return [result('experiment', skip(reason('repeat-effect-no-time-metric')))];
    const found = metrics.map((metric) => ({ metric, answer: look(evidence, metric, repeats) }));
    const own = new Set(metrics.map(({ name }) => name));
    // What is computed from a time that a memory made short is short for the same reason.
    const inherited = new Map(
      found
        .filter(({ answer }) => answer.status === 'fail')
        .flatMap(({ metric }) =>
          dependentsOf(experiment, metric.name).map((dependent) => [dependent.name, metric.name] as const),
        )
        .filter(([name]) => !own.has(name)),
    );
    return [
      ...found.map(({ metric, answer }) => result(metric.name, answer)),
      ...[...inherited].map(([name, from]) =>
        result(name, fail(reason('repeat-effect-inherited', { metric: name, from }))),
      ),
    ];
  },
};

/** Time, whether or not its role was declared. */
const isTime = ({ role, input }: Metric): boolean =>
  role === 'time' ||
  (input.kind === 'observed' && Object.values(input.arms).some(({ query }) => query.field === 'wallSeconds'));

function look(evidence: Evidence, metric: Metric, repeats: ReadonlyMap<string, number>): Answer {
  const { treatments, baseline } = evidence.experiment;
  const table = measured(evidence, metric);
  if (table === null) return skip(reason('check-metric-unmeasured', { metric: metric.name }));
  const effects = treatments.flatMap((treatment) => {
    const effect = effectOf(pairsOf(table, treatment, baseline), repeats);
    return effect === null ? [] : [{ treatment, baseline, ...effect }];
  });
  if (effects.length === 0) return skip(reason('repeat-effect-too-few', { metric: metric.name }));
  const strongest = effects.reduce((a, b) => (Math.min(b.p, b.pSlope) < Math.min(a.p, a.pSlope) ? b : a));
  const failing = effects.find(
    ({ change, p }) => Math.abs(change) > material && p < failLimit / effects.length,
  );
  const saw = reason('repeat-effect-saw', { metric: metric.name, ...(failing ?? strongest) });
  if (failing !== undefined) return fail(saw);
  return Math.min(strongest.p, strongest.pSlope) < limit / effects.length ? warn(saw) : pass(saw);
}

interface RepeatEffect {
  /** Ratio of the arms in first repeats ÷ that in later ones, less 1. */
  readonly change: number;
  readonly p: number;
  readonly pSlope: number;
  readonly pairs: number;
}

function effectOf(pairs: readonly Pair[], repeats: ReadonlyMap<string, number>): RepeatEffect | null {
  const rows = pairs.flatMap(({ treatment, baseline, item, unit }) => {
    const repeat = repeats.get(unit);
    if (repeat === undefined || !(treatment > 0 && baseline > 0)) return [];
    return [{ item, repeat, d: Math.log(treatment) - Math.log(baseline) }];
  });
  const items = rows.map(({ item }) => item);
  const d = within(
    rows.map((row) => row.d),
    items,
  );
  const degrees = rows.length - new Set(items).size - 1;
  const fitted = (regressor: readonly number[]) => slopeOf(within(regressor, items), d, degrees);
  const first = fitted(rows.map(({ repeat }) => (repeat === 0 ? 1 : 0)));
  const slope = fitted(rows.map(({ repeat }) => repeat));
  if (first === null || slope === null) return null;
  return { change: Math.exp(first.slope) - 1, p: first.p, pSlope: slope.p, pairs: rows.length };
}

/** Values less the mean of their item. */
function within(values: readonly number[], items: readonly string[]): readonly number[] {
  const groups = new Map<string, number[]>();
  for (const [i, value] of values.entries()) {
    const own = groups.get(items[i]);
    if (own === undefined) groups.set(items[i], [value]);
    else own.push(value);
  }
  const means = new Map([...groups].map(([item, own]) => [item, momentsOf(own).mean]));
  return values.map((value, i) => value - (means.get(items[i]) ?? 0));
}

/** Least squares through the origin of values that are centred already; null where the regressor does not vary. */
function slopeOf(
  x: readonly number[],
  y: readonly number[],
  degrees: number,
): { slope: number; p: number } | null {
  const xx = x.reduce((sum, value) => sum + value * value, 0);
  if (degrees < fewestDegrees || !(xx > 0)) return null;
  const slope = x.reduce((sum, value, i) => sum + value * y[i], 0) / xx;
  const residual = y.reduce((sum, value, i) => sum + (value - slope * x[i]) * (value - slope * x[i]), 0);
  const error = Math.sqrt(residual / degrees / xx);
  // Arms that never vary have no effect to find, but for rounding.
  if (Math.abs(slope) < 1e-9) return { slope: 0, p: 1 };
  if (!(error > 0)) return { slope, p: 0 };
  return { slope, p: Math.min(1, 2 * studentTSurvival(Math.abs(slope / error), degrees)) };
}
