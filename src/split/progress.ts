/** What is left to do of a schedule, told from the rows alone; pure. */
import type { PlannedTrial, Schedule, Trial } from '../model/evidence.js';

export interface PlannedBlock {
  /** −1: warm-up. */
  readonly index: number;
  readonly trials: readonly PlannedTrial[];
}

/** How often a block is done that something spoiled which is no arm's. */
const SPOILED_ATTEMPTS = 2;

/** Blocks in order of the schedule; warm-up trials one by one, or by rounds where arms run together. */
export function blocksOf(schedule: Schedule, concurrent: boolean): readonly PlannedBlock[] {
  const blocks: { index: number; trials: PlannedTrial[] }[] = [];
  for (const planned of schedule.trials) {
    const last = blocks.at(-1);
    const opensRound = planned.block < 0 && (!concurrent || planned.order === 0);
    if (last === undefined || last.index !== planned.block || opensRound) {
      blocks.push({ index: planned.block, trials: [planned] });
    } else last.trials.push(planned);
  }
  return blocks;
}

/** Number of the attempt that the block needs next; null: it needs none. `rows`: those of this block. */
export function nextAttempt(block: PlannedBlock, rows: readonly Trial[]): number | null {
  const attempts = new Map<number, Trial[]>();
  for (const row of rows) attempts.set(row.attempt, [...(attempts.get(row.attempt) ?? []), row]);
  const latest = Math.max(-1, ...attempts.keys());
  if (latest === -1) return 0;
  const whole = (attempt: readonly Trial[]) =>
    block.trials.every(({ id }) => attempt.some((row) => row.id === id && row.outcome !== 'aborted'));
  if (!whole(attempts.get(latest) ?? [])) return latest + 1;
  const spoiled = (attempt: readonly Trial[]) =>
    attempt.some(({ outcome }) => outcome === 'harness' || outcome === 'environment');
  if (!spoiled(attempts.get(latest) ?? [])) return null;
  const times = [...attempts.values()].filter((attempt) => whole(attempt) && spoiled(attempt)).length;
  return times < SPOILED_ATTEMPTS ? latest + 1 : null;
}
