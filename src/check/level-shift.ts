/**
 * Did something happen in the middle of it? A warning: a change of level in both arms is the environment's, in one arm
 * it is an incident (or a deployment) of that arm, and the result is about two different states of it.
 *
 * Values are logarithms freed of their item's level. Where both arms have every unit: the differences of the arms (one
 * arm changed; whichever changed more) and their means (both changed); else each arm by itself, and both where the places
 * lie within a tenth of the time. The largest change of level (stats/level-shift.ts) warns from |t| = 4 and 5 % on.
 * Needs 20 units. Healthy runs warn in about 1 of 100 (test/check/calibration.test.ts). Source: STATISTICS.md §8.
 */
import type { Evidence, MetricTable } from '../model/evidence.js';
import type { ArmName, Metric } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { type Reason, reason } from '../model/reason.js';
import { levelShift as shiftOf } from '../stats/level-shift.js';
import { isPositive, type Levelled, levelled } from './levelled.js';
import { judgedMetrics, measured } from './metrics.js';
import { type Answer, answering, pass, skip, warn } from './result.js';

const limit = 4;
const least = 0.05;
const nearby = 0.1;

export const levelShift: Check = {
  title: 'No arm changed its level on the way',
  severity: 'warning',
  run(evidence) {
    const result = answering('level-shift', 'warning', reason('level-shift-need', { limit, least }));
    const metrics = judgedMetrics(evidence.experiment).filter(({ exact }) => !exact);
    if (metrics.length === 0) return [result('experiment', skip(reason('check-no-judged-metric')))];
    return metrics.map((metric) => result(metric.name, look(evidence, metric)));
  },
};

interface Shift {
  readonly arms: readonly ArmName[];
  readonly atMs: number;
  readonly change: number;
  readonly t: number;
}

function look(evidence: Evidence, metric: Metric): Answer {
  const table = measured(evidence, metric);
  if (table === null) return skip(reason('check-metric-unmeasured', { metric: metric.name }));
  // The share of a total that is cost or time of one arm may be 0: then changes are not factors, and have no 5 %.
  if (![...table.arms.values()].every(isPositive))
    return skip(reason('level-shift-not-positive', { metric: metric.name }));
  const { treatments, baseline } = evidence.experiment;
  const found = treatments.map((treatment) => shiftsOf(table, treatment, baseline));
  if (found.every((one) => one === null)) return skip(reason('level-shift-too-few', { metric: metric.name }));
  const shifts = found.flatMap((one) => one ?? []);
  const strongest = shifts.reduce<Shift | null>(
    (a, b) => (a === null || Math.abs(b.t) > Math.abs(a.t) ? b : a),
    null,
  );
  if (strongest === null) return pass(reason('level-shift-none', { metric: metric.name }));
  const saw = reasonOf(metric, strongest);
  return isLarge(strongest) ? warn(saw) : pass(reason('level-shift-none', { metric: metric.name }));
}

const isLarge = ({ t, change }: Pick<Shift, 't' | 'change'>): boolean =>
  Math.abs(t) >= limit && Math.abs(Math.exp(change) - 1) >= least;

const reasonOf = (metric: Metric, { arms, atMs, change, t }: Shift): Reason =>
  reason('level-shift-saw', { metric: metric.name, arms, at: atMs, change: Math.exp(change) - 1, t });

/** Null where there are too few units. */
function shiftsOf(table: MetricTable, treatment: ArmName, baseline: ArmName): readonly Shift[] | null {
  const [x, y] = [treatment, baseline].map((arm) => {
    const column = table.arms.get(arm);
    return column === undefined ? [] : levelled(column);
  }) as [readonly Levelled[], readonly Levelled[]];
  const other = new Map(y.map((one) => [one.unit, one.value]));
  const pairs = x.filter(({ unit }) => other.has(unit));
  const paired = pairs.length >= 0.8 * Math.max(x.length, y.length);
  if (!paired) return apart(x, y, treatment, baseline);
  const own = Float64Array.from(pairs, ({ value }) => value);
  const theirs = Float64Array.from(pairs, ({ unit }) => other.get(unit) ?? Number.NaN);
  const gap = shiftOf(own.map((value, i) => value - theirs[i]));
  const level = shiftOf(own.map((value, i) => (value + theirs[i]) / 2));
  if (gap === null || level === null) return null;
  const changes = [own, theirs].map((values) => Math.abs(changeAt(values, gap.at)));
  const [arm, change] = changes[0] >= changes[1] ? [treatment, gap.change] : [baseline, -gap.change];
  const both = { arms: [treatment, baseline], atMs: pairs[level.at].start, change: level.change, t: level.t };
  const one = { arms: [arm], atMs: pairs[gap.at].start, change, t: gap.t };
  // Half of what happened to one arm alone is in the mean of both: then it is the one arm's.
  return isLarge(one) ? [one] : [both];
}

function changeAt(values: Float64Array, at: number): number {
  const mean = (part: Float64Array) => part.reduce((sum, x) => sum + x, 0) / part.length;
  return mean(values.subarray(at)) - mean(values.subarray(0, at));
}

function apart(
  x: readonly Levelled[],
  y: readonly Levelled[],
  treatment: ArmName,
  baseline: ArmName,
): readonly Shift[] | null {
  const found = (
    [
      [treatment, x],
      [baseline, y],
    ] as const
  ).map(([arm, rows]): Shift | null => {
    const shift = shiftOf(Float64Array.from(rows, ({ value }) => value));
    return shift === null
      ? null
      : { arms: [arm], atMs: rows[shift.at].start, change: shift.change, t: shift.t };
  });
  const [a, b] = found;
  if (a === null || b === null) return null;
  const starts = [...x, ...y].map(({ start }) => start);
  const span =
    starts.reduce((most, at) => Math.max(most, at), 0) -
    starts.reduce((least_, at) => Math.min(least_, at), Number.POSITIVE_INFINITY);
  const together =
    isLarge(a) && isLarge(b) && a.change * b.change > 0 && Math.abs(a.atMs - b.atMs) <= nearby * span;
  return together ? [{ ...a, arms: [treatment, baseline] }] : [a, b];
}
