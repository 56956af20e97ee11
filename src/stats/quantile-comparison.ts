/*
 * Two quantiles compared through the bounds of each.
 *
 * Answers: is the treatment's quantile x above r times the baseline's y, and by how much do they differ. Applies: two
 * series with bounds at any tail (`series-quantile.ts`), observed together or apart.
 * Formula: with [l, u] the bounds of each arm at a tail, the lower bound of x − r·y is
 *   x − r·y − √((x − l_x)² + r²(u_y − y)² − 2ρr(x − l_x)(u_y − y)),
 * the upper bound mirrors it; a threshold's p is the tail at which the bound reaches it. ρ, how far both arms move
 * together, is the smaller of two correlations of the indicator series (bucket by bucket, and of their slow cosines),
 * so that neither a fast nor a slow likeness is counted that the other does not share; apart, ρ = 0.
 * The bounds follow the skew of each arm's values; no normal shape or density is assumed.
 * Source: square-and-add of asymmetric bounds: Zou and Donner 2008 (Statistics in Medicine 27:1693), with correlation
 * Zou 2007 (Psychological Methods 12:399); ratios: Donner and Zou 2012 (SMMR 21:347).
 */
import { boundary } from './boundary.js';
import { type Estimate, type Interval, type OneSided, tailOutside } from './estimate.js';
import type { LinearInference } from './linear-inference.js';
import { checkColumns } from './sample-problem.js';
import type { SeriesQuantile } from './series-quantile.js';
import { sumOfProducts } from './series-spread.js';

export interface QuantileComparison extends LinearInference {
  readonly details: Readonly<Record<string, number | string>>;
}

/**
 * The difference of the same quantile of two time series.
 *
 * @param x @param y of `seriesQuantile`
 * @param together row t of both series is the same bucket
 * @returns difference and ratio with test and interval
 * @throws RangeError where they are compared together and differ in length
 * @example
 * ```ts
 * const random = createRandom(1);
 * const at = (mean: number) => seriesQuantile(Float64Array.from({ length: 400 }, () => mean + random.normal()), 0.5, null, true);
 * const [x, y] = [at(2), at(0)];
 * if ('code' in x || 'code' in y) throw new Error('no answer');
 * compareQuantiles(x, y, true).difference.test(0).above < 0.001; // → true
 * ```
 */
export function compareQuantiles(
  x: SeriesQuantile,
  y: SeriesQuantile,
  together: boolean,
): QuantileComparison {
  if (together) checkColumns([x.deviations, y.deviations]);
  const rho = together ? correlation(x, y) : 0;
  const at = memo((tail: number) => ({ x: x.bounds(tail), y: y.bounds(tail) }));
  const form = x.estimate - y.estimate;
  /** How far the bound of x − r·y lies from the estimate, below or above it. */
  const reach = (r: number, tail: number, side: 'below' | 'above') => {
    const bounds = at(tail);
    const ofX = side === 'below' ? x.estimate - bounds.x.low : bounds.x.high - x.estimate;
    const ofY = side === 'below' ? bounds.y.high - y.estimate : y.estimate - bounds.y.low;
    if (ofX === Number.POSITIVE_INFINITY || ofY === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const [a, b] = [ofX, r * ofY];
    return Math.sqrt(Math.max(0, a * a + b * b - 2 * rho * a * b));
  };
  const test = (r: number, d: number): OneSided => {
    const distance = x.estimate - r * y.estimate - d;
    if (distance === 0) return { above: 0.5, below: 0.5 };
    const side = distance > 0 ? 'below' : 'above';
    const p = smallestTail((tail) => reach(r, tail, side) < Math.abs(distance));
    return distance > 0 ? { above: p, below: 1 - p } : { above: 1 - p, below: p };
  };
  const difference: Estimate = {
    estimate: form,
    test: (d) => test(1, d),
    interval(confidence): Interval {
      const tail = tailOutside(confidence);
      const below = reach(1, tail, 'below');
      const above = reach(1, tail, 'above');
      // Ends are moved to the very number at which the test turns.
      const end = (far: number, inward: 1 | -1) =>
        far === Number.POSITIVE_INFINITY
          ? -inward * far
          : boundary((d) => far < inward * (form - d), form - inward * far, inward, far);
      return { kind: 'interval', low: end(below, 1), high: end(above, -1) };
    },
  };
  const half = difference.interval(0.95);
  const width = half.kind === 'interval' ? half.high - half.low : Number.NaN;
  return {
    difference,
    ratio: y.estimate > 0 ? ratioOf(x.estimate / y.estimate) : null,
    treatmentValue: x.estimate,
    baselineValue: y.estimate,
    standardError: width / 2 / 1.959963984540054,
    df: Math.min(x.spread.nu, y.spread.nu),
    details: {
      tau: Math.max(x.spread.geyer.tau, y.spread.geyer.tau),
      'effective n': Math.min(x.spread.geyer.effectiveN, y.spread.geyer.effectiveN),
      nu: Math.min(x.spread.nu, y.spread.nu),
      correlation: rho,
    },
  };

  function ratioOf(center: number): Estimate {
    return {
      estimate: center,
      test: (r) => test(r, 0),
      interval(confidence): Interval {
        const tail = tailOutside(confidence);
        if (!(at(tail).y.low > 0)) return { kind: 'unbounded' };
        const gap = (r: number) => x.estimate - r * y.estimate;
        return {
          kind: 'interval',
          low: boundary((r) => reach(r, tail, 'below') < gap(r), center, 1, center * 0.01),
          high: boundary((r) => reach(r, tail, 'above') < -gap(r), center, -1, center * 0.01),
        };
      },
    };
  }
}

function correlation(x: SeriesQuantile, y: SeriesQuantile): number {
  const of = (u: Float64Array, v: Float64Array) => {
    const size = Math.sqrt(sumOfProducts(u, u) * sumOfProducts(v, v));
    return size > 0 ? sumOfProducts(u, v) / size : 0;
  };
  const slow = Math.min(x.spread.nu, y.spread.nu);
  const cosines = of(x.weights.subarray(0, slow), y.weights.subarray(0, slow));
  return Math.max(-1, Math.min(cosines, of(x.deviations, y.deviations)));
}

/** The smallest tail in (0, ½] whose bound still excludes the threshold; ½ where none does. */
function smallestTail(excludes: (tail: number) => boolean): number {
  let accepted = 0;
  let rejected = 0.5;
  if (!excludes(0.4999999)) return 0.5;
  for (let exponent = 1; exponent <= 1000; exponent *= 2) {
    const tail = 0.5 * Math.exp(-exponent);
    if (!excludes(tail)) {
      accepted = tail;
      break;
    }
    rejected = tail;
  }
  for (let round = 0; round < 100; round++) {
    const middle = accepted + (rejected - accepted) / 2;
    if (middle === accepted || middle === rejected) break;
    if (excludes(middle)) rejected = middle;
    else accepted = middle;
  }
  return rejected;
}

function memo<T>(compute: (tail: number) => T): (tail: number) => T {
  const known = new Map<number, T>();
  return (tail) => {
    const seen = known.get(tail);
    if (seen !== undefined) return seen;
    const fresh = compute(tail);
    known.set(tail, fresh);
    return fresh;
  };
}
