/**
 * An estimate that can be asked: its interval at any confidence and its test at any threshold are one thing.
 * The same shapes as the contract of the compare stage (model/effect.ts), stated here because mathematics
 * imports nothing of the project.
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
  interval(confidence: number): Interval;
  test(threshold: number): OneSided;
  /** The t that the test at this threshold rests on, where it is a single Student test. */
  statistic?(threshold: number): { readonly t: number; readonly df: number };
}
