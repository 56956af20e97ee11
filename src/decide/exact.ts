/**
 * Exact metrics (contract prices, flat fees): no interval and no p. The number is held against the claim, and
 * the claim says by how much the treatment's price would have to move to turn the answer. STATISTICS.md §1.
 */
import type { Estimate, Inference } from '../model/effect.js';

/** Two numbers that agree to twelve digits are the same price. */
const same = (a: number, b: number) => Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));

/**
 * A number that is known: the interval is the number itself; the "p" is 0 or 1, and exactly half of α at the
 * threshold, where an interval's end would touch it, so that strict and weak comparisons stay what they are.
 */
export function known(value: number, alpha: number): Estimate {
  return {
    estimate: value,
    interval: () => ({ kind: 'interval', low: value, high: value }),
    test: (threshold) => {
      if (same(value, threshold)) return { above: alpha / 2, below: alpha / 2 };
      return value > threshold ? { above: 0, below: 1 } : { above: 1, below: 0 };
    },
  };
}

/** Ratio and difference of two known numbers; the ratio is null where the baseline is not positive. */
export function knownPair(
  treatment: number,
  baseline: number,
  alpha: number,
): Pick<Inference, 'ratio' | 'difference'> {
  return {
    ratio: baseline > 0 ? known(treatment / baseline, alpha) : null,
    difference: known(treatment - baseline, alpha),
  };
}
