/** A process that stays: one line in, one line out. Knows nothing of trials. */
import { setTimeout as sleep } from 'node:timers/promises';
import { endGroup, GRACE_MS } from '../process/group.js';
import { type Line, LineReader } from '../process/line-reader.js';
import { endLeftovers, STDERR_BYTES } from '../process/run-to-end.js';
import type { CommandLine, Exit, SpawnFailure } from '../process/spawn.js';
import { spawnGroup } from '../process/spawn.js';
import { Tail } from '../process/tail.js';
import { ANSWER_BYTES } from './answer.js';
import { type ArmContext, request } from './arm-context.js';

const LAST_WORDS_MS = 200;

export type Reply = { readonly at: bigint } & (
  | { readonly kind: 'line'; readonly line: Line }
  | { readonly kind: 'died'; readonly exit: Exit }
  | { readonly kind: 'timeout' | 'aborted' }
);

export interface Resident {
  readonly pid: number;
  /** null while it lives. */
  ended(): Exit | null;
  /** JSON lines that it wrote without being asked, since the last question. */
  unasked(): number;
  /** What it wrote to standard error since the last question, at most its last 4 KiB. */
  stderr(): string;
  ask(line: string, timeoutMs: number, signal: AbortSignal): Promise<Reply>;
  /** End of input, then SIGTERM, then SIGKILL, to the whole group. `now`: without waiting for its good will. */
  stop(now: boolean): Promise<void>;
}

export async function startResident(
  context: ArmContext,
  line: CommandLine,
): Promise<Resident | SpawnFailure> {
  const stderr = new Tail(STDERR_BYTES);
  let answered: ((line: Line) => void) | null = null;
  let unasked = 0;
  const lines = new LineReader(ANSWER_BYTES, (each) => {
    if (answered !== null) answered(each);
    // A greeting at the start is no answer; an object that nobody asked for is one too many.
    else if ('text' in each && each.text.startsWith('{')) unasked++;
  });
  const spawned = await spawnGroup(
    {
      ...request(context, line, 'resident', { arm: context.arm.name }),
      stdin: 'pipe',
      onStdout: (chunk) => lines.push(chunk),
      onStderr: (chunk) => stderr.push(chunk),
    },
    context.journal,
  );
  if ('failed' in spawned) return spawned;
  let exit: Exit | null = null;
  void spawned.exited.then((each) => {
    exit = each;
  });
  const input = spawned.child.stdin;
  // A closed input shows as no answer: the resident's exit or the time limit says what became of it.
  input?.on('error', () => undefined);
  await spawned.journaled.catch(async (error: unknown) => {
    await endGroup(spawned.pid);
    throw error;
  });

  return {
    pid: spawned.pid,
    ended: () => exit,
    unasked: () => unasked,
    stderr: () => stderr.text(),
    async ask(question, timeoutMs, signal) {
      stderr.clear();
      unasked = 0;
      const cleanup: (() => void)[] = [];
      try {
        return await new Promise<Reply>((resolve) => {
          answered = (each) => {
            answered = null;
            resolve({ kind: 'line', line: each, at: process.hrtime.bigint() });
          };
          // What it wrote before it died is read first, unless a child of it holds the output open.
          void spawned.exited.then(async (each) => {
            await Promise.race([spawned.closed, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
            resolve({ kind: 'died', exit: each, at: each.at });
          });
          const timer = setTimeout(
            () => resolve({ kind: 'timeout', at: process.hrtime.bigint() }),
            timeoutMs,
          );
          const onAbort = () => resolve({ kind: 'aborted', at: process.hrtime.bigint() });
          signal.addEventListener('abort', onAbort, { once: true });
          cleanup.push(
            () => clearTimeout(timer),
            () => signal.removeEventListener('abort', onAbort),
          );
          if (signal.aborted) onAbort();
          else input?.write(`${question}\n`);
        });
      } finally {
        answered = null;
        for (const each of cleanup) each();
      }
    },
    async stop(now) {
      input?.end();
      if (!now && exit === null) {
        await Promise.race([spawned.exited, sleep(GRACE_MS, undefined, { ref: false })]);
      }
      if (exit === null) await endGroup(spawned.pid);
      await Promise.race([spawned.closed, sleep(GRACE_MS, undefined, { ref: false })]);
      endLeftovers(spawned);
      spawned.child.stdout?.destroy();
      spawned.child.stderr?.destroy();
    },
  };
}
