/*
 * Two time series observed at the same time.
 *
 * Answers: as `series-inference.ts`, with what both arms share (load, hour of the day, neighbours) removed bucket by
 * bucket. Applies: mirrored work, arms observed side by side; row t of both columns is the same bucket.
 * Formula: the series x_t − r·y_t. Its memory changes with r, and a p whose memory were estimated anew at each r would
 * jump and its inversion have holes. So drift, ν, τ and n_eff are those at the place where the answer lies: r = x̄/ȳ for
 * the ratio, r = 1 for the difference; the variances are exact at every r. Under the hypothesis r the estimate is
 * within its error of r, and the memories agree to first order (measured: `test/calibrate/series.ts`, coverage under a
 * shared load at r = 0.5 as at r = 1). Swapping the arms turns the answer into 1/r.
 * The ratio decides whether there is enough information; a difference whose own series has too little is left
 * unanswered, with a warning (a shared load that cancels from x − r·y need not cancel from x − y).
 * Source: STATISTICS.md §3; Fieller 1954 (JRSS B 16:175).
 */
import { type Reason, reason } from '../model/reason.js';
import { isReason } from './sample-problem.js';
import type { SeriesColumn } from './series-column.js';
import { enoughInformation } from './series-gate.js';
import {
  type Buckets,
  combined,
  described,
  driftWarnings,
  infer,
  type Prepared,
  preparePair,
  type SeriesInference,
} from './series-inference.js';
import { seriesSpread, sumOfProducts, type Weighing, weighings } from './series-spread.js';
import type { TimeGrid } from './time-grid.js';
import type { VarianceComponent } from './variance-component.js';
import { unanswered } from './widest.js';

/**
 * Two stacks watched at the same times: difference and ratio with the largest p of three measures of memory.
 *
 * @param treatment @param baseline row t of both columns is the same bucket (`meanColumn`, `ratioColumn`)
 * @param buckets number of each row's bucket, whole and increasing; null: no gaps
 * @returns or a Reason `{ code, values }`
 * @throws RangeError where `buckets` do not increase, or the columns differ in length
 * @example
 * ```ts
 * const random = createRandom(1);
 * const noise = () => Float64Array.from({ length: 120 }, () => random.normal());
 * const found = pairedSeries(meanColumn(noise().map((v) => v + 9)), meanColumn(noise().map((v) => v + 10)));
 * if ('code' in found) throw new Error(found.code);
 * found.difference.test(0).below < 0.001; // → true
 * ```
 */
export function pairedSeries(
  treatment: SeriesColumn,
  baseline: SeriesColumn,
  buckets: Buckets = null,
): SeriesInference | Reason {
  const count = treatment.deviation.length;
  const pair = preparePair(treatment, baseline, buckets);
  if (isReason(pair)) return pair;
  const { grid, x, y, center } = pair;
  const ofDifference = pairedAt(x, y, 1, grid);
  const ofRatio = center === null ? null : pairedAt(x, y, center, grid);
  const deciding = ofRatio ?? ofDifference;
  const refused = enoughInformation(deciding.spread, count, true);
  if (refused !== null) return refused;
  const difference = combined(ofDifference.inferences);
  const ratio = ofRatio === null ? difference : combined(ofRatio.inferences);
  if (difference === null || ratio === null) return reason('constant-data');
  const warnings = driftWarnings([deciding.spread]);
  const blind = enoughInformation(ofDifference.spread, count, true);
  return {
    ...difference.inference,
    ratio: ratio.inference.ratio,
    difference:
      blind === null ? difference.inference.difference : unanswered(difference.inference.difference.estimate),
    details: { ...described(deciding.spread, ''), decided: ratio.measure },
    warnings:
      blind === null ? warnings : [...warnings, reason('difference-without-information', blind.values)],
  };
}

function pairedAt(x: Prepared, y: Prepared, r: number, grid: TimeGrid) {
  const form = (u: Float64Array, v: Float64Array) => u.map((value, t) => value - r * v[t]);
  const spread = seriesSpread(form(x.deviations, y.deviations), form(x.weights, y.weights), grid);
  const inferences = weighings(spread, grid.position.length).map((weighing) => {
    const part = (one: Prepared) =>
      weighing.over === 'weights' ? one.weights.subarray(0, spread.nu) : one.deviations;
    const component = jointAt(r, part(x), part(y), weighing);
    return { measure: weighing.measure, inference: infer(x, y, [component]) };
  });
  return { spread, inferences };
}

/** weight·Σ(u − r·v)² in closed form around the anchor, where nothing cancels. */
function jointAt(
  anchor: number,
  u: Float64Array,
  v: Float64Array,
  { weight, df }: Weighing,
): VarianceComponent {
  const e = u.map((value, t) => value - anchor * v[t]);
  const ee = sumOfProducts(e, e);
  const ev = sumOfProducts(e, v);
  const vv = sumOfProducts(v, v);
  const at = (d: number) => weight * Math.max(0, ee - d * (2 * ev - d * vv));
  return {
    df: () => df,
    at: (r) => at(r - anchor),
    covariance: (r) => weight * (ev - (r - anchor) * vv),
    baseline: weight * vv,
  };
}
