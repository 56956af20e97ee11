/** A run folder as a user names it: the folder itself, or the experiment's folder, which stands for its newest complete run. */
import { access } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { KnownError } from '../errors.js';
import { latestRun } from '../store/index.js';
import type { Context } from './context.js';

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

export async function runFolderOf(path: string, context: Context): Promise<string> {
  const folder = resolve(context.workingFolder, path);
  if (await isThere(join(folder, 'evidence'))) return folder;
  const newest = await latestRun(dirname(folder), basename(folder));
  if (newest !== null) return newest;
  if (await isThere(folder)) return folder;
  throw new KnownError('no-folder', `there is no folder ${path}`, {
    hint: 'Name a run folder, reports/<experiment>/<run>, or reports/<experiment> for its newest run.',
  });
}
