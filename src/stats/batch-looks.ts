/*
 * Two series compared at looks that nobody declared.
 *
 * Answers: ratio and difference of paired series, valid at all looks together. Applies: batch means of both arms over
 * the same buckets (`batchMeans`, one batch length for both, fixed at the first look). Formula: the mixture sequence of
 * x_k − r·y_k over batches k; its set of ratios is Fieller's with the reach of the sequence in place of t.
 * The batch length is fixed once, at the first look whose series hold 15 independent values (Geyer): three times the
 * larger of Geyer's and the AR(1) memory. Before that there is nothing to fix it by. (Measured, false claims of ten
 * looks at T = 240, AR(1) 0.9: with Geyer's τ of the very first look 14–19 %, so 2.5 %; worst of all T and AR(1) up to
 * 0.95: 4.5 %. Slow drift hidden in noise defeats it: 60–75 %, as no τ of a short start can see it.)
 * Source: `mixture-sequence.ts`; Fieller 1954.
 */
import { type Reason, reason } from '../model/reason.js';
import { linearForm, type Precise, preciseQuotient, preciseSum } from './double-double.js';
import { type Estimate, type Interval, tailOutside } from './estimate.js';
import type { LinearInference } from './linear-inference.js';
import { batchLength, fewestBatches, mixtureReach, mixtureTest } from './mixture-sequence.js';
import { checkColumns, isReason, squareProblem } from './sample-problem.js';
import type { SeriesColumn } from './series-column.js';
import { enoughInformation } from './series-gate.js';
import { type Buckets, preparePair } from './series-inference.js';
import { seriesSpread, sumOfProducts } from './series-spread.js';
import { invert } from './student-estimate.js';
import { centred } from './sum-spread.js';

/**
 * Batch length in buckets from what the first looks saw; a Reason while they hold too little. Store it.
 *
 * @param treatment @param baseline columns of the same buckets, in time order (`meanColumn`, `ratioColumn`)
 * @param buckets number of each row's bucket, increasing; null: no gaps
 * @returns buckets per batch, whole, ≥ 1
 * @throws RangeError where `buckets` do not increase, or the columns differ in length
 * @example
 * ```ts
 * const random = createRandom(1);
 * const noise = () => Float64Array.from({ length: 120 }, () => random.normal());
 * const length = firstBatchLength(meanColumn(noise()), meanColumn(noise()));
 * typeof length === 'number' && length >= 1; // → true
 * ```
 */
export function firstBatchLength(
  treatment: SeriesColumn,
  baseline: SeriesColumn,
  buckets: Buckets = null,
): number | Reason {
  const count = treatment.deviation.length;
  const pair = preparePair(treatment, baseline, buckets);
  if (isReason(pair)) return pair;
  const { grid, x, y } = pair;
  const center = pair.center ?? 1;
  let tau = 1;
  for (const r of [1, center]) {
    const form = (u: Float64Array, v: Float64Array) => u.map((value, t) => value - r * v[t]);
    const spread = seriesSpread(form(x.deviations, y.deviations), form(x.weights, y.weights), grid);
    const refused = enoughInformation(spread, count, false);
    if (refused !== null) return refused;
    tau = Math.max(tau, spread.geyer.tau, spread.firstOrder?.tau ?? 1);
  }
  return batchLength(tau);
}

/**
 * The comparison of batch means that stays valid however often one looks.
 *
 * @param treatment @param baseline batch means, same length, at least 5 (`batchMeans`)
 * @returns difference and ratio whose tests and intervals hold at all looks together; or a Reason while there
 *   are too few batches; never throws on data
 * @throws RangeError where lengths differ
 * @example
 * ```ts
 * const random = createRandom(1);
 * const batches = (mean: number) => Float64Array.from({ length: 12 }, () => mean + random.normal());
 * const found = batchLooks(batches(7), batches(10));
 * if ('code' in found) throw new Error(found.code);
 * found.difference.test(0).below < 0.025; // → true
 * ```
 */
export function batchLooks(treatment: Float64Array, baseline: Float64Array): LinearInference | Reason {
  const n = treatment.length;
  checkColumns([treatment, baseline]);
  if (n < fewestBatches) return reason('too-few-batches', { have: n, need: fewestBatches });
  const problem = squareProblem([treatment, baseline], fewestBatches);
  if (problem !== null) return problem;
  const mean = (values: Float64Array) => preciseQuotient(preciseSum(values), { high: n, low: 0 });
  const [x, y] = [mean(treatment), mean(baseline)];
  const [u, v] = [centred(treatment), centred(baseline)];
  const deviation = (r: number) => {
    const e = u.map((value, k) => value - r * v[k]);
    return Math.sqrt(sumOfProducts(e, e) / n);
  };
  const atOne = deviation(1);
  const center = y.high > 0 ? x.high / y.high : null;
  const size = Math.max(Math.abs(x.high), Math.abs(y.high)) * 2 ** -50;
  if (!(atOne > size) || (center !== null && !(deviation(center) > size))) return reason('constant-data');
  const estimate = linearForm(x, 1, y, 0);
  const test = (d: number) => mixtureTest(n, linearForm(x, 1, y, d) / atOne);
  const difference: Estimate = {
    estimate,
    test,
    interval(confidence): Interval {
      const tail = tailOutside(confidence);
      const reach = mixtureReach(n, 2 * tail) * atOne;
      if (reach === Number.POSITIVE_INFINITY) return { kind: 'interval', low: -reach, high: reach };
      return invert(test, tail, estimate - reach, estimate + reach, atOne);
    },
    statistic: (d) => ({ t: (linearForm(x, 1, y, d) / atOne) * Math.sqrt(n - 1), df: n - 1 }),
  };
  return {
    ratio: center === null ? null : ratioOf(x, y, center, deviation, v),
    difference,
    treatmentValue: x.high,
    baselineValue: y.high,
    standardError: atOne / Math.sqrt(n - 1),
    df: n - 1,
  };
}

function ratioOf(
  x: Precise,
  y: Precise,
  center: number,
  deviation: (r: number) => number,
  v: Float64Array,
): Estimate {
  const n = v.length;
  const test = (r: number) => mixtureTest(n, linearForm(x, r, y, 0) / deviation(r));
  return {
    estimate: center,
    test,
    statistic: (r) => ({ t: (linearForm(x, r, y, 0) / deviation(r)) * Math.sqrt(n - 1), df: n - 1 }),
    interval(confidence): Interval {
      const tail = tailOutside(confidence);
      const reach = mixtureReach(n, 2 * tail);
      // Far out L(r)/s(r) tends to ȳ/s(y): where that is within reach the set has no end.
      if (!(y.high > reach * Math.sqrt(sumOfProducts(v, v) / n))) return { kind: 'unbounded' };
      const guess = (reach * deviation(center)) / y.high;
      return invert(test, tail, center - guess, center + guess, guess);
    },
  };
}
