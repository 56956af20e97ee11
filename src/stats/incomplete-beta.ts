/*
 * The regularised incomplete beta function, both tails at once.
 *
 * Answers: the share of a beta(a, b) distribution below x, and the share above.
 * Applies: t, F, beta and binomial probabilities are all this function at some x.
 * Formula: weight / continued fraction, where weight = x^a * (1-x)^b / B(a, b). The weight is written as
 * its peak, reached at x = a / (a + b), times exp(-a * gap - b * gap): no large logarithms are subtracted, so
 * it stays exact for parameters in the millions. Below the mean the fraction gives the lower tail; above it,
 * with a and b exchanged, the upper one.
 * Source: A. DiDonato and A. Morris, Algorithm 708, ACM TOMS 18 (1992) 360, for the fraction (every second
 * convergent of DLMF 8.17.22, without its cancellation), evaluated by Lentz's method.
 * Math.log and Math.exp are V8's ports of fdlibm: the same bits on Node 20, 22 and 24.
 */

import { stirlingRemainder } from './log-gamma.js';
import { logGap } from './log-gap.js';
import type { Tails } from './tails.js';

const MOST_TERMS = 1_000_000;
const SETTLED = 3e-16;
const TWO_PI = 6.283185307179586;

/** log of the largest value of x^a * (1-x)^b / B(a, b); a constant of the distribution, worth keeping. */
export function logBetaPeak(a: number, b: number): number {
  const remainders = stirlingRemainder(a + b) - stirlingRemainder(a) - stirlingRemainder(b);
  return remainders - 0.5 * Math.log(TWO_PI * (1 / a + 1 / b));
}

/** log of a * B(a, b): near x = 0 the lower tail is x^a / (a * B(a, b)); it is never more than odds^a / (a * B). */
export function logBetaPower(a: number, b: number, logPeak = logBetaPeak(a, b)): number {
  return Math.log(a) - logPeak - a * Math.log1p(b / a) - b * Math.log1p(a / b);
}

/** The continued fraction by which the weight is divided; `lead` is a * (1-x) - b * x, which sums would blur. */
function fraction(x: number, y: number, a: number, b: number, lead: number): number {
  let value = (a * (lead + 1)) / (a + 1);
  let c = value;
  let d = 0;
  for (let m = 1; m < MOST_TERMS; m += 1) {
    const place = a + 2 * m;
    const share = (m * (b - m) * x) / (place - 1);
    const top = ((a + m - 1) * (a + b + m - 1) * x * share) / (place - 1);
    const bottom = m + share + ((a + m) * (lead + 1 + m * (1 + y))) / (place + 1);
    d = 1 / (bottom + top * d);
    c = bottom + top / c;
    const change = c * d;
    value *= change;
    if (!(Math.abs(change - 1) > SETTLED)) return value;
  }
  return Number.NaN;
}

/**
 * Both tails of beta(a, b) at x, where y is 1 - x as the caller knows it best; a > 0, b > 0, both finite.
 * The logarithm of a tail has an error below 1e-15 times the largest of 10, its size, and the square root of
 * the smaller parameter. NaN where the fraction does not settle: both parameters beyond 1e30.
 */
export function incompleteBeta(
  x: number,
  y: number,
  a: number,
  b: number,
  logPeak = logBetaPeak(a, b),
): Tails {
  const lead = y * a - x * b;
  const logWeight = logPeak - a * logGap(-lead / a, x * (1 + b / a)) - b * logGap(lead / b, y * (1 + a / b));
  return x * (a + b + 2) < a + 1
    ? { side: 'lower', logWeight, ratio: 1 / fraction(x, y, a, b, lead) }
    : { side: 'upper', logWeight, ratio: 1 / fraction(y, x, b, a, -lead) };
}
