/**
 * requests.ndjson beside a running split, each request read once: where reading stopped is remembered, and what was read
 * is folded. A request that counts nowhere yet (it came after the planned end of the slot that is on) is kept until that
 * slot has ended. Where what was folded turns out to be wrong, because a slot ended early or was lost for a while, all is
 * read again: the answer is always that of reading everything.
 */
import type { RequestFolds } from '../../collect/index.js';
import type { ExecutedSlot, Request, Schedule } from '../../model/evidence.js';
import { slotAt } from '../../model/slot-at.js';
import { type HeldSlot, slotsOf } from '../../model/slots.js';
import type { RunFolder } from '../../store/index.js';

export interface ReadOn {
  folds(executed: readonly ExecutedSlot[]): Promise<RequestFolds>;
}

/** By which times requests of a slot were taken. */
interface Taken {
  readonly fromMs: number;
  readonly toMs: number;
  readonly gaps: string;
}

export function readOn(
  folder: Pick<RunFolder, 'requestsFrom'>,
  { slots }: Pick<Schedule, 'slots'>,
  empty: () => RequestFolds,
): ReadOn {
  let folds = empty();
  let byte = 0;
  let undecided: Request[] = [];
  let taken = new Map<number, Taken>();
  return {
    async folds(executed) {
      const held = new Map(
        (slotsOf({ slots: slots ?? [] }, executed)?.held ?? []).map((slot) => [slot.index, slot]),
      );
      const now = new Map([...held].map(([index, slot]) => [index, takenOf(slot, executed)]));
      if (![...taken].every(([index, before]) => isStill(before, now.get(index)))) {
        folds = empty();
        [byte, undecided] = [0, []];
      }
      taken = now;
      const current = executed.at(-1);
      const decidedUntil =
        current === undefined ? 0 : (held.get(current.index)?.toMs ?? current.appliedAt ?? 0);
      const later: Request[] = [];
      const decide = (request: Request): void => {
        const index = slotAt(request.at, executed);
        const slot = index === null ? undefined : held.get(index);
        if (slot !== undefined && request.at >= slot.fromMs && request.at < slot.toMs)
          folds.add(request, slot.index);
        else if (request.at >= decidedUntil) later.push(request);
      };
      for (const request of undecided) decide(request);
      for await (const { row, next } of folder.requestsFrom(byte)) {
        byte = next;
        decide(row);
      }
      undecided = later;
      return folds;
    },
  };
}

const takenOf = ({ index, fromMs, toMs }: HeldSlot, executed: readonly ExecutedSlot[]): Taken => ({
  fromMs,
  toMs,
  gaps: JSON.stringify(executed.filter((row) => row.index === index).map(({ gaps }) => gaps ?? [])),
});

/** A slot that was taken may last longer than it was to; all else is another slot. */
const isStill = (before: Taken, now: Taken | undefined): boolean =>
  now !== undefined && now.fromMs === before.fromMs && now.toMs >= before.toMs && now.gaps === before.gaps;
