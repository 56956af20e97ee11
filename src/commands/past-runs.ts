/** All runs of an experiment, rebuilt from their folders: there is no index that could be wrong. */
import { basename, relative } from 'node:path';
import { changedKeys } from '../declare/index.js';
import { KnownError } from '../errors.js';
import type { PastRun } from '../model/history.js';
import { allRuns, openRun, prunedAt } from '../store/index.js';
import type { Context } from './context.js';
import { storedReports } from './stored-report.js';

const why = ({ message, hint }: KnownError): string =>
  [message, hint].filter((text) => text !== null).join(' ');

/** A report that was edited or cut short is said of its run: the others are shown all the same. */
async function reportsOf(path: string, shown: string): Promise<Pick<PastRun, 'reports' | 'problem'>> {
  try {
    return { reports: await storedReports(path, shown), problem: null };
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    return { reports: [], problem: why(error) };
  }
}

const unreadable = (path: string, error: unknown): PastRun => {
  if (!(error instanceof KnownError)) throw error;
  const none = { startedAt: null, finishedAt: null, changed: null, prunedAt: null };
  return { ...none, id: basename(path), mode: 'real', reports: [], problem: why(error) };
};

/** Oldest first; what cannot be read stands among them. */
export async function pastRuns(root: string, name: string, context: Context): Promise<readonly PastRun[]> {
  const runs: PastRun[] = [];
  let before: string | null = null;
  for (const path of await allRuns(root, name)) {
    try {
      const { run, text } = await pastRun(path, before, context);
      runs.push(run);
      before = text;
    } catch (error) {
      runs.push(unreadable(path, error));
    }
  }
  return runs;
}

async function pastRun(
  path: string,
  before: string | null,
  context: Context,
): Promise<{ readonly run: PastRun; readonly text: string }> {
  const folder = await openRun(path);
  const info = await folder.loadInfo();
  const { experimentText } = await folder.loadExperiment();
  const run = {
    id: info.id,
    startedAt: info.startedAt,
    finishedAt: (await folder.isFinished()) ? info.finishedAt : null,
    mode: info.mode,
    ...(await reportsOf(path, relative(context.workingFolder, path) || path)),
    changed: before === null ? null : changedKeys(before, experimentText),
    prunedAt: await prunedAt(path),
  };
  return { run, text: experimentText };
}
