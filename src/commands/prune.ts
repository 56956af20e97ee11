/** `stacktrial prune`: says what evidence would go; with --yes it goes. Decisions stay for ever. */
import { basename, relative, resolve } from 'node:path';
import { type ExitCode, KnownError } from '../errors.js';
import { bytesText } from '../report/index.js';
import { openChange } from '../split/index.js';
import { allRuns, type Doomed, doomed, experimentsWithRuns, openRun, prune } from '../store/index.js';
import { ageMs } from './check.js';
import type { Context } from './context.js';

export interface PruneOptions {
  readonly olderThan?: string;
  readonly keep?: string;
  readonly experiment?: readonly string[];
  readonly yes?: boolean;
  readonly json?: boolean;
}

interface Plan {
  readonly experiment: string;
  readonly path: string;
  readonly files: readonly Doomed[];
}

interface Limits {
  readonly olderThanMs: number | null;
  readonly keep: number | null;
}

function limitsOf(options: PruneOptions): Limits {
  if (options.olderThan === undefined && options.keep === undefined)
    throw new KnownError('usage', 'prune needs to know what may go', {
      hint: 'For example --older-than 90d, or --keep 10 runs of each experiment.',
    });
  if (options.keep !== undefined && !/^[1-9]\d*$/.test(options.keep))
    throw new KnownError('usage', `--keep ${options.keep} is not a number of runs`, {
      hint: 'Write --keep 10; the newest finished run is kept in any case.',
    });
  return {
    olderThanMs: options.olderThan === undefined ? null : ageMs(options.olderThan, '--older-than'),
    keep: options.keep === undefined ? null : Number(options.keep),
  };
}

/** Finished runs that one of the limits lets go. The newest one stays, and what can still be resumed. */
async function planOf(root: string, experiment: string, limits: Limits, now: number): Promise<Plan[]> {
  const finished: { path: string; at: number }[] = [];
  for (const path of await allRuns(root, experiment)) {
    const run = await openRun(path);
    // What a tap was before it was turned stands in the journal alone: it stays until the tap is given back.
    if (openChange(await run.journaled()) !== null) continue;
    if (await run.isFinished()) finished.push({ path, at: (await run.loadInfo()).finishedAt ?? now });
  }
  const plans: Plan[] = [];
  for (const [i, { path, at }] of finished.slice(0, -1).entries()) {
    const old = limits.olderThanMs !== null && now - at > limits.olderThanMs;
    const many = limits.keep !== null && finished.length - i > limits.keep;
    if (!old && !many) continue;
    const files = await doomed(path);
    if (files.length > 0) plans.push({ experiment, path, files });
  }
  return plans;
}

const sizeOf = (files: readonly Doomed[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

export async function pruneRuns(reports: string, options: PruneOptions, context: Context): Promise<ExitCode> {
  const limits = limitsOf(options);
  const root = resolve(context.workingFolder, reports);
  const names = options.experiment ?? (await experimentsWithRuns(root));
  const now = Date.now();
  const plans: Plan[] = [];
  for (const name of names) plans.push(...(await planOf(root, name, limits, now)));
  for (const { path, files } of options.yes === true ? plans : []) await prune(path, files, now);
  if (options.json === true) {
    context.out(`${JSON.stringify({ deleted: options.yes === true, runs: plans }, null, 2)}\n`);
    return 0;
  }
  for (const { path, experiment, files } of plans) {
    context.out(`${experiment}/${basename(path)}: ${files.length} files, ${bytesText(sizeOf(files))}\n`);
    for (const file of files) context.out(`  ${file.path}  ${bytesText(file.bytes)}\n`);
  }
  const total = bytesText(sizeOf(plans.flatMap(({ files }) => files)));
  const runs = `${plans.length} ${plans.length === 1 ? 'run' : 'runs'}`;
  const where = relative(context.workingFolder, root) || '.';
  if (plans.length === 0) context.out(`Nothing in ${where} is that old or that much.\n`);
  else if (options.yes === true)
    context.out(`Deleted the evidence of ${runs}, ${total}; their reports and decisions are kept.\n`);
  else
    context.out(
      `The evidence of ${runs} would go, ${total}; their reports and decisions are kept, and can no longer be analysed again. Nothing was deleted: add --yes.\n`,
    );
  return 0;
}
