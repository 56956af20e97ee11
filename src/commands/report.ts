/** `stacktrial report`: the stored report in another form. Nothing is computed again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExitCode, KnownError } from '../errors.js';
import type { Report } from '../model/report.js';
import { FORM_HASHES, formFile, formHash } from '../pipeline.js';
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
  const name = formFile('json', 'json');
  let text: string;
  try {
    text = await readFile(join(folder, name), 'utf8');
  } catch (cause) {
    throw new KnownError('no-report', `${shown} holds no report.json`, {
      hint: `Name a run folder (reports/<experiment>/<run>); \`stacktrial analyze ${shown}\` makes its report anew.`,
      cause,
    });
  }
  if ((await storedHashes(folder))[name] !== formHash(text))
    throw new KnownError('report-changed', `${join(shown, name)} is not as stacktrial wrote it`, {
      hint: `\`stacktrial analyze ${shown}\` makes it anew from the evidence.`,
    });
  try {
    return JSON.parse(text) as Report;
  } catch (cause) {
    throw new KnownError('no-report', `${join(shown, 'report.json')} is not JSON`, { cause });
  }
}

/** None of a folder without them: what nobody vouches for is not shown. */
async function storedHashes(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(join(folder, FORM_HASHES), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch (cause) {
    throw new KnownError('report-changed', `${join(folder, FORM_HASHES)} is not JSON`, {
      hint: '`stacktrial analyze` makes the report anew from the evidence.',
      cause,
    });
  }
}
