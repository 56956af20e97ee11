/**
 * What had been run under an experiment's name before a run began: a row of evidence/earlier.json. It is written when the
 * run begins, so that whoever reads its evidence later, offline, knows what was already known then.
 */
import type { Outcome } from './decision.js';

export interface EarlierRun {
  readonly id: string;
  /** UTC ms. */
  readonly startedAt: number;
  /** null: it was left unfinished. */
  readonly finishedAt: number | null;
  /** As its newest report says; `unmeasured`: no claim could be judged; null: it has none, or one that was edited. */
  readonly decided: Outcome | 'unmeasured' | null;
  /** Declared looks that were taken in it. */
  readonly looks: number;
  /** Trials and slots that were done in it. */
  readonly done: number;
  /** Keys of the experiment that have been changed since, but for its timetable and its notices. */
  readonly changed: readonly string[];
}
