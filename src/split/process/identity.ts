/**
 * Is this still the process that we started? A pid alone does not say: numbers are used again.
 * Boot and start time do: field 22 of /proc/PID/stat (clock ticks since boot), elsewhere `ps -o lstart`.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';

export const hasProcfs = process.platform === 'linux';

/** Clock ticks per second in /proc: USER_HZ, 100 on every architecture that Node supports. */
const TICKS_PER_SECOND = 100;

export interface ProcessStat {
  readonly pid: number;
  readonly state: string;
  readonly group: number;
  /** Processor seconds of the process, ended threads included; resolution 10 ms. */
  readonly ownSeconds: number;
  /** Processor seconds of its ended and awaited children; resolution 10 ms. */
  readonly childrenSeconds: number;
  readonly startTicks: string;
}

/** null where there is no such process. Linux only. */
export function readStat(pid: number | 'self'): ProcessStat | null {
  const text = readProc(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The command's name, in brackets, may itself hold spaces and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const seconds = (from: number) => (Number(fields[from]) + Number(fields[from + 1])) / TICKS_PER_SECOND;
  return {
    pid: Number.parseInt(text, 10),
    state: fields[0],
    group: Number(fields[2]),
    ownSeconds: seconds(11),
    childrenSeconds: seconds(13),
    startTicks: fields[19],
  };
}

/** A text that no other process of this machine has with that pid; null where it does not run (a zombie does not). */
export function startTimeOf(pid: number): string | null {
  if (hasProcfs) {
    const stat = readStat(pid);
    return stat === null || isDead(stat) ? null : `${bootId()}:${stat.startTicks}`;
  }
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return text === '' ? null : text;
  } catch {
    return null; // ps ends with 1 where there is no such process
  }
}

/** UTC ms at which it began, to the nearest hundredth of a second; NaN where it does not run. Linux only. */
export const startedAt = (pid: number): number =>
  Date.now() - uptime() * 1000 + (Number(readStat(pid)?.startTicks) / TICKS_PER_SECOND) * 1000;

/** Living processes of a process group. Linux only; elsewhere empty. */
export function groupMembers(group: number): readonly ProcessStat[] {
  return allPids().flatMap((pid) => {
    const stat = readStat(pid);
    return stat !== null && stat.group === group && !isDead(stat) ? [stat] : [];
  });
}

export function allPids(): readonly number[] {
  if (!hasProcfs) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** A file of /proc; null where the process is gone or belongs to somebody else. */
export function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return null;
    throw error;
  }
}

const isDead = (stat: ProcessStat) => stat.state === 'Z' || stat.state === 'X';

let boot: string | null = null;
function bootId(): string {
  boot ??= readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? 'boot';
  return boot;
}
