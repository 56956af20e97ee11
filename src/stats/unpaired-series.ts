/*
 * Two time series, each by itself.
 *
 * Answers: as `series-inference.ts`. Applies: arms with nothing in common bucket by bucket: observed at different times, or
 * doing unrelated work. Formula: the variances of both means are added, with Satterthwaite's degrees of freedom at each
 * r; each of the three tests uses its own measure for both arms. Both arms need enough information.
 * Source: STATISTICS.md §3; Satterthwaite 1946 (Biometrics Bulletin 2:110).
 */
import { type Reason, reason } from '../model/reason.js';
import { isReason } from './sample-problem.js';
import type { SeriesColumn } from './series-column.js';
import { enoughInformation } from './series-gate.js';
import {
  type Buckets,
  columnProblem,
  combined,
  described,
  driftWarnings,
  gridOf,
  infer,
  prepare,
  type SeriesInference,
} from './series-inference.js';
import { seriesSpread, sumOfProducts, weighings } from './series-spread.js';
import { baselineComponent, treatmentComponent } from './variance-component.js';

/**
 * Two stacks watched at different times, each series by itself.
 *
 * @param treatment @param baseline columns in time order (`meanColumn`, `ratioColumn`)
 * @param treatmentBuckets @param baselineBuckets number of each row's bucket, whole and increasing; null: no
 *   gaps
 * @returns or a Reason `{ code, values }`
 * @throws RangeError where buckets do not increase
 * @example
 * ```ts
 * const random = createRandom(1);
 * const noise = () => Float64Array.from({ length: 120 }, () => random.normal());
 * const found = unpairedSeries(meanColumn(noise().map((v) => v + 9)), meanColumn(noise().map((v) => v + 10)));
 * if ('code' in found) throw new Error(found.code);
 * found.difference.test(0).below < 0.001; // → true
 * ```
 */
export function unpairedSeries(
  treatment: SeriesColumn,
  baseline: SeriesColumn,
  treatmentBuckets: Buckets = null,
  baselineBuckets: Buckets = null,
): SeriesInference | Reason {
  const x = armOf(treatment, treatmentBuckets);
  if (isReason(x)) return x;
  const y = armOf(baseline, baselineBuckets);
  if (isReason(y)) return y;
  const inferences = x.measured.map((ofX, k) => {
    const ofY = y.measured[k];
    const components = [treatmentComponent(ofX.variance, ofX.df), baselineComponent(ofY.variance, ofY.df)];
    return { measure: ofX.measure, inference: infer(x, y, components) };
  });
  const answer = combined(inferences);
  if (answer === null) return reason('constant-data');
  return {
    ...answer.inference,
    details: {
      ...described(x.spread, 'treatment '),
      ...described(y.spread, 'baseline '),
      decided: answer.measure,
    },
    warnings: driftWarnings([x.spread, y.spread]),
  };
}

function armOf(column: SeriesColumn, buckets: Buckets) {
  const count = column.deviation.length;
  const problem = columnProblem([column]);
  if (problem !== null) return problem;
  const grid = gridOf(count, buckets);
  if (isReason(grid)) return grid;
  const prepared = prepare(column, grid);
  const spread = seriesSpread(prepared.deviations, prepared.weights, grid);
  const refused = enoughInformation(spread, count, false);
  if (refused !== null) return refused;
  const measured = weighings(spread, count).map(({ measure, over, weight, df }) => {
    const part = over === 'weights' ? prepared.weights.subarray(0, spread.nu) : prepared.deviations;
    return { measure, df, variance: weight * sumOfProducts(part, part) };
  });
  return { value: column.value, spread, measured };
}
