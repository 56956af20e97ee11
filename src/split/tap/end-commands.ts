/**
 * After a kill -9 a command of the run may still be at work, and would turn the tap again when it has been given back.
 * It is ended first, with its group. What commands have started to stay is the user's and is left: a proxy that was
 * reloaded carries the run's mark, too.
 */
import { KnownError } from '../../errors.js';
import type { Log } from '../../model/ports.js';
import { endGroup } from '../process/group.js';
import { readStat, startedAt, startTimeOf } from '../process/identity.js';
import { markedProcesses } from '../process/orphans.js';

type Row = Readonly<Record<string, unknown>>;

/** What turns a tap may hold a lock (Terraform): it is given the time to let go. */
export const COMMAND_GRACE_MS = 30_000;
/** From then on whoever waits is told why. */
const TOLD_AFTER_MS = 1_000;

/** @throws KnownError where one does not end: whatever were put back now would not last */
export async function endCommands(
  journaled: readonly Row[],
  runId: string,
  log: Log,
  graceMs = COMMAND_GRACE_MS,
): Promise<void> {
  for (const group of [...ofJournal(journaled), ...beforeTheirRow(journaled, runId)]) {
    const told = setTimeout(
      () => log.info(`a command of the killed run is still at work (process ${group}); it is ended first …`),
      TOLD_AFTER_MS,
    );
    const isEnded = await endGroup(group, graceMs).finally(() => clearTimeout(told));
    if (!isEnded)
      throw new KnownError(
        'tap-command-alive',
        `A command of the killed run (process ${group}) does not end, and may still turn the tap.`,
        { hint: 'End it, then run stacktrial revert.', exit: 69 },
      );
  }
}

/** Groups whose first process lives: others are empty, or hold what was meant to stay. */
const ofJournal = (journaled: readonly Row[]): readonly number[] =>
  journaled.flatMap(({ step, role, pid, startTime }) =>
    step === 'spawned' &&
    (role === 'tap' || role === 'rollback') &&
    typeof pid === 'number' &&
    pid > 1 &&
    typeof startTime === 'string' &&
    startTimeOf(pid) === startTime
      ? [pid]
      : [],
  );

const BEGINS_A_COMMAND: readonly unknown[] = ['tap-turning', 'tap-draining', 'tap-restoring'];
/** Resolution of both clocks. */
const CLOCK_MS = 50;

/** Started in the instant before it could be journaled: it leads its group, and began after the last row. */
function beforeTheirRow(journaled: readonly Row[], runId: string): readonly number[] {
  const last = journaled.at(-1);
  if (last === undefined || !BEGINS_A_COMMAND.includes(last.step)) return [];
  return markedProcesses(runId).flatMap(({ pid }) =>
    readStat(pid)?.group === pid && startedAt(pid) >= Number(last.at) - CLOCK_MS ? [pid] : [],
  );
}
