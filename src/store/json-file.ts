/** JSON in files: written whole or not at all, read or said to be damaged. */
import { readFile } from 'node:fs/promises';
import { KnownError } from '../errors.js';
import { writeAtomic } from './write-atomic.js';

export function writeJson(path: string, value: unknown): Promise<void> {
  return writeAtomic(path, jsonText(value));
}

export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** null: there is no such file. */
export const readText = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });

/** null: there is no such file. */
export async function readJson<T>(path: string): Promise<T | null> {
  const text = await readText(path);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new KnownError('damaged-file', `${path} is not JSON.`, { cause });
  }
}
