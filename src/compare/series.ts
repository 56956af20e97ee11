/**
 * What the methods for units in time have in common: both arms in time order, their place on the grid of time, what
 * of the metric goes into the series, and from when on a series that is too short can answer (STATISTICS.md §3).
 *
 * Buckets stand where the clock puts them. Batches of a mirrored design have no true position: they are taken in order,
 * so that a pause counts as no time. In a sample workload repeats of an item are folded into its first appearance, since
 * the item was drawn and not the repeat; in a fixed workload items stay as they are and count as scatter, which is wide.
 */
import type { ComparePlan, Inference, Samples } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import { bucketNumbers } from '../stats/bucket-numbers.js';
import { preciseQuotient, preciseScale, preciseSum } from '../stats/double-double.js';
import { pairedSeries } from '../stats/paired-series.js';
import { meanColumn, ratioColumn, type SeriesColumn } from '../stats/series-column.js';
import type { SeriesInference } from '../stats/series-inference.js';
import { unpairedSeries } from '../stats/unpaired-series.js';
import { folded, type Measured, measured } from './measures.js';
import { countsEvents, withRareEvents } from './rare-events.js';
import { choose } from './samples.js';

export interface ArmInTime {
  readonly column: ArmColumn;
  /** Null where units are batches. */
  readonly buckets: Float64Array | null;
}

export interface InTime {
  readonly treatment: ArmInTime;
  readonly baseline: ArmInTime;
  /** Row t of both arms is the same unit. */
  readonly together: boolean;
}

/** Pairs are ordered by the mean of both starts, so that swapping the arms changes nothing. */
export function inTimeOrder({ paired, treatment, baseline }: Samples, plan: ComparePlan): InTime {
  const width = plan.bucketMs ?? null;
  const arm = (column: ArmColumn, at: Float64Array): ArmInTime => {
    const ordered = isAscending(at) ? column : choose(column, orderOf(at));
    return { column: ordered, buckets: bucketNumbers(ordered.start, width) };
  };
  if (!paired) {
    return {
      treatment: arm(treatment, treatment.start),
      baseline: arm(baseline, baseline.start),
      together: false,
    };
  }
  const middle = treatment.start.map((start, i) => start / 2 + baseline.start[i] / 2);
  return { treatment: arm(treatment, middle), baseline: arm(baseline, middle), together: true };
}

function isAscending(at: Float64Array): boolean {
  for (let i = 1; i < at.length; i++) if (!(at[i - 1] <= at[i])) return false;
  return true;
}

const orderOf = (at: Float64Array): number[] => Array.from(at.keys()).sort((i, j) => at[i] - at[j] || i - j);

/** Repeats of an item are no further units. */
export const foldsItems = ({ workload }: ComparePlan, { column, buckets }: ArmInTime): boolean =>
  workload === 'sample' && buckets === null && new Set(column.item).size < column.n;

/** Totals, means and ratios of sums. */
export function seriesInference(samples: Samples, plan: ComparePlan): Inference | Reason {
  const time = inTimeOrder(samples, plan);
  const x = columnOf(time.treatment, plan, time.together);
  if ('code' in x) return x;
  const y = columnOf(time.baseline, plan, time.together);
  if ('code' in y) return y;
  const answer = compareColumns(x, y, time);
  const found =
    'code' in answer
      ? unanswered(answer, x, y, time, plan)
      : { ...answer, details: { ...sizes(x, y, time), ...answer.details } };
  return 'code' in found ? found : withFewEvents(found, time, plan);
}

/** Proportions alone: a few outages are no measure of how often they come. */
function withFewEvents(found: Inference, time: InTime, plan: ComparePlan): Inference {
  if (!countsEvents(plan)) return found;
  const rows = [time.treatment, time.baseline].map((arm) => measured(arm.column, plan));
  const [x, y] = rows;
  return 'code' in x || 'code' in y
    ? found
    : (withRareEvents(found, x, y, { confidence: plan.confidence, paired: time.together }) ?? found);
}

