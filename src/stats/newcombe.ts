/**
 * Two proportions compared through their Wilson intervals.
 *
 * Answers: difference and ratio of two proportions, also with no events at all, where a delta interval has no
 * width. Applies: independent arms; `n` are independent attempts (attempts ÷ design effect).
 * Formula: with [l, u] Wilson's interval of each arm at critical value z, the lower bound of p − r·q is
 * p − r·q − √((p − l_p)² + r²(u_q − q)²), the upper bound mirrors it; a threshold's p-value belongs to the z at which
 * the bound reaches it. z is read from Student's t with `df` degrees (Infinity: the normal distribution).
 * Source: Newcombe 1998 method 10 (Statistics in Medicine 17:873); ratio: Donner and Zou 2012 (SMMR 21:347);
 * t in place of z where the design effect is estimated: Korn and Graubard 1998.
 */
import { type Estimate, type OneSided, tailOutside } from './estimate.js';
import { invert } from './student-estimate.js';
import { studentTSurvival, studentTSurvivalQuantile } from './student-t.js';

export interface ArmProportion {
  /** 0 … 1 */
  readonly p: number;
  /** Independent attempts, > 0, may be fractional. */
  readonly n: number;
}

/**
 * How far Wilson's interval reaches below and above p at critical value z ≥ 0.
 *
 * @param arm proportion `p` and attempts `n` > 0
 * @param z critical value, ≥ 0, Infinity allowed
 * @returns distances below and above p
 * @throws RangeError unless p lies in 0 … 1 and n > 0
 * @example
 * ```ts
 * wilsonReach({ p: 0, n: 100 }, 1.96).above; // → 0.0369948
 * ```
 */
export function wilsonReach({ p, n }: ArmProportion, z: number): { below: number; above: number } {
  if (!(p >= 0 && p <= 1 && n > 0))
    throw new RangeError(`a proportion p needs 0 ≤ p ≤ 1 of n > 0 attempts, got p = ${p}, n = ${n}`);
  if (z === Number.POSITIVE_INFINITY) return { below: p, above: 1 - p };
  const share = (z * z) / n;
  const half = z * Math.sqrt((p * (1 - p)) / n + share / (4 * n));
  const pull = share * (0.5 - p);
  const below = (half - pull) / (1 + share);
  const above = (half + pull) / (1 + share);
  return { below: Math.min(p, Math.max(0, below)), above: Math.min(1 - p, Math.max(0, above)) };
}

/** Lower and upper bound of p − r·q, r ≥ 0. */
function bounds(x: ArmProportion, y: ArmProportion, r: number, z: number): { low: number; high: number } {
  const ofX = wilsonReach(x, z);
  const ofY = wilsonReach(y, z);
  const form = x.p - r * y.p;
  return {
    low: form - Math.sqrt(ofX.below * ofX.below + r * ofY.above * (r * ofY.above)),
    high: form + Math.sqrt(ofX.above * ofX.above + r * ofY.below * (r * ofY.below)),
  };
}

/** What a bound's critical value is read from: Student's t, or a sequence that holds at every look. */
export interface Reference {
  /** Probability above z ≥ 0, Infinity allowed. */
  survival(z: number): number;
  /** z that is exceeded with this probability; Infinity where none is. */
  critical(tail: number): number;
}

const student = (df: number): Reference => ({
  survival: (z) => studentTSurvival(z, df),
  critical: (tail) => studentTSurvivalQuantile(tail, df),
});

/** The test of p − r·q against d. */
function test(x: ArmProportion, y: ArmProportion, r: number, d: number, reference: Reference): OneSided {
  const form = x.p - r * y.p;
  if (form === d) return { above: 0.5, below: 0.5 };
  const isAbove = form > d;
  const z = rootOf((c) => {
    const { low, high } = bounds(x, y, r, c);
    return isAbove ? low > d : high < d;
  });
  const tail = reference.survival(z);
  return isAbove ? { above: tail, below: 1 - tail } : { above: 1 - tail, below: tail };
}

/** The largest c ≥ 0 at which `holds` is true (it is at 0); Infinity where it always is. */
function rootOf(holds: (c: number) => boolean): number {
  if (holds(Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
  let low = 0;
  let high = 1;
  while (holds(high)) {
    low = high;
    high *= 2;
    if (high > 1e8) return high;
  }
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) return low;
    if (holds(middle)) low = middle;
    else high = middle;
  }
}

export interface ProportionInference {
  /** Null where the baseline has no events. */
  readonly ratio: Estimate | null;
  readonly difference: Estimate;
  /** Half the width of the 95 % interval of the difference, in units of its critical value. */
  readonly standardError: number;
}

/**
 * Two proportions by their Wilson intervals; also with no events at all.
 *
 * @param x @param y proportion `p` (0 … 1) and independent attempts `n` (> 0; attempts ÷ design effect)
 * @param df of the design effect, > 0; Infinity where it is not estimated
 * @returns difference and ratio with test and interval
 * @throws RangeError unless p lies in 0 … 1, n > 0 and df > 0
 * @example
 * ```ts
 * newcombe({ p: 0, n: 200 }, { p: 0.05, n: 200 }, Number.POSITIVE_INFINITY).difference.interval(0.95); // → {"kind":"interval", "low":-0.0895781, "high":-0.0205604}
 * ```
 */
export function newcombe(x: ArmProportion, y: ArmProportion, df: number): ProportionInference {
  if (!(df > 0)) throw new RangeError(`degrees of freedom are more than 0, got ${df}`);
  return newcombeFrom(x, y, student(df));
}

/** The same with critical values of another reference. */
export function newcombeFrom(x: ArmProportion, y: ArmProportion, reference: Reference): ProportionInference {
  const z = Math.min(reference.critical(0.025), FARTHEST);
  const at95 = bounds(x, y, 1, z);
  const standardError = (at95.high - at95.low) / (2 * z);
  const ofDifference = (d: number) => test(x, y, 1, d, reference);
  const difference: Estimate = {
    estimate: x.p - y.p,
    test: ofDifference,
    interval: (confidence) => {
      const tail = tailOutside(confidence);
      const { low, high } = bounds(x, y, 1, reference.critical(tail));
      // Nothing between −1 and 1 is rejected.
      if (reference.survival(Number.POSITIVE_INFINITY) > tail) return { kind: 'interval', low: -1, high: 1 };
      return invert(ofDifference, tail, low, high, standardError);
    },
  };
  return { difference, standardError, ratio: y.p > 0 ? ratioOf(x, y, reference) : null };
}

/** Wilson's bounds are as good as 0 and 1 there. */
const FARTHEST = 1e8;

function ratioOf(x: ArmProportion, y: ArmProportion, reference: Reference): Estimate {
  const estimate = x.p / y.p;
  const ofRatio = (r: number) => (r < 0 ? { above: 0, below: 1 } : test(x, y, r, 0, reference));
  return {
    estimate,
    test: ofRatio,
    interval: (confidence) => {
      const tail = tailOutside(confidence);
      if (reference.survival(Number.POSITIVE_INFINITY) > tail) return { kind: 'unbounded' };
      const found = invert(ofRatio, tail, estimate, estimate, Math.max(estimate, 1 / (y.n * y.p)));
      return found.kind === 'unbounded' ? found : { ...found, low: Math.max(0, found.low) };
    },
  };
}
