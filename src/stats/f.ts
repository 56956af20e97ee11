/*
 * The F distribution.
 *
 * Answers: the probability below or above x, and the x that has a given probability below or above it.
 * Applies: the ratio of two independent estimates of the same variance. Degrees of freedom may be fractional;
 * those of the denominator may be infinite (a variance that is known).
 * Formula: the incomplete beta function with parameters df1/2 and df2/2 at the share x * df1 / (x * df1 + df2);
 * both the share and what is left of it come from the odds x * df1 / df2, so neither loses digits.
 * Accuracy as stated below holds for degrees of freedom from 0.02 to 1e7; beyond, errors grow with the square
 * root of the smaller one.
 * Source: Abramowitz and Stegun 26.6.2; DLMF 8.17.
 */

import { betaLogOdds } from './beta-odds.js';
import {
  chiSquaredCdf,
  chiSquaredQuantile,
  chiSquaredSurvival,
  chiSquaredSurvivalQuantile,
} from './chi-squared.js';
import { incompleteBeta } from './incomplete-beta.js';
import { type Side, tailOf } from './tails.js';

function usable(df1: number, df2: number): boolean {
  return df1 > 0 && df1 < Number.POSITIVE_INFINITY && df2 > 0;
}

function tail(side: Side, x: number, df1: number, df2: number): number {
  if (Number.isNaN(x) || !usable(df1, df2)) return Number.NaN;
  if (x <= 0) return side === 'lower' ? 0 : 1;
  const odds = x * (df1 / df2);
  const share = odds < 1 ? odds / (1 + odds) : 1 / (1 + 1 / odds);
  return tailOf(incompleteBeta(share, 1 / (1 + odds), df1 / 2, df2 / 2), side);
}

/**
 * The probability below x; 0 for x <= 0. Relative error below 1e-11 down to 1e-300.
 *
 * @param x where; ≥ 0
 * @param df1 @param df2 degrees of freedom of numerator and denominator, > 0
 * @returns 0 … 1; NaN outside the range of a parameter; never throws
 * @example
 * ```ts
 * fCdf(4.96, 1, 10); // → 0.949912
 * ```
 */
export function fCdf(x: number, df1: number, df2: number): number {
  return df2 === Number.POSITIVE_INFINITY ? chiSquaredCdf(x * df1, df1) : tail('lower', x, df1, df2);
}

/**
 * The probability above x; 1 for x <= 0. Relative error below 1e-11 down to 1e-300.
 *
 * @param x where; ≥ 0
 * @param df1 @param df2 degrees of freedom of numerator and denominator, > 0
 * @returns 0 … 1, small tails with full precision; NaN outside the range of a parameter; never throws
 * @example
 * ```ts
 * fSurvival(4.96, 1, 10); // → 0.0500877
 * ```
 */
export function fSurvival(x: number, df1: number, df2: number): number {
  return df2 === Number.POSITIVE_INFINITY ? chiSquaredSurvival(x * df1, df1) : tail('upper', x, df1, df2);
}

/**
 * The x below which the probability is p; 0 at 0, Infinity at 1, NaN outside. Relative error below 1e-11.
 *
 * @param p probability below, 0 … 1
 * @param df1 @param df2 degrees of freedom of numerator and denominator, > 0
 * @returns in the unit of the variable; never throws
 * @example
 * ```ts
 * fQuantile(0.05, 1, 10); // → 0.00413425
 * ```
 */
export function fQuantile(p: number, df1: number, df2: number): number {
  if (df2 === Number.POSITIVE_INFINITY) return chiSquaredQuantile(p, df1) / df1;
  if (!(p >= 0 && p <= 1) || !usable(df1, df2)) return Number.NaN;
  if (p === 0) return 0;
  if (p === 1) return Number.POSITIVE_INFINITY;
  return (df2 / df1) * Math.exp(betaLogOdds(p, df1 / 2, df2 / 2));
}

/**
 * The x above which the probability is p; Infinity at 0, 0 at 1, NaN outside. Relative error below 1e-11.
 *
 * @param p probability above, 0 … 1; 1e-300 is as good as 0.05
 * @param df1 @param df2 degrees of freedom of numerator and denominator, > 0
 * @returns in the unit of the variable; never throws
 * @example
 * ```ts
 * fSurvivalQuantile(0.05, 1, 10); // → 4.9646
 * ```
 */
export function fSurvivalQuantile(p: number, df1: number, df2: number): number {
  if (df2 === Number.POSITIVE_INFINITY) return chiSquaredSurvivalQuantile(p, df1) / df1;
  if (!(p >= 0 && p <= 1) || !usable(df1, df2)) return Number.NaN;
  if (p === 0) return Number.POSITIVE_INFINITY;
  if (p === 1) return 0;
  return (df2 / df1) * Math.exp(-betaLogOdds(p, df2 / 2, df1 / 2));
}
