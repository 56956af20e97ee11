/*
 * Where units stand in time, as whole numbers.
 *
 * Answers: the number of each unit's time bucket, from 0. Applies: units that are buckets of one width. Units that are
 * batches have no grid: how far apart two of them are in memory is not known from the clock alone (a queue may stand
 * still for an hour and nothing has changed), so their order is their position, and the answer is null.
 * Formula: (start − first start) ÷ width, rounded. Source: none needed.
 */

/**
 * The number of each row's time bucket, so that gaps keep their width.
 *
 * @param start ms, increasing
 * @param widthMs > 0, or null where units are not buckets
 * @returns whole numbers, increasing; null where `widthMs` is; never throws
 * @example
 * ```ts
 * bucketNumbers(Float64Array.of(0, 60_000, 240_000), 60_000); // → [0, 1, 4]
 * ```
 */
export function bucketNumbers(start: Float64Array, widthMs: number | null): Float64Array | null {
  if (widthMs === null || !(widthMs > 0)) return null;
  return start.map((at) => Math.round((at - start[0]) / widthMs));
}
