/** Files that the experiment names, read relative to it. */
import { posix } from 'node:path';
import { KnownError } from '../../errors.js';
import type { Problems } from '../problems.js';
import type { Located } from '../read/located.js';

export type Read = (path: string) => Promise<Uint8Array>;

function whyUnreadable(error: unknown): string {
  if (error instanceof KnownError) return error.message;
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  // Without a code it is no failure to read but a defect.
  if (typeof code !== 'string') throw error;
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EISDIR' ? 'it is a folder' : code;
}

export interface NamedFile {
  /** As written. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** As shown in problems: seen from where the experiment file is. */
  readonly shown: string;
}

/** null: it cannot be read; the problem has been added. */
export async function readNamed(
  at: Located,
  what: string,
  read: Read,
  problems: Problems,
): Promise<NamedFile | null> {
  const path = String(at.value);
  try {
    const bytes = await read(path);
    const shown = posix.isAbsolute(path)
      ? path
      : posix.join(posix.dirname(at.source.name.replaceAll('\\', '/')), path);
    return { path, bytes, shown };
  } catch (error) {
    problems.atValue(
      at,
      `the ${what} ${path} cannot be read: ${whyUnreadable(error)}`,
      'Paths are relative to the experiment file.',
    );
    return null;
  }
}
