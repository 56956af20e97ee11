/** `stacktrial index`: reports/index.html and index.json, rebuilt from the run folders; also after each run. */
import { access } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type ExitCode, KnownError } from '../errors.js';
import { indexJson, indexPage, type RunFound, type RunsIndex, runsIndex } from '../report/index.js';
import { allRuns, experimentsWithRuns, openRun, writeAtomic } from '../store/index.js';
import type { Context } from './context.js';
import { storedReports } from './stored-report.js';

/** A folder that cannot be read is a line of the index, never its end; a defect of ours is one too. */
async function found(root: string, experiment: string, path: string, context: Context): Promise<RunFound> {
  const run = basename(path);
  const folders = relative(root, path).split(sep);
  const told = { experiment, run, folders, startedAt: null, report: null } as const;
  const because = (error: unknown) =>
    error instanceof Error ? error.message.replaceAll(path, run) : String(error);
  try {
    const folder = await openRun(path);
    const { startedAt } = await folder.loadInfo();
    const finished = await folder.isFinished();
    try {
      const reports = await storedReports(path, relative(context.workingFolder, path));
      const report = reports.at(-1) ?? null;
      const problem = report === null ? (finished ? 'it has no report' : 'it goes on, or was cut off') : null;
      return { ...told, startedAt, state: finished ? 'complete' : 'unfinished', problem, report };
    } catch (error) {
      return { ...told, startedAt, state: finished ? 'complete' : 'unfinished', problem: because(error) };
    }
  } catch (error) {
    return { ...told, state: 'unreadable', problem: because(error) };
  }
}

export async function indexOf(root: string, context: Context): Promise<RunsIndex> {
  const runs: RunFound[] = [];
  for (const experiment of await experimentsWithRuns(root))
    for (const path of await allRuns(root, experiment))
      runs.push(await found(root, experiment, path, context));
  return runsIndex(runs);
}

/** The page and the same as JSON, in the folder of the runs. */
export async function writeIndex(root: string, context: Context): Promise<RunsIndex> {
  const index = await indexOf(root, context);
  await writeAtomic(join(root, 'index.json'), indexJson(index));
  await writeAtomic(join(root, 'index.html'), indexPage(index));
  return index;
}

/** After a run or an analysis: its report is there whatever becomes of the index, so that is said and no more. */
export async function refreshIndex(run: string, context: Context, make: boolean): Promise<void> {
  const root = dirname(dirname(run));
  // A run folder that was copied somewhere else is no reason to write beside it.
  const there = access(join(root, 'index.json')).then(
    () => true,
    () => false,
  );
  if (!make && !(await there)) return;
  try {
    await writeIndex(root, context);
  } catch (error) {
    context.log.warn(
      `the index of ${root} was not written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

export async function index(
  folder: string,
  options: { readonly json?: boolean },
  context: Context,
): Promise<ExitCode> {
  const root = resolve(context.workingFolder, folder);
  const written = await writeIndex(root, context).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new KnownError('no-runs', `there is no folder ${folder}`, {
      hint: 'Name the folder in which runs are kept; `run` makes it.',
      cause: error,
    });
  });
  if (options.json === true) context.out(indexJson(written));
  else {
    const runs = written.experiments.reduce((sum, one) => sum + one.runs.length, 0);
    const shown = relative(context.workingFolder, root) || '.';
    context.out(
      `${shown}/index.html and index.json: ${counted(written.experiments.length, 'experiment')}, ${counted(runs, 'run')}\n`,
    );
  }
  return 0;
}
