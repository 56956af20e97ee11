/**
 * When to ask for points. Steps lie on multiples of the step since the epoch, so that the same bucket has the same
 * edges whoever asks; both ends of a range query are inclusive, so the next chunk begins one step later.
 */
import type { Window } from '../../../model/experiment.js';
import { wholeBuckets } from '../../derive/bucket.js';

export interface Steps {
  /** Time of the first and of the last point, UTC ms: the ends of the first and of the last bucket. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Whole buckets of the window that are not complete yet. */
  readonly heldBack: number;
}

/** null where no bucket is complete. */
export const stepsOf = (window: Window, byMs: number, completeUntilMs: number): Steps | null => {
  const { fromMs, toMs, count } = wholeBuckets(window, byMs);
  const lastMs = Math.min(toMs, Math.floor(completeUntilMs / byMs) * byMs);
  if (lastMs <= fromMs) return null;
  return { firstMs: fromMs + byMs, lastMs, heldBack: count - Math.round((lastMs - fromMs) / byMs) };
};

export interface Chunk {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Ranges of at most `most` points that hold every step once. */
export const chunksOf = ({ firstMs, lastMs }: Steps, byMs: number, most: number): readonly Chunk[] => {
  const chunks: Chunk[] = [];
  for (let fromMs = firstMs; fromMs <= lastMs; fromMs += most * byMs)
    chunks.push({ fromMs, toMs: Math.min(lastMs, fromMs + (most - 1) * byMs) });
  return chunks;
};
