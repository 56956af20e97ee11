/**
 * The slots of a schedule, carried out on a tap: each is turned on at its time, looked after until its end, and a row
 * about it is on disk before the next one. Nothing here gives the tap back: whoever holds it does, on every way out.
 */
import type { ExecutedSlot, Slot } from '../../model/evidence.js';
import type { TapSetting } from '../../model/tap.js';
import type { HeldTap } from './held-tap.js';

/** Why a split ends before its time; `end`: nothing more came to divide. */
export interface Stop {
  readonly why: 'harm' | 'cap' | 'end';
}

export interface RunSlots<S extends Stop> {
  /** In order; asked for the next one when the one before has ended. */
  readonly slots: Iterable<Slot>;
  /** Rows of earlier executions of this run. */
  readonly executed: readonly ExecutedSlot[];
  readonly tap: Pick<HeldTap, 'turn' | 'verify'> & Partial<Pick<HeldTap, 'isOver'>>;
  settingOf(slot: Slot): TapSetting;
  /** The slot as it is to last, once its split is on. Absent: as planned, however long turning took. */
  onceApplied?(slot: Slot, appliedAt: number): Slot;
  /** How often the tap and the guardrails are looked at. */
  readonly pollMs: number;
  now(): number;
  /** Rejects with the reason of whoever interrupts. */
  sleep(ms: number): Promise<void>;
  /** Puts the row on disk. */
  onSlot(row: ExecutedSlot): Promise<void>;
  /** Asked after each poll, with the time since which the slot is on; a stop ends the split at once. */
  onPoll(slot: Slot, appliedAt: number): Promise<S | null>;
  /** Nothing more comes to divide and slots are left: told of the last one that was on. Absent: nobody is told. */
  onOver?(slot: Slot): Promise<S>;
  onProgress?(slot: Slot): void;
}

/** null: all slots came to their end, or nobody was told why not. */
export async function runSlots<S extends Stop>(run: RunSlots<S>): Promise<S | null> {
  let before: Slot | null = null;
  for (const slot of run.slots) {
    if (run.tap.isOver?.() === true) return (await run.onOver?.(before ?? slot)) ?? null;
    before = slot;
    const rows = run.executed.filter(({ index }) => index === slot.index);
    if (rows.at(-1)?.outcome === 'ok') continue;
    const stop = await runSlot(slot, Math.max(-1, ...rows.map(({ attempt }) => attempt)) + 1, run);
    if (stop !== null) return stop;
  }
  return null;
}

async function runSlot<S extends Stop>(planned: Slot, attempt: number, run: RunSlots<S>): Promise<S | null> {
  const row = { index: planned.index, attempt };
  if (run.now() >= planned.endMs) {
    // Its time went by while nobody was there.
    if (attempt === 0) await run.onSlot({ ...row, appliedAt: null, endedAt: null, outcome: 'failed' });
    return null;
  }
  await until(planned.startMs, run);
  let appliedAt: number | null = null;
  const gaps: { fromMs: number; toMs: number }[] = [];
  const end = (outcome: ExecutedSlot['outcome']) =>
    run.onSlot({
      ...row,
      appliedAt,
      endedAt: appliedAt === null ? null : run.now(),
      outcome,
      ...(gaps.length === 0 ? {} : { gaps }),
    });
  try {
    await run.tap.turn(run.settingOf(planned));
    appliedAt = run.now();
    const slot = run.onceApplied?.(planned, appliedAt) ?? planned;
    let seenRight = appliedAt;
    if (appliedAt >= slot.endMs) {
      // Turning took longer than the slot: nothing of it was as planned.
      await end('failed');
      return null;
    }
    while (run.now() < slot.endMs && run.tap.isOver?.() !== true) {
      run.onProgress?.(slot);
      await run.sleep(Math.max(1, Math.min(run.pollMs, slot.endMs - run.now())));
      if ((await run.tap.verify()) === 'put-right') gaps.push({ fromMs: seenRight, toMs: run.now() });
      seenRight = run.now();
      const stop = await run.onPoll(slot, appliedAt);
      if (stop === null) continue;
      await end('cut-off');
      return stop;
    }
  } catch (error) {
    // What was set is of no use when it was somebody else's; the row must not hide why.
    await end(appliedAt === null ? 'failed' : 'cut-off').catch(() => undefined);
    throw error;
  }
  await end('ok');
  return null;
}

async function until<S extends Stop>(at: number, run: RunSlots<S>): Promise<void> {
  for (let left = at - run.now(); left > 0; left = at - run.now())
    await run.sleep(Math.min(left, run.pollMs));
}
