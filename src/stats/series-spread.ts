/*
 * Three ways to measure how uncertain the mean of a time series is.
 *
 * Answers: variance of the mean and its degrees of freedom by slow cosines (EWC), by Geyer's and by the AR(1) effective
 * sample size. Applies: one series on its grid. None of the three alone is right at every memory and length; the test
 * that must convince all three keeps its level (table in `series-inference.ts`).
 * Formula: EWC: mean of ν squared weights ÷ T, ν degrees. Effective size: s²/n_eff, n_eff − 1 degrees, s² with T − 1.
 * Where AR(1) is contradicted by the series (`effective-sample-size.ts`), Geyer's size stands in for it.
 * Source: STATISTICS.md §3 and the sources of the parts.
 */
import { type EffectiveSampleSize, firstOrder, geyer } from './effective-sample-size.js';
import { type SlowDrift, slowDrift } from './long-run-variance.js';
import type { TimeGrid } from './time-grid.js';

export interface SeriesSpread {
  readonly drift: SlowDrift;
  /** Cosines that are used. */
  readonly nu: number;
  readonly geyer: EffectiveSampleSize;
  /** Null where AR(1) is contradicted. */
  readonly firstOrder: EffectiveSampleSize | null;
}

/** `deviations` are centred on the grid, `weights` are their cosine weights. */
export function seriesSpread(deviations: Float64Array, weights: Float64Array, grid: TimeGrid): SeriesSpread {
  const drift = slowDrift(weights);
  return {
    drift,
    nu: drift.found ? 4 : weights.length,
    geyer: geyer(deviations, grid.position.length),
    firstOrder: firstOrder(deviations, grid),
  };
}

export type Measure = 'slow cosines' | 'Geyer' | 'AR(1)';

/** A factor for Σ of squares, and the degrees of freedom it comes with. */
export interface Weighing {
  readonly measure: Measure;
  /** Which squares are summed: those of the cosine weights in use, or of the deviations. */
  readonly over: 'weights' | 'deviations';
  readonly weight: number;
  readonly df: number;
}

export function weighings(spread: SeriesSpread, count: number): readonly Weighing[] {
  const bySize = (measure: Measure, { effectiveN }: EffectiveSampleSize): Weighing => ({
    measure,
    over: 'deviations',
    weight: 1 / (count - 1) / effectiveN,
    df: effectiveN - 1,
  });
  return [
    { measure: 'slow cosines', over: 'weights', weight: 1 / (spread.nu * count), df: spread.nu },
    bySize('Geyer', spread.geyer),
    bySize('AR(1)', spread.firstOrder ?? spread.geyer),
  ];
}

export function sumOfProducts(u: Float64Array, v: Float64Array): number {
  let total = 0;
  for (let t = 0; t < u.length; t++) total += u[t] * v[t];
  return total;
}
