/*
 * Quantiles of two arms that worked on the same blocks, compared by resampling the blocks.
 *
 * Answers: difference and ratio of the arms' q-quantiles over all blocks (of the marginal distributions; not the quantile
 * of the differences, which answers another question). Applies: interleaved designs, where a slow moment slows both arms.
 * Formula: B resamples of pairs; in each, the value of rank ⌈nq⌉ of each arm, found by counting how often each rank was
 * drawn (n steps, no sorting). Threshold d has p(above) = (1 + #{X* − Y* ≤ d})/(B + 1), p(below) mirrored, ratios with
 * X* ÷ Y*; the interval inverts them. As for independent arms, p is not below the chance that a quantile lies beyond all
 * values of its arm.
 * Source: Efron and Tibshirani 1993 §8.3; Phipson and Smyth 2010 for (k+1)/(B+1).
 */

import type { Reason } from '../model/reason.js';
import { type Estimate, type Interval, tailOutside } from './estimate.js';
import type { QuantileInference } from './quantile-bootstrap.js';
import { countBelow, countUpTo, quantileProblem, quantileRank } from './quantile-interval.js';
import type { Random } from './random.js';
import { createResampler } from './resampler.js';
import { invert } from './student-estimate.js';

/**
 * The difference of two quantiles of the same blocks, by resampling pairs.
 *
 * @param treatment @param baseline row i of both: the same block. Finite, at least `fewestForQuantile(q)`
 *   rows. Memory: 2B + 6n numbers
 * @param q 0 … 1, exclusive
 * @param random the stream that draws
 * @param resamples points of the bootstrap
 * @returns or a Reason `{ code, values }`
 * @throws RangeError where lengths differ or q is not within (0, 1)
 * @example
 * ```ts
 * const random = createRandom(1);
 * const base = Float64Array.from({ length: 100 }, () => random.normal());
 * const found = comparePairedQuantiles(base.map((v) => v + 1), base, 0.5, random);
 * if ('code' in found) throw new Error(found.code);
 * found.difference.estimate; // → 1
 * ```
 */
export function comparePairedQuantiles(
  treatment: Float64Array,
  baseline: Float64Array,
  q: number,
  random: Random,
  resamples = 10_000,
): QuantileInference | Reason {
  const n = treatment.length;
  if (baseline.length !== n) throw new RangeError('comparePairedQuantiles needs samples of equal length');
  const problem = quantileProblem([treatment, baseline], q);
  if (problem !== null) return problem;
  const [x, y] = [ranked(treatment), ranked(baseline)];
  const rank = quantileRank(n, q);
  const resampler = createResampler(random);
  const rows = new Uint32Array(n);
  const [ofX, ofY] = [new Float64Array(resamples), new Float64Array(resamples)];
  for (let b = 0; b < resamples; b++) {
    resampler.indices(n, rows);
    ofX[b] = quantileOf(x, rows, rank);
    ofY[b] = quantileOf(y, rows, rank);
  }
  const floor = Math.exp(n * Math.log(q)) + Math.exp(n * Math.log(1 - q));
  const values = { treatmentValue: x.sorted[rank - 1], baselineValue: y.sorted[rank - 1] };
  const differences = ofX.map((value, b) => value - ofY[b]).sort();
  const hasRatio = ofX.every((value) => value >= 0) && ofY.every((value) => value > 0);
  const ratios = hasRatio ? ofX.map((value, b) => value / ofY[b]).sort() : null;
  const { treatmentValue, baselineValue } = values;
  return {
    ...values,
    difference: percentileEstimate(treatmentValue - baselineValue, differences, floor),
    ratio: ratios === null ? null : percentileEstimate(treatmentValue / baselineValue, ratios, floor),
    standardError: deviation(differences),
  };
}

interface Ranked {
  readonly sorted: Float64Array;
  /** Rank of each row's value, from 0. */
  readonly rank: Uint32Array;
  readonly drawn: Uint32Array;
}

function ranked(values: Float64Array): Ranked {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
  const rank = new Uint32Array(values.length);
  order.forEach((row, place) => {
    rank[row] = place;
  });
  return { sorted: values.slice().sort(), rank, drawn: new Uint32Array(values.length) };
}

function quantileOf({ sorted, rank, drawn }: Ranked, rows: Uint32Array, wanted: number): number {
  drawn.fill(0);
  for (let i = 0; i < rows.length; i++) drawn[rank[rows[i]]]++;
  let above = rows.length - wanted;
  let place = sorted.length - 1;
  while (above >= drawn[place]) above -= drawn[place--];
  return sorted[place];
}

/** `sorted`: replicates. */
function percentileEstimate(estimate: number, sorted: Float64Array, floor: number): Estimate {
  const count = sorted.length;
  const test = (threshold: number) => ({
    above: Math.max(floor, Math.min(1, (1 + countUpTo(sorted, threshold)) / (count + 1))),
    below: Math.max(floor, Math.min(1, (1 + count - countBelow(sorted, threshold)) / (count + 1))),
  });
  const scale = sorted[count - 1] - sorted[0] || Math.abs(estimate) || 1;
  const interval = (confidence: number): Interval =>
    invert(test, tailOutside(confidence), estimate, estimate, scale);
  return { estimate, test, interval };
}

function deviation(values: Float64Array): number {
  let mean = 0;
  for (const value of values) mean += (value - values[0]) / values.length;
  let sum = 0;
  for (const value of values) sum += (value - values[0] - mean) * (value - values[0] - mean);
  return Math.sqrt(sum / (values.length - 1));
}
