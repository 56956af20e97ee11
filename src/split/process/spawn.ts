/** Starting a process in a group of its own, journaled, marked as this run's, its output bounded. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Journal } from '../../model/ports.js';
import { guardGroup, MARKER, releaseGroup, signalGroup } from './group.js';
import { readStat, startTimeOf } from './identity.js';

/** A list is a program and its arguments; a text is a line for /bin/sh, because the user wrote it as one. */
export type CommandLine = string | readonly string[];

export type Role =
  | 'workload'
  | 'setup'
  | 'resident'
  | 'prepare'
  | 'trial'
  | 'conclude'
  | 'cleanup'
  | 'tap'
  | 'rollback';

export interface SpawnRequest {
  readonly line: CommandLine;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: 'ignore' | 'pipe';
  readonly role: Role;
  readonly arm: string | null;
  readonly trial: string | null;
  readonly runId: string;
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** process.hrtime, nanoseconds. */
  readonly at: bigint;
}

export interface Spawned {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly startedAt: bigint;
  /** On disk; rejects when it could not be written. */
  readonly journaled: Promise<void>;
  readonly exited: Promise<Exit>;
  /** Ended, and all that wrote to its output, too. */
  readonly closed: Promise<Exit>;
  /** Processor seconds of it and its awaited children, once ended; null where another ended meanwhile. */
  cpuSeconds(): number | null;
  /** Somebody of the group outlived the first process. */
  hasLeftovers(): boolean;
}

/** The operating system would not start it: code as in errno. */
export interface SpawnFailure {
  readonly failed: string;
  readonly message: string;
}

/** Children of ours that have ended: two in one measurement cannot be told apart. */
let ended = 0;

const childrenCpu = () => (process.platform === 'linux' ? (readStat('self')?.childrenSeconds ?? null) : null);

export async function spawnGroup(request: SpawnRequest, journal: Journal): Promise<Spawned | SpawnFailure> {
  const [program, ...args] =
    typeof request.line === 'string' ? ['/bin/sh', '-c', request.line] : request.line;
  const cpuBefore = childrenCpu();
  const endedBefore = ended;
  const startedAt = process.hrtime.bigint();
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd: request.cwd,
      // Children inherit the environment as from a shell; only names that the file declares are added.
      env: { ...process.env, ...request.env, [MARKER]: request.runId },
      stdio: [request.stdin, 'pipe', 'pipe'],
      detached: true,
    });
  } catch (error) {
    return failure(error as NodeJS.ErrnoException);
  }
  const { pid } = child;
  if (pid === undefined) {
    return new Promise((resolve) => child.once('error', (error) => resolve(failure(error))));
  }
  guardGroup(pid);
  let cpuAfter: number | null = null;
  let leftovers = false;
  let endedAfter = endedBefore;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      const at = process.hrtime.bigint();
      cpuAfter = childrenCpu();
      ended++;
      // A group with members keeps its number from being used again; an empty one must not be touched later.
      leftovers = signalGroup(pid, 0);
      if (!leftovers) releaseGroup(pid);
      // Children that ended in the same instant have their exit events in this turn of the loop.
      setImmediate(() => {
        endedAfter = ended;
        resolve({ code, signal, at });
      });
    });
  });
  const closed = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      const at = process.hrtime.bigint();
      void exited.then(() => resolve({ code, signal, at }));
    });
  });
  child.on('error', () => undefined); // after the start only failed signals arrive here; `exit` tells the rest
  child.stdout?.on('data', request.onStdout);
  child.stderr?.on('data', request.onStderr);
  const { role, arm, trial } = request;
  const journaled = journal.append('spawned', {
    pid,
    group: pid,
    startTime: startTimeOf(pid),
    role,
    arm,
    trial,
  });
  journaled.catch(() => undefined); // awaited by whoever uses the process; here only kept from being unhandled
  return {
    child,
    pid,
    startedAt,
    journaled,
    exited,
    closed,
    hasLeftovers: () => leftovers,
    cpuSeconds: () =>
      cpuBefore === null || cpuAfter === null || endedAfter !== endedBefore + 1
        ? null
        : Math.round((cpuAfter - cpuBefore) * 100) / 100,
  };
}

function failure(error: NodeJS.ErrnoException): SpawnFailure {
  return { failed: error.code ?? 'UNKNOWN', message: error.message };
}
