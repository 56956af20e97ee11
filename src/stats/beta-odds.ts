/*
 * Quantiles of the beta distribution as the logarithm of odds.
 *
 * Answers: log(x / (1 - x)) for the x below which beta(a, b) has probability p.
 * Applies: t, F and beta quantiles are this number, rescaled. Odds keep their digits at both ends, where x
 * itself would round to 0 or to 1.
 * Formula: a search on the logarithm of the smaller tail, from a normal approximation held between two
 * certain bounds: the lower tail never exceeds odds^a / (a * B(a, b)), and the mirror image for the upper.
 * So far out that the bound is exact, the bound is the answer.
 * Source: DLMF 8.17; the bound follows from the integral of odds^(a-1) * (1 + odds)^-(a+b).
 */

import { incompleteBeta, logBetaPeak, logBetaPower } from './incomplete-beta.js';
import { normalQuantile } from './normal.js';
import { searchQuantile } from './quantile-search.js';
import { tailPoint } from './tails.js';

/** This far out, and further by the logarithm of a + b, the bound is exact to the last digit. */
const EXACT_FROM = 38;

/**
 * log(x / (1 - x)) at which the lower tail of beta(a, b) is p, for 0 < p < 1 and finite a > 0, b > 0.
 * Its absolute error is that of the logarithm of the tail (`incompleteBeta`) divided by its slope.
 */
export function betaLogOdds(p: number, a: number, b: number): number {
  // 1 - p is exact for p above one half, so the smaller tail is always the one that is searched.
  if (p > 0.5) return -betaLogOdds(1 - p, b, a);
  const logPeak = logBetaPeak(a, b);
  const exactFrom = EXACT_FROM + Math.log1p(a + b);
  const low = (Math.log(p) + logBetaPower(a, b, logPeak)) / a;
  if (low < -exactFrom) return low;
  const high = -(Math.log1p(-p) + logBetaPower(b, a, logPeak)) / b;
  if (high > exactFrom) return high;
  const near = Math.log(a / b) + normalQuantile(p) * Math.sqrt(1 / a + 1 / b);
  const from = Math.min(high, Math.max(low, near));
  return searchQuantile(Math.log(p), from, (u) => {
    const odds = Math.exp(u);
    const x = odds / (1 + odds);
    const y = 1 / (1 + odds);
    return tailPoint(incompleteBeta(x, y, a, b, logPeak), 'lower', a * y - b * x);
  });
}
