/**
 * What is still alive after a kill -9 of stacktrial itself? Groups in the journal whose leader's start time
 * still matches; and, on Linux, every process that carries this run's marker in its environment, because a
 * child may have been started in the instant before it could be journaled.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../model/ports.js';
import { endGroup, GRACE_MS, MARKER } from './group.js';
import { allPids, readProc, startTimeOf } from './identity.js';

/** Ends what a run left behind; warns of what would not end. */
export async function endLeftovers(
  journaled: readonly Readonly<Record<string, unknown>>[],
  runId: string,
  log: Log,
): Promise<void> {
  for (const { step, pid, group, startTime } of journaled) {
    if (step !== 'spawned' || typeof pid !== 'number' || typeof group !== 'number') continue;
    if (pid <= 1 || group !== pid || typeof startTime !== 'string' || startTimeOf(pid) !== startTime)
      continue;
    log.detail(`ending process group ${group} of the interrupted run`);
    if (!(await endGroup(group))) log.warn(`process group ${group} of the interrupted run does not end`);
  }
  await endMarked(runId, log);
}

/** Living processes whose environment says exactly that they belong to the run. */
export function markedProcesses(runId: string): readonly { pid: number; startTime: string }[] {
  const wanted = `${MARKER}=${Buffer.from(runId, 'utf8').toString('latin1')}`;
  return allPids().flatMap((pid) => {
    if (pid === process.pid) return [];
    const startTime = startTimeOf(pid);
    const environment = startTime === null ? null : readProc(`/proc/${pid}/environ`);
    const ours = environment?.split('\0').includes(wanted) ?? false;
    return ours && startTime !== null ? [{ pid, startTime }] : [];
  });
}

/** Ends every process that carries the run's marker, wherever it went. Linux only. */
export async function endMarked(runId: string, log: Log): Promise<void> {
  let signal: NodeJS.Signals = 'SIGTERM';
  const started = performance.now();
  for (;;) {
    const left = markedProcesses(runId);
    if (left.length === 0) return;
    const waited = performance.now() - started;
    if (waited > 2 * GRACE_MS) {
      log.warn(`processes of this run do not end: ${left.map((each) => each.pid).join(', ')}`);
      return;
    }
    if (waited > GRACE_MS) signal = 'SIGKILL';
    // Again in each round: what is being ended may still start others.
    for (const { pid, startTime } of left) if (startTimeOf(pid) === startTime) kill(pid, signal);
    await sleep(50);
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // gone in between is what we wanted
  }
}
