/** One process from start to end: with a time limit, an abort signal, and nobody left behind. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from '../../model/ports.js';
import { endGroup, killIfOurs, releaseGroup } from './group.js';
import type { Exit, Spawned, SpawnFailure, SpawnRequest } from './spawn.js';
import { spawnGroup } from './spawn.js';
import { Tail } from './tail.js';

export const STDERR_BYTES = 4 * 1024;

/**
 * A helper that hands over the last of its output needs milliseconds after the program's end; half a second is
 * enough on a loaded machine, and what stays longer is a daemon, which would hold the run up until the time limit.
 */
export const HELD_OUTPUT_MS = 500;

export interface RunLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | null;
  /** `closed`: until its output is closed, which is when its work is done; `exited`: daemons may stay. */
  readonly until: 'closed' | 'exited';
  /** Between asking it to end and ending it by force; by default 2 s. */
  readonly graceMs?: number;
}

export type Ended =
  | { readonly kind: 'not-started'; readonly failure: SpawnFailure }
  | {
      readonly kind: 'ended';
      readonly spawned: Spawned;
      readonly exit: Exit;
      /** Why we ended it; null: it ended itself. */
      readonly stopped: 'timeout' | 'aborted' | null;
      readonly stderr: string;
      /** Something it started held its output after its end: what became of it. null: nothing did. */
      readonly held: 'ended' | 'left' | null;
    };

export async function runToEnd(
  request: Omit<SpawnRequest, 'onStderr' | 'stdin'>,
  limits: RunLimits,
  journal: Journal,
  onStarted?: (spawned: Spawned) => void,
): Promise<Ended> {
  const stderr = new Tail(STDERR_BYTES);
  const spawned = await spawnGroup(
    { ...request, stdin: 'ignore', onStderr: (chunk) => stderr.push(chunk) },
    journal,
  );
  if ('failed' in spawned) return { kind: 'not-started', failure: spawned };
  onStarted?.(spawned);

  let stopped: 'timeout' | 'aborted' | null = null;
  const stop = (why: 'timeout' | 'aborted') => {
    if (stopped !== null) return;
    stopped = why;
    // Something that left the group may still hold the output open: it is not waited for.
    void endGroup(spawned.pid, limits.graceMs).then(() => closeOutput(spawned));
  };
  const timer = setTimeout(() => stop('timeout'), limits.timeoutMs);
  const onAbort = () => stop('aborted');
  if (limits.signal?.aborted) onAbort();
  limits.signal?.addEventListener('abort', onAbort);
  try {
    await spawned.journaled.catch(async (error: unknown) => {
      await endGroup(spawned.pid);
      throw error;
    });
    if (limits.until === 'exited') {
      const exit = await exitAndOutput(spawned);
      return { kind: 'ended', spawned, exit, stopped, stderr: stderr.text(), held: null };
    }
    const exited = await spawned.exited;
    clearTimeout(timer); // the limit is the program's
    const closed = await Promise.race([spawned.closed, sleep(HELD_OUTPUT_MS, null, { ref: false })]);
    if (closed !== null || stopped !== null) {
      const exit = await spawned.closed;
      return { kind: 'ended', spawned, exit, stopped, stderr: stderr.text(), held: null };
    }
    const held = await endHolders(spawned);
    return { kind: 'ended', spawned, exit: exited, stopped, stderr: stderr.text(), held };
  } finally {
    clearTimeout(timer);
    limits.signal?.removeEventListener('abort', onAbort);
    // What a trial leaves running would take time from the next one.
    if (limits.until === 'closed') endLeftovers(spawned);
  }
}

/** Ends by force what outlived the first process of the group. */
export function endLeftovers(spawned: Spawned): void {
  if (spawned.hasLeftovers()) killIfOurs(spawned.pid);
  releaseGroup(spawned.pid);
}

/** Output that is already written is read; output that a daemon holds open is not waited for. */
async function exitAndOutput(spawned: Spawned): Promise<Exit> {
  const exit = await spawned.exited;
  await Promise.race([spawned.closed, sleep(100, undefined, { ref: false })]);
  closeOutput(spawned);
  return exit;
}

/** Ends what still holds the output; what has left the group is only no longer listened to. */
async function endHolders(spawned: Spawned): Promise<'ended' | 'left'> {
  if (spawned.hasLeftovers()) await endGroup(spawned.pid);
  const ended = await Promise.race([spawned.closed, sleep(100, null, { ref: false })]);
  closeOutput(spawned);
  return ended === null ? 'left' : 'ended';
}

function closeOutput(spawned: Spawned): void {
  spawned.child.stdout?.destroy();
  spawned.child.stderr?.destroy();
}
