/** The slots of a tap with everything that is done beside them: requests heard, lines counted, harm and caps looked at. */
import type { ExecutedSlot, Request, Slot, WatchRow } from '../../model/evidence.js';
import type { Experiment } from '../../model/experiment.js';
import type { RequestListener } from '../../model/ports.js';
import { reason } from '../../model/reason.js';
import type { HeldTap, RunSlots, Stop } from '../../split/index.js';
import type { TurnTap } from '../turn-tap.js';
import type { LineCounting } from './line-counts.js';
import { sameArms } from './same-arm.js';
import { settingOf } from './setting.js';
import { sleepWith } from './sleep.js';
import { onceApplied, slotsToDo } from './slots-to-do.js';

export interface WatchStop extends Stop {
  readonly row: WatchRow;
}

/** What earlier executions of the run have done. */
export interface DoneBefore {
  readonly executed: readonly ExecutedSlot[];
  /** Requests that arms other than the baseline served. */
  readonly units: number;
  /** How long they had traffic. */
  readonly exposedMs: number;
  /** Why they ended the split; null: they did not. */
  readonly stop: WatchRow['stop'];
}

export const POLL_MS = 30_000;

export function watchedSlots(
  request: TurnTap,
  held: HeldTap,
  listener: RequestListener | null,
  lines: LineCounting,
  before: DoneBefore,
): RunSlots<WatchStop> {
  const { experiment, folder, io, schedule } = request;
  const executed = [...before.executed];
  let units = listener === null ? null : before.units;
  let { exposedMs } = before;
  const exposed = ({ shares }: Slot): boolean => experiment.treatments.some((arm) => (shares[arm] ?? 0) > 0);
  const planned = schedule.slots ?? [];
  const isLast = ({ index }: Slot): boolean => !planned.some((one) => one.index > index && exposed(one));
  const started = io.now();
  const { driver } = experiment;
  const look = sameArms(experiment, request.tap.namesKeys?.(driver?.options) === true, io.log);
  return {
    slots: slotsToDo(planned, before.executed, experiment, io.now),
    executed,
    tap: {
      verify: held.verify,
      isOver: held.isOver,
      async turn(setting) {
        await held.turn(setting);
        lines.begin();
      },
    },
    settingOf: (slot: Slot) => settingOf(experiment, slot),
    onceApplied: (slot: Slot, appliedAt: number) => onceApplied(slot, appliedAt, experiment),
    pollMs: experiment.watch?.everyMs ?? POLL_MS,
    now: io.now,
    sleep: (ms: number) => sleepWith(io, ms),
    async onSlot(row: ExecutedSlot) {
      await folder.appendLineCounts(lines.rowsOf(row.index, row.attempt));
      await folder.appendSlot(row);
      executed.push(row);
      const slot = planned.find(({ index }) => index === row.index);
      if (row.appliedAt !== null && row.endedAt !== null && slot !== undefined && exposed(slot))
        exposedMs += Math.min(row.endedAt - row.appliedAt, slot.endMs - slot.startMs);
    },
    async onPoll(slot: Slot, appliedAt: number): Promise<WatchStop | null> {
      const heard = listener?.take() ?? [];
      await folder.appendRequests(heard);
      look(heard);
      await lines.poll();
      if (units !== null) units += heard.filter((one) => isExposed(one, experiment)).length;
      const at = io.now();
      // What a slot takes longer than planned is a poll's doing: a cap that the design just meets is not passed by it.
      const now = exposed(slot) ? Math.min(at - appliedAt, slot.endMs - slot.startMs) : 0;
      const isOver = isLast(slot) && at >= slot.endMs;
      const row = await request.look({
        slot,
        appliedAt,
        units,
        executed,
        exposedMs: exposedMs + now,
        isOver,
      });
      if (row === null) return null;
      await folder.appendWatch(row);
      return row.stop === null ? null : { why: row.stop.why, row };
    },
    async onOver({ index }: Slot): Promise<WatchStop> {
      const held = new Set(executed.filter(({ outcome }) => outcome === 'ok').map((one) => one.index)).size;
      const why = reason('split-stopped-end', { held, planned: planned.length });
      const stop = { why: 'end', arms: [], reason: why } as const;
      const row = { at: io.now(), slot: index, units, guardrails: [], stop };
      await folder.appendWatch(row);
      return { why: stop.why, row };
    },
    onProgress(slot: Slot) {
      const later = planned.filter(({ index }) => index > slot.index);
      const lastsMs = later.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
      const left = Math.max(0, slot.endMs - io.now()) + lastsMs;
      const done = io.now() - started;
      io.log.progress('traffic is divided, s', seconds(done), seconds(done + left), left);
    },
  };
}

const seconds = (ms: number): number => Math.round(ms / 1000);

export const isExposed = ({ served }: Request, { baseline }: Pick<Experiment, 'baseline'>): boolean =>
  served !== null && served !== baseline;
