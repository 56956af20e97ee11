/*
 * A quantile of independent values, bounded by values that were seen.
 *
 * Answers: between which values does the q-quantile lie; is it above a threshold. Applies: one arm of independent units
 * with any distribution. Formula: the number of values at or below the true quantile is binomial(n, q). Threshold θ has
 * p(above) = P(K ≤ #{x ≤ θ}), p(below) = P(K ≥ #{x < θ}), exactly, for every n; the interval of thresholds that are not
 * rejected ends at order statistics. It needs n ≥ z²q/(1−q) (73 for p95, 381 for p99): below, no value seen bounds
 * the quantile.
 * Source: Clopper and Pearson 1934 by way of Thompson 1936; STATISTICS.md §2.
 */
import { type Reason, reason } from '../model/reason.js';
import { binomialCdf, binomialSurvival } from './binomial.js';
import { type Estimate, type Interval, tailOutside } from './estimate.js';
import { isConstant, squareProblem } from './sample-problem.js';
import { invert } from './student-estimate.js';

/** z² at 95 %. */
const SQUARED = 3.841458820694124;

/**
 * Fewest values in an arm for a 95 % interval of the q-quantile, 0 < q < 1: 6 for the median.
 *
 * @param q 0 … 1, exclusive
 * @returns whole
 * @throws RangeError unless 0 < q < 1
 * @example
 * ```ts
 * fewestForQuantile(0.95); // → 73
 * ```
 */
export function fewestForQuantile(q: number): number {
  if (!(q > 0 && q < 1)) throw new RangeError(`a quantile lies between 0 and 1, got ${q}`);
  const far = Math.max(q, 1 - q);
  const wanted = Math.max((SQUARED * far) / (1 - far), Math.log(0.025) / Math.log(far));
  // 1 − 0.95 is not 0.05 in doubles: a need of 73 must not become 74 for the last bit.
  return Math.ceil(wanted * (1 - 1e-12));
}

/** Why these samples cannot answer for q, or null. */
export function quantileProblem(samples: readonly Float64Array[], q: number): Reason | null {
  if (!(q > 0 && q < 1)) throw new RangeError(`a quantile lies between 0 and 1, got ${q}`);
  const problem = squareProblem(samples, 1);
  if (problem !== null) return problem;
  const have = Math.min(...samples.map((sample) => sample.length));
  const need = fewestForQuantile(q);
  if (have < need) return reason('too-few-for-quantile', { have, need, q });
  if (samples.every(isConstant)) return reason('constant-data', { n: have });
  return null;
}

/** Rank, from 1, of the q-quantile among n values: the smallest with rank/n ≥ q. */
export function quantileRank(n: number, q: number): number {
  return Math.max(1, Math.ceil(n * q * (1 - 1e-12)));
}

/**
 * A quantile of independent values with the interval of its order statistics.
 *
 * @param values one arm's, finite, at least `fewestForQuantile(q)`
 * @param q 0 … 1, exclusive
 * @returns or a Reason `{ code, values }`
 * @throws RangeError where q is not within (0, 1)
 * @example
 * ```ts
 * const found = quantileInterval(Float64Array.from({ length: 99 }, (_, i) => i + 1), 0.5);
 * if ('code' in found) throw new Error(found.code);
 * found.interval(0.95); // → {"kind":"interval", "low":40, "high":60}
 * ```
 */
export function quantileInterval(values: Float64Array, q: number): Estimate | Reason {
  const problem = quantileProblem([values], q);
  if (problem !== null) return problem;
  const sorted = values.slice().sort();
  const n = sorted.length;
  const estimate = sorted[quantileRank(n, q) - 1];
  const test = (threshold: number) => ({
    above: binomialCdf(countUpTo(sorted, threshold), n, q),
    below: binomialSurvival(countBelow(sorted, threshold) - 1, n, q),
  });
  const interval = (confidence: number): Interval =>
    invert(test, tailOutside(confidence), estimate, estimate, sorted[n - 1] - sorted[0]);
  return { estimate, test, interval };
}

/** Number of sorted values at or below a threshold. */
export function countUpTo(sorted: Float64Array, threshold: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function countBelow(sorted: Float64Array, threshold: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}
