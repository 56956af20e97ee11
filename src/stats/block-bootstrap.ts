/*
 * Resampling a series in blocks, so that neighbours stay neighbours.
 *
 * Answers: row numbers of one bootstrap series. Applies: pictures and statistics of stationary series; resample both
 * arms with the same rows where they ran together. The series closes to a circle, so that all rows count alike.
 * Formula: blocks start anywhere with equal chance; their length is fixed (circular) or geometric with that mean, that
 * is, each row starts a new block with chance 1/length (stationary).
 * Source: Politis and Romano 1992 (circular), 1994 (JASA 89:1303, stationary). Percentile intervals from blocks
 * under-cover on short series (reference/statistics.md §4.3): they draw, they do not decide.
 */
import type { Random } from './random.js';

export type Blocks = 'stationary' | 'circular';

/**
 * Draws rows in blocks of neighbours, for resampling a series.
 *
 * @param rows filled with row numbers 0 … rows.length − 1
 * @param kind 'stationary' (geometric lengths) or 'circular' (fixed length)
 * @param length mean length of a block in rows, ≥ 1, rounded up for circular blocks
 * @param random the stream that draws
 * @returns nothing: `rows` is written
 * @throws RangeError where `length` is below 1
 * @example
 * ```ts
 * const rows = new Uint32Array(8);
 * blockRows(rows, 'circular', 4, createRandom(1));
 * rows[1] === (rows[0] + 1) % 8; // → true
 * ```
 */
export function blockRows(rows: Uint32Array, kind: Blocks, length: number, random: Random): void {
  if (!(length >= 1)) throw new RangeError(`block length must be at least 1, got ${length}`);
  const count = rows.length;
  const fixed = Math.ceil(length);
  let row = 0;
  for (let k = 0; k < count; k++) {
    const starts = k === 0 || (kind === 'circular' ? k % fixed === 0 : random.uniform() * length < 1);
    row = starts ? random.integer(count) : (row + 1) % count;
    rows[k] = row;
  }
}
