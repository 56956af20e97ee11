/**
 * Makes a folder and what is missing above it. Not `mkdir(…, { recursive: true })`: where a file system answers
 * "no such file" to every new folder (procfs), that never returns.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KnownError } from '../errors.js';

export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    const there = await stat(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw unwritable(path, error);
    });
    if (there?.isDirectory() === true) break;
    if (there !== null)
      throw new KnownError('not-a-folder', `${folder} is a file, and a folder of that name is needed`, {
        hint: 'Move it away, or choose another place with --reports.',
      });
    missing.unshift(folder);
  }
  for (const folder of missing)
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw unwritable(folder, error);
    });
}

const NO_RIGHT = ['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EISDIR'];

/** A place in which nobody may write as a person should be told of it; any other error as it is. */
export const orUnwritable = (error: unknown, path: string): unknown => {
  const { code = '' } = error as NodeJS.ErrnoException;
  return NO_RIGHT.includes(code)
    ? new KnownError('unwritable', `${path} cannot be written: ${code}`, {
        hint: 'Write where you may, and where it is a file or not there yet.',
        cause: error,
      })
    : error;
};

const unwritable = (folder: string, cause: NodeJS.ErrnoException): KnownError =>
  new KnownError('unwritable', `${folder} cannot be made: ${cause.code ?? cause.message}`, {
    hint: 'Run where you may write, or choose another place with --reports.',
    cause,
  });
