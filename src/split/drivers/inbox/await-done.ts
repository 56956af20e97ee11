/** Waits for NAME.done in an outbox: told by the system where it tells, and looked for in any case. */
import { type FSWatcher, watch } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ANSWER_BYTES } from '../answer.js';

export type Done =
  | { readonly text: string }
  | { readonly stopped: 'timeout' | 'aborted'; readonly unfinished: string | null };

/** A file that is not a whole JSON document yet is being written: it is read again. */
export async function awaitDone(
  path: string,
  { limitMs, pollMs, signal }: { limitMs: number; pollMs: number; signal: AbortSignal },
): Promise<Done> {
  const until = performance.now() + limitMs;
  let wake: () => void = () => undefined;
  let watcher: FSWatcher | null = null;
  try {
    watcher = watch(dirname(path), () => wake());
    watcher.on('error', () => undefined); // looking goes on
  } catch {
    // No more watches on this system: looking alone, each `pollMs`.
  }
  let unfinished: string | null = null;
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const text = await textOf(path);
      if (text !== null && (isWhole(text) || text.length > ANSWER_BYTES)) return { text };
      unfinished = text;
      const left = until - performance.now();
      if (signal.aborted) return { stopped: 'aborted', unfinished };
      if (left <= 0) return { stopped: 'timeout', unfinished };
      await pause(woken, Math.min(pollMs, left), signal);
    }
  } finally {
    watcher?.close();
  }
}

function pause(woken: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    void woken.then(end);
  });
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Up to a byte more than an answer may have; null: it is not there. */
async function textOf(path: string): Promise<string | null> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const buffer = Buffer.alloc(ANSWER_BYTES + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
