/** What a run folder holds, and what is made of it before anybody judges. Pure. */
import { deriveTables, exclusions } from '../collect/index.js';
import type { EarlierRun } from '../model/earlier-run.js';
import type {
  Collected,
  Evidence,
  ExecutedSlot,
  ExposureRow,
  LineCount,
  Look,
  RunInfo,
  Schedule,
  Trial,
  WatchRow,
} from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';

/** What a run folder holds, read back. */
export interface RawEvidence {
  readonly run: RunInfo;
  readonly schedule: Schedule | null;
  readonly trials: readonly Trial[];
  readonly collected: readonly Collected[];
  readonly executed?: readonly ExecutedSlot[];
  readonly exposure?: readonly ExposureRow[];
  readonly watched?: readonly WatchRow[];
  readonly lines?: readonly LineCount[];
  /** Those that were recorded, in order. Absent or none: one look, at the end. */
  readonly looks?: readonly Look[];
  /** What had been run under this name before. Absent: nobody recorded it. */
  readonly earlier?: readonly EarlierRun[];
}

export const derive = (experiment: Experiment, raw: RawEvidence): Evidence => {
  const excluded = exclusions(raw.trials);
  const tables = deriveTables(experiment, raw.schedule, raw.trials, raw.collected, excluded, raw.executed);
  return { ...raw, experiment, exclusions: excluded, tables };
};
