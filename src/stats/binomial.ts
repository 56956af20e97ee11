/*
 * The binomial distribution.
 *
 * Answers: the probability of at most k, or of more than k, successes in a number of trials.
 * Applies: exact tests and intervals for a count of successes (the calibration's false claims, a split).
 * Formula: more than k successes in n trials is the incomplete beta function with parameters k + 1 and n - k
 * at the probability of success; no sum over the counts is needed.
 * Source: DLMF 8.17.5; C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404.
 */

import { betaCdf, betaSurvival } from './beta.js';

function usable(k: number, trials: number, probability: number): boolean {
  return (
    !Number.isNaN(k) && Number.isSafeInteger(trials) && trials >= 0 && probability >= 0 && probability <= 1
  );
}

/**
 * The probability of at most k successes; a fractional k counts as the whole number below it. NaN unless trials
 * is a whole number and the probability lies in [0, 1]. Relative error below 1e-11 down to 1e-300.
 *
 * @param k successes
 * @param trials whole, ≥ 0
 * @param probability of a success, 0 … 1
 * @returns 0 … 1 or NaN; never throws
 * @example
 * ```ts
 * binomialCdf(2, 10, 0.5); // → 0.0546875
 * ```
 */
export function binomialCdf(k: number, trials: number, probability: number): number {
  if (!usable(k, trials, probability)) return Number.NaN;
  const most = Math.floor(k);
  if (most < 0) return 0;
  return most >= trials ? 1 : betaSurvival(probability, most + 1, trials - most);
}

/**
 * The probability of more than k successes. As `binomialCdf`.
 *
 * @param k successes
 * @param trials whole, ≥ 0
 * @param probability of a success, 0 … 1
 * @returns 0 … 1 or NaN; never throws
 * @example
 * ```ts
 * binomialSurvival(7, 10, 0.5); // → 0.0546875
 * ```
 */
export function binomialSurvival(k: number, trials: number, probability: number): number {
  if (!usable(k, trials, probability)) return Number.NaN;
  const most = Math.floor(k);
  if (most < 0) return 1;
  return most >= trials ? 0 : betaCdf(probability, most + 1, trials - most);
}
