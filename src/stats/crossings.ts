/*
 * The threshold at which a schedule becomes as extreme as the one that was run.
 *
 * Answers: for each schedule, from which threshold on its statistic exceeds the observed one, and up to which it falls
 * short. Applies: randomisation tests whose statistic changes with the threshold; once these places are known, p at any
 * threshold is a count, and interval and test cannot disagree.
 * Formula: p(θ) = share of schedules s with T_s(θ) ≥ T_obs(θ). T_obs falls through all values while T_s stays bounded,
 * so s counts from its first crossing t_s on: p(above) = #{t_s ≤ θ}/S, which only grows with θ. Studentised statistics
 * may cross back within a narrow range; counting from the first crossing is then the cautious side.
 * Source: inversion of randomisation tests, Garthwaite 1996 (Biometrics 52:1387); here without Monte Carlo search.
 */
import { type Estimate, type Interval, tailOutside } from './estimate.js';
import { countBelow, countUpTo } from './quantile-interval.js';
import { invert } from './student-estimate.js';

/** `gap(s, θ)` = T_s(θ) − T_obs(θ), for thresholds on `grid` (ascending) and between them. */
export interface Crossings {
  /** First θ at which T_s ≥ T_obs; ∓Infinity where that is everywhere or nowhere on the grid. */
  readonly above: Float64Array;
  /** Last θ at which T_s ≤ T_obs. */
  readonly below: Float64Array;
}

export function crossings(
  schedules: number,
  grid: Float64Array,
  gap: (schedule: number, threshold: number) => number,
): Crossings {
  const above = new Float64Array(schedules);
  const below = new Float64Array(schedules);
  const last = grid.length - 1;
  for (let s = 0; s < schedules; s++) {
    let first = 0;
    while (first <= last && !(gap(s, grid[first]) >= 0)) first++;
    let end = last;
    while (end >= 0 && !(gap(s, grid[end]) <= 0)) end--;
    // Where the statistics cross once, both changes are the same one.
    const turned =
      first > 0 && first <= last ? turn(grid[first - 1], grid[first], (x) => gap(s, x) >= 0) : null;
    above[s] = turned?.[1] ?? (first === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
    if (end === last) below[s] = Number.POSITIVE_INFINITY;
    else if (end < 0) below[s] = Number.NEGATIVE_INFINITY;
    else if (turned !== null && end === first - 1) below[s] = turned[0];
    else below[s] = turn(grid[end], grid[end + 1], (x) => !(gap(s, x) <= 0))[0];
  }
  return { above: above.sort(), below: below.sort() };
}

/** Neighbouring thresholds around a change: [not yet, holds]. */
function turn(from: number, to: number, holds: (x: number) => boolean): [number, number] {
  let [low, high] = [from, to];
  for (let step = 0; step < 48; step++) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return [low, high];
}

/** `find`: sorted crossings of all schedules but the observed one, which always counts; asked once. `scale` > 0. */
export function crossingEstimate(estimate: number, find: () => Crossings, scale: number): Estimate {
  let found: Crossings | null = null;
  const test = (threshold: number) => {
    found ??= find();
    const { above, below } = found;
    const all = above.length + 1;
    return {
      above: (1 + countUpTo(above, threshold)) / all,
      below: (1 + below.length - countBelow(below, threshold)) / all,
    };
  };
  const interval = (confidence: number): Interval =>
    invert(test, tailOutside(confidence), estimate, estimate, scale);
  return { estimate, test, interval };
}
