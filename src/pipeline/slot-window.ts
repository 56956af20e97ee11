/** Where no window is declared, a design in slots is its own: from its first slot to its last, as they happened. */
import type { ExecutedSlot, Schedule } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';

export function inItsTime(
  experiment: Experiment,
  schedule: Pick<Schedule, 'slots'> | null,
  executed: readonly ExecutedSlot[] | undefined,
): Experiment {
  const slots = schedule?.slots ?? [];
  if (experiment.window !== null || slots.length === 0) return experiment;
  const starts = slots.map(({ startMs }) => startMs);
  const ends = slots.map(({ endMs }) => endMs);
  for (const { appliedAt, endedAt } of executed ?? []) {
    if (appliedAt !== null) starts.push(appliedAt);
    if (endedAt !== null) ends.push(endedAt);
  }
  const window = { fromMs: Math.min(...starts), toMs: Math.max(...ends), warmupMs: 0, settleMs: 0 };
  return { ...experiment, window };
}
