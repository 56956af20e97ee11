/** Runs of an experiment, by their names, which begin with the time of their start. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../errors.js';
import { MANIFEST } from './manifest.js';
import { experimentFolder } from './run-folder.js';

/** The newest complete run; null: there is none. */
export async function latestRun(root: string, name: string): Promise<string | null> {
  for (const path of await newestFirst(root, name)) if (await isFinished(path)) return path;
  return null;
}

/** The newest run, if it was cut off: an older one is not continued past a newer one. */
export async function findResumable(root: string, name: string): Promise<string | null> {
  const [newest] = await newestFirst(root, name);
  return newest === undefined || (await isFinished(newest)) ? null : newest;
}

/** Names of the experiments that have runs, in order. */
export async function experimentsWithRuns(root: string): Promise<readonly string[]> {
  const names = await foldersIn(root);
  const found: string[] = [];
  for (const name of names.flatMap(nameOf)) if ((await newestFirst(root, name)).length > 0) found.push(name);
  return found.sort();
}

/** None where the folder's name is not one that an experiment gets. */
const nameOf = (folder: string): readonly string[] => {
  try {
    return [decodeURIComponent(folder)];
  } catch {
    return [];
  }
};

/** Paths of all runs, oldest first. */
export const allRuns = async (root: string, name: string): Promise<readonly string[]> =>
  (await newestFirst(root, name)).toReversed();

async function newestFirst(root: string, name: string): Promise<readonly string[]> {
  const folder = experimentFolder(root, name);
  const names = [...(await foldersIn(folder))];
  const paths = names.sort((a, b) => (a < b ? 1 : -1)).map((each) => join(folder, each));
  const runs: string[] = [];
  // Cut off before it had begun, a folder holds nothing that could be continued.
  for (const path of paths) if (await exists(join(path, 'evidence', 'run.json'))) runs.push(path);
  return runs;
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw unreadable(folder, error);
  });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

const isFinished = (path: string) => exists(join(path, 'evidence', MANIFEST));

async function exists(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw unreadable(path, error);
  });
  return found !== null;
}

function unreadable(path: string, error: NodeJS.ErrnoException): Error {
  const why = { ENOTDIR: 'it, or a folder above it, is a file', EACCES: 'reading it is not permitted' }[
    error.code ?? ''
  ];
  if (why === undefined) return error;
  return new KnownError('runs-unreadable', `The runs in ${path} cannot be read: ${why}.`, {
    hint: 'Runs are kept in folders, reports/<experiment>/<run>/. Move the file away, permit reading, or start elsewhere.',
    cause: error,
  });
}
