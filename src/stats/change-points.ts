/*
 * Where a series seems to have changed: hypotheses for a person to follow, never a test of anything.
 *
 * Answers: after which values, if any, the distribution of a series differs from before. Applies: one value a run, in
 * the order of the runs, which are independent of each other; finite values, 6 or more.
 * Formula: for two neighbouring segments X of m and Y of n values, energy distance with α = 1,
 * Q = mn/(m+n) · [2/(mn)·ΣΣ|x−y| − 2/(m(m−1))·Σ|x−x′| − 2/(n(n−1))·Σ|y−y′|], each pair once. The candidate is the split
 * τ with the largest Q, Y ending anywhere after it; it is kept while p = (1 + #{permutations inside the segments with a
 * Q at least as large}) ÷ (R + 1) ≤ α, and its segments are searched again. As the candidate was chosen for its Q, and
 * the search goes on after each find, p is a rule for stopping and no error rate.
 * Source: Matteson and James 2014, "A nonparametric approach for multiple change point analysis of multivariate data"
 * (JASA 109:334), §3. Checked against a second implementation in Python, sum by sum from the paper.
 */
import type { Random } from '../model/random.js';
import { type Reason, reason } from '../model/reason.js';
import { sampleProblem } from './sample-problem.js';

export interface ChangePoint {
  /** Index of the first value after the change. */
  readonly at: number;
  readonly p: number;
}

interface Split {
  readonly at: number;
  readonly statistic: number;
}

/** Shorter segments are not told from single odd values. */
export const FEWEST_IN_SEGMENT = 3;
const PERMUTATIONS = 199;
const ALPHA = 0.05;

/**
 * Where a series changed its level: E-divisive, by energy distance and permutations.
 *
 * @param series finite values in time order, at least 6
 * @param random the stream that permutes
 * @returns changes in order of the series, none where nothing is found; or the Reason `too-few-values`,
 *   `values-not-finite`; never throws on data
 * @example
 * ```ts
 * const random = createRandom(1);
 * const series = Float64Array.from({ length: 40 }, (_, t) => (t < 20 ? 10 : 14) + random.normal());
 * const found = changePoints(series, random);
 * if ('code' in found) throw new Error(found.code);
 * found.map(({ at }) => at); // → [20]
 * ```
 */
export function changePoints(series: Float64Array, random: Random): readonly ChangePoint[] | Reason {
  const problem = sampleProblem([series], 2 * FEWEST_IN_SEGMENT);
  if (problem !== null) return problem;
  if (series.length > MOST) return reason('too-many-values', { n: series.length, most: MOST });
  const found: ChangePoint[] = [];
  for (;;) {
    const edges = [0, ...found.map(({ at }) => at).sort((a, b) => a - b), series.length];
    const segments = edges.slice(1).map((end, i) => series.slice(edges[i], end));
    const best = largest(segments);
    if (best === null || !(best.statistic > 0)) break;
    const p = permutationP(segments, best.statistic, random);
    if (p > ALPHA) break;
    found.push({ at: edges[best.segment] + best.at, p });
  }
  return found.sort((a, b) => a.at - b.at);
}

/** The search is cubic in memory traffic beyond what a history of runs ever holds. */
const MOST = 1_000;

function largest(segments: readonly Float64Array[]): (Split & { readonly segment: number }) | null {
  return segments.reduce<(Split & { segment: number }) | null>((best, values, segment) => {
    const split = bestSplit(values);
    return split !== null && (best === null || split.statistic > best.statistic)
      ? { ...split, segment }
      : best;
  }, null);
}

function permutationP(segments: readonly Float64Array[], observed: number, random: Random): number {
  let asLarge = 0;
  for (let i = 0; i < PERMUTATIONS; i++) {
    const shuffled = segments.map((values) => {
      const copy = [...values];
      random.shuffle(copy);
      return Float64Array.from(copy);
    });
    // Sums in another order: what is equal but for rounding counts as equal.
    if ((largest(shuffled)?.statistic ?? 0) >= observed * (1 - 1e-12)) asLarge += 1;
  }
  return (1 + asLarge) / (PERMUTATIONS + 1);
}

/** The split with the largest Q; null where both sides cannot have enough values. */
export function bestSplit(values: Float64Array): Split | null {
  const count = values.length;
  if (count < 2 * FEWEST_IN_SEGMENT) return null;
  const sums = distanceSums(values);
  const width = count + 1;
  const inside = (from: number, to: number) =>
    (sums[to * width + to] - 2 * sums[from * width + to] + sums[from * width + from]) / 2;
  let best: Split = { at: FEWEST_IN_SEGMENT, statistic: Number.NEGATIVE_INFINITY };
  for (let at = FEWEST_IN_SEGMENT; at <= count - FEWEST_IN_SEGMENT; at++) {
    const within = inside(0, at);
    for (let end = at + FEWEST_IN_SEGMENT; end <= count; end++) {
      const n = end - at;
      const between = sums[at * width + end] - sums[at * width + at];
      const energy =
        (2 * between) / (at * n) - (2 * within) / (at * (at - 1)) - (2 * inside(at, end)) / (n * (n - 1));
      const statistic = ((at * n) / (at + n)) * energy;
      if (statistic > best.statistic) best = { at, statistic };
    }
  }
  return best;
}

/** Cell (i, j): sum of |x_a − x_b| over a < i, b < j. */
function distanceSums(values: Float64Array): Float64Array {
  const width = values.length + 1;
  const sums = new Float64Array(width * width);
  for (let i = 1; i < width; i++) {
    let row = 0;
    for (let j = 1; j < width; j++) {
      row += Math.abs(values[i - 1] - values[j - 1]);
      sums[i * width + j] = sums[(i - 1) * width + j] + row;
    }
  }
  return sums;
}
