/**
 * The schedule, carried out: block after block, a row on disk before the next trial, so that a cut-off run
 * loses at most the block under way. A block that was cut off is repeated whole under the next attempt;
 * its rows stay. What counts against an arm is never tried again; a block spoiled by something that is
 * nobody's (harness, environment) is done once more, and then left.
 */
import type { PlannedTrial, Schedule, Trial, Unit } from '../model/evidence.js';
import type { Journal, TrialDriver } from '../model/ports.js';
import { blocksOf, nextAttempt, type PlannedBlock } from './progress.js';

export interface RunTrials {
  readonly schedule: Schedule;
  readonly driver: TrialDriver;
  readonly units: readonly Unit[];
  /** Rows of earlier executions of this run. */
  readonly completed: readonly Trial[];
  readonly journal: Journal;
  /** Puts the row on disk; the next trial waits for it. */
  onTrial(trial: Trial): Promise<void>;
  onProgress?(done: number, total: number, remainingMs: number | null): void;
  readonly signal: AbortSignal;
  /** The design's `concurrent`: the arms of a block run at the same time. */
  readonly concurrent: boolean;
  /** UTC ms; for the remaining time only. */
  now(): number;
  /**
   * Asked before each block that is to be run, while nothing runs, with all rows so far: true ends the run there.
   * On a resumed run it is asked before anything is warmed up again.
   */
  endsBefore?(block: number, trials: readonly Trial[]): Promise<boolean>;
  /** Takes secrets out of what a failed trial printed. */
  redact?(text: string): string;
}

export interface TrialsRun {
  /** Earlier rows and new ones. */
  readonly trials: readonly Trial[];
  /** false: interrupted before the end of the schedule. */
  readonly finished: boolean;
  /** The block before which `endsBefore` ended the run; absent: it did not. */
  readonly endedBefore?: number;
}

export async function runTrials(run: RunTrials): Promise<TrialsRun> {
  const rows = [...run.completed];
  const units = new Map(run.units.map((unit) => [unit.id, unit]));
  const blocks = blocksOf(run.schedule, run.concurrent);
  const rowsOf = new Map<number, Trial[]>();
  const keep = (row: Trial) => {
    const own = rowsOf.get(row.block);
    if (own === undefined) rowsOf.set(row.block, [row]);
    else own.push(row);
  };
  rows.forEach(keep);
  const next = (block: PlannedBlock) => nextAttempt(block, rowsOf.get(block.index) ?? []);
  const pending = blocks.filter((block) => block.index >= 0 && next(block) !== null);
  if (pending.length === 0) return { trials: rows, finished: true };
  const ended = (block: number): TrialsRun => ({ trials: rows, finished: true, endedBefore: block });
  const first = pending[0].index;
  if (await run.endsBefore?.(first, rows)) return ended(first);

  // Residents and caches are cold again: whatever was warmed up before, it is done anew.
  const work = [...blocks.filter((block) => block.index < 0), ...pending];
  const total = work.reduce((sum, block) => sum + block.trials.length, 0);
  const started = run.now();
  let done = 0;
  const runOne = async (planned: PlannedTrial, attempt: number): Promise<Trial> => {
    const unit = units.get(planned.unit);
    if (unit === undefined) throw new Error(`the schedule names a unit that is not there: ${planned.unit}`);
    const row = redacted(await run.driver.trial(planned, unit, attempt), run);
    await run.onTrial(row);
    rows.push(row);
    keep(row);
    done = Math.min(done + 1, total);
    run.onProgress?.(done, total, ((run.now() - started) / done) * (total - done));
    return row;
  };

  run.onProgress?.(0, total, null);
  for (const block of work) {
    if (block.index > first && (await run.endsBefore?.(block.index, rows))) return ended(block.index);
    // Warm-up is done once per execution; a block until nothing says that it must be done again.
    let attempt = block.index < 0 ? attemptsOf(block, rowsOf.get(-1) ?? []) : next(block);
    while (attempt !== null) {
      if (run.signal.aborted) return { trials: rows, finished: false };
      await run.journal.append('block', {
        block: block.index,
        attempt,
        trials: block.trials.map(({ id }) => id),
      });
      if (!(await runBlock(block, attempt, run, runOne))) return { trials: rows, finished: false };
      attempt = block.index < 0 ? null : next(block);
    }
  }
  return { trials: rows, finished: true };
}

/** false: stopped. */
async function runBlock(
  block: PlannedBlock,
  attempt: number,
  run: RunTrials,
  runOne: (planned: PlannedTrial, attempt: number) => Promise<Trial>,
): Promise<boolean> {
  if (run.concurrent) {
    const settled = await Promise.allSettled(block.trials.map((planned) => runOne(planned, attempt)));
    for (const each of settled) if (each.status === 'rejected') throw each.reason;
    return settled.every((each) => each.status === 'fulfilled' && each.value.outcome !== 'aborted');
  }
  for (const planned of block.trials) {
    if (run.signal.aborted) return false;
    if ((await runOne(planned, attempt)).outcome === 'aborted') return false;
  }
  return true;
}

function attemptsOf(block: PlannedBlock, rows: readonly Trial[]): number {
  const ids = new Set(block.trials.map(({ id }) => id));
  return rows.reduce((next, row) => (ids.has(row.id) ? Math.max(next, row.attempt + 1) : next), 0);
}

function redacted(trial: Trial, run: RunTrials): Trial {
  if (run.redact === undefined) return trial;
  return {
    ...trial,
    answer: trial.answer === null ? null : JSON.parse(run.redact(JSON.stringify(trial.answer))),
    ...(trial.problem === undefined ? {} : { problem: run.redact(trial.problem) }),
  };
}
