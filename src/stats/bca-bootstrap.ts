/*
 * The BCa bootstrap of any statistic.
 *
 * Answers: interval and test for a statistic of one sample, of two independent samples, or of pairs. Applies:
 * independent units and a smooth statistic (means, ratios, correlations; for quantiles see `quantile-bootstrap.ts`, for
 * series resample blocks). Formula: B resamples of each arm give replicates, `bca-replicates.ts` the rest.
 * Cost: B + n evaluations (B + 2,000 for large n); memory: B + 2n numbers. The statistic gets a buffer that is used again:
 * it must not keep or change it.
 * Source: Efron 1987 (JASA 82:171); Efron and Tibshirani 1993 §14.3.
 */
import type { Reason } from '../model/reason.js';
import { type Bootstrap, bootstrap } from './bca-replicates.js';
import type { Random } from './random.js';
import { createResampler } from './resampler.js';
import { sampleProblem } from './sample-problem.js';

export type Statistic = (values: Float64Array) => number;
export type TwoSampleStatistic = (x: Float64Array, y: Float64Array) => number;

/**
 * The BCa interval of any statistic of one sample.
 *
 * @param values finite, at least 2
 * @param statistic of a sample of that size, in any unit; it must not keep its argument
 * @param random the stream that draws
 * @param resamples at least 2,000; 10,000 for p below .01
 * @returns estimate with test and interval, bias z₀, acceleration, sorted replicates; or the Reason `too-few-
 *   values`, `values-not-finite`, `statistic-undefined`, `constant-data`, `bootstrap-one-sided`
 * @throws RangeError below 2,000 resamples, or above 2,097,152 values
 * @example
 * ```ts
 * const x = Float64Array.of(12.1, 11.4, 13.0, 12.7, 11.9, 12.3);
 * const y = Float64Array.of(14.2, 13.1, 15.0, 13.8, 14.6, 13.5);
 * const mean = (v: Float64Array) => v.reduce((sum, value) => sum + value, 0) / v.length;
 * const found = bcaOneSample(y, mean, createRandom(1));
 * if ('code' in found) throw new Error(found.code);
 * found.estimate.estimate; // → 14.0333
 * found.estimate.test(13).above < 0.025; // → true
 * ```
 */
export function bcaOneSample(
  values: Float64Array,
  statistic: Statistic,
  random: Random,
  resamples = 10_000,
): Bootstrap | Reason {
  const problem = sampleProblem([values], 2);
  if (problem !== null) return problem;
  const resampler = createResampler(random);
  const buffer = new Float64Array(values.length);
  return bootstrap(
    statistic(values),
    resamples,
    () => {
      resampler.values(values, buffer);
      return statistic(buffer);
    },
    [values.length],
    (_, from, to) => statistic(leftOut(values, from, to, buffer)),
  );
}

/**
 * The BCa interval of any statistic of two independent samples, resampled and left out one arm at a time.
 *
 * @param x @param y finite, at least 2 each
 * @param statistic of two such samples; it must not keep its arguments
 * @param random the stream that draws
 * @param resamples at least 2,000; 10,000 for p below .01
 * @returns estimate with test and interval, bias z₀, acceleration, sorted replicates; or the Reason `too-few-
 *   values`, `values-not-finite`, `statistic-undefined`, `constant-data`, `bootstrap-one-sided`
 * @throws RangeError below 2,000 resamples, or above 2,097,152 values
 * @example
 * ```ts
 * const x = Float64Array.of(12.1, 11.4, 13.0, 12.7, 11.9, 12.3);
 * const y = Float64Array.of(14.2, 13.1, 15.0, 13.8, 14.6, 13.5);
 * const mean = (v: Float64Array) => v.reduce((sum, value) => sum + value, 0) / v.length;
 * const found = bcaTwoSample(x, y, (a, b) => mean(a) / mean(b), createRandom(1));
 * if ('code' in found) throw new Error(found.code);
 * found.estimate.estimate; // → 0.871734
 * found.estimate.test(1).below < 0.025; // → true
 * ```
 */
export function bcaTwoSample(
  x: Float64Array,
  y: Float64Array,
  statistic: TwoSampleStatistic,
  random: Random,
  resamples = 10_000,
): Bootstrap | Reason {
  const problem = sampleProblem([x, y], 2);
  if (problem !== null) return problem;
  const [ofX, ofY] = [createResampler(random.stream('x')), createResampler(random.stream('y'))];
  const [bufferX, bufferY] = [new Float64Array(x.length), new Float64Array(y.length)];
  return bootstrap(
    statistic(x, y),
    resamples,
    () => {
      ofX.values(x, bufferX);
      ofY.values(y, bufferY);
      return statistic(bufferX, bufferY);
    },
    [x.length, y.length],
    (arm, from, to) =>
      arm === 0 ? statistic(leftOut(x, from, to, bufferX), y) : statistic(x, leftOut(y, from, to, bufferY)),
  );
}

/**
 * The BCa interval of any statistic of pairs (x_i, y_i), resampled and left out together.
 *
 * @param x @param y same length, finite, at least 2
 * @param statistic of such pairs; it must not keep its arguments
 * @param random the stream that draws
 * @param resamples at least 2,000; 10,000 for p below .01
 * @returns estimate with test and interval, bias z₀, acceleration, sorted replicates; or the Reason `too-few-
 *   values`, `values-not-finite`, `statistic-undefined`, `constant-data`, `bootstrap-one-sided`
 * @throws RangeError where lengths differ, below 2,000 resamples, or above 2,097,152 values
 * @example
 * ```ts
 * const x = Float64Array.of(12.1, 11.4, 13.0, 12.7, 11.9, 12.3);
 * const y = Float64Array.of(14.2, 13.1, 15.0, 13.8, 14.6, 13.5);
 * const mean = (v: Float64Array) => v.reduce((sum, value) => sum + value, 0) / v.length;
 * const found = bcaPaired(x, y, (a, b) => mean(a) - mean(b), createRandom(1));
 * if ('code' in found) throw new Error(found.code);
 * found.estimate.estimate; // → -1.8
 * ```
 */
export function bcaPaired(
  x: Float64Array,
  y: Float64Array,
  statistic: TwoSampleStatistic,
  random: Random,
  resamples = 10_000,
): Bootstrap | Reason {
  if (x.length !== y.length) throw new RangeError('bcaPaired needs samples of equal length');
  const problem = sampleProblem([x, y], 2);
  if (problem !== null) return problem;
  const n = x.length;
  const resampler = createResampler(random);
  const [bufferX, bufferY, rows] = [new Float64Array(n), new Float64Array(n), new Uint32Array(n)];
  return bootstrap(
    statistic(x, y),
    resamples,
    () => {
      resampler.indices(n, rows);
      for (let i = 0; i < n; i++) {
        bufferX[i] = x[rows[i]];
        bufferY[i] = y[rows[i]];
      }
      return statistic(bufferX, bufferY);
    },
    [n],
    (_, from, to) => statistic(leftOut(x, from, to, bufferX), leftOut(y, from, to, bufferY)),
  );
}

/** All values but from … to − 1, in a view of `buffer`. */
function leftOut(values: Float64Array, from: number, to: number, buffer: Float64Array): Float64Array {
  buffer.set(values.subarray(0, from));
  buffer.set(values.subarray(to), from);
  return buffer.subarray(0, values.length - (to - from));
}
