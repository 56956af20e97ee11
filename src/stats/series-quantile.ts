/*
 * A quantile of a time series, and how uncertain it is.
 *
 * Answers: the q-quantile of the values of a series, with bounds at any one-sided tail. Applies: series with memory,
 * where ranks cannot be taken from the binomial distribution.
 * Formula: the share of values at or below the true quantile varies around q like the mean of the indicator series
 * I_t = 1{x_t ≤ q̂}; its standard error and degrees of freedom are measured three ways (`series-spread.ts`), and
 * reach(tail) is the largest of t·SE. The bounds are the order statistics at q ∓ reach, interpolated between ranks
 * (rank pT + ½, Hazen); beyond the first or last value there is no bound. No density has to be estimated.
 * Both the series and its indicator must hold enough information: a p99 is decided by a few runs of high values.
 * Source: Woodruff 1952 (JASA 47:635) for bounds by inversion; Wu 2005 (Annals of Statistics 33:1934) for the
 * indicator under dependence; STATISTICS.md §2, §3.
 */
import { type Reason, reason } from '../model/reason.js';
import { isReason, sampleProblem } from './sample-problem.js';
import { meanColumn } from './series-column.js';
import { enoughInformation } from './series-gate.js';
import { type Buckets, gridOf, prepare } from './series-inference.js';
import { type SeriesSpread, seriesSpread, sumOfProducts, weighings } from './series-spread.js';
import { studentTSurvivalQuantile } from './student-t.js';

export interface SeriesQuantile {
  readonly estimate: number;
  readonly count: number;
  /** Of the indicator series. */
  readonly spread: SeriesSpread;
  readonly deviations: Float64Array;
  readonly weights: Float64Array;
  /** Values that the true quantile is outside of with probability `tail` each; ∓Infinity where no value bounds it. */
  bounds(tail: number): { readonly low: number; readonly high: number };
}

/**
 * A quantile of a time series, with bounds that know its memory.
 *
 * @param values in time order, finite, not all equal, at least ½/min(q, 1 − q) of them; fewer than `fewestForQuantile(q)` have no bound on one side
 * @param q 0 … 1, exclusive
 * @param buckets number of each value's time bucket, increasing; null: no gaps
 * @param paired which gate of effective size applies
 * @returns or a Reason `{ code, values }`
 * @throws RangeError where `buckets` do not increase, or q is not within (0, 1)
 * @example
 * ```ts
 * const random = createRandom(1);
 * const found = seriesQuantile(Float64Array.from({ length: 400 }, () => random.normal()), 0.5, null, true);
 * if ('code' in found) throw new Error(found.code);
 * found.count; // → 400
 * ```
 */
export function seriesQuantile(
  values: Float64Array,
  q: number,
  buckets: Buckets,
  paired: boolean,
): SeriesQuantile | Reason {
  if (!(q > 0 && q < 1)) throw new RangeError(`a quantile lies between 0 and 1, got ${q}`);
  const count = values.length;
  const grid = gridOf(count, buckets);
  if (isReason(grid)) return grid;
  const problem = sampleProblem([values], 1);
  if (problem !== null) return problem;
  const sorted = values.slice().sort();
  if (sorted[0] === sorted[count - 1]) return reason('constant-data', { n: count });
  const estimate = orderStatistic(sorted, q);
  // Beyond the outermost rank there is no estimate: half a rank on either side must lie within the series.
  if (!Number.isFinite(estimate)) {
    return reason('too-few-for-quantile', {
      have: count,
      need: Math.ceil(0.5 / Math.min(q, 1 - q) - 1e-9),
      q,
    });
  }
  const series = prepare(meanColumn(values), grid);
  const indicator = prepare(meanColumn(values.map((x) => (x <= estimate ? 1 : 0))), grid);
  const spread = seriesSpread(indicator.deviations, indicator.weights, grid);
  const refused =
    enoughInformation(seriesSpread(series.deviations, series.weights, grid), count, paired) ??
    enoughInformation(spread, count, paired);
  if (refused !== null) return refused;
  const errors = weighings(spread, count).map(({ over, weight, df }) => {
    const part = over === 'weights' ? indicator.weights.subarray(0, spread.nu) : indicator.deviations;
    return { df, standardError: Math.sqrt(weight * sumOfProducts(part, part)) };
  });
  return {
    estimate,
    count,
    spread,
    deviations: indicator.deviations,
    weights: indicator.weights,
    bounds(tail) {
      const reach = errors.reduce(
        (most, { df, standardError }) => Math.max(most, studentTSurvivalQuantile(tail, df) * standardError),
        0,
      );
      return { low: orderStatistic(sorted, q - reach), high: orderStatistic(sorted, q + reach) };
    },
  };
}

/** The value at share p of sorted values: rank pT + ½, between neighbours in proportion; ∓Infinity outside. */
export function orderStatistic(sorted: Float64Array, p: number): number {
  const place = p * sorted.length - 0.5;
  if (place < 0) return Number.NEGATIVE_INFINITY;
  if (place > sorted.length - 1) return Number.POSITIVE_INFINITY;
  const below = Math.floor(place);
  const share = place - below;
  return share === 0 ? sorted[below] : sorted[below] + share * (sorted[below + 1] - sorted[below]);
}
