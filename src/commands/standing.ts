/** How each experiment stands: its newest report, its newest run, and what its timetable says. */
import { relative } from 'node:path';
import { KnownError } from '../errors.js';
import type { Harm } from '../model/decision.js';
import type { Experiment } from '../model/experiment.js';
import type { Report } from '../model/report.js';
import { looksOnWindow } from '../pipeline.js';
import { percent, timestamp } from '../report/format.js';
import type { Standing } from '../report/index.js';
import { nextFiring } from '../schedule/index.js';
import { openChange, startTimeOf } from '../split/index.js';
import { allRuns, isLocked, openRun, type RunFolder } from '../store/index.js';
import type { Context } from './context.js';
import { storedExperiment } from './finish.js';
import { storedReports } from './stored-report.js';

/** The newest report of the newest run that has one; rehearsals (--aa, --inject) decide nothing. */
export async function newestReport(root: string, name: string, context: Context): Promise<Report | null> {
  for (const path of (await allRuns(root, name)).toReversed()) {
    const report = (await storedReports(path, relative(context.workingFolder, path))).at(-1);
    if (report !== undefined && report.run.mode === 'real') return report;
  }
  return null;
}

/** What a run that goes on was last seen to be, between looks; null: it was not, or it is finished. */
export async function newestWatch(
  root: string,
  name: string,
): Promise<{ readonly at: number; readonly broken: readonly string[] } | null> {
  const path = (await allRuns(root, name)).at(-1);
  if (path === undefined) return null;
  const run = await openRun(path);
  const text = (await run.isFinished()) ? null : await run.loadReport('monitoring.json');
  if (text === null) return null;
  const { at, harm } = JSON.parse(text) as { at: number; harm: readonly Harm[] };
  return { at, broken: harm.flatMap(({ verdict, claim }) => (verdict === 'harm' ? [claim.text] : [])) };
}

async function runState(root: string, name: string): Promise<Standing['run']> {
  const path = (await allRuns(root, name)).at(-1);
  if (path === undefined) return null;
  const folder = await openRun(path);
  if (await folder.isFinished()) return 'finished';
  if (await isLocked(path, startTimeOf)) return 'running';
  return (await goesOnByItself(folder)) ? 'waiting' : 'cut off';
}

/** One run over many calls: between two of them nobody is at work, and nothing was cut off. */
async function goesOnByItself(folder: RunFolder): Promise<boolean> {
  try {
    const experiment = await storedExperiment(await folder.loadExperiment());
    return experiment.timetable?.pace != null || looksOnWindow(experiment);
  } catch {
    return false; // what cannot be read any more cannot be gone on with, either
  }
}

/** Taps that are turned now, or that a run which was killed has left turned. */
async function openTaps(root: string, name: string, context: Context): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const path of await allRuns(root, name)) {
    const change = openChange(await (await openRun(path)).journaled());
    if (change === null) continue;
    const shares = Object.entries(change.shares ?? {}).map(([arm, share]) => `${arm} ${percent(share)}`);
    const what = `${change.resource} is turned${shares.length === 0 ? '' : ` (${shares.join(', ')})`} since ${timestamp(change.since)}`;
    const shown = relative(context.workingFolder, path) || path;
    const revert = `stacktrial revert ${shown}`;
    if (await isLocked(path, startTimeOf)) notes.push(what);
    else if (change.taken)
      notes.push(
        `somebody else set ${change.resource} while this run had it turned, and theirs is left; to undo that, too: ${revert}`,
      );
    else if (change.standsAsBefore)
      notes.push(
        `OPEN: ${change.resource} stands as before, but not all that rollback: lists ended well; again: ${revert}`,
      );
    else notes.push(`OPEN: ${what}; give it back: ${revert}`);
  }
  return notes;
}

/** A report that was edited or cut short decides nothing, nor does an older one in its place; it is said. */
async function reportOrWhy(
  root: string,
  name: string,
  context: Context,
): Promise<{ readonly report: Report | null; readonly why: readonly string[] }> {
  try {
    return { report: await newestReport(root, name, context), why: [] };
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    return { report: null, why: [error.message, ...(error.hint === null ? [] : [error.hint])] };
  }
}

/** @param experiment its file as it is today, where it was named: the timetable stands there */
export async function standingOf(
  root: string,
  name: string,
  experiment: Experiment | null,
  context: Context,
): Promise<Standing> {
  const timetable = experiment?.timetable;
  const run = await runState(root, name);
  const { report, why } = await reportOrWhy(root, name, context);
  return {
    experiment: name,
    report,
    run,
    nextMs: timetable === undefined ? null : (nextFiring(timetable, Date.now())?.at ?? null),
    notes: [
      ...(timetable?.disabled === true ? ['disabled'] : []),
      ...why,
      ...(run === 'cut off' ? ['go on: stacktrial run FILE --resume'] : []),
      ...(await openTaps(root, name, context)),
    ],
  };
}
