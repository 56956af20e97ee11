/**
 * A file that may be written again and again, and changed by nobody else: the journal holds the hash of what was written,
 * before and after. Between the two a crash may have left the one before it, or the new one.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { KnownError } from '../errors.js';
import { writeAtomic } from './write-atomic.js';

type Row = Readonly<Record<string, unknown>>;

interface Seals {
  append(step: string, values: Row): Promise<void>;
  rows(): Promise<readonly Row[]>;
}

export interface SealedFile {
  save(content: string): Promise<void>;
  /** @throws KnownError `file-changed` where it is not what was written, or is gone */
  check(): Promise<void>;
}

export function sealedFile(path: string, seals: Seals): SealedFile {
  const file = basename(path);
  return {
    async save(content) {
      const sha256 = hashOf(content);
      await seals.append('file-sealing', { file, sha256 });
      await writeAtomic(path, content);
      await seals.append('file-sealed', { file, sha256 });
    },
    async check() {
      const own = (await seals.rows()).filter((row) => row.file === file && isSeal(row));
      if (own.length === 0) return; // from before files were sealed, or never written
      const found = await readFile(path, 'utf8').then(hashOf, (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      const sealed = own.findLast(({ step }) => step === 'file-sealed')?.sha256 ?? null;
      const last = own[own.length - 1];
      const allowed = last.step === 'file-sealed' ? [sealed] : [sealed, last.sha256];
      if (allowed.includes(found)) return;
      throw new KnownError(
        'file-changed',
        `${path} ${found === null ? 'is gone' : 'is not what the run has written'}.`,
        {
          hint: 'What was seen cannot be taken back: restore the file, or start a new run without --resume.',
        },
      );
    },
  };
}

/** A row that says what a file holds, and nothing of what was done. */
export const isSeal = ({ step }: Row): boolean => step === 'file-sealing' || step === 'file-sealed';

const hashOf = (content: string): string => createHash('sha256').update(content).digest('hex');
