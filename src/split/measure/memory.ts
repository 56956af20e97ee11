/**
 * Peak memory of a process group, from /proc/PID/status read about each 10 ms: of one process its own
 * high-water mark (VmHWM); of several, which share no common mark, at least the largest sum of resident
 * sizes that was seen (pages they share are counted in each). null where the system does not tell.
 *
 * Why not getrusage: its maximum never goes down from child to child and starts at the size of the parent
 * (reference/splitting.md §0.9).
 */
import { writeFileSync } from 'node:fs';
import { allPids, groupMembers, hasProcfs, readProc, readStat } from '../process/identity.js';

const POLL_MS = 10;
/** New members are looked for in every so many polls: that reads all of /proc's names. */
const DISCOVER_EACH = 5;

export interface MemoryWatch {
  /** Ends the watch, once; bytes. */
  stop(): number | null;
}

/** Watch a group whose first process was just started; `known`: all pids from before its start. */
export function watchNewGroup(group: number, known: ReadonlySet<number>): MemoryWatch {
  return hasProcfs ? watch(group, [group], known, true) : nothing;
}

/** Watch a group that has been running: its marks are set back first, where that is allowed. */
export function watchOldGroup(group: number): MemoryWatch {
  if (!hasProcfs) return nothing;
  const members = groupMembers(group).map((stat) => stat.pid);
  const others = new Set(allPids().filter((pid) => !members.includes(pid)));
  return watch(group, members, others, members.every(resetPeak));
}

const nothing: MemoryWatch = { stop: () => null };

function watch(
  group: number,
  first: readonly number[],
  known: ReadonlySet<number>,
  peaksAreOurs: boolean,
): MemoryWatch {
  const members = new Set(first);
  const seen = new Set(known);
  let peak: number | null = null;
  let polls = 0;
  const poll = () => {
    let sum = 0;
    for (const pid of members) {
      const status = readProc(`/proc/${pid}/status`);
      const resident = status === null ? null : bytes(status, 'VmRSS');
      const mark = status === null ? null : bytes(status, 'VmHWM');
      if (resident === null || mark === null) continue; // ended
      sum += resident;
      peak = Math.max(peak ?? 0, peaksAreOurs ? mark : 0, sum);
    }
    // Found now, counted from the next poll: a child between fork and exec still shows its parent's memory.
    if (polls++ % DISCOVER_EACH === 0) {
      for (const pid of allPids()) {
        if (seen.has(pid)) continue;
        seen.add(pid);
        if (readStat(pid)?.group === group) members.add(pid);
      }
    }
  };
  poll();
  const timer = setInterval(poll, POLL_MS);
  let stopped = false;
  return {
    stop() {
      if (!stopped) poll();
      stopped = true;
      clearInterval(timer);
      return peak;
    },
  };
}

function bytes(status: string, field: 'VmRSS' | 'VmHWM'): number | null {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** See proc(5): 5 sets the high-water mark back to the present size. */
function resetPeak(pid: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
    return true;
  } catch {
    return false; // not allowed here: then only sizes that were seen count
  }
}
