/** Which trials were planned and which were delivered, as far as the run got. */
import type { Evidence, PlannedTrial, Trial } from '../model/evidence.js';

/** Of every block the newest attempt, without warm-up (block −1): what is analysed, before exclusions. */
export function countingTrials(trials: readonly Trial[]): readonly Trial[] {
  const newest = new Map<number, number>();
  for (const { block, attempt } of trials) newest.set(block, Math.max(attempt, newest.get(block) ?? 0));
  return trials.filter(({ block, attempt }) => block >= 0 && attempt === newest.get(block));
}

/**
 * What the schedule owes by now. A finished run owes every block. A run under way owes the blocks it has begun,
 * except the last one while it is incomplete: that is the block under way, not a missing trial.
 */
export function plannedTrials({ schedule, run, trials }: Evidence): readonly PlannedTrial[] {
  const planned = (schedule?.trials ?? []).filter(({ block }) => block >= 0);
  if (run.finishedAt !== null) return planned;
  const delivered = countingTrials(trials);
  const begun = new Set(delivered.map(({ block }) => block));
  const last = Math.max(...begun);
  const size = (rows: readonly { readonly block: number }[]) =>
    rows.filter(({ block }) => block === last).length;
  if (size(delivered) < size(planned)) begun.delete(last);
  return planned.filter(({ block }) => begun.has(block));
}
