/** `stacktrial report`: the stored report in another form. Nothing is computed again. */
import { type ExitCode, KnownError } from '../errors.js';
import { plugins } from '../plugins.js';
import { renderTerminal } from '../report/index.js';
import type { Context } from './context.js';
import { exitCode, parseExitOn } from './exit-code.js';
import { runFolderOf } from './run-folder.js';
import { storedReport } from './stored-report.js';

export interface ReportOptions {
  readonly format: string;
  readonly exitOn?: readonly string[];
}

export async function report(path: string, options: ReportOptions, context: Context): Promise<ExitCode> {
  const exitOn = parseExitOn(options.exitOn);
  const renderer = plugins.renderers[options.format];
  if (renderer === undefined)
    throw new KnownError('usage', `there is no format "${options.format}"`, {
      hint: `One of: ${Object.keys(plugins.renderers).join(', ')}`,
    });
  const stored = await storedReport(await runFolderOf(path, context), path);
  context.out(
    options.format === 'terminal'
      ? renderTerminal(stored, {
          colour: context.colour,
          width: Math.min(100, Math.max(60, context.columns)),
        })
      : renderer.render(stored),
  );
  return exitCode(stored, exitOn);
}
