/** Runs of one experiment, one after the other: an index that is rebuilt from their folders whenever it is asked for. */
import type { Report } from './report.js';

export interface PastRun {
  readonly id: string;
  /** UTC ms; null: the run cannot be read. */
  readonly startedAt: number | null;
  /** null: it goes on, or was cut off. */
  readonly finishedAt: number | null;
  readonly mode: 'real' | 'aa' | 'inject';
  /** Newest first to last look, as it was reported then; the newest report stands last. */
  readonly reports: readonly Report[];
  /** Why what was reported cannot be shown; null: it is. */
  readonly problem: string | null;
  /** Keys of the experiment file that differ from the run before; null for the first. */
  readonly changed: readonly string[] | null;
  /** UTC ms at which its evidence was deleted (`prune`); null: it is there. */
  readonly prunedAt: number | null;
}

/** A place in a history where something may have changed: a hypothesis, never a test. */
export interface Shift {
  readonly metric: string;
  /** The effect, or the value of one arm. */
  readonly of: 'effect' | string;
  /** First run of the new level. */
  readonly run: string;
  /** Mean ratio ÷ of the levels: after ÷ before. */
  readonly ratio: number;
  readonly p: number;
}
