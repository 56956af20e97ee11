/** What a run folder holds, and what is made of it before anybody judges. Pure. */
import { deriveTables, exclusions, unmovedTables } from '../collect/index.js';
import type { Evidence, Look, Recorded, RunInfo } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';

/** What a run folder holds, read back. */
export interface RawEvidence extends Recorded {
  readonly run: RunInfo;
  /** Those that were recorded, in order. Absent or none: one look, at the end. */
  readonly looks?: readonly Look[];
}

/** `before`: the same evidence at other prices, of which what no price moves is kept. */
export const derive = (experiment: Experiment, raw: RawEvidence, before?: Evidence): Evidence => {
  const excluded = exclusions(raw.trials);
  const { schedule, trials, collected, executed } = raw;
  const known = before === undefined ? undefined : unmovedTables(experiment, before);
  const tables = deriveTables(experiment, schedule, trials, collected, excluded, executed, known);
  return { ...raw, experiment, exclusions: excluded, tables };
};
