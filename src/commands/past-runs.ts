/** All runs of an experiment, rebuilt from their folders: there is no index that could be wrong. */
import { relative } from 'node:path';
import { changedKeys } from '../declare/index.js';
import type { PastRun } from '../model/history.js';
import { allRuns, openRun, prunedAt } from '../store/index.js';
import type { Context } from './context.js';
import { storedReports } from './stored-report.js';

/** Oldest first. */
export async function pastRuns(root: string, name: string, context: Context): Promise<readonly PastRun[]> {
  const runs: PastRun[] = [];
  let before: string | null = null;
  for (const path of await allRuns(root, name)) {
    const folder = await openRun(path);
    const info = await folder.loadInfo();
    const { experimentText } = await folder.loadExperiment();
    runs.push({
      id: info.id,
      startedAt: info.startedAt,
      finishedAt: (await folder.isFinished()) ? info.finishedAt : null,
      mode: info.mode,
      reports: await storedReports(path, relative(context.workingFolder, path)),
      changed: before === null ? null : changedKeys(before, experimentText),
      prunedAt: await prunedAt(path),
    });
    before = experimentText;
  }
  return runs;
}
