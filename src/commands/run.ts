/** `stacktrial run`: split, collect, check, compare, decide, report. */
import { randomBytes } from 'node:crypto';
import { cpus, release, totalmem } from 'node:os';
import { relative, resolve } from 'node:path';
import { changedKeys } from '../declare/index.js';
import { type ExitCode, KnownError } from '../errors.js';
import type { RunInfo } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import { asRun, plannedQueries, planTrials, run as runPipeline } from '../pipeline.js';
import { plugins } from '../plugins.js';
import { startTimeOf } from '../split/index.js';
import { createRun, findResumable, openRun, type RunFolder } from '../store/index.js';
import type { Context } from './context.js';
import { parseExitOn } from './exit-code.js';
import { finish } from './finish.js';
import { type Loaded, loadExperiment } from './load.js';
import { slotLines } from './slots-text.js';

export interface RunOptions {
  readonly resume?: boolean;
  readonly aa?: boolean;
  readonly inject?: string;
  readonly dryRun?: boolean;
  readonly reports: string;
  readonly exitOn?: readonly string[];
  readonly json?: boolean;
}

export async function run(file: string, options: RunOptions, context: Context): Promise<ExitCode> {
  const exitOn = parseExitOn(options.exitOn);
  const inject = parseInject(options.inject);
  const loaded = await loadExperiment(file, context);
  if (options.dryRun === true) return dryRun(loaded, context);

  const root = resolve(context.workingFolder, options.reports);
  const { folder, info } =
    options.resume === true
      ? await reopen(root, loaded.experiment, context)
      : await begin(root, loaded.experiment, { aa: options.aa === true, inject }, context);
  const unlock = await folder.lock(startTimeOf);
  const shown = relative(context.workingFolder, folder.path);
  context.log.info(`${loaded.experiment.name}: run ${shown}`);
  try {
    await runPipeline({ declared: loaded.experiment, run: info, folder, plugins, io: loaded.io });
    return await finish(folder, { json: options.json === true, exitOn }, context);
  } catch (error) {
    if (context.signal.aborted) context.log.info(`stopped; go on with: stacktrial run ${file} --resume`);
    throw error;
  } finally {
    await folder.close();
    await unlock();
  }
}

const parseInject = (text: string | undefined): number | null => {
  if (text === undefined) return null;
  const match = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (match === null)
    throw new KnownError('usage', `--inject ${text} is not a percentage`, {
      hint: 'Write it as --inject 20%',
    });
  return Number(match[1]) / 100;
};

/** `20261121T080000Z-4f2a91`: sorts by time. */
const newRunId = (now: number): string =>
  `${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;

const environment = (): Record<string, string> => ({
  node: process.version,
  platform: `${process.platform} ${process.arch} ${release()}`,
  processor: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
});

async function begin(
  root: string,
  experiment: Experiment,
  mode: { aa: boolean; inject: number | null },
  context: Context,
): Promise<{ folder: RunFolder; info: RunInfo }> {
  const now = Date.now();
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
  if (cutOff !== null)
    context.log.warn(
      `${relative(context.workingFolder, cutOff)} was cut off; --resume would go on with it. Starting anew.`,
    );
  return {
    folder: await createRun(root, experiment.name, info, experiment.text, experiment.attachments),
    info,
  };
}

async function reopen(
  root: string,
  experiment: Experiment,
  context: Context,
): Promise<{ folder: RunFolder; info: RunInfo }> {
  const path = await findResumable(root, experiment.name);
  if (path === null)
    throw new KnownError('nothing-to-resume', `there is no run of ${experiment.name} that was cut off`, {
      hint: `Looked in ${relative(context.workingFolder, root) || '.'}. Start one without --resume.`,
    });
  const folder = await openRun(path);
  const before = await folder.loadExperiment();
  const changed = [
    ...changedKeys(before.experimentText, experiment.text),
    ...Object.entries(experiment.attachments)
      .filter(([name, content]) => before.attachments[name] !== content)
      .map(([name]) => `the file ${name}`),
  ];
  if (changed.length > 0)
    throw new KnownError('changed', `the experiment was changed since the run began: ${changed.join(', ')}`, {
      hint: 'Undo the change to go on with that run, or start a new one without --resume.',
    });
  const stored = await folder.loadInfo();
  const info = { ...stored, resumed: stored.resumed + 1 };
  await folder.saveInfo(info);
  return { folder, info };
}

async function dryRun({ experiment, io }: Loaded, context: Context): Promise<ExitCode> {
  const journal = { append: async () => undefined };
  const planned = await planTrials(experiment, {
    io,
    folder: { journal },
    runId: 'dry-run',
    prepare: false,
  }).catch((error: unknown) => {
    const { prepare = null } = experiment.workload ?? {};
    if (prepare === null || !(error instanceof KnownError) || error.code !== 'no-units') throw error;
    context.out(`The files of the workload are not there yet; a run makes them with: ${prepare.join(' ')}\n`);
    return null;
  });
  if (planned !== null) {
    if (planned.slots === undefined)
      context.out(`${planned.blocks} blocks, ${planned.trials.length} trials, seed ${planned.seed}\n`);
    for (const line of slotLines(planned)) context.out(`${line}\n`);
    for (const { id, unit, arm } of planned.trials)
      context.out(`  ${id.padEnd(24)} ${arm.padEnd(16)} ${unit}\n`);
  }
  for (const { metric, arms, source, text } of plannedQueries(experiment, plugins))
    context.out(`${metric} (${arms.join(', ')}) from ${source}: ${text}\n`);
  return 0;
}
