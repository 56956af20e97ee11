/**
 * A file of JSON rows that only grows, each on disk before the call returns. A row that a crash cut in the
 * middle is no row: it is left out when reading and cut off before the next one is written.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KnownError } from '../errors.js';
import { syncFolder } from './write-atomic.js';

export interface RowLog<T> {
  append(row: T): Promise<void>;
  /** Several at once, with one flush. */
  appendAll(rows: readonly T[]): Promise<void>;
  rows(): Promise<readonly T[]>;
  close(): Promise<void>;
}

export function rowLog<T>(path: string): RowLog<T> {
  let file: FileHandle | null = null;
  let broken: unknown = null;
  /** Calls may overlap (arms that run at the same time); rows may not. */
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  };
  const appendAll = (rows: readonly T[]): Promise<void> =>
    inTurn(async () => {
      if (rows.length === 0) return;
      if (broken !== null) throw broken;
      try {
        file ??= await openAtEnd(path);
        await file.appendFile(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
        await file.datasync();
      } catch (error) {
        broken = error; // half a row may stand there now: another one behind it would spoil both
        throw error;
      }
    });
  return {
    append: (row) => appendAll([row]),
    appendAll,
    rows: () => inTurn(() => readRows<T>(path)),
    close: () =>
      inTurn(async () => {
        await file?.close();
        file = null;
      }),
  };
}

/** All whole rows; none where there is no file. */
export async function readRows<T>(path: string): Promise<readonly T[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const lines = bytes.subarray(0, endOfRows(bytes)).toString('utf8').split('\n');
  lines.pop(); // after the last newline
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as T;
    } catch (cause) {
      throw new KnownError('damaged-rows', `${path}:${index + 1} is not a row of JSON.`, {
        hint: 'The file was changed after it was written; start a new run.',
        cause,
      });
    }
  });
}

/** All whole rows, one by one, for files that are too large to be held; none where there is no file. */
export async function* streamRows<T>(path: string): AsyncGenerator<T> {
  const text = createReadStream(path, { encoding: 'utf8' });
  let rest = '';
  try {
    for await (const chunk of text as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() as string;
      for (const line of lines) yield JSON.parse(line) as T;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    if (!(error instanceof SyntaxError)) throw error;
    throw new KnownError('damaged-rows', `${path} holds a line that is not a row of JSON.`, {
      hint: 'The file was changed after it was written; start a new run.',
      cause: error,
    });
  }
}

async function openAtEnd(path: string): Promise<FileHandle> {
  const file = await open(path, 'a+');
  const bytes = await file.readFile();
  const end = endOfRows(bytes);
  if (end < bytes.length) await file.truncate(end);
  await syncFolder(dirname(path));
  return file;
}

/** Length up to and with the last newline. */
const endOfRows = (bytes: Buffer) => bytes.lastIndexOf(0x0a) + 1;
