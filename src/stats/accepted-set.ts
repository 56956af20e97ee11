/*
 * The set of values that a test does not reject, whatever its shape.
 *
 * Answers: which parts of a range are not rejected. Applies: Fieller sets, which may be an interval, two half-lines or
 * everything, and which are cut to what was measured. Formula: the test is asked on a grid; where two neighbours
 * differ the change is found to the last number. Pieces narrower than a step of the grid may be missed, so the grid
 * must hold the estimate, around which nothing is rejected.
 * Source: Fieller 1954; inversion of tests, Lehmann and Romano §3.5.
 */

/** Closed: both ends are the outermost accepted values; an end on the grid's end is open to what lies beyond. */
export interface Segment {
  readonly low: number;
  readonly high: number;
  readonly startsBefore: boolean;
  readonly endsAfter: boolean;
}

/**
 * The pieces of a grid that a test does not reject.
 *
 * @param accepted the test at one value
 * @param grid ascending, finite
 * @returns closed pieces, ascending; none where nothing is accepted; never throws
 * @example
 * ```ts
 * acceptedSegments((x) => x * x > 1, Float64Array.of(-2, -1.5, 0, 1.5, 2)).map(({ low, high }) => [low, high]); // → [[-2, -1], [1, 2]]
 * ```
 */
export function acceptedSegments(accepted: (x: number) => boolean, grid: Float64Array): readonly Segment[] {
  const segments: Segment[] = [];
  let low: number | null = null;
  let startsBefore = false;
  for (let k = 0; k < grid.length; k++) {
    const inside = accepted(grid[k]);
    if (inside && low === null) {
      startsBefore = k === 0;
      low = k === 0 ? grid[0] : lastAccepted(accepted, grid[k], grid[k - 1]);
    } else if (!inside && low !== null) {
      segments.push({
        low,
        high: lastAccepted(accepted, grid[k - 1], grid[k]),
        startsBefore,
        endsAfter: false,
      });
      low = null;
    }
  }
  if (low !== null) segments.push({ low, high: grid[grid.length - 1], startsBefore, endsAfter: true });
  return segments;
}

/** From an accepted value towards a rejected one. */
function lastAccepted(accepted: (x: number) => boolean, inside: number, outside: number): number {
  let [good, bad] = [inside, outside];
  for (let step = 0; step < 200; step++) {
    const middle = good + (bad - good) / 2;
    if (middle === good || middle === bad) break;
    if (accepted(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
