/**
 * The slots that are still to be carried out, each when it is its turn. A slot that was held before is kept.
 *
 * Where no window says when, a slot has its whole length from the moment at which its split is on: the others follow it,
 * also in a run that was cut off and goes on later, where the time in which nobody was there is a pause. A ramp waits in any
 * case: no stage may be passed over, because the one before makes it safe; what would begin after the end of a declared
 * window is not begun. Slots of a switchback in a declared window have their times of day: what went by is lost.
 */
import type { ExecutedSlot, Slot } from '../../model/evidence.js';
import type { Experiment } from '../../model/experiment.js';

export function* slotsToDo(
  planned: readonly Slot[],
  before: readonly ExecutedSlot[],
  { design, window }: Timed,
  now: () => number,
): Generator<Slot> {
  const held = new Set(planned.map(({ index }) => index).filter((index) => isHeld(index, before)));
  const onTime = isOnTime({ design, window });
  const end = window?.toMs ?? Number.POSITIVE_INFINITY;
  for (const slot of planned) {
    if (held.has(slot.index)) continue;
    const lateMs = onTime ? 0 : Math.max(0, now() - slot.startMs);
    const startMs = slot.startMs + lateMs;
    if (startMs >= end && !onTime) return;
    yield lateMs === 0 ? slot : { ...slot, startMs, endMs: Math.min(end, slot.endMs + lateMs) };
  }
}

type Timed = Pick<Experiment, 'design' | 'window'>;

const isOnTime = ({ design, window }: Timed): boolean => window !== null && design.kind !== 'ramp';

/** With its whole length from then on, where it has no time of day. */
export function onceApplied(slot: Slot, appliedAt: number, experiment: Timed): Slot {
  if (isOnTime(experiment)) return slot;
  const end = experiment.window?.toMs ?? Number.POSITIVE_INFINITY;
  return { ...slot, endMs: Math.min(end, appliedAt + slot.endMs - slot.startMs) };
}

const isHeld = (index: number, rows: readonly ExecutedSlot[]): boolean =>
  rows.findLast((row) => row.index === index)?.outcome === 'ok';
