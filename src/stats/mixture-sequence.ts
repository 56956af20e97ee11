/*
 * Looks that nobody declared.
 *
 * Answers: an interval and a p that hold at all looks together, however many there are and whenever they happen.
 * Applies: n means of successive batches of a series, each of at least 3τ buckets so that they are nearly independent;
 * the batch length is fixed at the first look (`batchLength`) and stored, since batches must not move; n ≥ 5.
 * Formula: with m and s² mean and population variance of the batch means and c² = 1, the interval is
 * m ± s·√((1 − q)(n + c²)/(q(n + c²) − c²)), q = (α²c²/(n + c²))^(1/n), unbounded while q(n + c²) ≤ c².
 * Turned around: with D = (m − θ)²/s², p(θ) = min(1, √((n + c²)/c²)·q^(n/2)), q = (n + c² + c²D)/((n + c²)(1 + D)).
 * It is the t-statistic's likelihood ratio, mixed over a normal effect of variance 1/c², held against 1/α (Ville).
 * Source: Wang and Ramdas 2023 (arXiv 2310.03722), the t-mixture with a flat prior on scale; STATISTICS.md §6.
 * Measured (ten looks, τ estimated at the first, T ≤ 1000): table of `npm run calibrate`.
 */
import type { OneSided } from './estimate.js';
import type { Reference } from './newcombe.js';
import { checkColumns } from './sample-problem.js';

const c2 = 1;
export const fewestBatches = 5;

/**
 * How many buckets make one batch of nearly independent means: 3τ, rounded up.
 *
 * @param tau integrated autocorrelation time, in buckets
 * @returns whole, ≥ 1
 * @throws RangeError where τ is no number
 * @example
 * ```ts
 * batchLength(2.4); // → 8
 * ```
 */
export function batchLength(tau: number): number {
  if (Number.isNaN(tau)) throw new RangeError('an autocorrelation time is a number, got NaN');
  return Math.max(1, Math.ceil(3 * tau));
}

/**
 * Means of consecutive batches; an incomplete last batch is left out.
 *
 * @param values in time order
 * @param length of a batch, whole, ≥ 1
 * @returns one mean per batch
 * @throws RangeError where the length is not whole and at least 1
 * @example
 * ```ts
 * batchMeans(Float64Array.of(1, 3, 5, 7, 9), 2); // → [2, 6]
 * ```
 */
export function batchMeans(values: Float64Array, length: number): Float64Array {
  checkColumns([values]);
  if (!(Number.isInteger(length) && length >= 1))
    throw new RangeError(`a batch holds a whole number of values, at least 1, got ${length}`);
  const means = new Float64Array(Math.floor(values.length / length));
  for (let k = 0; k < means.length; k++) {
    let sum = 0;
    for (let t = k * length; t < (k + 1) * length; t++) sum += values[t];
    means[k] = sum / length;
  }
  return means;
}

/**
 * How far the interval of the Gaussian-mixture t sequence reaches, in population standard deviations.
 *
 * @param n values so far
 * @param alpha error over all looks together, two-sided, 0 … 1
 * @returns ≥ 0; Infinity while n is too small; never throws
 * @example
 * ```ts
 * mixtureReach(20, 0.05); // → 0.785699
 * ```
 */
export function mixtureReach(n: number, alpha: number): number {
  const total = n + c2;
  const q = Math.exp((2 * Math.log(alpha) + Math.log(c2 / total)) / n);
  const left = q * total - c2;
  return left > 0 ? Math.sqrt(((1 - q) * total) / left) : Number.POSITIVE_INFINITY;
}

/**
 * p of both sides by the Gaussian-mixture t sequence: valid at every n at once.
 *
 * @param n values so far
 * @param deviation distance from the threshold in population standard deviations
 * @returns p of "not above" and of "not below"; never throws
 * @example
 * ```ts
 * mixtureTest(20, 1.2).above < 0.025; // → true
 * ```
 */
export function mixtureTest(n: number, deviation: number): OneSided {
  const square = deviation * deviation;
  const total = n + c2;
  // q = 1 − (n/(n + c²))·D/(1 + D), in the form that keeps a small D.
  const share = Number.isFinite(square) ? square / (1 + square) : 1;
  const logP = 0.5 * Math.log(total / c2) + 0.5 * n * Math.log1p((-n / total) * share);
  const twoSided = Math.min(1, Math.exp(logP));
  const tail = twoSided / 2;
  return deviation >= 0 ? { above: tail, below: 1 - tail } : { above: 1 - tail, below: tail };
}

/**
 * The t statistic of n independent things that holds at every n at once, in place of Student's t with n − 1 degrees. Below 2
 * nothing is ever rejected, and for few not at 95 %.
 */
export function mixtureReference(n: number): Reference {
  if (n < 2) return { survival: () => 0.5, critical: () => Number.POSITIVE_INFINITY };
  const scale = Math.sqrt(n - 1);
  return {
    survival: (z) => mixtureTest(n, z / scale).above,
    critical: (tail) => mixtureReach(n, 2 * tail) * scale,
  };
}
