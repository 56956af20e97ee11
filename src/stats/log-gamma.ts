/*
 * The logarithm of the gamma function, and what Stirling's formula leaves over.
 *
 * Answers: log of Gamma(x), that is log of (x - 1)! for any positive x.
 * Applies: normalising constants of beta, gamma, t, F and binomial; counting arrangements.
 * Formula: Stirling's (x - 1/2) * log(x) - x + log(2 * pi) / 2, plus a remainder 1/(12 x) - 1/(360 x^3) + ...
 * Seven terms are exact to the last digit from x = 10 on; a smaller x is first moved up there by
 * Gamma(x) = Gamma(x + 1) / x.
 * Source: DLMF 5.11.1 (expansion), 5.5.1 (recurrence).
 * Math.log is V8's port of fdlibm: the same bits on Node 20, 22 and 24.
 */

const STIRLING_FROM = 10;
const HALF_LOG_TWO_PI = 0.9189385332046728;

function series(x: number): number {
  const inverse = 1 / x;
  const square = inverse * inverse;
  let sum = 1 / 156;
  sum = sum * square - 691 / 360360;
  sum = sum * square + 1 / 1188;
  sum = sum * square - 1 / 1680;
  sum = sum * square + 1 / 1260;
  sum = sum * square - 1 / 360;
  return (sum * square + 1 / 12) * inverse;
}

function stirling(x: number): number {
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI;
}

/**
 * log(Gamma(x)) for x > 0; NaN below 0, Infinity at 0 and at Infinity. Error below 2e-15 times the larger of 10
 * and the value (so near its zeros at 1 and 2 the error is absolute, not relative). DLMF 5.11.1.
 *
 * @param x ≥ 0
 * @returns never throws
 * @example
 * ```ts
 * logGamma(10); // → 12.8018
 * ```
 */
export function logGamma(x: number): number {
  if (!(x >= 0)) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x >= STIRLING_FROM) return stirling(x) + series(x);
  let product = 1;
  let shifted = x;
  while (shifted < STIRLING_FROM) {
    product *= shifted;
    shifted += 1;
  }
  return stirling(shifted) + series(shifted) - Math.log(product);
}

/**
 * log(Gamma(x)) less Stirling's formula, for x > 0: always positive, about 1 / (12 x).
 * Absolute error below 2e-14. DLMF 5.11.1.
 */
export function stirlingRemainder(x: number): number {
  return x >= STIRLING_FROM ? series(x) : logGamma(x) - stirling(x);
}
