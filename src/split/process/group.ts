/** Ending process groups: politely, then by force, and never one that is not ours. */
import { setTimeout as sleep } from 'node:timers/promises';
import { groupMembers, hasProcfs, readProc } from './identity.js';

/** Environment variable by which every process of a run can be told, wherever it went. */
export const MARKER = 'STACKTRIAL_RUN';

/** Time between SIGTERM and SIGKILL. */
export const GRACE_MS = 2_000;
const POLL_MS = 20;

/** Groups that are running now: ended by force should this process leave without closing its driver. */
const running = new Set<number>();
let guarded = false;

export function guardGroup(group: number): void {
  if (!guarded) {
    guarded = true;
    process.on('exit', () => {
      for (const each of running) killIfOurs(each);
    });
  }
  running.add(group);
}

export function releaseGroup(group: number): void {
  running.delete(group);
}

/** false: nobody is in the group any more. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  // 0 and 1 would mean our own group and everybody: no group of ours can have these numbers.
  if (!Number.isInteger(group) || group <= 1) throw new Error(`not a process group: ${group}`);
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return false;
    if (code === 'EPERM') return signal === 0; // members that changed their user: there, but out of reach
    throw error;
  }
}

/** By force, a group whose first process has ended: its number may be somebody else's by now, so look first. */
export function killIfOurs(group: number): void {
  if (!hasProcfs || groupMembers(group).some((member) => isMarked(member.pid))) signalGroup(group, 'SIGKILL');
}

function isMarked(pid: number): boolean {
  const environment = readProc(`/proc/${pid}/environ`);
  return environment?.split('\0').some((entry) => entry.startsWith(`${MARKER}=`)) ?? false;
}

/** SIGTERM to the group, after the grace SIGKILL. true: nobody is left. */
export async function endGroup(group: number, graceMs = GRACE_MS): Promise<boolean> {
  if (!signalGroup(group, 'SIGTERM')) return true;
  if (await gone(group, graceMs)) return true;
  signalGroup(group, 'SIGKILL');
  return gone(group, GRACE_MS);
}

async function gone(group: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (;;) {
    // A zombie can be signalled, but it does nothing any more; who should collect it is not ours to say.
    if (hasProcfs ? groupMembers(group).length === 0 : !signalGroup(group, 0)) return true;
    if (performance.now() >= until) return false;
    await sleep(POLL_MS);
  }
}
