/** Slots as they happened: what of each is kept, and which are lost. Pure; collect, check and compare see the same. */
import type { ExecutedSlot, Schedule, Slot, WatchRow } from './evidence.js';
import type { ArmName } from './experiment.js';

export interface HeldSlot {
  readonly index: number;
  /** Without burn-in and burn-out, UTC ms, half-open. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly shares: Readonly<Record<ArmName, number>>;
  readonly stage: number | null;
}

export interface LostSlot {
  readonly index: number;
  readonly outcome: 'never-applied' | 'cut-off' | 'failed';
}

export interface Slots {
  readonly held: readonly HeldSlot[];
  readonly lost: readonly LostSlot[];
}

/**
 * A slot of one arm alone that holds less than this part of what was to be kept is left out whole. Where arms share the
 * traffic they saw the same time, however short it was: a split that was ended early keeps what it has.
 */
const ENOUGH = 0.95;

/** Null: the design has no slots in time. Without a record of what was executed the plan is taken at its word. */
export function slotsOf(
  schedule: Pick<Schedule, 'slots'> | null,
  executed: readonly ExecutedSlot[] | undefined,
): Slots | null {
  if (schedule?.slots === undefined) return null;
  const held: HeldSlot[] = [];
  const lost: LostSlot[] = [];
  const last = new Map(executed?.map((row) => [row.index, row]));
  for (const slot of schedule.slots) {
    const found = executed === undefined ? asPlanned(slot) : asExecuted(slot, last.get(slot.index));
    if (typeof found === 'string') lost.push({ index: slot.index, outcome: found });
    else held.push(found);
  }
  return { held, lost };
}

/**
 * Slots that the split owed: one that was ended by harm, by a cap or because nothing more came to divide, owes none of those that it did not come to
 * hold from there on.
 */
export function owedSlots(
  schedule: Pick<Schedule, 'slots'> | null,
  { held }: Slots,
  watched: readonly WatchRow[] | undefined,
): readonly Slot[] {
  const ended = watched?.findLast(({ stop }) => stop !== null)?.slot ?? Number.POSITIVE_INFINITY;
  const kept = new Set(held.map(({ index }) => index));
  return (schedule?.slots ?? []).filter(({ index }) => index < ended || kept.has(index));
}

const asPlanned = ({ index, startMs, endMs, shares, burnInMs, burnOutMs, stage }: Slot): HeldSlot => ({
  index,
  fromMs: startMs + burnInMs,
  toMs: endMs - burnOutMs,
  shares,
  stage,
});

/** Burn-in counts from the moment at which the split was read back, burn-out from the one at which it ended. */
function asExecuted(slot: Slot, row: ExecutedSlot | undefined): HeldSlot | LostSlot['outcome'] {
  if (row === undefined || row.appliedAt === null) return 'never-applied';
  if (row.outcome === 'failed') return 'failed';
  const planned = asPlanned(slot);
  const fromMs = row.appliedAt + slot.burnInMs;
  const toMs = (row.endedAt ?? slot.endMs) - slot.burnOutMs;
  const alone = Object.values(slot.shares).includes(1);
  const least = alone ? ENOUGH * (planned.toMs - planned.fromMs) : 0;
  return toMs - fromMs < least || toMs <= fromMs ? 'cut-off' : { ...planned, fromMs, toMs };
}

/** Finds the slot in which an arm had traffic at a time; a stretch [at, at + length) must lie in it whole. */
export function slotFinder(slots: Slots): (arm: ArmName, atMs: number, lengthMs?: number) => HeldSlot | null {
  const perArm = new Map<ArmName, HeldSlot[]>();
  const own = (arm: ArmName): readonly HeldSlot[] => {
    const known = perArm.get(arm);
    if (known !== undefined) return known;
    const found = slots.held.filter(({ shares }) => (shares[arm] ?? 0) > 0);
    perArm.set(
      arm,
      found.sort((a, b) => a.fromMs - b.fromMs),
    );
    return found;
  };
  return (arm, atMs, lengthMs = 0) => {
    const all = own(arm);
    let low = 0;
    let high = all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle].fromMs <= atMs) low = middle + 1;
      else high = middle;
    }
    const slot = all[low - 1];
    return slot !== undefined && atMs < slot.toMs && atMs + lengthMs <= slot.toMs ? slot : null;
  };
}
