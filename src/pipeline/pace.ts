/**
 * A run that is done a few blocks at a time, by many firings of a schedule. How far each execution goes is written to the
 * journal before its first block, with the firings it stands for: one that was cut off goes on to where it was to end, and
 * none counts twice.
 */
import type { Io } from '../model/ports.js';
import type { JournalRow, RunFolder } from '../store/index.js';

export interface Pace {
  /** UTC ms of the firings that this execution stands for; none: somebody asked by hand. */
  readonly firings: readonly number[];
  /** Blocks for each of them; by hand, for once. 0: none, only to see how far it is. */
  readonly blocks: number;
}

interface PaceRow extends JournalRow {
  readonly firings: readonly number[];
  /** Blocks that are done when it has ended. */
  readonly until: number;
}

const isPace = (row: JournalRow): row is PaceRow => row.step === 'pace';

/** Blocks that are to be done when this execution ends; `next`: the first that is not. */
export function paceUntil(pace: Pace, journaled: readonly JournalRow[], next: number): number {
  if (pace.blocks === 0) return next;
  const before = journaled.filter(isPace);
  const reached = before.at(-1)?.until ?? 0;
  if (pace.firings.length === 0) return next < reached ? reached : next + pace.blocks;
  const known = new Set(before.flatMap(({ firings }) => firings));
  const fresh = pace.firings.filter((at) => !known.has(at)).length;
  return Math.max(reached, fresh > 0 ? next : 0) + fresh * pace.blocks;
}

/** Asked between blocks: is this where the execution pauses? Null where nothing paces it. */
export function pausing(
  pace: Pace | null,
  folder: Pick<RunFolder, 'journal' | 'journaled'>,
  io: Pick<Io, 'log'>,
): { readonly before: (block: number, of: number) => Promise<boolean>; readonly at: () => number | null } {
  let until: number | null = null;
  let paused: number | null = null;
  return {
    async before(block, of) {
      if (pace === null) return false;
      if (until === null) {
        until = paceUntil(pace, await folder.journaled(), block);
        if (until > block) {
          await folder.journal.append('pace', { firings: [...pace.firings], until });
          io.log.info(`blocks ${block + 1} to ${Math.min(until, of)} of ${of}`);
        }
      }
      if (block < until) return false;
      paused = block;
      return true;
    },
    at: () => paused,
  };
}
