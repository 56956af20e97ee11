/*
 * Is a split the declared one, however often it is looked at?
 *
 * Answers: a p that is valid at every look, so that the first p < .001 may be acted on. Applies: counts of units that are
 * assigned independently with known shares. Formula: 1/BF of "shares as declared" against a Dirichlet(c·shares) mixture,
 * BF = Γ(c)/Γ(c + n)·Π Γ(c·s_i + n_i)/Γ(c·s_i) ÷ Π s_i^{n_i}; 1/BF is a supermartingale's inverse, P(ever ≤ p) ≤ p.
 * c = 1,000: most sensitive to differences of a few percent at some thousands of units.
 * Source: Lindon and Malek 2020 (arXiv 2011.03567), eq. 9; Ville 1939.
 */
import { logGamma } from './log-gamma.js';

const CONCENTRATION = 1000;

/** `counts` and `shares` (positive, sum 1) run in parallel. In (0, 1]. */
export function sequentialRatio(counts: readonly number[], shares: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  let log = logGamma(CONCENTRATION) - logGamma(CONCENTRATION + n);
  counts.forEach((count, i) => {
    const c = CONCENTRATION * shares[i];
    log += logGamma(c + count) - logGamma(c) - count * Math.log(shares[i]);
  });
  return Math.min(1, Math.max(Number.MIN_VALUE, Math.exp(-log)));
}
