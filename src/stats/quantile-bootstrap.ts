/*
 * Quantiles of two independent arms compared by the bootstrap, without drawing.
 *
 * Answers: difference and ratio of the q-quantiles of two arms of independent keys. Applies: by-key designs.
 * Formula: the q-quantile of an arm is its value of rank k = ⌈nq⌉. Of all nⁿ resamples that value is at most the i-th
 * smallest in the share P(binomial(n, i/n) ≥ k): the bootstrap distribution is known exactly, B is infinite and
 * no seed is needed. Threshold d has p(above) = P*(X* − Y* ≤ d), p(below) = P*(X* − Y* ≥ d), ratios likewise with
 * X* ÷ Y* ≤ r; the interval inverts them. p is not below the chance that the quantile of an arm lies beyond all of its
 * values (qⁿ), because no resample can show that.
 * Measured (1,500 pairs of arms, 95 %, normal, lognormal, uniform, t₃): coverage 95.9–97.7 % at n = 73 + 73 and
 * 73 + 200 (p95), 381 + 381 (p99), 36 + 36 (p90), 6 + 6 (median); square-and-add of each arm's order statistics covers
 * 97.5–99.4 % at 1.3–1.9 times the width.
 * Source: Efron 1979 §3 (Annals of Statistics 7:1) for the exact distribution; Hutson and Ernst 2000 (JRSS B 62:89).
 */

import type { Reason } from '../model/reason.js';
import { binomialSurvival } from './binomial.js';
import { type Estimate, type Interval, type OneSided, tailOutside } from './estimate.js';
import { quantileProblem, quantileRank } from './quantile-interval.js';
import { invert } from './student-estimate.js';

export interface QuantileInference {
  /** Null where a resample could show a quantile of the baseline that is not positive, or a negative one of the treatment. */
  readonly ratio: Estimate | null;
  readonly difference: Estimate;
  readonly treatmentValue: number;
  readonly baselineValue: number;
  /** Standard deviation of the difference over resamples. */
  readonly standardError: number;
}

/** Resampled quantile of one arm: values ascending, with their probability. */
interface Resampled {
  readonly estimate: number;
  readonly value: Float64Array;
  readonly weight: Float64Array;
}

/** Values that one resample in 10¹⁵ shows are left out. */
const NEGLIGIBLE = 1e-15;

/**
 * The difference of two quantiles of independent samples, exact over the bootstrap.
 *
 * @param treatment @param baseline finite, at least `fewestForQuantile(q)` values each. Cost of a test: about
 *   16·√(nq(1−q)) steps
 * @param q 0 … 1, exclusive
 * @returns or a Reason `{ code, values }`
 * @throws RangeError where q is not within (0, 1)
 * @example
 * ```ts
 * const random = createRandom(1);
 * const arm = (mean: number) => Float64Array.from({ length: 100 }, () => mean + random.normal());
 * const found = compareIndependentQuantiles(arm(3), arm(0), 0.9);
 * if ('code' in found) throw new Error(found.code);
 * found.difference.test(0).above < 0.001; // → true
 * ```
 */
export function compareIndependentQuantiles(
  treatment: Float64Array,
  baseline: Float64Array,
  q: number,
): QuantileInference | Reason {
  const problem = quantileProblem([treatment, baseline], q);
  if (problem !== null) return problem;
  const x = resampled(treatment, q);
  const y = resampled(baseline, q);
  const unseen = (n: number, share: number) => Math.exp(n * Math.log(share));
  const floor = {
    above: unseen(baseline.length, q) + unseen(treatment.length, 1 - q),
    below: unseen(treatment.length, q) + unseen(baseline.length, 1 - q),
  };
  const standardError = Math.sqrt(variance(x) + variance(y));
  const scale = standardError > 0 ? standardError : Math.abs(x.estimate) + Math.abs(y.estimate) || 1;
  const difference = estimateOf(
    x.estimate - y.estimate,
    (d) =>
      tested(
        x,
        y,
        floor,
        (a, b) => a - b <= d,
        (a, b) => a - b < d,
      ),
    scale,
  );
  // a/b falls as b rises only where a ≥ 0 and b > 0.
  const hasRatio = y.value[0] > 0 && x.value[0] >= 0;
  const ratioOf = () =>
    estimateOf(
      x.estimate / y.estimate,
      (r) =>
        tested(
          x,
          y,
          floor,
          (a, b) => a / b <= r,
          (a, b) => a / b < r,
        ),
      scale / y.estimate,
    );
  return {
    ratio: hasRatio ? ratioOf() : null,
    difference,
    treatmentValue: x.estimate,
    baselineValue: y.estimate,
    standardError,
  };
}

function resampled(values: Float64Array, q: number): Resampled {
  const n = values.length;
  const sorted = values.slice().sort();
  const rank = quantileRank(n, q);
  const upTo = (i: number) => (i >= n ? 1 : binomialSurvival(rank - 1, n, i / n));
  let from = rank - 1;
  while (from > 0 && upTo(from) > NEGLIGIBLE) from--;
  const value: number[] = [];
  const weight: number[] = [];
  let before = from === 0 ? 0 : upTo(from);
  for (let i = from; i < n && before < 1 - NEGLIGIBLE; i++) {
    const next = upTo(i + 1);
    value.push(sorted[i]);
    weight.push(next - before);
    before = next;
  }
  return {
    estimate: sorted[rank - 1],
    value: Float64Array.from(value),
    weight: Float64Array.from(weight),
  };
}

function variance({ value, weight, estimate }: Resampled): number {
  let total = 0;
  let mean = 0;
  let square = 0;
  for (let i = 0; i < value.length; i++) {
    const e = value[i] - estimate;
    total += weight[i];
    mean += weight[i] * e;
    square += weight[i] * e * e;
  }
  mean /= total;
  return Math.max(0, square / total - mean * mean);
}

/** `upTo(a, b)`, `under(a, b)`: is the pair's value ≤, < the threshold; both fall with a and rise with b. */
function tested(
  x: Resampled,
  y: Resampled,
  floor: OneSided,
  upTo: (a: number, b: number) => boolean,
  under: (a: number, b: number) => boolean,
): OneSided {
  const above = Math.min(1, share(x, y, upTo));
  const below = Math.min(
    1,
    share(x, y, (a, b) => !under(a, b), true),
  );
  return { above: Math.max(above, floor.above), below: Math.max(below, floor.below) };
}

/** P*(holds). `falling`: it holds for small b; else for large b. */
function share(
  x: Resampled,
  y: Resampled,
  holds: (a: number, b: number) => boolean,
  falling = false,
): number {
  const count = y.value.length;
  let total = 0;
  let inside = 0;
  let j = falling ? 0 : count;
  if (falling) {
    // Larger a: holds for more b, from the smallest on.
    for (let i = 0; i < x.value.length; i++) {
      while (j < count && holds(x.value[i], y.value[j])) inside += y.weight[j++];
      total += x.weight[i] * inside;
    }
    return total;
  }
  // Smaller a: holds for more b, from the largest down.
  for (let i = x.value.length - 1; i >= 0; i--) {
    while (j > 0 && holds(x.value[i], y.value[j - 1])) inside += y.weight[--j];
    total += x.weight[i] * inside;
  }
  return total;
}

function estimateOf(estimate: number, test: Estimate['test'], scale: number): Estimate {
  const interval = (confidence: number): Interval =>
    invert(test, tailOutside(confidence), estimate, estimate, scale);
  return { estimate, test, interval };
}
