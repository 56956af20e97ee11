/*
 * How much of α each declared look may use up.
 *
 * Answers: the error that may have been spent by information time t, the share of the planned units that has been seen.
 * Applies: looks that were declared, at whatever times they happen.
 * Formula, O'Brien–Fleming shape, one-sided α: f(t) = 2·Φ̄(z_{α/2}/√t): almost nothing early, α at t = 1.
 * Source: Lan and DeMets 1983 (Biometrika 70:659), α₁*.
 */
import { normalSurvival, normalSurvivalQuantile } from './normal.js';

/**
 * One-sided error spent by time t > 0; α from t = 1 on.
 *
 * @param alpha one-sided error, 0 … 0.5
 * @param t share of the planned information
 * @returns error spent so far; never throws
 * @example
 * ```ts
 * obrienFlemingSpending(0.025, 0.5); // → 0.00152532
 * ```
 */
export function obrienFlemingSpending(alpha: number, t: number): number {
  if (t >= 1) return alpha;
  return 2 * normalSurvival(normalSurvivalQuantile(alpha / 2) / Math.sqrt(t));
}
