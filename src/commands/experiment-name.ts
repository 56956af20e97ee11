/** An experiment as a user names it where only its stored runs matter: its file, its folder of reports, or its name. */
import { access } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Context } from './context.js';
import { loadExperiment } from './load.js';

export interface Named {
  readonly name: string;
  /** Folder in which its runs are kept, one level up. */
  readonly root: string;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

export async function namedExperiment(given: string, reports: string, context: Context): Promise<Named> {
  const root = resolve(context.workingFolder, reports);
  const path = resolve(context.workingFolder, given);
  if (/\.ya?ml$/i.test(given)) return { name: (await loadExperiment(given, context)).experiment.name, root };
  if (given.includes('/') && (await isThere(path))) return { name: basename(path), root: dirname(path) };
  return { name: given, root };
}
