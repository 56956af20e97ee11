/**
 * Counters only grow, until their process restarts: a fall is a reset, and what the counter shows then is what was
 * added since. Several counters of one arm (one per instance) are told apart by their labels and added up.
 */
import type { FoldPoint } from './fold.js';
import { sum } from './sum.js';

const step = (before: number, now: number): number => (now < before ? now : now - before);

const bySeries = <P extends FoldPoint>(sorted: readonly P[]): readonly (readonly P[])[] => {
  const series = new Map<string, P[]>();
  for (const point of sorted) {
    const points = series.get(point.series);
    if (points === undefined) series.set(point.series, [point]);
    else points.push(point);
  }
  return [...series.values()];
};

/** Growth between the first and the last point of each counter; null where one has a single point only. */
export const increase = (sorted: readonly (FoldPoint & { readonly value: number })[]): number | null => {
  const series = bySeries(sorted);
  if (series.some((points) => points.length < 2)) return null;
  return sum(series.flatMap((points) => points.slice(1).map(({ value }, i) => step(points[i].value, value))));
};

/**
 * Counters as what each point added, for sums over time buckets: growth belongs to the bucket of the later point,
 * so that the sum over all buckets is the growth of the whole. The first point of a counter, and one after more than
 * an empty bucket, added an unknown amount: null.
 */
export const increments = <P extends FoldPoint>(sorted: readonly P[], widthMs: number): readonly P[] =>
  bySeries(sorted).flatMap((points) => {
    let before: P | null = null;
    return points.map((point): P => {
      const previous = before;
      if (point.value === null || Number.isNaN(point.value)) return { ...point, value: null };
      before = point;
      if (previous === null) return { ...point, value: null };
      const apart = Math.floor(point.start / widthMs) - Math.floor(previous.start / widthMs);
      return { ...point, value: apart > 1 ? null : step(previous.value as number, point.value) };
    });
  });
