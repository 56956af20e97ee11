/*
 * The mean of one time series, with an interval that knows that neighbours are alike.
 *
 * Answers: what is the mean, is it above a threshold, between which values does it lie. Applies: one stationary series in
 * time order; for two stacks see `paired-series.ts` and `unpaired-series.ts`, which also ask two other measures of
 * memory: EWC alone claims too much where the memory is long and the series short.
 * Formula: x̄ ± t(ν)·√(Ω/T), Ω the mean of the first ν squared cosine weights (`long-run-variance.ts`).
 * Source: Lazarus, Lewis, Stock and Watson 2018 (JBES 36:541).
 */
import { type Reason, reason } from '../model/reason.js';
import { preciseQuotient, preciseSum } from './double-double.js';
import type { Estimate } from './estimate.js';
import { longRunVariance } from './long-run-variance.js';
import { isConstant, squareProblem } from './sample-problem.js';
import { studentInterval, studentTest } from './student-estimate.js';

export interface SeriesMean {
  readonly mean: Estimate;
  /** √(Ω/T). */
  readonly standardError: number;
  readonly df: number;
  /** The slowest cosines stand out: only four are used, and the interval is wide. */
  readonly slowDrift: boolean;
}

/**
 * The mean of one time series with a standard error that knows its memory (equal-weighted cosines).
 *
 * @param values in time order, finite, at least 4, any unit
 * @param bucket number of each value's time bucket, whole and increasing; null: no gaps
 * @returns mean (estimate, test, interval), standard error, df ν; or the Reason `too-few-values`, `values-not-
 *   finite`, `constant-data`, `series-mostly-missing`
 * @throws RangeError where `bucket` does not increase
 * @example
 * ```ts
 * const random = createRandom(1);
 * let state = 0;
 * const series = Float64Array.from({ length: 1000 }, () => (state = 0.8 * state + random.normal()));
 * const found = ewc(series);
 * if ('code' in found) throw new Error(found.code);
 * found.df; // → 40
 * found.mean.interval(0.95); // → {"kind":"interval", "low":-0.333891, "high":0.254432}
 * ```
 */
export function ewc(values: Float64Array, bucket: ArrayLike<number> | null = null): SeriesMean | Reason {
  const count = values.length;
  const problem = squareProblem([values], 4);
  if (problem !== null) return problem;
  if (isConstant(values)) return reason('constant-data', { n: count });
  const found = longRunVariance(values, bucket);
  if (found === null) return reason('series-mostly-missing', { have: count });
  const estimate = preciseQuotient(preciseSum(values), { high: count, low: 0 }).high;
  const spread = { standardError: Math.sqrt(found.variance / count), df: found.nu };
  const test = (threshold: number) => studentTest(estimate - threshold, spread);
  const interval = (confidence: number) => studentInterval(estimate, spread, confidence, test);
  return { mean: { estimate, test, interval }, ...spread, slowDrift: found.drift.found };
}
