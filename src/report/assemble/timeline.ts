/** Warm-up, slots and stages on the axis of time: as they happened where that was recorded, else as planned. */
import type { Evidence, ExecutedSlot, Slot } from '../../model/evidence.js';
import type { Timeline, TimelineSlot } from '../../model/pictures.js';

const timelineSlot = (slot: Slot, last: ExecutedSlot | undefined): TimelineSlot => {
  const whole = Object.entries(slot.shares).find(([, share]) => share === 1);
  return {
    index: slot.index,
    startMs: last?.appliedAt ?? slot.startMs,
    endMs: last?.endedAt ?? slot.endMs,
    arm: whole?.[0] ?? null,
    stage: slot.stage,
    coverage: slot.coverage ?? null,
    burnInMs: slot.burnInMs,
    burnOutMs: slot.burnOutMs,
    outcome: last?.outcome ?? null,
  };
};

/** Null where time is not divided. The last recorded attempt of a slot is the one that counts. */
export const timelineOf = ({ experiment, schedule, executed }: Evidence): Timeline | null => {
  const last = new Map((executed ?? []).map((row) => [row.index, row]));
  const slots = (schedule?.slots ?? []).map((slot) => timelineSlot(slot, last.get(slot.index)));
  const { window } = experiment;
  const warmupUntilMs = window === null || window.warmupMs === 0 ? null : window.fromMs + window.warmupMs;
  return slots.length === 0 && warmupUntilMs === null ? null : { warmupUntilMs, slots };
};
