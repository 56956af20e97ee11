/** Every trial that was run, as a point for the picture: also those that count for nothing, marked. */
import type { Evidence } from '../../model/evidence.js';
import type { TrialPoint } from '../../model/report.js';

/** A trial is superseded where its block was begun again; it is excluded with its whole block. */
export const trialPoints = ({ trials, exclusions }: Evidence): TrialPoint[] => {
  const lastAttempt = new Map<number, number>();
  for (const { block, attempt } of trials) {
    lastAttempt.set(block, Math.max(attempt, lastAttempt.get(block) ?? 0));
  }
  const excluded = new Set(exclusions.map(({ block }) => block));
  return trials.map((trial) => ({
    id: trial.id,
    arm: trial.arm,
    block: trial.block,
    order: trial.order,
    unit: trial.unit,
    start: trial.start,
    wallSeconds: trial.measured.wallSeconds ?? null,
    outcome: trial.outcome,
    superseded: trial.attempt < (lastAttempt.get(trial.block) ?? 0),
    excluded: excluded.has(trial.block),
  }));
};
