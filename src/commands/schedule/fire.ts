/**
 * Everything that is due of one experiment, done: lease, ledger, work, ledger. The row before the work and the row after
 * it make a kill in between visible; what was begun is gone on with and never done twice.
 */

import { resolve } from 'node:path';
import { type ExitCode, KnownError } from '../../errors.js';
import { type Batch, due, type Ended, type LedgerRow, timetableText } from '../../schedule/index.js';
import { startTimeOf } from '../../split/index.js';
import { type ExperimentLedger, leaseLedger } from '../../store/index.js';
import { type Context, nowOf } from '../context.js';
import { exitCode } from '../exit-code.js';
import { inOneLine } from '../in-one-line.js';
import { type Loaded, loadExperiment } from '../load.js';
import { perform } from '../perform.js';
import { refuseAhead } from './ahead.js';
import type { ScheduleEvent } from './events.js';

export interface FireRequest {
  /** Folder that holds the run folders, as the user wrote it. */
  readonly reports: string;
  emit(event: ScheduleEvent): void;
  /** Told of a file without `schedule`, of which nothing is ever due. */
  unscheduled?(file: string): void;
}

interface Done {
  readonly ended: Ended;
  readonly exit: ExitCode;
  readonly run: string | null;
  readonly outcome: string | null;
  readonly why: string | null;
}

const isBusy = (error: unknown): error is KnownError =>
  error instanceof KnownError && (error.code === 'run-in-use' || error.code === 'tap-held');

/** The worst exit code: 0 where everything that was due was done, whatever was decided. */
export async function fireDue(file: string, request: FireRequest, context: Context): Promise<ExitCode> {
  const { emit } = request;
  let loaded: Loaded;
  try {
    loaded = await loadExperiment(file, context);
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    emit({ event: 'unreadable', experiment: file, why: inOneLine(error) });
    return error.exit;
  }
  const { name, timetable } = loaded.experiment;
  if (timetable === undefined) {
    request.unscheduled?.(file);
    return 0;
  }
  const root = resolve(context.workingFolder, request.reports);
  let ledger: ExperimentLedger<LedgerRow>;
  try {
    ledger = await leaseLedger<LedgerRow>(root, name, startTimeOf);
  } catch (error) {
    if (!isBusy(error)) throw error;
    emit({ event: 'busy', experiment: name, why: error.message });
    return 0;
  }
  try {
    const rows = await ledger.rows();
    refuseAhead(rows, nowOf(context));
    const found = due(name, timetable, rows, nowOf(context));
    const at = nowOf(context);
    if (found.kind === 'enrol') {
      await ledger.append({ step: 'enrolled', at, timetable: timetableText(timetable) });
      emit({ event: 'enrolled', experiment: name });
      return 0;
    }
    if (found.kind === 'disable') {
      await ledger.append({ step: 'disabled', at });
      emit({ event: 'disabled', experiment: name });
      return 0;
    }
    for (const { work, firings } of found.skipped) {
      await ledger.append({ step: 'skipped', at, work, firings });
      emit({ event: 'skipped', experiment: name, work, firings: firings.map(iso) });
    }
    let worst: ExitCode = 0;
    for (const batch of found.batches) {
      const waiting = waitingSince(await ledger.rows(), batch);
      const { ended, exit } = await fire(batch, waiting, loaded, root, ledger, request, context);
      if (ended === 'interrupted' || ended === 'failed') worst = exit;
      if (ended === 'interrupted' || ended === 'busy') break;
    }
    return worst;
  } finally {
    await ledger.giveBack();
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** What was in the way of this batch the last time, when nothing was done since: told once, not every half minute. */
function waitingSince(rows: readonly LedgerRow[], { work, firings }: Batch): string | null {
  const last = rows.findLast((row) => 'work' in row && row.work === work);
  if (last?.step !== 'ended' || last.ended !== 'busy') return null;
  return last.firings.join() === firings.join() ? last.why : null;
}

async function fire(
  batch: Batch,
  waiting: string | null,
  loaded: Loaded,
  root: string,
  ledger: ExperimentLedger<LedgerRow>,
  { emit }: FireRequest,
  context: Context,
): Promise<Done> {
  const experiment = loaded.experiment.name;
  const { work, firings, missed, cutOff } = batch;
  const about = { experiment, work, firings: firings.map(iso) };
  if (missed > 0) emit({ event: 'missed', ...about, missed });
  // What was busy is begun and not ended: its row is there.
  if (waiting === null) await ledger.append({ step: 'started', at: nowOf(context), work, firings });
  emit({ event: 'started', ...about, cutOff });
  const { outcome, ...done } = await worked(batch, loaded, root, context);
  if (done.ended !== 'busy' || done.why !== waiting)
    await ledger.append({ step: 'ended', at: nowOf(context), work, firings, ...done });
  emit({ event: 'ended', ...about, ...done, outcome });
  return { outcome, ...done };
}

/** Never throws because of the experiment: what went wrong is how the firing ended. */
async function worked(batch: Batch, loaded: Loaded, root: string, context: Context): Promise<Done> {
  const none = { run: null, outcome: null, why: null };
  try {
    const performed = await perform(loaded, root, batch, context);
    if (performed.kind === 'over')
      return { ...none, ended: 'nothing-due', exit: 0, why: 'the run is finished' };
    const { run } = performed;
    if (performed.kind === 'running')
      return {
        ended: 'done',
        exit: performed.harmed ? 12 : 10,
        run,
        outcome: 'running',
        why: performed.what,
      };
    const { report } = performed;
    return { ended: 'done', exit: exitCode(report, {}), run, outcome: report.decision.outcome, why: null };
  } catch (error) {
    if (isBusy(error)) return { ...none, ended: 'busy', exit: 0, why: error.message };
    if (context.signal.aborted)
      return { ...none, ended: 'interrupted', exit: exitOfSignal(context.signal), why: 'stopped' };
    const why = error instanceof Error ? error.message : String(error);
    return { ...none, ended: 'failed', exit: error instanceof KnownError ? error.exit : 70, why };
  }
}

const exitOfSignal = ({ reason }: AbortSignal): ExitCode =>
  reason instanceof KnownError ? reason.exit : 143;
