/*
 * Mann–Whitney: does one sample tend to lie above the other?
 *
 * Answers: p of "x is not above y" against "above", and of the other side. Applies: location of independent units;
 * never costs (it does not test totals), never raw points of a series (they are not independent). NaN is refused;
 * ±Infinity has a rank like any value.
 * Formula: U = #{x > y} + ½#{x = y}. Small samples: exact, over all ways to divide the values at hand (ties included);
 * two-sided p is twice the smaller side. Else z = (U − mn/2 ∓ ½)/σ, σ² = mn/12·((N+1) − Σ(t³−t)/(N(N−1))), with the
 * normal survival function, so that a p of 1e-300 is a number; smaller ones are given as the smallest double, not 0.
 * Source: Mann and Whitney 1947; Lehmann, Nonparametrics §1.4; reference/statistics.md §3.
 */
import { type Reason, reason } from '../model/reason.js';
import { normalSurvival } from './normal.js';
import { placements, sortValues } from './placements.js';
import { isSmall, rankCounts } from './rank-counts.js';
import { checkColumns } from './sample-problem.js';

export interface RankTest {
  /** Pairs in which x is larger, ties half: 0 … mn. */
  readonly u: number;
  /** u/mn: the probability that a value of x exceeds one of y. */
  readonly superiority: number;
  readonly above: number;
  readonly below: number;
  readonly twoSided: number;
  readonly exact: boolean;
}

/**
 * Whether one sample tends to lie above the other, by ranks.
 *
 * @param x @param y at least one value each; NaN is refused, ±Infinity has a rank
 * @param how 'auto' counts exactly while that costs a few milliseconds
 * @returns U, superiority, p above, below and two-sided, and whether they are exact; or the Reason `too-few-
 *   values`, `values-not-finite`, `constant-data`; never throws on data
 * @example
 * ```ts
 * const x = Float64Array.of(12.1, 11.4, 13.0, 12.7, 11.9, 12.3);
 * const y = Float64Array.of(14.2, 13.1, 15.0, 13.8, 14.6, 13.5);
 * const found = mannWhitney(x, y);
 * if ('code' in found) throw new Error(found.code);
 * found.u; // → 0
 * found.twoSided; // → 0.0021645
 * ```
 */
export function mannWhitney(
  x: Float64Array,
  y: Float64Array,
  how: 'auto' | 'exact' | 'normal' = 'auto',
): RankTest | Reason {
  checkColumns([x, y], 'own');
  const m = x.length;
  const n = y.length;
  if (m === 0 || n === 0) return reason('too-few-values', { have: 0, need: 1 });
  const a = x.slice();
  const b = y.slice();
  if (!sortValues(a) || !sortValues(b)) {
    const count = [x, y].reduce((sum, arm) => sum + arm.filter((v) => Number.isNaN(v)).length, 0);
    return reason('values-not-finite', { count, of: m + n });
  }
  if (a[0] === b[n - 1] && b[0] === a[m - 1]) return reason('constant-data', { n: m + n });
  const { doubled, ties } = placements(a, b, { doubled: 0, ties: 0 });
  const exact = how === 'exact' || (how === 'auto' && isSmall(m, n));
  const sides = exact ? counted(a, b, doubled) : approximate(m, n, doubled, ties);
  return {
    u: doubled / 2,
    superiority: doubled / 2 / (m * n),
    ...sides,
    twoSided: Math.min(1, 2 * Math.min(sides.above, sides.below)),
    exact,
  };
}

function counted(a: Float64Array, b: Float64Array, doubled: number): { above: number; below: number } {
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  all.sort();
  const groups: number[] = [];
  for (let i = 0; i < all.length; i++) {
    if (i > 0 && all[i] === all[i - 1]) groups[groups.length - 1]++;
    else groups.push(1);
  }
  const counts = rankCounts(groups, a.length);
  return { above: counts.above(doubled), below: counts.below(doubled) };
}

function approximate(m: number, n: number, doubled: number, ties: number): { above: number; below: number } {
  const sigma = deviationOfU(m, n, ties);
  const distance = (doubled - m * n) / 2;
  return { above: survivalOf((distance - 0.5) / sigma), below: survivalOf((-distance - 0.5) / sigma) };
}

/** σ of U, narrowed by ties. */
export function deviationOfU(m: number, n: number, ties: number): number {
  const total = m + n;
  return Math.sqrt(((m * n) / 12) * (total + 1 - ties / (total * (total - 1))));
}

/** Normal survival that never says 0. */
export const survivalOf = (z: number): number => Math.max(Number.MIN_VALUE, normalSurvival(z));
