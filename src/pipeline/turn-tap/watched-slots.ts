/** The slots of a tap with everything that is done beside them: requests heard, lines counted, harm and caps looked at. */
import type { ExecutedSlot, Slot, WatchRow } from '../../model/evidence.js';
import type { RequestListener } from '../../model/ports.js';
import type { HeldTap, RunSlots, Stop } from '../../split/index.js';
import type { TurnTap } from '../turn-tap.js';
import type { LineCounting } from './line-counts.js';
import { settingOf } from './setting.js';
import { sleepWith } from './sleep.js';

export interface WatchStop extends Stop {
  readonly row: WatchRow;
}

const POLL_MS = 30_000;

export function watchedSlots(
  request: TurnTap,
  held: HeldTap,
  listener: RequestListener | null,
  lines: LineCounting,
): RunSlots<WatchStop> {
  const { experiment, folder, io, schedule } = request;
  const executed: ExecutedSlot[] = [];
  let units = listener === null ? null : 0;
  const planned = schedule.slots ?? [];
  const end = planned[planned.length - 1]?.endMs ?? io.now();
  const started = io.now();
  return {
    slots: planned,
    executed,
    tap: {
      verify: held.verify,
      isOver: held.isOver,
      async turn(setting) {
        await held.turn(setting);
        await lines.begin();
      },
    },
    settingOf: (slot: Slot) => settingOf(experiment, slot),
    pollMs: experiment.watch?.everyMs ?? POLL_MS,
    now: io.now,
    sleep: (ms: number) => sleepWith(io, ms),
    async onSlot(row: ExecutedSlot) {
      await folder.appendLineCounts(lines.rowsOf(row.index, row.attempt));
      await folder.appendSlot(row);
      executed.push(row);
    },
    async onPoll(slot: Slot, appliedAt: number): Promise<WatchStop | null> {
      const heard = listener?.take() ?? [];
      await folder.appendRequests(heard);
      await lines.poll();
      if (units !== null)
        units += heard.filter(({ served }) => served !== null && served !== experiment.baseline).length;
      const row = await request.look({ slot, appliedAt, units, executed });
      if (row === null) return null;
      await folder.appendWatch(row);
      return row.stop === null ? null : { why: row.stop.why, row };
    },
    onProgress: () =>
      io.log.progress(
        'traffic is divided, s',
        Math.round((io.now() - started) / 1000),
        Math.round((end - started) / 1000),
        Math.max(0, end - io.now()),
      ),
  };
}
