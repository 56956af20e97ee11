/**
 * Declared looks: what a look may spend of a claim's α (STATISTICS.md §6).
 *
 * Look k at information times t₁ … t_k has the critical value c_k of stats/group-sequential.ts. Applying it as
 * t ≥ t⁻¹(Φ̄(c_k), df) is the same as judging the claim at the one-sided level Φ̄(c_k): so a look enters through the α of
 * a claim and nowhere else, and test, interval and verdict stay one thing. c_k is computed at each claim's own α (after
 * `or` and the number of treatments), so that all looks together err with that α.
 */
import { groupSequential } from '../stats/group-sequential.js';
import { normalSurvival } from '../stats/normal.js';

/** The looks at one run so far. */
export interface LooksSoFar {
  /** Information times in (0, 1], never falling: the last is that of the look that is analysed. */
  readonly times: readonly number[];
  /** No other look follows: it spends what is left. */
  readonly last: boolean;
}

export interface Boundary {
  /** Two-sided α at which this look judges. */
  readonly alpha: number;
  /** Two-sided α that may have been spent up to and with this look. */
  readonly spent: number;
}

/** A claim's two-sided α → the α at which this look judges it. */
export type AlphaAtLook = (alpha: number) => number;

/** One look, at the end: nothing was spent before. */
export const onlyLook: AlphaAtLook = (alpha) => alpha;

/** Below this, 1 − α has too few digits for an interval: 9e-13 more than was owed is spent instead. */
const smallest = 2 ** -40;

/**
 * One boundary per look. A look without new units has the time and the boundary of the one before: it is the same
 * statistic held against the same value, and errs no oftener.
 */
export function boundaries(alpha: number, { times, last }: LooksSoFar): readonly Boundary[] {
  const rising = [...new Set(times)].filter((time) => time > 0);
  const found = rising.length === 0 ? [] : groupSequential(alpha / 2, rising, last);
  return times.map((time) => {
    const look = found.find((one) => one.time === time);
    const level = look === undefined ? 0 : 2 * normalSurvival(look.critical);
    // As 1 − confidence, so that the interval at that confidence inverts the test to the last bit.
    const confidence = 1 - Math.max(smallest, level);
    return { alpha: 1 - confidence, spent: look === undefined ? 0 : 2 * look.spent };
  });
}

/** For the newest of these looks; computed once for each α. */
export function alphaAtLook(looks: LooksSoFar): AlphaAtLook {
  if (looks.last && looks.times.length === 1) return onlyLook;
  const known = new Map<number, number>();
  return (alpha) => {
    const before = known.get(alpha);
    if (before !== undefined) return before;
    const newest = boundaries(alpha, looks).at(-1);
    if (newest === undefined) throw new RangeError('no look was taken');
    known.set(alpha, newest.alpha);
    return newest.alpha;
  };
}
