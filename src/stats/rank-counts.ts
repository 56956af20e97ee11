/*
 * The exact null distribution of Mann–Whitney's U.
 *
 * Answers: of all ways to call m of m + n values "x", in how many is U at least u. Applies: small samples, with or
 * without ties; assumes only that under "no difference" every such way is equally likely.
 * Formula: values are taken in ascending groups of equal ones. A group of t values with doubled mid-rank s that gives
 * j of them to x contributes C(t, j) ways and j·s to the doubled rank sum; counts[k][sum] is built group by group. All
 * terms are positive, so nothing cancels; 2U = doubled rank sum − m(m+1).
 * Source: Streitberg and Röhmel 1986 (Statistical Software Newsletter 12:10), the shift algorithm.
 */

export interface RankCounts {
  /** P(2U ≥ u), u a whole number. */
  above(doubled: number): number;
  /** P(2U ≤ u). */
  below(doubled: number): number;
}

/** Additions that an exact count may cost: a few milliseconds. 27 + 27 values with ties, 2 + 1,000. */
const MOST_WORK = 4e6;

export function isSmall(m: number, n: number): boolean {
  const smaller = Math.min(m, n);
  return 2 * smaller * smaller * Math.max(m, n) * (m + n) <= MOST_WORK;
}

/** `groups`: how many of all m + n values are equal, in ascending order; m of them are x. */
export function rankCounts(groups: readonly number[], m: number): RankCounts {
  const total = groups.reduce((sum, t) => sum + t, 0);
  const n = total - m;
  if (m > n) {
    const mirrored = rankCounts(groups, n);
    return {
      above: (u) => mirrored.below(2 * m * n - u),
      below: (u) => mirrored.above(2 * m * n - u),
    };
  }
  const counts = countsOf(groups, m);
  let ways = 0;
  for (const count of counts) ways += count;
  const sum = (from: number, to: number) => {
    let found = 0;
    for (let u = Math.max(0, from); u <= Math.min(counts.length - 1, to); u++) found += counts[u];
    return Math.min(1, found / ways);
  };
  return { above: (u) => sum(Math.ceil(u), counts.length - 1), below: (u) => sum(0, Math.floor(u)) };
}

/** Number of ways by 2U, 0 … 2mn. */
function countsOf(groups: readonly number[], m: number): Float64Array {
  const total = groups.reduce((sum, t) => sum + t, 0);
  const width = m * (2 * total - m + 1) + 1; // the largest doubled rank sum, + 1
  const rows = Array.from({ length: m + 1 }, () => new Float64Array(width));
  rows[0][0] = 1;
  let before = 0;
  for (const t of groups) {
    const midRank = 2 * before + t + 1;
    for (let k = Math.min(m, before + t); k >= 1; k--) {
      let choose = 1;
      for (let j = 1; j <= Math.min(t, k); j++) {
        choose = (choose * (t - j + 1)) / j;
        addShifted(rows[k], rows[k - j], j * midRank, choose, largest(k - j, before));
      }
    }
    before += t;
  }
  return rows[m].subarray(m * (m + 1));
}

/** Largest doubled sum of k of the ranks 1 … before. */
const largest = (k: number, before: number): number => Math.max(0, k * (2 * before - k + 1));

function addShifted(
  into: Float64Array,
  from: Float64Array,
  shift: number,
  times: number,
  last: number,
): void {
  const end = Math.min(last, into.length - 1 - shift);
  for (let s = 0; s <= end; s++) into[s + shift] += times * from[s];
}

const untied = new Map<string, RankCounts>();

/** The distribution without ties, kept for the next question: a pure function of the two sizes. */
export function untiedRankCounts(m: number, n: number): RankCounts {
  const key = `${m} ${n}`;
  const seen = untied.get(key);
  if (seen !== undefined) return seen;
  const fresh = rankCounts(new Array<number>(m + n).fill(1), m);
  if (untied.size >= 64) untied.clear();
  untied.set(key, fresh);
  return fresh;
}
