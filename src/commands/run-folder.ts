/** A run folder as a user names it: the folder itself, or the experiment's folder, which stands for its newest complete run. */
import { access } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { latestRun } from '../store/index.js';
import type { Context } from './context.js';

export async function runFolderOf(path: string, context: Context): Promise<string> {
  const folder = resolve(context.workingFolder, path);
  const isRun = await access(join(folder, 'evidence')).then(
    () => true,
    () => false,
  );
  if (isRun) return folder;
  return (await latestRun(dirname(folder), basename(folder))) ?? folder;
}
