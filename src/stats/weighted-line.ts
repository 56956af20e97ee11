/*
 * A straight line through costs whose scatter grows with their size.
 *
 * Answers: cost = a + b·volume, how uncertain the line is at a volume, and whether a line fits at all. Applies: at least
 * 3 volumes with at least 3 runs each, positive costs. Formula: variance ∝ fitted², so runs weigh 1/fitted², and fit and
 * weights are repeated until they agree. With v̄ the weighted mean volume, Var(line at v) = s²·(1/Σw + (v−v̄)²/S_vv),
 * s² = Σw·residual²/(N−2). Lack of fit: what the means of the volumes miss of the line, over what runs of one volume
 * differ, F(k−2, N−k).
 * Source: Carroll and Ruppert 1988, Transformation and Weighting in Regression, ch. 2; Draper and Smith §1.5.
 */
import { type Reason, reason } from '../model/reason.js';
import { fSurvival } from './f.js';
import { sampleProblem } from './sample-problem.js';

export interface VolumeRuns {
  /** One row a run. */
  readonly volume: Float64Array;
  readonly cost: Float64Array;
}

export interface WeightedLine {
  readonly intercept: number;
  readonly slope: number;
  at(volume: number): number;
  varianceAt(volume: number): number;
  readonly df: number;
  /** p of "a line fits". */
  readonly lackOfFit: number;
  /** Distinct volumes, ascending. */
  readonly volumes: readonly number[];
}

const FEWEST_VOLUMES = 3;
const FEWEST_RUNS = 3;
const ROUNDS = 100;

/**
 * Cost against volume, variance ∝ fitted²: iteratively weighted least squares with a test of fit.
 *
 * @param runs `volume` and `cost` of each run; at least 3 volumes
 * @returns or a Reason `{ code, values }`
 * @throws RangeError where there is not one cost per volume
 * @example
 * ```ts
 * const volume = Float64Array.of(1, 1, 1, 5, 5, 5, 10, 10, 10);
 * const found = weightedLine({ volume, cost: volume.map((v, i) => (2 + 3 * v) * (1 + ((i % 3) - 1) / 100)) });
 * if ('code' in found) throw new Error(found.code);
 * found.slope; // → 3
 * ```
 */
export function weightedLine({ volume, cost }: VolumeRuns): WeightedLine | Reason {
  if (volume.length !== cost.length) throw new RangeError('weightedLine needs a volume for every cost');
  const problem = sampleProblem([volume, cost], 1);
  if (problem !== null) return problem;
  const groups = runsByVolume(volume);
  const runs = Math.min(...groups.map((rows) => rows.length));
  if (groups.length < FEWEST_VOLUMES || runs < FEWEST_RUNS) {
    const need = { needVolumes: FEWEST_VOLUMES, needRuns: FEWEST_RUNS };
    return reason('too-few-volumes', { volumes: groups.length, runs, ...need });
  }
  const means = new Float64Array(volume.length);
  for (const rows of groups) {
    const mean = meanOf(rows.map((row) => cost[row]));
    for (const row of rows) means[row] = mean;
  }
  let fit = solved(volume, cost, means);
  for (let round = 0; round < ROUNDS && fit !== null; round++) {
    const before = fit;
    fit = solved(volume, cost, volume.map(before.at));
    if (fit === null) break;
    const moved = volume.some((v) => Math.abs(before.at(v) / (fit as Fit).at(v) - 1) > 1e-14);
    if (!moved) break;
  }
  if (fit === null) return reason('costs-not-positive', { runs: volume.length });
  return described(fit, volume, cost, means, groups);
}

interface Fit {
  readonly weights: Float64Array;
  readonly center: number;
  readonly level: number;
  readonly slope: number;
  readonly total: number;
  readonly spread: number;
  at(this: void, volume: number): number;
}

/** Null where a fitted cost is not positive, so that no weight follows from it. */
function solved(volume: Float64Array, cost: Float64Array, fitted: Float64Array): Fit | null {
  if (!fitted.every((f) => f > 0 && f < Number.POSITIVE_INFINITY)) return null;
  // Relative to the largest, so that costs of 1e-200 have weights too.
  const largest = fitted.reduce((most, f) => Math.max(most, f), 0);
  const weights = fitted.map((f) => (largest / f) * (largest / f));
  const sum = (term: (i: number) => number) => weights.reduce((s, w, i) => s + w * term(i), 0);
  const total = sum(() => 1);
  const center = sum((i) => volume[i]) / total;
  const level = sum((i) => cost[i]) / total;
  const spread = sum((i) => (volume[i] - center) * (volume[i] - center));
  const slope = sum((i) => (volume[i] - center) * (cost[i] - level)) / spread;
  return { weights, center, level, slope, total, spread, at: (v) => level + slope * (v - center) };
}

function described(
  fit: Fit,
  volume: Float64Array,
  cost: Float64Array,
  means: Float64Array,
  groups: readonly number[][],
): WeightedLine | Reason {
  const { weights, center, level, slope, total, spread, at } = fit;
  let residual = 0;
  let pure = 0;
  let missed = 0;
  let size = 0;
  for (let i = 0; i < cost.length; i++) {
    const fitted = at(volume[i]);
    residual += weights[i] * (cost[i] - fitted) * (cost[i] - fitted);
    pure += weights[i] * (cost[i] - means[i]) * (cost[i] - means[i]);
    missed += weights[i] * (means[i] - fitted) * (means[i] - fitted);
    size += weights[i] * fitted * fitted;
  }
  const negligible = size * 2 ** -100;
  if (!Number.isFinite(residual)) return reason('values-out-of-range', { largest: Math.max(...cost) });
  if (!(residual > negligible)) return reason('constant-data', { n: cost.length });
  const n = cost.length;
  const k = groups.length;
  const f = missed / (k - 2) / (pure / (n - k));
  const variance = residual / (n - 2);
  return {
    intercept: level - slope * center,
    slope,
    at,
    varianceAt: (v) => variance * (1 / total + ((v - center) / spread) * (v - center)),
    df: n - 2,
    lackOfFit: pure > negligible ? fSurvival(f, k - 2, n - k) : 0,
    volumes: groups.map((rows) => volume[rows[0]]),
  };
}

/** Rows of each distinct volume, volumes ascending. */
export function runsByVolume(volume: Float64Array): readonly number[][] {
  const groups = new Map<number, number[]>();
  volume.forEach((v, row) => {
    const rows = groups.get(v);
    if (rows === undefined) groups.set(v, [row]);
    else rows.push(row);
  });
  return [...groups.entries()].sort(([a], [b]) => a - b).map(([, rows]) => rows);
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
