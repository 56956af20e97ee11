/*
 * The bias-corrected and accelerated interval of bootstrap replicates, and the test that it inverts.
 *
 * Answers: between which values does the truth lie; is it above a threshold. Applies: replicates of a smooth statistic
 * under resampling of independent units. Formula: with G the distribution of the replicates (share k/(B+1) at the k-th
 * smallest, straight between), w(θ) = Φ⁻¹(G(θ)) − z₀ and z₀ = Φ⁻¹(share below the estimate, ties half), threshold θ has
 * p = Φ(w/(1 + a·w) − z₀): the very equation whose solution for θ at p = α/2 is the BCa end. Where no replicate lies
 * beyond θ, G is 1/(B+1); p is never less than that, and an end that would need more replicates is ∓Infinity.
 * Source: Efron 1987 (JASA 82:171); Efron and Tibshirani 1993 §14.3; STATISTICS.md §4.
 */
import { boundary } from './boundary.js';
import { type Estimate, type Interval, tailOutside } from './estimate.js';
import { normalCdf, normalQuantile, normalSurvival } from './normal.js';

export interface BcaShape {
  /** z₀: 0 where half of the replicates lie below the estimate. */
  readonly bias: number;
  readonly acceleration: number;
}

/** z₀, ∓Infinity where all replicates lie on one side. `sorted` ascending. */
export function biasOf(sorted: Float64Array, estimate: number): number {
  const below = firstAtLeast(sorted, estimate);
  const upTo = firstAbove(sorted, estimate);
  return normalQuantile((below + upTo) / (2 * sorted.length));
}

/** `sorted`: replicates, ascending, not all equal; `shape` finite. */
export function bcaEstimate(estimate: number, sorted: Float64Array, shape: BcaShape): Estimate {
  const { bias, acceleration } = shape;
  const test = (threshold: number) => {
    const w = normalQuantile(shareBelow(sorted, threshold)) - bias;
    const stretch = 1 + acceleration * w;
    // Beyond the pole of w/(1 + a·w) the threshold is further out than any level reaches.
    const z = stretch > 0 ? w / stretch - bias : w > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const least = 1 / (sorted.length + 1);
    return { above: Math.max(normalCdf(z), least), below: Math.max(normalSurvival(z), least) };
  };
  const interval = (confidence: number): Interval => {
    const tail = tailOutside(confidence);
    const spread = sorted[sorted.length - 1] - sorted[0];
    const end = (z: number) => {
      const reach = bias + z;
      return valueAt(sorted, normalCdf(bias + reach / (1 - acceleration * reach)));
    };
    const critical = normalQuantile(tail);
    return {
      kind: 'interval',
      low: boundary((x) => test(x).above <= tail, end(critical), 1, spread),
      high: boundary((x) => test(x).below <= tail, end(-critical), -1, spread),
    };
  };
  return { estimate, test, interval };
}

/** Share of replicates below a value: k/(B+1) at the k-th smallest, straight between, never 0 or 1. */
export function shareBelow(sorted: Float64Array, value: number): number {
  const count = sorted.length;
  const below = firstAtLeast(sorted, value);
  if (below === 0) return 1 / (count + 1);
  if (below === count) return count / (count + 1);
  const upTo = firstAbove(sorted, value);
  // On a tie the middle of its ranks; between two replicates in proportion.
  if (upTo > below) return (below + 1 + upTo) / 2 / (count + 1);
  const share = (value - sorted[below - 1]) / (sorted[below] - sorted[below - 1]);
  return (below + share) / (count + 1);
}

/** The inverse of `shareBelow` without ties; the outermost replicates beyond. */
function valueAt(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length + 1) - 1;
  if (!(place > 0)) return sorted[0];
  if (place >= sorted.length - 1) return sorted[sorted.length - 1];
  const below = Math.floor(place);
  return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
}

const firstAtLeast = (sorted: Float64Array, value: number): number => search(sorted, (x) => x >= value);
const firstAbove = (sorted: Float64Array, value: number): number => search(sorted, (x) => x > value);

function search(sorted: Float64Array, holds: (x: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
