/**
 * Fisher's exact test of a 2×2 table, two-sided: is an event as frequent in one group as in the other?
 * Applies to counts of any size, small ones above all. Given the margins the first cell is hypergeometric;
 * p is the sum of the probabilities of all tables no more probable than the one seen.
 * Source: R. A. Fisher, Statistical Methods for Research Workers, 5th ed. 1934.
 */
import { logGamma } from '../stats/log-gamma.js';

/** Tables whose probabilities agree to this relative error count as equally probable. */
const tie = 1e-7;

const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** `events` ≤ `size` whole numbers ≥ 0 in each group. */
export function fisherExact(
  a: { readonly events: number; readonly size: number },
  b: { readonly events: number; readonly size: number },
): number {
  const events = a.events + b.events;
  const total = logChoose(a.size + b.size, events);
  const probability = (k: number) => Math.exp(logChoose(a.size, k) + logChoose(b.size, events - k) - total);
  const seen = probability(a.events);
  let p = 0;
  for (let k = Math.max(0, events - b.size); k <= Math.min(a.size, events); k += 1) {
    const one = probability(k);
    if (one <= seen * (1 + tie)) p += one;
  }
  return Math.min(1, p);
}
