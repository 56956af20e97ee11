/*
 * Two time series compared: what the paired and the unpaired form share.
 *
 * Answers: is the treatment's mean x̄ above r times the baseline's ȳ, and by how much do they differ, when neighbouring
 * buckets resemble each other. Applies: stationary series of at least 10 finite values.
 * Formula: L(r) = x̄ − r·ȳ, and p = the largest of three Student tests of it (`series-spread.ts`); the interval is the
 * inversion of that p (`widest.ts`), for ratios Fieller's set.
 * Source: STATISTICS.md §3; Lazarus, Lewis, Stock and Watson 2018; Geyer 1992; Fieller 1954.
 */
import { type Reason, reason } from '../model/reason.js';
import type { Precise } from './double-double.js';
import { type LinearInference, linearInference } from './linear-inference.js';
import { cosineCount, cosineWeights } from './long-run-variance.js';
import { checkColumns, isReason, squareProblem } from './sample-problem.js';
import type { SeriesColumn } from './series-column.js';
import { enoughBuckets } from './series-gate.js';
import type { Measure, SeriesSpread } from './series-spread.js';
import { studentTSurvivalQuantile } from './student-t.js';
import { onGrid, type TimeGrid, timeGrid } from './time-grid.js';
import type { VarianceComponent } from './variance-component.js';
import { widest } from './widest.js';

export interface SeriesInference extends LinearInference {
  readonly details: Readonly<Record<string, number | string>>;
  readonly warnings: readonly Reason[];
}

/** Bucket numbers of each row: whole, increasing; null: no gaps. */
export type Buckets = ArrayLike<number> | null;

export interface Prepared {
  readonly value: Precise;
  readonly deviations: Float64Array;
  readonly weights: Float64Array;
}

export function prepare({ value, deviation }: SeriesColumn, grid: TimeGrid): Prepared {
  const deviations = onGrid(deviation, grid);
  return { value, deviations, weights: cosineWeights(deviations, grid, cosineCount(deviation.length)) };
}

/** Why columns cannot be used; a RangeError where the arms of a pair differ in length. */
export function columnProblem(columns: readonly SeriesColumn[]): Reason | null {
  const deviations = columns.map(({ deviation }) => deviation);
  checkColumns(deviations);
  return squareProblem(deviations, 0);
}

/** Two series of the same buckets on their grid. */
export interface PreparedPair {
  readonly grid: TimeGrid;
  readonly x: Prepared;
  readonly y: Prepared;
  /** x̄/ȳ; null where ȳ is not positive. */
  readonly center: number | null;
}

export function preparePair(
  treatment: SeriesColumn,
  baseline: SeriesColumn,
  buckets: Buckets,
): PreparedPair | Reason {
  const problem = columnProblem([treatment, baseline]);
  if (problem !== null) return problem;
  const grid = gridOf(treatment.deviation.length, buckets);
  if (isReason(grid)) return grid;
  const [x, y] = [prepare(treatment, grid), prepare(baseline, grid)];
  return { grid, x, y, center: y.value.high > 0 ? x.value.high / y.value.high : null };
}

export function gridOf(count: number, buckets: Buckets): TimeGrid | Reason {
  const few = enoughBuckets(count);
  if (few !== null) return few;
  return timeGrid(count, buckets) ?? reason('series-mostly-missing', { have: count });
}

export const infer = (
  x: Pick<Prepared, 'value'>,
  y: Pick<Prepared, 'value'>,
  components: readonly VarianceComponent[],
): LinearInference | null =>
  linearInference({ treatment: x.value, baseline: y.value, components, satterthwaite: 'plain' });

/** One answer that all must agree with; SE and df are those of the one that reaches furthest at 95 %. */
export function combined(all: readonly { measure: Measure; inference: LinearInference | null }[]) {
  const usable = all.flatMap(({ measure, inference }) =>
    inference === null ? [] : [{ measure, inference }],
  );
  if (usable.length < all.length) return null;
  const reach = ({ standardError, df }: LinearInference) =>
    standardError * studentTSurvivalQuantile(0.025, df);
  const furthest = usable.reduce((a, b) => (reach(b.inference) > reach(a.inference) ? b : a));
  const ratios = usable.flatMap(({ inference }) => (inference.ratio === null ? [] : [inference.ratio]));
  return {
    measure: furthest.measure,
    inference: {
      ...furthest.inference,
      ratio: ratios.length === 0 ? null : widest(ratios),
      difference: widest(usable.map(({ inference }) => inference.difference)),
    },
  };
}

export const described = (spread: SeriesSpread, arm: string) => ({
  [`${arm}tau`]: spread.geyer.tau,
  [`${arm}effective n`]: spread.geyer.effectiveN,
  [`${arm}nu`]: spread.nu,
});

export const driftWarnings = (spreads: readonly SeriesSpread[]): Reason[] => {
  const worst = spreads.filter(({ drift }) => drift.found).sort((a, b) => a.drift.p - b.drift.p)[0];
  return worst === undefined ? [] : [reason('slow-drift', { excess: worst.drift.excess, p: worst.drift.p })];
};
