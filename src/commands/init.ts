/** `stacktrial init`: a commented experiment for a chosen situation. */
import { writeFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { type ExitCode, KnownError } from '../errors.js';
import type { Context } from './context.js';
import { situations } from './situations.js';

const experimentName = (file: string): string =>
  basename(file, extname(file))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'experiment';

export async function init(
  file: string,
  options: { for: string; force?: boolean },
  context: Context,
): Promise<ExitCode> {
  const situation = situations[options.for];
  if (situation === undefined)
    throw new KnownError('usage', `there is no situation "${options.for}"`, {
      hint: `One of: ${Object.keys(situations).join(', ')}`,
    });
  const path = resolve(context.workingFolder, file);
  try {
    await writeFile(path, situation.text(experimentName(file)), {
      flag: options.force === true ? 'w' : 'wx',
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw new KnownError('file', `${file} is already there`, {
        hint: 'Choose another name, or replace it with --force.',
      });
    throw new KnownError('file', `${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
  context.out(
    `${file}: ${situation.title}\nNext:\n  stacktrial validate ${file}\n  stacktrial run ${file}\n`,
  );
  return 0;
}
