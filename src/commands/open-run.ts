/** Which run folder is worked in: a new one, the one that was cut off, or the one that goes on over many calls. */
import { randomBytes } from 'node:crypto';
import { cpus, release, totalmem } from 'node:os';
import { relative } from 'node:path';
import { KnownError } from '../errors.js';
import type { RunInfo } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import { asRun } from '../pipeline.js';
import { startTimeOf } from '../split/index.js';
import { allRuns, createRun, findResumable, isLocked, openRun, type RunFolder } from '../store/index.js';
import { changesSince } from './changes-since.js';
import { type Context, nowOf } from './context.js';
import { earlierRuns } from './earlier-runs.js';

/** `20261121T080000Z-4f2a91`: sorts by time. */
const newRunId = (now: number): string =>
  `${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;

const environment = (): Record<string, string> => ({
  node: process.version,
  platform: `${process.platform} ${process.arch} ${release()}`,
  processor: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
});

export interface Opened {
  readonly folder: RunFolder;
  readonly info: RunInfo;
}

/** A rehearsal, or the real thing. */
export interface Mode {
  readonly aa: boolean;
  readonly inject: number | null;
}

export const REAL: Mode = { aa: false, inject: null };

export async function begin(
  root: string,
  experiment: Experiment,
  mode: Mode,
  context: Context,
): Promise<Opened> {
  const now = nowOf(context);
  const info: RunInfo = {
    id: newRunId(now),
    stacktrial: context.version,
    startedAt: now,
    finishedAt: null,
    mode: mode.inject !== null ? 'inject' : mode.aa ? 'aa' : 'real',
    inject: mode.inject,
    environment: environment(),
    resumed: 0,
  };
  asRun(experiment, info); // refuses --aa where it cannot be done, before a folder is made
  const cutOff = await findResumable(root, experiment.name);
  if (cutOff !== null) {
    const shown = relative(context.workingFolder, cutOff);
    const isAtWork = await isLocked(cutOff, startTimeOf);
    context.log.warn(
      isAtWork
        ? `${shown} is still going on; this is another run beside it.`
        : `${shown} was cut off; --resume would go on with it. Starting anew.`,
    );
  }
  const earlier = info.mode === 'real' ? await earlierRuns(root, experiment, context) : null;
  const folder = await createRun(root, experiment.name, info, experiment.text, experiment.attachments);
  if (earlier !== null) await folder.saveEarlier(earlier);
  return { folder, info };
}

export async function reopen(root: string, experiment: Experiment, context: Context): Promise<Opened> {
  const path = await findResumable(root, experiment.name);
  if (path === null)
    throw new KnownError('nothing-to-resume', `there is no run of ${experiment.name} that was cut off`, {
      hint: `Looked in ${relative(context.workingFolder, root) || '.'}. Start one without --resume.`,
    });
  const folder = await openRun(path);
  const before = await folder.loadExperiment();
  const changed = changesSince(before, experiment);
  if (changed.length > 0)
    throw new KnownError('changed', `the experiment was changed since the run began: ${changed.join(', ')}`, {
      hint: 'Undo the change to go on with that run, or start a new one without --resume.',
    });
  const stored = await folder.loadInfo();
  const info = { ...stored, resumed: stored.resumed + 1 };
  await folder.saveInfo(info);
  return { folder, info };
}

/** The folder of a run that has nothing left to do. */
export interface Over {
  readonly over: string;
}

/**
 * One run over many calls: goes on with the newest one where it is not finished. Where it is, and where the file still
 * says what it said then, there is nothing left to do.
 */
export async function goOn(root: string, experiment: Experiment, context: Context): Promise<Opened | Over> {
  if ((await findResumable(root, experiment.name)) !== null) return reopen(root, experiment, context);
  const newest = await latestReal(root, experiment.name);
  if (newest !== null && changesSince(await newest.loadExperiment(), experiment).length === 0)
    return { over: newest.path };
  return begin(root, experiment, REAL, context);
}

async function latestReal(root: string, name: string): Promise<RunFolder | null> {
  for (const path of (await allRuns(root, name)).toReversed()) {
    const run = await openRun(path);
    if ((await run.loadInfo()).mode === 'real') return run;
  }
  return null;
}
