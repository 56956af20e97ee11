/*
 * How long the blocks of a block bootstrap should be.
 *
 * Answers: the block length at which the bootstrap variance of a mean is most accurate, for random (stationary) and for
 * fixed (circular) lengths. Applies: one stationary series without gaps.
 * Formula: m = first lag from which K = max(5, ⌊log₁₀ T⌋) autocorrelations in a row are below 2√(log₁₀T/T);
 * with M = 2m, flat-top weights λ(k/M) (1 up to ½, then down to 0), G = Σ λ|k|·γ_k and σ² = Σ λ·γ_k over |k| ≤ M,
 * b = (2G²/d)^⅓·T^⅓, d = 2σ⁴ (stationary), 4/3·σ⁴ (circular), at most min(3√T, T/3).
 * Source: Politis and White 2004 (Econometric Reviews 23:53); corrected d: Patton, Politis and White 2009 (28:372);
 * choice of m as in the Python package `arch`.
 */
import { type Reason, reason } from '../model/reason.js';
import { isConstant, sampleProblem } from './sample-problem.js';
import { centred } from './sum-spread.js';

export interface BlockLength {
  /** Mean length of the blocks; may be below 1 for a series without memory: use at least 1. */
  readonly stationary: number;
  readonly circular: number;
}

/** Below this the rule has no lags to look at. */
const FEWEST = 10;

/**
 * How long the blocks of a block bootstrap should be.
 *
 * @param series finite values in time order, at least 10
 * @returns or a Reason `{ code, values }`; never throws on data
 * @example
 * ```ts
 * const random = createRandom(1);
 * const noise = () => Float64Array.from({ length: 120 }, () => random.normal());
 * const found = politisWhite(noise());
 * if ('code' in found) throw new Error(found.code);
 * found.stationary < 5; // → true
 * ```
 */
export function politisWhite(series: Float64Array): BlockLength | Reason {
  const problem = sampleProblem([series], FEWEST);
  if (problem !== null) return problem;
  if (isConstant(series)) return reason('constant-data', { n: series.length });
  const count = series.length;
  const deviations = scaledToOne(centred(series));
  const run = Math.max(5, Math.floor(Math.log10(count)));
  const lags = Math.min(count - 2, Math.ceil(Math.sqrt(count)) + run);
  const { covariance, correlation } = lagged(deviations, lags);
  const limit = 2 * Math.sqrt(Math.log10(count) / count);
  const first = quietFrom(correlation, run, limit);
  const reach = Math.min(lags, first === null ? lags : 2 * Math.max(first, 1));
  let slope = 0;
  let variance = covariance[0];
  for (let k = 1; k <= reach; k++) {
    const weight = 2 * k <= reach ? 1 : 2 * (1 - k / reach);
    slope += 2 * weight * k * covariance[k];
    variance += 2 * weight * covariance[k];
  }
  const most = Math.ceil(Math.min(3 * Math.sqrt(count), count / 3));
  const length = (constant: number) => {
    const scale = constant * variance * variance;
    return scale > 0 ? Math.min(most, Math.cbrt((2 * slope * slope) / scale) * Math.cbrt(count)) : most;
  };
  return { stationary: length(2), circular: length(4 / 3) };
}

/** Largest deviation 1, so that squares neither vanish nor overflow. */
function scaledToOne(deviations: Float64Array): Float64Array {
  const largest = deviations.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return deviations.map((value) => value / largest);
}

function lagged(e: Float64Array, lags: number): { covariance: Float64Array; correlation: Float64Array } {
  const count = e.length;
  const covariance = new Float64Array(lags + 1);
  const correlation = new Float64Array(lags + 1);
  let late = 0;
  let early = 0;
  for (const value of e) late += value * value;
  early = late;
  for (let k = 0; k <= lags; k++) {
    late -= e[k] * e[k];
    early -= e[count - 1 - k] * e[count - 1 - k];
    let sum = 0;
    for (let t = k; t < count; t++) sum += e[t] * e[t - k];
    covariance[k] = sum / count;
    correlation[k] = Math.abs(sum) / Math.sqrt(late * early);
  }
  return { covariance, correlation };
}

/** First lag of `run` lags in a row below `limit`; null where there is none. */
function quietFrom(correlation: Float64Array, run: number, limit: number): number | null {
  for (let start = 0; start + run < correlation.length; start++) {
    let quiet = true;
    for (let k = start; k < start + run && quiet; k++) quiet = correlation[k] < limit;
    if (quiet) return start;
  }
  return null;
}
