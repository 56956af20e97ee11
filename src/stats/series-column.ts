/*
 * What of a metric goes into a time series.
 *
 * Answers: a value per bucket, and the number whose uncertainty is asked for. Applies: means and totals per bucket;
 * ratios of sums, linearised; logarithms, for the typical ratio.
 * Formula: a mean x̄ has deviations x_t − x̄. A ratio of sums R = ΣM/ΣD has e_t = (M_t − R·D_t)/D̄, whose mean is 0 and
 * whose long-run variance ÷ T is the variance of R to first order.
 * Source: linearisation of ratios, Cochran 1977 §6; STATISTICS.md §2 and §3.
 */
import { type Precise, preciseQuotient, preciseSum } from './double-double.js';
import { ratioContributions } from './ratio-contributions.js';
import { checkColumns } from './sample-problem.js';

export interface SeriesColumn {
  readonly value: Precise;
  /** One per bucket, in the unit of the value; their mean is 0 up to rounding. */
  readonly deviation: Float64Array;
}

/**
 * A series whose mean is compared.
 *
 * @param values in time order, finite
 * @returns a column for `pairedSeries` and `unpairedSeries`, which say what is wrong with it; never throws on data
 * @example
 * ```ts
 * meanColumn(Float64Array.of(1, 2, 3)).value.high; // → 2
 * ```
 */
export function meanColumn(values: Float64Array): SeriesColumn {
  checkColumns([values]);
  const value = preciseQuotient(preciseSum(values), { high: values.length, low: 0 });
  return { value, deviation: values.map((x) => x - value.high - value.low) };
}

/**
 * A series of two parts whose ratio of sums is compared, linearised.
 *
 * @param numerator @param denominator in time order, same length, finite
 * @returns a column; null where the denominators do not add up to something positive, or a value is not finite
 * @throws RangeError where lengths differ
 * @example
 * ```ts
 * ratioColumn(Float64Array.of(1, 2, 3), Float64Array.of(10, 10, 10))?.value.high; // → 0.2
 * ```
 */
export function ratioColumn(numerator: Float64Array, denominator: Float64Array): SeriesColumn | null {
  const parts = ratioContributions(numerator, denominator, null, 'delta');
  if (parts === null) return null;
  return { value: parts.ratio, deviation: parts.contributions.map((c) => c * numerator.length) };
}
