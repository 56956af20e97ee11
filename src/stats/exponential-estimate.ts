/*
 * The ratio behind a difference of logarithms.
 *
 * Answers: an estimate of l = ln x − ln y read as an estimate of x/y = e^l. Applies: positive values.
 * Formula: the test of ratio r is the test of l against ln r; ends are e^(ends of l), moved to the very number at which
 * the test turns. Source: invariance of tests under monotone transformations.
 */
import { type Estimate, tailOutside } from './estimate.js';
import { invert } from './student-estimate.js';

/**
 * The estimate of exp(θ) from that of θ: a ratio from its logarithm.
 *
 * @param logarithm estimate, test and interval on the log scale
 * @returns the same on the ratio scale; thresholds ≤ 0 are surely exceeded; never throws
 * @example
 * ```ts
 * const logs = (...values: number[]) => Float64Array.from(values, Math.log);
 * const found = welch(logs(12.1, 11.4, 13, 12.7), logs(14.2, 13.1, 15, 13.8));
 * if ('code' in found) throw new Error(found.code);
 * exponentialEstimate(found.difference).estimate; // → 0.876954
 * exponentialEstimate(found.difference).interval(0.95); // → {"kind":"interval", "low":0.794155, "high":0.968386}
 * ```
 */
export function exponentialEstimate(logarithm: Estimate): Estimate {
  const estimate = Math.exp(logarithm.estimate);
  const test = (r: number) => (r > 0 ? logarithm.test(Math.log(r)) : { above: 0, below: 1 });
  return {
    estimate,
    test,
    interval(confidence) {
      const ends = logarithm.interval(confidence);
      if (ends.kind === 'unbounded' || ends.low === Number.NEGATIVE_INFINITY) return { kind: 'unbounded' };
      const scale = estimate * (ends.high - ends.low);
      return invert(test, tailOutside(confidence), Math.exp(ends.low), Math.exp(ends.high), scale);
    },
  };
}
