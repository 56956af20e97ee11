/*
 * Order among all differences x_i − y_j without forming them.
 *
 * Answers: how many differences lie at or below a value; which one has rank k. Applies: sorted samples of any size; a
 * million by a million costs memory for two million numbers, not 10¹².
 * Formula: differences of sorted samples form a matrix with sorted rows and columns, so counting is one walk along its
 * staircase, m + n steps. Rank k is bracketed by halving the range of values; once no more than m + n differences
 * remain in the bracket they are listed and sorted: about log(n) walks, O(n log n).
 * Source: Monahan 1984 (ACM TOMS 10:265); Johnson and Mizoguchi 1978 (SIAM J. Computing 7:147).
 */

export interface SortedPair {
  /** Ascending. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Number of pairs with x_i − y_j ≤ value (as rounded). */
export function countUpTo({ x, y }: SortedPair, value: number): number {
  let count = 0;
  let j = 0;
  for (let i = 0; i < x.length; i++) {
    while (j < y.length && !(x[i] - y[j] <= value)) j++;
    count += y.length - j;
  }
  return count;
}

/** Number of pairs with x_i − y_j < value. */
export function countBelow({ x, y }: SortedPair, value: number): number {
  let count = 0;
  let j = 0;
  for (let i = 0; i < x.length; i++) {
    while (j < y.length && !(x[i] - y[j] < value)) j++;
    count += y.length - j;
  }
  return count;
}

/** The difference of rank k, from 1 (smallest) to mn. */
export function rankedDifference(pair: SortedPair, k: number): number {
  const { x, y } = pair;
  const most = x.length + y.length;
  // Not above `low` are `under` < k differences, not above `high` are `upTo` ≥ k.
  let low = Number.NEGATIVE_INFINITY;
  let high = x[x.length - 1] - y[0];
  let under = 0;
  let upTo = x.length * y.length;
  const least = x[0] - y[y.length - 1];
  while (upTo - under > most) {
    const from = low === Number.NEGATIVE_INFINITY ? least : low;
    const middle = from / 2 + high / 2;
    if (!(middle < high) || middle < from || middle === low) break; // neighbours: all that is left is equal
    const count = countUpTo(pair, middle);
    if (count >= k) {
      high = middle;
      upTo = count;
    } else {
      low = middle;
      under = count;
    }
  }
  if (upTo - under > most) return high;
  return listed(pair, low, high, upTo - under)[k - under - 1];
}

/** All differences in (low, high], ascending. */
function listed({ x, y }: SortedPair, low: number, high: number, count: number): Float64Array {
  const found = new Float64Array(count);
  let size = 0;
  let start = 0;
  for (let i = 0; i < x.length; i++) {
    while (start < y.length && !(x[i] - y[start] <= high)) start++;
    for (let j = start; j < y.length && x[i] - y[j] > low; j++) found[size++] = x[i] - y[j];
  }
  return found.sort();
}
