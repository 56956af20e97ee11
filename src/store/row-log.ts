/**
 * A file of JSON rows that only grows, each on disk before the call returns. A row that a crash or a full disk cut in the
 * middle is no row: it is left out when reading and cut off before the next one is written.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KnownError } from '../errors.js';
import { orDiskFull } from './disk-full.js';
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
  /** Bytes of the rows that are known to be on disk; null: the file says. */
  let whole: number | null = null;
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
      const text = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      try {
        if (file === null) {
          file = await open(path, 'a+');
          whole = await cutToRows(file, whole);
          await syncFolder(dirname(path));
        }
        await file.appendFile(text);
        await file.datasync();
        whole = (whole ?? 0) + text.length;
      } catch (error) {
        // What stands there now is no row; it is cut off before the next one, which may find room again.
        await file?.close().catch(() => undefined);
        file = null;
        throw orDiskFull(error, path);
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

export interface RowAt<T> {
  readonly row: T;
  /** Where the next one begins, in bytes. */
  readonly next: number;
}

/** All whole rows from that byte on, one by one, for files that are too large to be held; none where there is no file. */
export async function* streamRows<T>(path: string, from = 0): AsyncGenerator<RowAt<T>> {
  const bytes = createReadStream(path, { start: from });
  let rest: Buffer = Buffer.alloc(0);
  let next = from;
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let begin = 0;
      for (let end = text.indexOf(0x0a); end >= 0; end = text.indexOf(0x0a, begin)) {
        next += end + 1 - begin;
        const line = text.toString('utf8', begin, end);
        begin = end + 1;
        yield { row: JSON.parse(line) as T, next };
      }
      rest = text.subarray(begin);
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

const TAIL = 1 << 16;

/** Returns the length that is left. */
async function cutToRows(file: FileHandle, whole: number | null): Promise<number> {
  const { size } = await file.stat();
  const end = whole !== null && whole <= size ? whole : await endOfLastRow(file, size);
  if (end < size) await file.truncate(end);
  return end;
}

/** Read from behind: the file may be large. */
async function endOfLastRow(file: FileHandle, size: number): Promise<number> {
  const tail = Buffer.alloc(TAIL);
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - TAIL);
    const { bytesRead } = await file.read(tail, 0, end - from, from);
    const last = tail.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (last >= 0) return from + last + 1;
    end = from;
  }
  return 0;
}

/** Length up to and with the last newline. */
const endOfRows = (bytes: Buffer) => bytes.lastIndexOf(0x0a) + 1;
