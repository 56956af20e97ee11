/** `stacktrial report`: the stored report in another form. Nothing is computed again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExitCode, KnownError } from '../errors.js';
import type { Report } from '../model/report.js';
import { formFile } from '../pipeline.js';
import { plugins } from '../plugins.js';
import { renderTerminal } from '../report/index.js';
import type { Context } from './context.js';
import { exitCode, parseExitOn } from './exit-code.js';
import { runFolderOf } from './run-folder.js';

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

async function storedReport(folder: string, shown: string): Promise<Report> {
  const file = join(folder, formFile('json', 'json'));
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new KnownError('no-report', `${shown} holds no report.json`, {
      hint: `Name a run folder (reports/<experiment>/<run>); \`stacktrial analyze ${shown}\` makes its report anew.`,
      cause,
    });
  }
  try {
    return JSON.parse(text) as Report;
  } catch (cause) {
    throw new KnownError('no-report', `${join(shown, 'report.json')} is not JSON`, { cause });
  }
}
