/** `stacktrial analyze`: the analysis again, from the evidence alone. */
import type { ExitCode } from '../errors.js';
import { openRun } from '../store/index.js';
import type { Context } from './context.js';
import { parseExitOn } from './exit-code.js';
import { finish } from './finish.js';
import { loadExperiment } from './load.js';
import { runFolderOf } from './run-folder.js';

export interface AnalyzeOptions {
  readonly with?: string;
  readonly exitOn?: readonly string[];
  readonly json?: boolean;
}

export async function analyze(path: string, options: AnalyzeOptions, context: Context): Promise<ExitCode> {
  const exitOn = parseExitOn(options.exitOn);
  const folder = await openRun(await runFolderOf(path, context));
  try {
    const instead =
      options.with === undefined ? {} : { instead: (await loadExperiment(options.with, context)).experiment };
    return await finish(folder, { json: options.json === true, exitOn, ...instead }, context);
  } finally {
    await folder.close();
  }
}
