/** Experiment files as a user names many: files, and folders whose YAML files are taken. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KnownError } from '../errors.js';
import type { Context } from './context.js';

/** A key `experiment` at the left edge: rate cards and CI files in the same folder are none of ours. */
const EXPERIMENT = /^\uFEFF?experiment\s*:/m;

/** In order of name; a folder is not searched deeper than itself. */
export async function experimentFiles(
  given: readonly string[],
  context: Context,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const one of given) {
    const path = resolve(context.workingFolder, one);
    const kind = await stat(path).catch((cause: unknown) => {
      throw new KnownError('file', `${one}: there is no such file or folder`, { cause });
    });
    if (!kind.isDirectory()) {
      found.push(one);
      continue;
    }
    const names = (await readdir(path)).filter((name) => /\.ya?ml$/i.test(name)).sort();
    for (const name of names)
      if (EXPERIMENT.test(await readFile(join(path, name), 'utf8'))) found.push(join(one, name));
  }
  return found;
}
