/**
 * Is the metric there for the units that were worked on? Fatal for the metric: claims on data that are mostly
 * missing are claims on whatever made the rest come through.
 *
 * Missing = 1 − complete ÷ expected (paired designs: complete in every arm; by key: the worse arm;
 * by key and in a ramp in time buckets: in every arm, as they are joined. A thin arm has empty buckets by nature).
 * More than 5 % missing warns, more than 20 % fails; an arm without any value fails. STATISTICS.md §3, §8.
 * Where units belong to one arm, values that are missing more often in one arm fail at any share (Fisher's exact test,
 * p < .01 ÷ treatments): what loses the slow units of one arm makes that arm fast.
 */
import type { CheckResult } from '../model/decision.js';
import type { Evidence, MetricTable } from '../model/evidence.js';
import type { ArmName, Experiment, Metric } from '../model/experiment.js';
import { isPaired } from '../model/paired.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { owedSlots, slotsOf } from '../model/slots.js';
import { plannedTrials } from './delivered.js';
import { fisherExact } from './fisher-exact.js';
import { armsNeeding } from './metrics.js';
import { type Answer, answering, fail, pass, warn } from './result.js';

const warnAbove = 0.05;
const failAbove = 0.2;
const unequalBelow = 0.01;

export const coverage: Check = {
  title: 'The metric is there for the units that were worked on',
  severity: 'fatal-for-metric',
  run(evidence): readonly CheckResult[] {
    const limits = { warnAbove, failAbove };
    return evidence.experiment.metrics.map((metric) => {
      const answer = cover(evidence, metric);
      const unequal = typeof answer.saw.values.p === 'number' ? { unequalBelow } : {};
      const need = reason('coverage-need', { ...limits, ...unequal });
      return answering('coverage', 'fatal-for-metric', need)(metric.name, answer);
    });
  },
};

function cover(evidence: Evidence, metric: Metric): Answer {
  const { experiment } = evidence;
  const table = evidence.tables.get(metric.name);
  if (table === undefined) return fail(reason('coverage-no-table', { metric: metric.name }));
  const needed = armsNeeding(experiment, metric);
  const everywhere = needed.length === experiment.arms.length;
  // What prices one arm alone cannot be complete in both, and its table may say so.
  if (table.unmeasured !== null && everywhere) return fail(table.unmeasured);
  const counts = needed.map((arm) => table.arms.get(arm)?.n ?? 0);
  const empty = needed.filter((_, i) => counts[i] === 0);
  if (empty.length > 0) return fail(reason('coverage-empty-arm', { metric: metric.name, empty }));

  const slotted = inSlots(evidence, table, needed);
  if (slotted !== null) return judged(evidence, metric, needed, { ...slotted, complete: null, apart: false });
  const shared = isPaired(experiment.design, (table.bucketMs ?? null) !== null);
  const paired = shared && everywhere;
  const expected = needed.map((arm) => (shared ? table.coverage.expected : expectedIn(evidence, table, arm)));
  const got = paired ? needed.map(() => table.coverage.complete) : counts;
  const complete = paired ? table.coverage.complete : null;
  const apart = experiment.design.kind === 'by-key' && !shared;
  return judged(evidence, metric, needed, { got, expected, complete, apart }, counts);
}

interface Covered {
  readonly got: readonly number[];
  readonly expected: readonly number[];
  readonly complete: number | null;
  /** Units belong to one arm each, so that gaps may be unequal. Time does not: a join drops a bucket in both arms. */
  readonly apart: boolean;
}

function judged(
  { experiment }: Evidence,
  metric: Metric,
  needed: readonly ArmName[],
  { got, expected, complete, apart }: Covered,
  counts = got,
): Answer {
  const missing = Math.max(0, ...got.map((n, i) => (expected[i] > 0 ? 1 - n / expected[i] : 1)));
  const saw = reason('coverage-saw', {
    metric: metric.name,
    arms: needed,
    counts,
    expected,
    complete,
    missing,
    p: apart ? unequal(experiment, needed, counts, expected) : null,
  });
  const { p } = saw.values;
  if (missing > failAbove) return fail(saw);
  if (typeof p === 'number' && p < unequalBelow / Math.max(1, needed.length - 1)) return fail(saw);
  return missing > warnAbove ? warn(saw) : pass(saw);
}

/** Slots of an arm that hold values, of those that were held; null: the design has none, or units are named in stages. */
function inSlots(
  { experiment, schedule, executed, watched }: Evidence,
  table: MetricTable,
  arms: readonly ArmName[],
): { got: readonly number[]; expected: readonly number[] } | null {
  const { kind } = experiment.design;
  if (kind !== 'switchback' && kind !== 'runs') return null;
  const slots = slotsOf(schedule, executed);
  if (slots === null && schedule?.draws === undefined) return null;
  const of = (arm: ArmName) =>
    slots === null
      ? (schedule?.draws ?? []).filter((draw) => draw.arm === arm).length
      : owedSlots(schedule, slots, watched).filter(({ shares }) => (shares[arm] ?? 0) > 0).length;
  return { got: arms.map((arm) => new Set(table.arms.get(arm)?.slot).size), expected: arms.map(of) };
}

/** p of equally rare gaps: the most unequal of the arms against the baseline. */
function unequal(
  { baseline }: Experiment,
  arms: readonly ArmName[],
  counts: readonly number[],
  expected: readonly number[],
): number {
  const gaps = counts.map((n, i) => ({
    events: Math.max(0, expected[i] - n),
    size: Math.max(expected[i], n),
  }));
  const reference = gaps[arms.indexOf(baseline)] ?? gaps[0];
  return Math.min(1, ...gaps.filter((one) => one !== reference).map((one) => fisherExact(one, reference)));
}

/**
 * Units that belong to one arm alone. The schedule knows them: its trials where rows are trials, their distinct units
 * where rows are keys. Without a schedule nothing tells of units that never came; what came incomplete counts, and so
 * does what came for another metric of the arm.
 */
function expectedIn(evidence: Evidence, table: MetricTable, arm: ArmName): number {
  const excluded = new Set(evidence.exclusions.map(({ block }) => block));
  const planned = plannedTrials(evidence).filter((trial) => trial.arm === arm && !excluded.has(trial.block));
  if (planned.length === 0) return unitsThatCame(evidence, table, arm);
  const keys = new Set(planned.map(({ unit }) => unit));
  const rowsAreKeys = table.arms.get(arm)?.unit.every((unit) => keys.has(unit)) ?? false;
  return rowsAreKeys ? keys.size : planned.length;
}

/** Distinct units of all rows of the arm, whatever their value, over all metrics that name their units as this one does. */
function unitsThatCame({ experiment, collected }: Evidence, table: MetricTable, arm: ArmName): number {
  const seen = table.coverage.seen[arm] ?? 0;
  if ((table.bucketMs ?? null) !== null) return seen;
  const { window, metrics } = experiment;
  const named = new Set(metrics.filter(({ byMs }) => byMs === null).map(({ name }) => name));
  const all = new Set(table.arms.get(arm)?.unit);
  const own = new Set(all);
  for (const { meta, observations } of collected) {
    if (meta.arm !== arm || !named.has(meta.metric)) continue;
    const units = observations
      .filter(
        ({ start }) => window === null || (start >= window.fromMs + window.warmupMs && start < window.toMs),
      )
      .map(({ unit }) => unit);
    // Units of another kind (calls, where these are batches) say nothing about this metric.
    if (units.some((unit) => own.has(unit))) for (const unit of units) all.add(unit);
  }
  return Math.max(seen, all.size);
}
