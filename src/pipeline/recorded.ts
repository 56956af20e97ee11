/** What a run folder holds, and what is made of it before anybody judges. Pure. */
import { deriveTables, exclusions } from '../collect/index.js';
import type { Evidence, Look, Recorded, RunInfo } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';

/** What a run folder holds, read back. */
export interface RawEvidence extends Recorded {
  readonly run: RunInfo;
  /** Those that were recorded, in order. Absent or none: one look, at the end. */
  readonly looks?: readonly Look[];
}

export const derive = (experiment: Experiment, raw: RawEvidence): Evidence => {
  const excluded = exclusions(raw.trials);
  const tables = deriveTables(experiment, raw.schedule, raw.trials, raw.collected, excluded, raw.executed);
  return { ...raw, experiment, exclusions: excluded, tables };
};
