/*
 * How much the mean of a series varies, from its slow cosines (EWC).
 *
 * Answers: Ω = Σ_k Cov(x_t, x_{t+k}) over all lags; the mean of T values has variance Ω/T. Applies: a stationary
 * series, equally spaced, gaps allowed.
 * Formula: L_j = Σ_t g_t·cos(πj(t + ½)/N)/√(Σ_t (cos − mean cos)²) over the observed t, j = 1 … ν; without gaps the
 * root is √(T/2). Each L_j² estimates Ω, with nearly independent errors, so Ω = mean of L_j² has ν degrees of freedom:
 * (x̄ − μ)/√(Ω/T) is Student t with ν = ⌊0.4·T^(2/3)⌋. With gaps Σcos² = T/2 + C_{2j}/2 of the mask.
 * Slow drift: the lowest four L_j² should be no larger than the others. If their mean is (F test, 4 and ν − 4
 * degrees, p < .05) only they see how slow the series is, and ν = 4.
 * Source: Lazarus, Lewis, Stock and Watson 2018 (JBES 36:541); Müller 2004 for the cosines. Cost: `cosine-sums.ts`.
 */
import { cosineSums } from './cosine-sums.js';
import { fSurvival } from './f.js';
import { squareProblem } from './sample-problem.js';
import { onGrid, type TimeGrid, timeGrid } from './time-grid.js';

/**
 * ν for T values; 0 below T = 4: ⌊0.4·cbrt(T)² + 1e-9⌋, the addition keeps T = 1000 at 40 whatever cbrt rounds
 * to.
 *
 * @param count T ≥ 0
 * @returns whole; never throws
 * @example
 * ```ts
 * cosineCount(1000); // → 40
 * ```
 */
export function cosineCount(count: number): number {
  const root = Math.cbrt(count);
  return Math.floor(0.4 * root * root + 1e-9);
}

/** L_1 … L_ν of values that are centred on their grid. */
export function cosineWeights(centredGrid: Float64Array, grid: TimeGrid, nu: number): Float64Array {
  const count = grid.position.length;
  const sums = cosineSums(centredGrid, nu);
  const gaps = grid.mask === null ? null : cosineSums(grid.mask, 2 * nu);
  return Float64Array.from({ length: nu }, (_, index) => {
    const j = index + 1;
    const square = gaps === null ? count / 2 : count / 2 + gaps[2 * j] / 2 - (gaps[j] * gaps[j]) / count;
    return sums[j] / Math.sqrt(square);
  });
}

export interface SlowDrift {
  readonly found: boolean;
  /** Mean of the lowest four squared weights ÷ mean of the others; NaN where there are no others. */
  readonly excess: number;
  readonly p: number;
}

const lowest = 4;

/** Are the slowest four cosines larger than the rest? Needs ν > 4, else nothing is found. */
export function slowDrift(weights: Float64Array): SlowDrift {
  const rest = weights.length - lowest;
  if (rest < 1) return { found: false, excess: Number.NaN, p: Number.NaN };
  const excess = meanSquare(weights.subarray(0, lowest)) / meanSquare(weights.subarray(lowest));
  const p = fSurvival(excess, lowest, rest);
  return { found: p < 0.05, excess, p };
}

/** The weights that may be used: all, or the lowest four under a slow drift. */
export const usableWeights = (weights: Float64Array, drift: SlowDrift): Float64Array =>
  drift.found ? weights.subarray(0, lowest) : weights;

export function meanSquare(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value * value;
  return total / values.length;
}

export interface LongRunVariance {
  /** Ω, in the square of the values' unit; the variance of their mean is Ω ÷ count. */
  readonly variance: number;
  /** Degrees of freedom of Ω. */
  readonly nu: number;
  readonly drift: SlowDrift;
}

/**
 * Ω of one series. `bucket`: see `timeGrid`. Null below 4 values, where one is not finite, or where most buckets are
 * missing.
 *
 * @param values in time order, finite
 * @param bucket number of each value's time bucket, whole and increasing; null: no gaps
 * @returns Ω (unit²), its df ν, and whether the slow cosines stand out
 * @throws RangeError where `bucket` does not increase
 * @example
 * ```ts
 * const random = createRandom(1);
 * const noise = () => Float64Array.from({ length: 120 }, () => random.normal());
 * longRunVariance(noise())?.nu; // → 9
 * ```
 */
export function longRunVariance(
  values: Float64Array,
  bucket: ArrayLike<number> | null = null,
): LongRunVariance | null {
  if (squareProblem([values], 4) !== null) return null;
  const grid = timeGrid(values.length, bucket);
  const nu = cosineCount(values.length);
  if (grid === null || nu < 1) return null;
  const weights = cosineWeights(onGrid(values, grid), grid, nu);
  const drift = slowDrift(weights);
  const used = usableWeights(weights, drift);
  return { variance: meanSquare(used), nu: used.length, drift };
}
