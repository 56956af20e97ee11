/** `stacktrial status`: every experiment in one table; --textfile also writes it for node_exporter. */
import { resolve } from 'node:path';
import { type ExitCode, KnownError } from '../errors.js';
import type { Experiment } from '../model/experiment.js';
import { expositionText, renderStatus, reportFamilies, type Standing } from '../report/index.js';
import { experimentsWithRuns, writeAtomic } from '../store/index.js';
import type { Context } from './context.js';
import { experimentFiles } from './experiment-files.js';
import { inOneLine } from './in-one-line.js';
import { loadExperiment } from './load.js';
import { standingOf } from './standing.js';

export interface StatusOptions {
  readonly reports: string;
  readonly textfile?: string;
  readonly json?: boolean;
}

/** A run whose files were damaged is a line, too. */
const damaged = (experiment: string, error: unknown): Standing => {
  if (!(error instanceof KnownError)) throw error;
  const notes = [error.message, ...(error.hint === null ? [] : [error.hint])];
  return { experiment, report: null, run: null, nextMs: null, notes };
};

/** What has runs, and what files were named. A file that cannot be read is a line of its own, not the end of the table. */
export async function standingsOf(
  given: readonly string[],
  reports: string,
  context: Context,
): Promise<readonly Standing[]> {
  const root = resolve(context.workingFolder, reports);
  const declared = new Map<string, Experiment>();
  const unreadable: Standing[] = [];
  for (const file of await experimentFiles(given, context)) {
    try {
      const { experiment } = await loadExperiment(file, context);
      declared.set(experiment.name, experiment);
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
      unreadable.push({ experiment: file, report: null, run: null, nextMs: null, notes: [inOneLine(error)] });
    }
  }
  const names = new Set([...declared.keys(), ...(await experimentsWithRuns(root))]);
  const all: Standing[] = [];
  for (const name of [...names].sort()) {
    const standing = standingOf(root, name, declared.get(name) ?? null, context);
    all.push(await standing.catch((error: unknown) => damaged(name, error)));
  }
  return [...all, ...unreadable];
}

/** For the textfile collector of node_exporter, which must never see half a file. */
export async function writeTextfile(path: string, all: readonly Standing[], context: Context): Promise<void> {
  const reports = all.flatMap(({ report }) => report ?? []);
  const written = writeAtomic(resolve(context.workingFolder, path), expositionText(reportFamilies(reports)));
  await written.catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new KnownError('no-folder', `${path} cannot be written: its folder is not there`, {
      hint: 'Name a file in the folder that node_exporter reads: --collector.textfile.directory.',
      cause,
    });
  });
}

export async function status(
  given: readonly string[],
  options: StatusOptions,
  context: Context,
): Promise<ExitCode> {
  const all = await standingsOf(given, options.reports, context);
  if (options.textfile !== undefined) await writeTextfile(options.textfile, all, context);
  if (options.json === true)
    context.out(
      `${JSON.stringify(
        all.map(({ report, ...one }) => ({
          ...one,
          outcome: report?.decision.outcome ?? null,
          runId: report?.run.id ?? null,
        })),
        null,
        2,
      )}\n`,
    );
  else if (all.length === 0) context.out('No experiment has run yet.\n');
  else context.out(renderStatus(all, Date.now()));
  return 0;
}
