/*
 * Welch's comparison of two independent samples.
 *
 * Answers: is the mean of x above that of y, or above r times it, for any r; between which differences and ratios does the
 * truth lie. Applies: independent units; from about 5 a sample unless the values are near normal.
 * Formula: (x̄ − r·ȳ)/√(s²ₓ/nₓ + r²·s²ᵧ/nᵧ) against Student t with Satterthwaite's degrees of freedom at that r; the
 * ratio interval is Fieller's. See `linear-inference.ts`, which it is a case of.
 * Source: Welch 1947 (Biometrika 34:28); Fieller 1954 (JRSS B 16:175).
 */
import { type Reason, reason } from '../model/reason.js';
import { type Precise, preciseQuotient, preciseSum } from './double-double.js';
import { type LinearInference, linearInference } from './linear-inference.js';
import { rangeProblem, squareProblem } from './sample-problem.js';
import { varianceOfMean } from './sum-spread.js';
import { baselineComponent, treatmentComponent } from './variance-component.js';

export interface Summary {
  readonly mean: number;
  /** Of the values, with n − 1; at least 0. */
  readonly variance: number;
  /** At least 2. */
  readonly n: number;
}

/**
 * Two independent samples by their means: test, difference and ratio with intervals.
 *
 * @param x @param y values, one per unit, finite, at least 2 each, in the same unit
 * @returns ratio x̄/ȳ (null where ȳ ≤ 0), difference, standard error, df; or the Reason `too-few-values`,
 *   `values-not-finite`, `values-out-of-range`, `constant-data`; never throws on data
 * @example
 * ```ts
 * const x = Float64Array.of(12.1, 11.4, 13.0, 12.7, 11.9, 12.3);
 * const y = Float64Array.of(14.2, 13.1, 15.0, 13.8, 14.6, 13.5);
 * const found = welch(x, y);
 * if ('code' in found) throw new Error(found.code);
 * found.difference.estimate; // → -1.8
 * found.difference.interval(0.95); // → {"kind":"interval", "low":-2.63127, "high":-0.968726}
 * found.difference.test(0).below; // → 0.000377468
 * found.ratio?.interval(0.95); // → {"kind":"interval", "low":0.819027, "high":0.928248}
 * ```
 */
export function welch(x: Float64Array, y: Float64Array): LinearInference | Reason {
  const problem = squareProblem([x, y], 2);
  if (problem !== null) return problem;
  const mean = (values: Float64Array) => preciseQuotient(preciseSum(values), exactly(values.length));
  return inferenceOf(mean(x), varianceOfMean(x), x.length, mean(y), varianceOfMean(y), y.length);
}

/**
 * `welch` from means, variances and sizes, for example of a published table.
 *
 * @param x @param y mean, variance (n − 1) and n of each sample
 * @returns as `welch`; the Reason `constant-data` where both variances are 0, or `values-out-of-range`
 * @throws RangeError where a summary is not one (n < 2, a negative variance, NaN)
 * @example
 * ```ts
 * const found = welchFromSummaries({ mean: 41.2, variance: 9.1, n: 30 }, { mean: 44, variance: 12.3, n: 40 });
 * if ('code' in found) throw new Error(found.code);
 * found.difference.test(0).below; // → 0.000320734
 * found.df; // → 66.66
 * ```
 */
export function welchFromSummaries(x: Summary, y: Summary): LinearInference | Reason {
  for (const { mean, variance, n } of [x, y]) {
    if (!(Number.isFinite(mean) && Number.isFinite(variance) && variance >= 0 && n >= 2)) {
      throw new RangeError(
        `a summary needs a mean, a variance ≥ 0 and n ≥ 2, got ${mean}, ${variance} and ${n}`,
      );
    }
  }
  const sizes = [x, y].map(({ mean, variance }) => Float64Array.of(mean, Math.sqrt(variance)));
  const problem = rangeProblem(sizes);
  if (problem !== null) return problem;
  return inferenceOf(exactly(x.mean), x.variance / x.n, x.n, exactly(y.mean), y.variance / y.n, y.n);
}

const exactly = (value: number): Precise => ({ high: value, low: 0 });

function inferenceOf(x: Precise, varianceX: number, m: number, y: Precise, varianceY: number, n: number) {
  const found = linearInference({
    treatment: x,
    baseline: y,
    components: [treatmentComponent(varianceX, m - 1), baselineComponent(varianceY, n - 1)],
    satterthwaite: 'plain',
  });
  return found ?? reason('constant-data', { n: m + n });
}