export const compareColumns = (
  x: SeriesColumn,
  y: SeriesColumn,
  { together, treatment, baseline }: InTime,
): SeriesInference | Reason =>
  together
    ? pairedSeries(x, y, treatment.buckets)
    : unpairedSeries(x, y, treatment.buckets, baseline.buckets);

/** A total of paired units is their sum; arms with units of their own are compared per unit. */
export function columnOf(arm: ArmInTime, plan: ComparePlan, together: boolean): SeriesColumn | Reason {
  const rows = measured(arm.column, plan);
  if ('code' in rows) return rows;
  const isMean = plan.estimand === 'mean';
  const { value, per }: Measured = foldsItems(plan, arm) ? folded(rows, arm.column.item, isMean) : rows;
  if (per !== null) {
    const found = ratioColumn(value, per);
    if (found === null) return reason('denominator-not-positive', { arm: arm.column.arm });
    return scaled(found, isMean ? 1 : plan.times);
  }
  if (isMean || !together) return meanColumn(value);
  const total = preciseSum(value);
  const { deviation } = meanColumn(value);
  return { value: total, deviation: deviation.map((d) => d * value.length) };
}

const scaled = ({ value, deviation }: SeriesColumn, times: number): SeriesColumn => ({
  value: preciseScale(value, times),
  deviation: deviation.map((d) => d * times),
});

/** A series without an answer: from when on there is one, one that needs no answer, or why there is none. */
export function unanswered(
  why: Reason,
  x: SeriesColumn,
  y: SeriesColumn,
  time: InTime,
  plan: ComparePlan,
): Inference | Reason {
  if (why.code !== 'constant-data') return withDate(why, time, plan);
  const still = oneStill(x, y, time);
  if (still !== null) return still;
  return plan.proportion ? reason('no-failure-pattern-in-time', { units: x.deviation.length }) : why;
}

/**
 * One arm that never varies, such as an arm without any failure: the ratio's series has nothing to measure, the
 * difference's has. The ratio is then shown without ends, and never rejected.
 */
function oneStill(x: SeriesColumn, y: SeriesColumn, time: InTime): Inference | null {
  const still = x.value.high === 0 && x.deviation.every((d) => d === 0);
  if (!time.together || !still || !(y.value.high > 0)) return null;
  const gap: SeriesColumn = {
    value: { high: x.value.high - y.value.high, low: x.value.low - y.value.low },
    deviation: x.deviation.map((d, t) => d - y.deviation[t]),
  };
  const nothing = meanColumn(new Float64Array(gap.deviation.length));
  const answer = pairedSeries(gap, nothing, time.treatment.buckets);
  if ('code' in answer) return null;
  return {
    ...answer,
    treatmentValue: x.value.high,
    baselineValue: y.value.high,
    ratio: {
      estimate: preciseQuotient(x.value, y.value).high,
      test: () => ({ above: 1, below: 1 }),
      interval: () => ({ kind: 'unbounded' }),
    },
    details: { ...sizes(x, y, time), ...answer.details },
  };
}

/** How many units each series has, after folding. */
export const sizes = (
  x: Pick<SeriesColumn, 'deviation'>,
  y: Pick<SeriesColumn, 'deviation'>,
  { together }: InTime,
): Record<string, number> =>
  together
    ? { units: x.deviation.length }
    : { 'treatment units': x.deviation.length, 'baseline units': y.deviation.length };

/** A series that is too short says when it will be long enough, at the memory it shows now. */
export function withDate(why: Reason, { treatment, baseline }: InTime, { bucketMs }: ComparePlan): Reason {
  const needed = why.values.bucketsNeeded ?? (why.code === 'too-few-buckets' ? why.values.need : null);
  if (typeof needed !== 'number' || typeof bucketMs !== 'number') return why;
  const first = Math.max(treatment.column.start[0], baseline.column.start[0]);
  return reason(why.code, { ...why.values, from: first + needed * bucketMs });
}
