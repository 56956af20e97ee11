/*
 * Mann–Whitney for hundreds of thousands of pairs of short series.
 *
 * Answers: two-sided p of each pair. Applies: screens (every metric of every service against yesterday), normal
 * approximation with continuity and tie correction as in `mann-whitney.ts`; the p-values are raw: correct them with
 * `benjaminiHochberg`.
 * Formula: U and ties of a row by `step-placements.ts`, of a row whose values crowd by `step-sort.ts`, of longer rows by
 * `placements.ts`; they mean the same. p is looked up by U, computed once per U. About 0.5 µs for 60 + 60 normal values,
 * 0.8 µs lognormal, 1.3 µs with ten distinct values, 3 µs with outliers that press all others into few steps.
 * Source: as there.
 */
import { deviationOfU, survivalOf } from './mann-whitney.js';
import { type Placements, placements, sortValues } from './placements.js';
import { checkColumns } from './sample-problem.js';
import { LONGEST, stepPlacements } from './step-placements.js';
import { sortedPlacements } from './step-sort.js';

/**
 * Row k of `x` is its values k·m … (k+1)·m − 1; `y` likewise with n. NaN where a row holds NaN or both rows are
 * one constant. Memory: one p per pair. Independent of order, so work can be divided among threads at any row.
 *
 * @param x @param y rows of m and of n values, one behind the other
 * @param m @param n values in a row, ≥ 1
 * @returns two-sided p of each row, NaN where there is none
 * @throws RangeError where x and y do not hold the same number of rows
 * @example
 * ```ts
 * const x = Float64Array.of(12.1, 11.4, 13.0, 12.7, 11.9, 12.3);
 * const y = Float64Array.of(14.2, 13.1, 15.0, 13.8, 14.6, 13.5);
 * mannWhitneyScreen(x, y, 3, 3); // → [0.0808556, 0.0808556]
 * ```
 */
export function mannWhitneyScreen(x: Float64Array, y: Float64Array, m: number, n: number): Float64Array {
  checkColumns([x, y], 'own');
  const tests = x.length / m;
  if (!(m >= 1 && n >= 1 && Number.isInteger(tests) && y.length === tests * n)) {
    throw new RangeError('mannWhitneyScreen needs as many rows of m values in x as of n values in y');
  }
  const p = new Float64Array(tests);
  const short = m <= LONGEST && n <= LONGEST;
  const [a, b, found] = [new Float64Array(m), new Float64Array(n), { doubled: 0, ties: 0 } as Placements];
  const untied = deviationOfU(m, n, 0);
  // By the distance of 2U from its middle.
  const known = new Float64Array(short ? m * n + 1 : 0).fill(-1);
  for (let k = 0; k < tests; k++) {
    if (
      !(short && (stepPlacements(x, k * m, m, y, k * n, n, found) || sortedPlacements(x, y, m, n, k, found)))
    ) {
      a.set(x.subarray(k * m, (k + 1) * m));
      b.set(y.subarray(k * n, (k + 1) * n));
      if (!sortValues(a) || !sortValues(b)) {
        p[k] = Number.NaN;
        continue;
      }
      placements(a, b, found);
    }
    const distance = Math.abs(found.doubled - m * n);
    if (found.ties > 0 || !short) p[k] = twoSided(distance / 2, deviationOfU(m, n, found.ties));
    else {
      if (known[distance] < 0) known[distance] = twoSided(distance / 2, untied);
      p[k] = known[distance];
    }
  }
  return p;
}

const twoSided = (distance: number, sigma: number): number =>
  sigma > 0 ? Math.min(1, 2 * survivalOf((distance - 0.5) / sigma)) : Number.NaN;
