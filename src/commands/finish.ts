/** The end of run and analyze: read the evidence back, analyse it, write every form, say the decision. */
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { declare } from '../declare/index.js';
import { type ExitCode, KnownError } from '../errors.js';
import type { Experiment } from '../model/experiment.js';
import type { Report } from '../model/report.js';
import { analyze, readLooks, writeForms, writeOwn } from '../pipeline.js';
import { plugins } from '../plugins.js';
import { renderTerminal } from '../report/index.js';
import type { RunFolder, StoredRun } from '../store/index.js';
import type { Context } from './context.js';
import { exitCode, type parseExitOn } from './exit-code.js';
import { refreshIndex } from './runs-index.js';

/** The experiment as it was when it ran: from the evidence, never from today's file. */
export function storedExperiment(
  stored: Pick<StoredRun, 'experimentText' | 'attachments'>,
): Promise<Experiment> {
  const attachment = async (path: string): Promise<Uint8Array> => {
    const content = stored.attachments[path];
    if (content === undefined) throw new KnownError('file', `the evidence holds no attachment ${path}`);
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
  return declare({ text: stored.experimentText, file: 'evidence/experiment.yaml' }, plugins, attachment);
}

export interface Finish {
  readonly json: boolean;
  readonly exitOn: ReturnType<typeof parseExitOn>;
  /** `--with`: another experiment for the same evidence. */
  readonly instead?: Experiment;
}

export interface Concluded {
  readonly report: Report;
  /** Where its forms are. */
  readonly path: string;
  /** Why the user's own template could not be rendered. */
  readonly problem: KnownError | null;
}

export async function finish(folder: RunFolder, options: Finish, context: Context): Promise<ExitCode> {
  const concluded = await conclude(folder, options, context);
  if (options.instead === undefined) await refreshIndex(folder.path, context, false);
  show(concluded, options, context);
  return exitCode(concluded.report, options.exitOn);
}

/** The report from the complete evidence, written in all forms. */
export async function conclude(
  folder: RunFolder,
  options: Pick<Finish, 'instead'>,
  context: Context,
): Promise<Concluded> {
  const stored = await folder.load();
  const experiment = options.instead ?? (await storedExperiment(stored));
  const report = analyze(
    experiment,
    { ...stored, run: stored.info, looks: readLooks(await folder.loadLooks()) },
    { plugins, stacktrial: context.version, postHoc: options.instead !== undefined },
  );
  // What was asked after the data were seen never takes the place of what was declared before.
  const inside = options.instead === undefined ? '' : `post-hoc-${report.experiment.sha256.slice(0, 8)}`;
  const path = join(folder.path, inside);
  if (inside !== '') await mkdir(path, { recursive: true });
  const forms: Pick<RunFolder, 'saveReport'> = {
    saveReport: (name, content) => folder.saveReport(join(inside, name), content),
  };
  const { houseStyle } = experiment;
  await writeForms(report, forms, plugins, houseStyle);
  const template = houseStyle?.template ?? null;
  return { report, path, problem: template && (await writeOwn(report, forms, template)) };
}

/** Says the decision; then, where a form is missing, throws why. */
export function show(concluded: Concluded, options: Pick<Finish, 'json'>, context: Context): void {
  say(concluded, options, context);
  if (concluded.problem !== null) throw concluded.problem;
}

function say({ report, path }: Concluded, options: Pick<Finish, 'json'>, context: Context): void {
  if (options.json) {
    context.out(plugins.renderers.json.render(report));
    return;
  }
  context.out(
    renderTerminal(report, { colour: context.colour, width: Math.min(100, Math.max(60, context.columns)) }),
  );
  const shown = relative(context.workingFolder, path) || '.';
  context.out(`\nReport: ${shown}/report.html\n`);
}
