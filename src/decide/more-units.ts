/**
 * About how many more units would settle an inconclusive claim, if what was seen is what is true.
 *
 * n' = n·((z_{α/2} + z_{0.8})·SE/d)² + z²_{α/2}/2 with d the distance from the estimate to the threshold: the usual
 * one-sided sample size at 80 % power with the correction for t (Guenther 1981, The American Statistician 35:243).
 * SE is read off the interval on the side of the threshold, so it is right for ratios and Wilson intervals too.
 * Where the estimate has not passed the threshold, more units would not support the claim: no number is given.
 */
import { normalSurvivalQuantile } from '../stats/normal.js';
import { studentTSurvivalQuantile } from '../stats/student-t.js';

/** Power that the answer aims at; 90 % on the nearer side of a two-sided "within". */
const tailOfPower = { oneSided: 0.2, within: 0.1 };

export interface Reach {
  /** Units behind the interval (pairs, or the smaller arm). */
  readonly n: number;
  readonly df: number;
  /** Two-sided α of the interval. */
  readonly alpha: number;
  /** From the estimate to the threshold, positive where the estimate has passed it. */
  readonly distance: number;
  /** From the estimate to the end of the interval on that side. */
  readonly halfWidth: number;
  readonly kind: keyof typeof tailOfPower;
}

/** At least 1, or null where no number of units follows (threshold not passed, unbounded interval). */
export function moreUnits({ n, df, alpha, distance, halfWidth, kind }: Reach): number | null {
  if (!(distance > 0) || !(halfWidth > 0) || !Number.isFinite(halfWidth)) return null;
  const z = normalSurvivalQuantile(alpha / 2);
  const critical = Number.isFinite(df) && df > 0 ? studentTSurvivalQuantile(alpha / 2, df) : z;
  const inErrors = ((z + normalSurvivalQuantile(tailOfPower[kind])) * (halfWidth / critical)) / distance;
  const needed = n * inErrors * inErrors + (z * z) / 2;
  return Number.isFinite(needed) ? Math.max(1, Math.ceil(needed - n)) : null;
}
