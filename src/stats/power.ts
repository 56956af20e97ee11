/*
 * How likely a test is to find what is there, and how many units that takes.
 *
 * Answers: power of a one-sided t test (or of two, for equivalence) at a given distance from the threshold; the
 * smallest number of units that reaches a power; how many more units declared looks need.
 * Applies: distance = |truth − threshold| ÷ standard error of the test with n units, its degrees of freedom known.
 * Formula: P(T > t_α(df)) with T noncentral t (`noncentral-t.ts`); looks: Brownian motion with drift, the drift that
 * crosses a boundary of `group-sequential.ts` with the power wanted, squared, over that of the single look.
 * Source: Owen 1965; Jennison and Turnbull 2000 §2.4 for the inflation factor (their R_B for O'Brien–Fleming).
 */
import { crossingProbability, groupSequential } from './group-sequential.js';
import { bothTestsReject, noncentralTSurvival } from './noncentral-t.js';
import { normalSurvivalQuantile } from './normal.js';
import { studentTSurvivalQuantile } from './student-t.js';

/**
 * Power of the one-sided test at level `alpha`; 0 where there are no degrees of freedom to test with.
 *
 * @param distance |truth − threshold| ÷ standard error
 * @param df of the standard error
 * @param alpha one-sided level, 0 … 0.5
 * @returns 0 … 1; never throws
 * @example
 * ```ts
 * oneSidedPower(2.8, 60, 0.025); // → 0.786682
 * ```
 */
export function oneSidedPower(distance: number, df: number, alpha: number): number {
  if (!(df > 0)) return 0;
  return noncentralTSurvival(studentTSurvivalQuantile(alpha, df), df, distance);
}

/**
 * Power of showing that the truth lies between two edges, each tested at level `alpha`.
 *
 * @param above @param below distances from the lower and upper edge, in standard errors
 * @param df of the standard error
 * @param alpha level of each side
 * @returns 0 … 1; never throws
 * @example
 * ```ts
 * equivalencePower(3.5, 3.5, 60, 0.025); // → 0.862054
 * ```
 */
export function equivalencePower(above: number, below: number, df: number, alpha: number): number {
  if (!(df > 0)) return 0;
  return bothTestsReject(studentTSurvivalQuantile(alpha, df), df, above, below);
}

/** More units than this are no plan. */
const mostUnits = 1e9;

/**
 * Smallest n = step, 2·step, … of at least `least` whose power reaches `target`; null where none up to 1e9 does.
 *
 * @param power of n units, increasing
 * @param target 0 … 1
 * @param least fewest units
 * @param step units come in multiples of it
 * @returns units or null; never throws
 * @example
 * ```ts
 * unitsForPower((n) => oneSidedPower(0.5 * Math.sqrt(n / 2), 2 * n - 2, 0.025), 0.8, 5); // → 64
 * ```
 */
export function unitsForPower(
  power: (n: number) => number,
  target: number,
  least: number,
  step = 1,
): number | null {
  const first = Math.max(1, Math.ceil(least / step));
  if (power(first * step) >= target) return first * step;
  let low = first;
  let high = first * 2;
  // A power that is no number never reaches the target.
  while (!(power(high * step) >= target)) {
    low = high;
    high *= 2;
    if (high * step > mostUnits) return null;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (power(middle * step) >= target) high = middle;
    else low = middle;
  }
  return high * step;
}

/**
 * Factor on the units of a single analysis when looks are taken at these `times` (increasing, the last 1).
 *
 * @param alpha one-sided error
 * @param power of the single analysis
 * @param times shares of the planned information, increasing, the last 1
 * @returns ≥ 1
 * @throws RangeError where times do not increase within (0, 1], or alpha is not within (0, 0.5)
 * @example
 * ```ts
 * looksInflation(0.025, 0.8, [0.5, 1]); // → 1.00373
 * ```
 */
export function looksInflation(alpha: number, power: number, times: readonly number[]): number {
  if (times.length < 2) return 1;
  const critical = groupSequential(alpha, times, true).map((look) => look.critical);
  const single = normalSurvivalQuantile(alpha) + normalSurvivalQuantile(1 - power);
  if (!(single > 0)) return 1;
  const reached = (drift: number) => crossingProbability(times, critical, drift)[times.length - 1];
  // On the scale of z, power is almost a straight line in the drift: a few corrections suffice.
  const wanted = normalSurvivalQuantile(power);
  let drift = single;
  for (let round = 0; round < 30; round++) {
    const step = normalSurvivalQuantile(reached(drift)) - wanted;
    drift += step;
    if (Math.abs(step) < 1e-10) break;
  }
  return (drift / single) * (drift / single);
}

/**
 * How likely it is to have stopped by each look, when the truth gives the single analysis this `power`.
 *
 * @param alpha one-sided error
 * @param power of the single analysis
 * @param times shares of the planned information, increasing, the last 1
 * @returns one share per look, increasing
 * @throws RangeError where times do not increase within (0, 1], or alpha is not within (0, 0.5)
 * @example
 * ```ts
 * stoppingShares(0.025, 0.8, [0.5, 1]); // → [0.164066, 0.8]
 * ```
 */
export function stoppingShares(alpha: number, power: number, times: readonly number[]): readonly number[] {
  const critical = groupSequential(alpha, times, true).map((look) => look.critical);
  const single = normalSurvivalQuantile(alpha) + normalSurvivalQuantile(1 - power);
  const drift = single * Math.sqrt(looksInflation(alpha, power, times));
  return crossingProbability(times, critical, drift);
}
