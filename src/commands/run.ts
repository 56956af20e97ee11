/** `stacktrial run`: split, collect, check, compare, decide, report. */
import { resolve } from 'node:path';
import { type ExitCode, KnownError } from '../errors.js';
import { looksOnWindow, plannedQueries, planTrials, tapOf } from '../pipeline.js';
import { plugins } from '../plugins.js';
import type { Context } from './context.js';
import { executed, inFolder, withLateBills } from './execution.js';
import { ending, exitCode, parseExitOn } from './exit-code.js';
import { show } from './finish.js';
import { type Loaded, loadExperiment } from './load.js';
import { discardNeverBegun } from './never-begun.js';
import { begin, goOn, reopen } from './open-run.js';
import { previewTap } from './preview-tap.js';
import { report } from './report.js';
import { slotLines } from './slots-text.js';
import { storedReports } from './stored-report.js';
import { showPause, showWindow } from './window-text.js';

export interface RunOptions {
  readonly resume?: boolean;
  readonly aa?: boolean;
  readonly inject?: string;
  readonly dryRun?: boolean;
  /** Every block now, whatever `schedule.pace` says. */
  readonly all?: boolean;
  /** Another run, although the last one is finished. */
  readonly anew?: boolean;
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
  const rehearsal = options.aa === true || inject !== null;
  const timetable = loaded.experiment.timetable;
  const paced = timetable?.pace != null && !rehearsal;
  const overCalls = paced || (looksOnWindow(loaded.experiment) && !rehearsal);
  const opened =
    options.resume === true
      ? await reopen(root, loaded.experiment, context)
      : overCalls && options.anew !== true
        ? await goOn(root, loaded.experiment, context)
        : await begin(root, loaded.experiment, { aa: options.aa === true, inject }, context);
  if ('over' in opened) {
    const late = await withLateBills(loaded, opened.over, root, context);
    if (late === null) return over(opened.over, file, options, context);
    show(late, { json: options.json === true }, context);
    return exitCode(late.report, exitOn);
  }
  const pace = paced && options.all !== true ? { firings: [], blocks: timetable.blocks } : null;
  const working = inFolder(opened, context, async () => {
    try {
      const done = await executed(loaded, opened, pace, root, context);
      if (done.kind === 'finished') {
        show(done, { json: options.json === true }, context);
        return exitCode(done.report, exitOn);
      }
      const { blocks, of, window, watched } = done;
      const showing = { json: options.json === true, exitOn, run: opened.info.id };
      if (window !== undefined) return showWindow(window, showing, context);
      return showPause({ blocks, of, watched }, showing, context);
    } catch (error) {
      if (context.signal.aborted)
        context.log.info(`stopped; go on with: ${called(file, options)}${overCalls ? '' : ' --resume'}`);
      throw error;
    }
  });
  return working.catch(async (error: unknown) => {
    await discardNeverBegun(loaded, opened, error);
    throw error;
  });
}

/** As it was called, where that says where its runs are. */
const called = (file: string, { reports }: RunOptions): string =>
  `stacktrial run ${file}${reports === 'reports' ? '' : ` --reports ${reports}`}`;

/** Nothing is left to do, and nothing was changed: what was decided stands. */
async function over(folder: string, file: string, options: RunOptions, context: Context): Promise<ExitCode> {
  const nothing = (await storedReports(folder, folder)).every((each) => ending(each) === 'unmeasured');
  context.log.info(
    nothing
      ? `finished, and nothing was measured. Once that is mended: ${called(file, options)} --anew`
      : `finished; its decision stands. Another one: ${called(file, options)} --anew`,
  );
  const format = options.json === true ? 'json' : 'terminal';
  return report(
    folder,
    { format, ...(options.exitOn === undefined ? {} : { exitOn: options.exitOn }) },
    context,
  );
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
  const tap = tapOf(experiment, plugins);
  if (tap !== null && planned !== null) await previewTap(tap, experiment, planned, { io, out: context.out });
  for (const { metric, arms, source, text } of plannedQueries(experiment, plugins))
    context.out(`${metric} (${arms.join(', ')}) from ${source}: ${text}\n`);
  return 0;
}
