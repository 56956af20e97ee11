/*
 * An estimate that can be asked.
 *
 * Answers: what interval and test have in common. Applies: every method. Formula: the interval at confidence 1 − α holds
 * the thresholds that neither one-sided test rejects at α/2; its interval at any confidence and its test at any threshold
 * are one thing. Source: Lehmann and Romano, Testing Statistical Hypotheses, §3.5.
 *
 * The same shapes as the contract of the compare stage (model/effect.ts), stated here because mathematics imports
 * nothing of the project.
 */

/** `low`/`high` may be ∓Infinity. `unbounded`: a set that is not an interval. */
export type Interval =
  | { readonly kind: 'interval'; readonly low: number; readonly high: number }
  | { readonly kind: 'unbounded' };

/** p of "not above the threshold" against "above", and of "not below" against "below". */
export interface OneSided {
  readonly above: number;
  readonly below: number;
}

export interface Estimate {
  readonly estimate: number;
  /** @param confidence 0 … 1, such as 0.95; else a RangeError */
  interval(confidence: number): Interval;
  test(threshold: number): OneSided;
  /** The t that the test at this threshold rests on, where it is a single one. */
  statistic?(threshold: number): { readonly t: number; readonly df: number };
}

/** α/2: what each of the two one-sided tests is held to. */
export function tailOutside(confidence: number): number {
  if (!(confidence >= 0 && confidence <= 1))
    throw new RangeError(`a confidence lies between 0 and 1, got ${confidence}`);
  return (1 - confidence) / 2;
}
