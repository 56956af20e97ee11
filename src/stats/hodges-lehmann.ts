/*
 * Hodges–Lehmann: by how much is one sample shifted against the other?
 *
 * Answers: the median of all differences x_i − y_j, its interval, and the rank test of any shift d. Applies: location of
 * independent units whose distributions have the same shape; never costs. Apply it to logarithms for a ratio.
 * Formula: shift d is rejected from below when #{x − y > d} is so large that P(U ≥ that) ≤ α/2 with U untied, exact for
 * small samples, else normal with continuity. The interval of all shifts not rejected is [D_(k), D_(mn+1−k)] of the
 * ordered differences; ties count against rejection, so it is never too narrow on rounded data.
 * Source: Hodges and Lehmann 1963 (Annals of Mathematical Statistics 34:598); Lehmann, Nonparametrics §2.4.
 */
import { type Reason, reason } from '../model/reason.js';
import { type Estimate, type Interval, tailOutside } from './estimate.js';
import { normalSurvival } from './normal.js';
import { isSmall, untiedRankCounts } from './rank-counts.js';
import { isConstant, sampleProblem } from './sample-problem.js';
import { countBelow, countUpTo, rankedDifference, type SortedPair } from './sorted-differences.js';
import { invert } from './student-estimate.js';

export interface HodgesLehmann {
  readonly difference: Estimate;
  readonly exact: boolean;
}

/**
 * The median of all differences x_i − y_j: by how much is one sample shifted against the other.
 *
 * @param x @param y finite values, at least one each. Memory: both samples once more
 * @returns difference with rank test and interval, and whether they are exact; or the Reason `too-few-values`,
 *   `values-not-finite`, `constant-data`; never throws on data
 * @example
 * ```ts
 * const x = Float64Array.of(12.1, 11.4, 13.0, 12.7, 11.9, 12.3);
 * const y = Float64Array.of(14.2, 13.1, 15.0, 13.8, 14.6, 13.5);
 * const found = hodgesLehmann(x, y);
 * if ('code' in found) throw new Error(found.code);
 * found.difference.estimate; // → -1.8
 * found.difference.interval(0.95); // → {"kind":"interval", "low":-2.7, "high":-0.8}
 * ```
 */
export function hodgesLehmann(x: Float64Array, y: Float64Array): HodgesLehmann | Reason {
  const problem = sampleProblem([x, y], 1);
  if (problem !== null) return problem;
  if (isConstant(x) && isConstant(y)) return reason('constant-data', { n: x.length + y.length });
  const pair: SortedPair = { x: x.slice().sort(), y: y.slice().sort() };
  const pairs = x.length * y.length;
  const exact = isSmall(x.length, y.length);
  const survival = exact ? countedSurvival(x.length, y.length) : normalApproximation(x.length, y.length);
  const test = (d: number) => ({
    above: survival(pairs - countUpTo(pair, d)),
    below: survival(countBelow(pair, d)),
  });
  const estimate = median(pair, pairs);
  const range = pair.x[x.length - 1] - pair.x[0] + (pair.y[y.length - 1] - pair.y[0]);
  const interval = (confidence: number): Interval => {
    const tail = tailOutside(confidence);
    const needed = fewestRejecting(survival, tail, pairs);
    if (needed > pairs) {
      return { kind: 'interval', low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    }
    const low = rankedDifference(pair, pairs - needed + 1);
    const high = rankedDifference(pair, needed);
    return invert(test, tail, low, high, high > low ? high - low : range);
  };
  return { difference: { estimate, test, interval }, exact };
}

const countedSurvival = (m: number, n: number) => {
  const counts = untiedRankCounts(m, n);
  return (u: number) => (u <= 0 ? 1 : counts.above(2 * u));
};

const normalApproximation = (m: number, n: number) => {
  const sigma = Math.sqrt(((m * n) / 12) * (m + n + 1));
  return (u: number) => Math.max(Number.MIN_VALUE, normalSurvival((u - 0.5 - (m * n) / 2) / sigma));
};

/** The smallest count whose survival is at most `tail`; pairs + 1 where none is. */
function fewestRejecting(survival: (u: number) => number, tail: number, pairs: number): number {
  let low = 0; // not rejected
  let high = pairs + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (survival(middle) <= tail) high = middle;
    else low = middle;
  }
  return high;
}

function median(pair: SortedPair, pairs: number): number {
  const lower = rankedDifference(pair, Math.floor((pairs + 1) / 2));
  if (pairs % 2 === 1) return lower;
  const upper = rankedDifference(pair, pairs / 2 + 1);
  return lower + (upper - lower) / 2;
}
