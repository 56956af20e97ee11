/*
 * Are two arms the same within a margin?
 *
 * Answers: p of "the truth lies outside low … high" against "inside". Applies: any estimate that can be asked.
 * Formula: two one-sided tests, at low and at high; both must reject, so p is the larger of the two. Each side is held
 * to α/2, so that the one two-sided interval at 1 − α decides: inside ⇔ low < interval < high (a 90 % interval at
 * α = 5 % would need a fifth fewer units, but then picture and verdict would be two things).
 * Source: Schuirmann 1987 (J. Pharmacokinetics and Biopharmaceutics 15:657); STATISTICS.md §4.
 */
import type { Estimate } from './estimate.js';

export interface Equivalence {
  /** p of "not above the lower limit". */
  readonly aboveLow: number;
  /** p of "not below the upper limit". */
  readonly belowHigh: number;
  /** The larger of both: equivalent where it is at most α/2. */
  readonly p: number;
}

/**
 * Two one-sided tests: does the truth lie between two limits.
 *
 * @param estimate with its test
 * @param low @param high limits in the unit of the estimate; ∓Infinity where that side has none
 * @returns p of both sides and the larger one: equivalent where it is at most α/2
 * @throws RangeError unless low < high
 * @example
 * ```ts
 * const x = Float64Array.of(12.1, 11.4, 13.0, 12.7, 11.9, 12.3);
 * const y = Float64Array.of(14.2, 13.1, 15.0, 13.8, 14.6, 13.5);
 * const found = welch(x, y);
 * if ('code' in found) throw new Error(found.code);
 * equivalence(found.difference, -3, 3).p; // → 0.00471699
 * ```
 */
export function equivalence(estimate: Estimate, low: number, high: number): Equivalence {
  if (!(low < high)) throw new RangeError(`equivalence needs low < high, got ${low} and ${high}`);
  const aboveLow = low === Number.NEGATIVE_INFINITY ? 0 : estimate.test(low).above;
  const belowHigh = high === Number.POSITIVE_INFINITY ? 0 : estimate.test(high).below;
  return { aboveLow, belowHigh, p: Math.max(aboveLow, belowHigh) };
}
