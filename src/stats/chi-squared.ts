/*
 * The chi-squared distribution.
 *
 * Answers: the probability below or above x, and the x that has a given probability below or above it.
 * Applies: sums of squared normal deviates: sample-ratio checks, goodness of fit, intervals for a variance.
 * Degrees of freedom may be fractional.
 * Formula: the gamma distribution with shape = degrees of freedom / 2 and scale 2.
 * Source: DLMF 8.2.4; Abramowitz and Stegun 26.4.
 */

import { gammaCdf, gammaQuantile, gammaSurvival, gammaSurvivalQuantile } from './gamma.js';

/**
 * The probability below x; 0 for x <= 0. Relative error below 1e-11 down to 1e-300.
 *
 * @param x where; ≥ 0
 * @param df degrees of freedom, > 0, may be fractional
 * @returns 0 … 1; NaN outside the range of a parameter; never throws
 * @example
 * ```ts
 * chiSquaredCdf(3.84, 1); // → 0.949956
 * ```
 */
export function chiSquaredCdf(x: number, df: number): number {
  return gammaCdf(x, df / 2, 2);
}

/**
 * The probability above x; 1 for x <= 0. Relative error below 1e-11 down to 1e-300.
 *
 * @param x where; ≥ 0
 * @param df degrees of freedom, > 0, may be fractional
 * @returns 0 … 1, small tails with full precision; NaN outside the range of a parameter; never throws
 * @example
 * ```ts
 * chiSquaredSurvival(3.84, 1); // → 0.0500435
 * ```
 */
export function chiSquaredSurvival(x: number, df: number): number {
  return gammaSurvival(x, df / 2, 2);
}

/**
 * The x below which the probability is p; 0 at 0, Infinity at 1, NaN outside. Relative error below 1e-11.
 *
 * @param p probability below, 0 … 1
 * @param df degrees of freedom, > 0, may be fractional
 * @returns in the unit of the variable; never throws
 * @example
 * ```ts
 * chiSquaredQuantile(0.05, 1); // → 0.00393214
 * ```
 */
export function chiSquaredQuantile(p: number, df: number): number {
  return gammaQuantile(p, df / 2, 2);
}

/**
 * The x above which the probability is p; Infinity at 0, 0 at 1, NaN outside. Relative error below 1e-11.
 *
 * @param p probability above, 0 … 1; 1e-300 is as good as 0.05
 * @param df degrees of freedom, > 0, may be fractional
 * @returns in the unit of the variable; never throws
 * @example
 * ```ts
 * chiSquaredSurvivalQuantile(0.05, 1); // → 3.84146
 * ```
 */
export function chiSquaredSurvivalQuantile(p: number, df: number): number {
  return gammaSurvivalQuantile(p, df / 2, 2);
}
