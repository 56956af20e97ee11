/**
 * A ratio that was estimated as a difference of logarithms.
 *
 * Answers: what is the typical (geometric mean) ratio of the arms. Applies: positive values.
 * Formula: t = (l − ln r)/SE with l the mean difference of logarithms; interval exp(l ± t·SE). Swapping the arms
 * turns r into 1/r exactly. Source: the usual t interval on logarithms (Limpert and others 2001).
 */
import { type Estimate, tailOutside } from './estimate.js';
import { invert, type Spread, studentTest } from './student-estimate.js';
import { studentTSurvivalQuantile } from './student-t.js';

/**
 * `logRatio` with its standard error, as an estimate of the ratio.
 *
 * @param logRatio ln of the ratio
 * @param spread standard error of the logarithm (> 0) and its df
 * @returns estimate, test and interval of the ratio itself; never throws
 * @example
 * ```ts
 * logRatioEstimate(Math.log(0.8), { standardError: 0.05, df: 20 }).interval(0.95); // → {"kind":"interval", "low":0.720765, "high":0.887945}
 * ```
 */
export function logRatioEstimate(logRatio: number, spread: Spread): Estimate {
  const test = (r: number) => (r > 0 ? studentTest(logRatio - Math.log(r), spread) : { above: 0, below: 1 });
  const estimate = Math.exp(logRatio);
  return {
    estimate,
    test,
    interval: (confidence) => {
      const tail = tailOutside(confidence);
      const reach = studentTSurvivalQuantile(tail, spread.df) * spread.standardError;
      const low = Math.exp(logRatio - reach);
      const high = Math.exp(logRatio + reach);
      return invert(test, tail, low, high, estimate * spread.standardError);
    },
  };
}
