/*
 * How far log(1 + u) falls short of u.
 *
 * Answers: u - log(1 + u), which is never negative, and to full relative accuracy near u = 0, where
 * subtracting the two would leave only rounding noise.
 * Applies: wherever a density is written as its peak times exp(-size * gap), the saddle-point form. It is
 * what keeps beta and gamma tails exact when their parameters are in the millions.
 * Formula: with ratio = u / (2 + u), log(1 + u) is twice the inverse hyperbolic tangent of ratio, so
 * the gap = ratio * (u - 2 * (ratio^3 / 3 + ratio^5 / 5 + ...) / ratio).
 * Source: C. Loader, Fast and Accurate Computation of Binomial Probabilities (2000); DLMF 4.6.
 * Math.log is V8's port of fdlibm: the same bits on Node 20, 22 and 24.
 */

const SERIES_REACH = 0.4;

/**
 * `u - log(1 + u)` for `u >= -1`; infinite at -1. Relative error below 2e-15.
 * `onePlusU` is 1 + u, handed over by callers who know it better than the sum would: close to u = -1 the
 * sum has lost its digits.
 */
export function logGap(u: number, onePlusU: number): number {
  if (u > SERIES_REACH || u < -SERIES_REACH) return u - Math.log(onePlusU);
  const ratio = u / (2 + u);
  const square = ratio * ratio;
  let term = square;
  let sum = term / 3;
  for (let odd = 5; term > 1e-17 * sum; odd += 2) {
    term *= square;
    sum += term / odd;
  }
  return ratio * (u - 2 * sum);
}
