/*
 * The beta distribution.
 *
 * Answers: the probability below or above x, and the x that has a given probability below or above it.
 * Applies: proportions: exact binomial intervals are beta quantiles, and so is the place of an order
 * statistic.
 * Formula: the regularised incomplete beta function. Quantiles are searched as log odds and turned into x.
 * Accuracy as stated below holds for parameters from 0.01 to 1e7; beyond, errors grow with the square root of
 * the smaller one.
 * Source: DLMF 8.17.
 */

import { betaLogOdds } from './beta-odds.js';
import { incompleteBeta } from './incomplete-beta.js';
import { type Side, tailOf } from './tails.js';

function usable(a: number, b: number): boolean {
  return a > 0 && b > 0 && a < Number.POSITIVE_INFINITY && b < Number.POSITIVE_INFINITY;
}

function tail(side: Side, x: number, a: number, b: number): number {
  if (Number.isNaN(x) || !usable(a, b)) return Number.NaN;
  if (x <= 0) return side === 'lower' ? 0 : 1;
  if (x >= 1) return side === 'lower' ? 1 : 0;
  return tailOf(incompleteBeta(x, 1 - x, a, b), side);
}

function share(logOdds: number): number {
  if (logOdds > 0) return 1 / (1 + Math.exp(-logOdds));
  const odds = Math.exp(logOdds);
  return odds / (1 + odds);
}

/**
 * The probability below x; a > 0, b > 0. Relative error below 1e-11 down to 1e-300.
 *
 * @param x where; a share, 0 … 1
 * @param a @param b shapes, > 0
 * @returns 0 … 1; NaN outside the range of a parameter; never throws
 * @example
 * ```ts
 * betaCdf(0.3, 2, 5); // → 0.579825
 * ```
 */
export function betaCdf(x: number, a: number, b: number): number {
  return tail('lower', x, a, b);
}

/**
 * The probability above x; a > 0, b > 0. Relative error below 1e-11 down to 1e-300.
 *
 * @param x where; a share, 0 … 1
 * @param a @param b shapes, > 0
 * @returns 0 … 1, small tails with full precision; NaN outside the range of a parameter; never throws
 * @example
 * ```ts
 * betaSurvival(0.3, 2, 5); // → 0.420175
 * ```
 */
export function betaSurvival(x: number, a: number, b: number): number {
  return tail('upper', x, a, b);
}

/**
 * The x below which the probability is p; 0 at 0, 1 at 1, NaN outside. Relative error below 1e-11.
 *
 * @param p probability below, 0 … 1
 * @param a @param b shapes, > 0
 * @returns in the unit of the variable; never throws
 * @example
 * ```ts
 * betaQuantile(0.05, 2, 5); // → 0.0628499
 * ```
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1) || !usable(a, b)) return Number.NaN;
  return p === 0 || p === 1 ? p : share(betaLogOdds(p, a, b));
}

/**
 * The x above which the probability is p; 1 at 0, 0 at 1, NaN outside. Relative error below 1e-11.
 *
 * @param p probability above, 0 … 1; 1e-300 is as good as 0.05
 * @param a @param b shapes, > 0
 * @returns in the unit of the variable; never throws
 * @example
 * ```ts
 * betaSurvivalQuantile(0.05, 2, 5); // → 0.581803
 * ```
 */
export function betaSurvivalQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1) || !usable(a, b)) return Number.NaN;
  return p === 0 || p === 1 ? 1 - p : share(-betaLogOdds(p, b, a));
}
