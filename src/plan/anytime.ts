/**
 * What looks at any time will know at the last of them (stats/mixture-sequence.ts).
 *
 * B batches of 3τ units are compared by the t of their means with B − 1 degrees of freedom, at the level that stays valid at
 * all looks together: that of a t as large as the reach of the sequence, √(B − 1) times; below 5 batches none. Means of
 * batches vary less than τ ÷ length says, since a batch of 3τ is not long: under AR(1) with ρ = (τ − 1)/(τ + 1), by the
 * factor 1 − 2ρ(1 − ρ^L)/(τ·L·(1 − ρ)²). A pilot of the same kind has that in its own means.
 * (Simulated at ρ 0, .5 and .8, power .4 to .95: the last look alone within 4 points; an earlier one can only add.)
 */
import { batchLength, fewestBatches, mixtureReach } from '../stats/mixture-sequence.js';
import { studentTSurvival } from '../stats/student-t.js';
import { type Precision, widestOfThree } from './precision.js';

/** `readOff`: what the precision was read off: a declared variation, a series (where the widest of three decides), batches. */
export function inBatches(precision: Precision, readOff: 'declared' | 'series' | 'batches'): Precision {
  const tau = precision.tau ?? 1;
  const length = batchLength(tau);
  const batches = (n: number) => Math.floor(n / length + 1e-9);
  const oneMeasure = readOff === 'series' ? widestOfThree : 1;
  const sharper = readOff === 'batches' ? 1 : oneMeasure / Math.sqrt(shareOfVariance(tau, length));
  return {
    ...precision,
    at: (n, threshold, truth) => ({
      distance: precision.at(n, threshold, truth).distance * sharper,
      df: Math.max(1, batches(n) - 1),
    }),
    level(n, alpha) {
      const b = batches(n);
      if (b < fewestBatches) return 0;
      return studentTSurvival(mixtureReach(b, 2 * alpha) * Math.sqrt(b - 1), b - 1);
    },
  };
}

/** Variance of the mean of a batch against σ²τ/length. */
function shareOfVariance(tau: number, length: number): number {
  const rho = (tau - 1) / (tau + 1);
  const rest = rho > 0 ? Math.exp(length * Math.log(rho)) : 0;
  return 1 - (2 * rho * (1 - rest)) / (tau * length * (1 - rho) * (1 - rho));
}
