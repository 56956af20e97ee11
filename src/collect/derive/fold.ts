/**
 * The points of one unit on one arm become one value. What the fold is, the metric declares; it is never guessed.
 * A point without a value makes the whole unit incomplete: a sum over what happens to be there is not the sum.
 * The order in which points arrive does not matter, to the last bit.
 */
import type { Fold } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';
import { increase } from './counter.js';
import { sum } from './sum.js';

export interface FoldPoint {
  /** UTC ms, half-open. */
  readonly start: number;
  readonly end: number;
  /** null: asked for, and not there. */
  readonly value: number | null;
  /** Points that this one stands for: its weight in a mean. */
  readonly n: number;
  /** Which of several counters it belongs to. */
  readonly series: string;
}

type Valued = FoldPoint & { readonly value: number };

export const byTime = (a: FoldPoint, b: FoldPoint): number =>
  a.start - b.start || a.end - b.end || (a.value ?? 0) - (b.value ?? 0) || a.n - b.n;

/** Quantile of type 7 (linear between order statistics at (n−1)·q), Hyndman & Fan 1996. `sorted` holds one or more. */
const quantile = (sorted: readonly number[], q: number): number => {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const below = sorted[low];
  const above = sorted[Math.min(low + 1, sorted.length - 1)];
  return below === above ? below : below + (above - below) * (at - low);
};

const mean = (points: readonly Valued[]): number | null => {
  const weight = sum(points.map(({ n }) => n));
  return weight === 0 ? null : sum(points.map(({ value, n }) => value * n)) / weight;
};

const quantileOf = (points: readonly Valued[], q: number): number | Reason => {
  const aggregate = points.find(({ n }) => n !== 1);
  if (aggregate !== undefined) return reason('fold-quantile-of-aggregates', { n: aggregate.n });
  return quantile(
    points.map(({ value }) => value).sort((a, b) => a - b),
    q,
  );
};

/**
 * The unit's value; null where it is incomplete; a Reason (`fold-…`, without metric, arm and unit) where the
 * points contradict the fold, which no dropping of units may hide.
 */
export const fold = (points: readonly FoldPoint[], by: Fold): number | null | Reason => {
  if (points.length === 0) return null;
  if (by.kind === 'only' && points.length > 1) return reason('fold-not-one', { count: points.length });
  if (points.some(({ value }) => value !== null && Math.abs(value) === Number.POSITIVE_INFINITY))
    return reason('fold-infinite');
  if (points.some(({ value }) => value === null || Number.isNaN(value))) return null;
  const sorted = [...points].sort(byTime) as Valued[];
  const values = sorted.map(({ value }) => value);
  switch (by.kind) {
    case 'only':
    case 'last':
      return values[values.length - 1];
    case 'sum':
      return sum(values);
    case 'mean':
      return mean(sorted);
    case 'max':
      return values.reduce((a, b) => Math.max(a, b));
    case 'min':
      return values.reduce((a, b) => Math.min(a, b));
    case 'increase':
      return increase(sorted);
    case 'quantile':
      return quantileOf(sorted, by.q);
  }
};
