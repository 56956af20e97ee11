/**
 * An estimate with a standard error and degrees of freedom, tested and bounded by Student's t.
 *
 * Answers: is the truth above or below a threshold; between which numbers does it lie. Applies: estimates that are roughly
 * normal. Formula: t = (estimate − threshold)/SE; interval estimate ± t·SE, its ends moved to the very number at which
 * the test turns, so that "the interval lies above c" and "the test at c rejects" are the same sentence.
 * Source: Student 1908 (Biometrika 6:1); inversion of tests, Lehmann and Romano §3.5.
 */
import { boundary } from './boundary.js';
import { type Estimate, type Interval, type OneSided, tailOutside } from './estimate.js';
import { studentTSurvival, studentTSurvivalQuantile } from './student-t.js';

export interface Spread {
  readonly standardError: number;
  readonly df: number;
}

/** One-sided p-values of a form L whose null value is 0. */
export function studentTest(form: number, { standardError, df }: Spread): OneSided {
  const t = form === 0 ? 0 : form / standardError;
  return { above: studentTSurvival(t, df), below: studentTSurvival(-t, df) };
}

/** estimate ± t·SE for a test that is linear in the threshold. */
export function studentInterval(
  estimate: number,
  { standardError, df }: Spread,
  confidence: number,
  test: Estimate['test'],
): Interval {
  const tail = tailOutside(confidence);
  const reach = studentTSurvivalQuantile(tail, df) * standardError;
  return invert(test, tail, estimate - reach, estimate + reach, standardError);
}

/** The interval of all thresholds that the test does not reject, near two guesses of its ends. */
export function invert(
  test: Estimate['test'],
  tail: number,
  low: number,
  high: number,
  scale: number,
  resolution = 0,
): Interval {
  return {
    kind: 'interval',
    low: boundary((x) => test(x).above <= tail, low, 1, scale, resolution),
    high: boundary((x) => test(x).below <= tail, high, -1, scale, resolution),
  };
}
