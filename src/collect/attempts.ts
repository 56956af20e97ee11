/** Which trials count: of every block the newest attempt, without warm-up. The older ones stay as evidence, superseded. */
import type { Trial } from '../model/evidence.js';

const newestAttempts = (trials: readonly Trial[]): ReadonlyMap<number, number> => {
  const newest = new Map<number, number>();
  for (const { block, attempt } of trials) newest.set(block, Math.max(attempt, newest.get(block) ?? 0));
  return newest;
};

/** Trials of the newest attempt of every block, in the order given; warm-up trials (block −1) are left out. */
export const countingTrials = (trials: readonly Trial[]): readonly Trial[] => {
  const newest = newestAttempts(trials);
  return trials.filter(({ block, attempt }) => block >= 0 && attempt === newest.get(block));
};

/** `b012`: the name of a block, which is the unit of pairing. */
export const blockId = (block: number): string => `b${String(block).padStart(3, '0')}`;
