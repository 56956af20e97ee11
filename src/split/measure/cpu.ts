/**
 * Processor seconds that a running process group used between two moments. Linux; elsewhere null.
 *
 * Two clocks are read. /proc/PID/stat counts everything, ended threads included, but in steps of 10 ms;
 * /proc/PID/task/TID/schedstat counts nanoseconds, but only of threads that still live. Where both agree
 * within the coarse one's steps the fine one is used, else the coarse one.
 */
import { readdirSync } from 'node:fs';
import { groupMembers, hasProcfs, readProc } from '../process/identity.js';

/** User and system time are cut to 10 ms each, at both moments. */
const COARSE_ERROR_SECONDS = 0.03;

interface ProcessCpu {
  readonly own: number;
  readonly children: number;
  readonly fine: number;
}
export type CpuReading = ReadonlyMap<string, ProcessCpu>;

export function readGroupCpu(group: number): CpuReading | null {
  if (!hasProcfs) return null;
  const reading = new Map<string, ProcessCpu>();
  for (const stat of groupMembers(group)) {
    reading.set(`${stat.pid}@${stat.startTicks}`, {
      own: stat.ownSeconds,
      children: stat.childrenSeconds,
      fine: threadSeconds(stat.pid),
    });
  }
  return reading;
}

export function cpuSecondsBetween(before: CpuReading | null, after: CpuReading | null): number | null {
  if (before === null || after === null || after.size === 0) return null;
  let own = 0;
  let children = 0;
  for (const [key, now] of after) {
    const then = before.get(key) ?? { own: 0, children: 0, fine: 0 };
    const coarse = now.own - then.own;
    const fine = now.fine - then.fine;
    own += Math.abs(coarse - fine) <= COARSE_ERROR_SECONDS ? fine : coarse;
    children += now.children - then.children;
  }
  // A member that ended is now part of its parent's children, with what it had used before.
  let endedBefore = 0;
  for (const [key, then] of before) if (!after.has(key)) endedBefore += then.own + then.children;
  if (children + COARSE_ERROR_SECONDS < endedBefore) return null; // nobody waited for it: its time is lost
  return Math.round((own + Math.max(0, children - endedBefore)) * 1e9) / 1e9;
}

function threadSeconds(pid: number): number {
  let nanoseconds = 0;
  for (const thread of threads(pid)) {
    nanoseconds += Number.parseInt(readProc(`/proc/${pid}/task/${thread}/schedstat`) ?? '0', 10);
  }
  return nanoseconds / 1e9;
}

function threads(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it ended in between; the coarse clock decides
  }
}
