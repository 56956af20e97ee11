/*
 * Student's t distribution.
 *
 * Answers: the probability below or above t, and the t that has a given probability below or above it.
 * Applies: a mean divided by its estimated standard error. Degrees of freedom may be fractional (Satterthwaite)
 * or infinite (the normal distribution).
 * Formula: the two tails beyond |t| together are the incomplete beta function with parameters df/2 and 1/2 at
 * df / (df + t^2). Where t^2 would overflow, that function is a pure power of its argument and its logarithm
 * is written down directly. A quantile is the root of df times the odds of a beta quantile.
 * Source: Abramowitz and Stegun 26.7.1; DLMF 8.17.
 */

import { betaLogOdds } from './beta-odds.js';
import { incompleteBeta, logBetaPower } from './incomplete-beta.js';
import { normalCdf, normalQuantile } from './normal.js';
import { tailOf } from './tails.js';

const HUGE = 1e100;

/** The probability beyond |t| on both sides together. */
function bothTails(t: number, df: number): number {
  const size = Math.abs(t);
  if (size === Number.POSITIVE_INFINITY) return 0;
  if (size > HUGE * Math.sqrt(df)) {
    const logRatio = Math.log(df) - 2 * Math.log(size);
    return Math.exp((df / 2) * logRatio - logBetaPower(df / 2, 0.5));
  }
  const odds = (size / df) * size;
  return tailOf(incompleteBeta(1 / (1 + odds), odds / (1 + odds), df / 2, 0.5), 'lower');
}

/**
 * The probability below t; df > 0, fractional and infinite allowed. Relative error below 1e-11 down to 1e-300.
 *
 * @param t where; ∓Infinity allowed
 * @param df degrees of freedom, > 0
 * @returns 0 … 1; NaN outside the range of a parameter; never throws
 * @example
 * ```ts
 * studentTCdf(2.228, 10); // → 0.974994
 * ```
 */
export function studentTCdf(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return Number.NaN;
  if (df === Number.POSITIVE_INFINITY) return normalCdf(t);
  const tail = bothTails(t, df) / 2;
  return t > 0 ? 1 - tail : tail;
}

/**
 * The probability above t; df > 0, fractional and infinite allowed. Relative error below 1e-11 down to 1e-300.
 *
 * @param t where; ∓Infinity allowed
 * @param df degrees of freedom, > 0
 * @returns 0 … 1, small tails with full precision; NaN outside the range of a parameter; never throws
 * @example
 * ```ts
 * studentTSurvival(2.228, 10); // → 0.0250059
 * ```
 */
export function studentTSurvival(t: number, df: number): number {
  return studentTCdf(-t, df);
}

/**
 * The t below which the probability is p; -Infinity at 0, Infinity at 1, NaN outside; df > 0, fractional and
 * infinite allowed. Relative error below 1e-11 for p >= 1e-300.
 *
 * @param p probability below, 0 … 1
 * @param df degrees of freedom, > 0
 * @returns in the unit of the variable; never throws
 * @example
 * ```ts
 * studentTQuantile(0.025, 10); // → -2.22814
 * ```
 */
export function studentTQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1 && df > 0)) return Number.NaN;
  if (df === Number.POSITIVE_INFINITY) return normalQuantile(p);
  if (p === 0.5) return 0;
  const sign = p < 0.5 ? -1 : 1;
  const smaller = p < 0.5 ? p : 1 - p;
  if (smaller === 0) return sign * Number.POSITIVE_INFINITY;
  return sign * Math.sqrt(df) * Math.exp(-0.5 * betaLogOdds(2 * smaller, df / 2, 0.5));
}

/**
 * The t above which the probability is p. As `studentTQuantile`, with the sign turned.
 *
 * @param p probability above, 0 … 1; 1e-300 is as good as 0.05
 * @param df degrees of freedom, > 0
 * @returns in the unit of the variable; never throws
 * @example
 * ```ts
 * studentTSurvivalQuantile(0.025, 10); // → 2.22814
 * ```
 */
export function studentTSurvivalQuantile(p: number, df: number): number {
  return -studentTQuantile(p, df);
}
