/** One execution of a run: work in its folder, the report where that is its end, and whoever wants to know is told. */
import { relative } from 'node:path';
import { hiddenError } from '../pipeline/hidden.js';
import { billsReadAgainAt, readBillsAgain } from '../pipeline/late-bills.js';
import { tell, tellFailure } from '../pipeline/notify.js';
import { type Pace, type RunState, readLooks, run as runPipeline } from '../pipeline.js';
import { plugins } from '../plugins.js';
import { startTimeOf } from '../split/index.js';
import { openRun } from '../store/index.js';
import type { Context } from './context.js';
import { type Concluded, conclude } from './finish.js';
import type { Loaded } from './load.js';
import type { Opened } from './open-run.js';
import { refreshIndex } from './runs-index.js';
import { newestReport } from './standing.js';
import { storedReports } from './stored-report.js';

/** One process at a time works in a run's folder; whatever happens it is given back. */
export async function inFolder<T>({ folder }: Opened, context: Context, work: () => Promise<T>): Promise<T> {
  const unlock = await folder.lock(startTimeOf);
  context.log.info(`run ${relative(context.workingFolder, folder.path)}`);
  try {
    return await work();
  } finally {
    await folder.close();
    await unlock();
  }
}

/** How far a run is that goes on. */
export type Progress = Omit<Extract<RunState, { finished: false }>, 'finished'>;

export type Executed =
  | ({ readonly kind: 'finished' } & Concluded)
  | ({ readonly kind: 'running' } & Progress);

/**
 * A finished run whose bills may have grown: read again once, when that is due. Null: there is nothing of the kind.
 */
export async function withLateBills(
  { experiment, io }: Loaded,
  path: string,
  root: string,
  context: Context,
): Promise<(Concluded & { readonly run: string }) | null> {
  const folder = await openRun(path);
  const at = billsReadAgainAt(experiment, readLooks(await folder.loadLooks()));
  if (at === null || io.now() < at) return null;
  const info = await folder.loadInfo();
  return inFolder({ folder, info }, context, async () => {
    const before = await newestReport(root, experiment.name, context);
    if (!(await readBillsAgain({ experiment, run: info, folder, plugins, io }))) return null;
    const concluded = await conclude(folder, {}, context);
    await tell({ experiment, before, folder, io, report: concluded.report, watched: null });
    return { ...concluded, run: info.id };
  });
}

/** @param root folder that holds the experiments' folders: the report before this one is there */
export async function executed(
  { experiment, io, leases }: Loaded,
  { folder, info }: Opened,
  pace: Pace | null,
  root: string,
  context: Context,
): Promise<Executed> {
  // An earlier report that somebody edited says nothing, and must not keep this one from being made.
  const before = await newestReport(root, experiment.name, context).catch((error: unknown) => {
    context.log.warn(
      `what was decided before cannot be told: ${error instanceof Error ? error.message : error}`,
    );
    return null;
  });
  const about = { experiment, before, folder, io };
  const real = info.mode === 'real';
  try {
    const state = await runPipeline({ declared: experiment, run: info, folder, plugins, io, pace, leases });
    if (state.finished) {
      const concluded = await conclude(folder, {}, context);
      await refreshIndex(folder.path, context, true);
      if (real) await tell({ ...about, report: concluded.report, watched: null });
      return { kind: 'finished', ...concluded };
    }
    const { finished: _, ...running } = state;
    const looked = running.window?.kind === 'looked';
    const report = looked ? ((await storedReports(folder.path, folder.path)).at(-1) ?? null) : null;
    if (real) await tell({ ...about, report, watched: running.window?.watched ?? running.watched ?? null });
    return { kind: 'running', ...running };
  } catch (cause) {
    const error = hiddenError(experiment, io, cause);
    if (real && !context.signal.aborted) await tellFailure(about, error);
    throw error;
  }
}
