/** `stacktrial history`: what was run, looked at, found and decided, and what changed in between. */
import { relative } from 'node:path';
import { type ExitCode, KnownError } from '../errors.js';
import { renderHistory, shifts } from '../report/index.js';
import type { Context } from './context.js';
import { namedExperiment } from './experiment-name.js';
import { pastRuns } from './past-runs.js';

export interface HistoryOptions {
  readonly reports: string;
  readonly json?: boolean;
}

export async function history(given: string, options: HistoryOptions, context: Context): Promise<ExitCode> {
  const { name, root } = await namedExperiment(given, options.reports, context);
  const runs = await pastRuns(root, name, context);
  if (runs.length === 0)
    throw new KnownError('no-runs', `there is no run of ${name}`, {
      hint: `Looked in ${relative(context.workingFolder, root) || '.'}; --reports names another folder.`,
    });
  if (options.json === true)
    context.out(`${JSON.stringify({ experiment: name, runs, shifts: shifts(name, runs) }, null, 2)}\n`);
  else context.out(renderHistory(name, runs));
  return 0;
}
