/**
 * One arm's own value with its interval where its units follow each other in time: "spark p99 latency stays below
 * 200 ms", watched in buckets of five minutes.
 *
 * It is the paired series with nothing on the other side (STATISTICS.md §3): mean, total or ratio of sums, the largest
 * p of EWC, Geyer's and the AR(1) effective sample size, with the gate of paired series. Quantiles: bounds from order
 * statistics at q ∓ t·SE of the indicator series. A total is the sum of the units that were measured.
 */
import type { ArmColumn } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import { batchLooks } from '../stats/batch-looks.js';
import { batchLengthOfPrefix } from '../stats/batch-prefix.js';
import { bucketNumbers } from '../stats/bucket-numbers.js';
import { preciseScale, preciseSum } from '../stats/double-double.js';
import { batchMeans } from '../stats/mixture-sequence.js';
import { pairedSeries } from '../stats/paired-series.js';
import { compareQuantiles } from '../stats/quantile-comparison.js';
import { meanColumn, ratioColumn, type SeriesColumn } from '../stats/series-column.js';
import { seriesQuantile } from '../stats/series-quantile.js';
import { atEveryLook, withFewEvents } from './few-events.js';
import type { OneArm, OneArmPlan } from './one-arm.js';
import { isQuantile, shareOf, unitValues } from './unit-values.js';

/** `column` in time order; `bucketMs` null: units are batches, one after the other. */
export function oneSeries(column: ArmColumn, plan: OneArmPlan, bucketMs: number | null): OneArm | Reason {
  const { estimand, times } = plan;
  const numbers = [...column.value, ...(column.per ?? [])];
  if (!numbers.every(Number.isFinite)) return reason('bound-value-not-finite', { arm: column.arm });
  if (estimand === 'typical' || estimand === 'location')
    return reason('bound-method-not-available', { estimand });
  const buckets = bucketNumbers(column.start, bucketMs);
  if (isQuantile(estimand)) return quantileOf(unitValues(column, times), shareOf(estimand), buckets);
  if (estimand === 'proportion' && column.per === null)
    return reason('bound-needs-counts', { arm: column.arm });
  const series = columnOf(column, plan);
  if (series === null) return reason('bound-denominator-not-positive', { arm: column.arm });
  const answer = pairedSeries(series, meanColumn(new Float64Array(column.n)), buckets);
  if ('code' in answer) return answer.code === 'constant-data' ? constant(column, estimand) : answer;
  const few = estimand === 'proportion' ? withFewEvents(answer.difference, column) : null;
  const difference = few ?? answer.difference;
  return { n: column.n, df: answer.df, standardError: answer.standardError, difference };
}

/** No failure seen is no known number: how failures would cluster in time cannot be told. */
const constant = ({ arm, n }: ArmColumn, estimand: OneArmPlan['estimand']): Reason =>
  estimand === 'proportion'
    ? reason('no-failure-pattern-in-time', { units: n })
    : reason('bound-zero-variance', { arm, n });

/** The same at looks that nobody declared: batch means against nothing (stats/batch-looks.ts). */
export function oneInBatches(column: ArmColumn, plan: OneArmPlan): OneArm | Reason {
  const numbers = [...column.value, ...(column.per ?? [])];
  if (!numbers.every(Number.isFinite)) return reason('bound-value-not-finite', { arm: column.arm });
  if (isQuantile(plan.estimand) || plan.estimand === 'typical') return reason('anytime-needs-series');
  const series = columnOf(column, plan);
  if (series === null) return reason('bound-denominator-not-positive', { arm: column.arm });
  const values = series.deviation.map((d) => series.value.high + d);
  const length = batchLengthOfPrefix(values, new Float64Array(values.length));
  if (typeof length !== 'number') return length;
  const means = batchMeans(values, length);
  const answer = batchLooks(means, new Float64Array(means.length));
  if ('code' in answer) return answer.code === 'constant-data' ? constant(column, plan.estimand) : answer;
  const complete = means.length * length;
  const seen = {
    value: column.value.subarray(0, complete),
    per: column.per?.subarray(0, complete) ?? null,
  };
  const few = plan.estimand === 'proportion' ? withFewEvents(answer.difference, seen, atEveryLook) : null;
  const { df, standardError } = answer;
  return { n: column.n, df, standardError, difference: few ?? answer.difference };
}

function columnOf({ value, per, n }: ArmColumn, { estimand, times }: OneArmPlan): SeriesColumn | null {
  if (per !== null) {
    const found = ratioColumn(value, per);
    return found === null
      ? null
      : { value: preciseScale(found.value, times), deviation: found.deviation.map((d) => d * times) };
  }
  const mean = meanColumn(value);
  if (estimand !== 'total') return mean;
  return { value: preciseSum(value), deviation: mean.deviation.map((d) => d * n) };
}

function quantileOf(values: Float64Array, q: number, buckets: Float64Array | null): OneArm | Reason {
  const own = seriesQuantile(values, q, buckets, true);
  if ('code' in own) return own;
  const nothing = { ...own, estimate: 0, bounds: () => ({ low: 0, high: 0 }) };
  const { difference, standardError, df } = compareQuantiles(own, nothing, false);
  return { n: own.count, df, standardError, difference };
}
