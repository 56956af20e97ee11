/** The loop of the resident scheduler, on an injected clock, with work that only takes time. */
import { describe, expect, test } from 'vitest';
import { type Limits, reside, type Scheduled } from '../../src/commands/schedule/resident.js';
import { due, type LedgerRow, timetableText } from '../../src/schedule/index.js';
import { virtualClock } from './virtual-clock.js';

const MINUTE = 60_000;
const START = Date.parse('2026-11-01T00:00:30Z');

const hourly = (experiment: string, more: Partial<Scheduled> = {}): Scheduled => ({
  file: `${experiment}.yaml`,
  experiment,
  timetable: {
    look: '0 * * * *',
    pace: null,
    blocks: 1,
    timezone: 'UTC',
    missed: 'make-up',
    disabled: false,
    jitterMs: 0,
  },
  ...more,
});

interface Seen {
  readonly most: number;
  readonly done: Readonly<Record<string, number>>;
  readonly tries: number;
}

/** A day of it; each piece of work takes `minutes`, and `busy` of them find somebody else in the way. */
async function day(all: readonly Scheduled[], minutes: number, limits: Limits, busy = 0): Promise<Seen> {
  const clock = virtualClock(START);
  const controller = new AbortController();
  let wake = (): void => undefined;
  clock.at(START + 24 * 60 * MINUTE, () => {
    controller.abort();
    wake();
    clock.over();
  });
  const ledgers = new Map<string, LedgerRow[]>(
    all.map(({ experiment, timetable }) => [
      experiment,
      [{ step: 'enrolled', at: START, timetable: timetableText(timetable) }],
    ]),
  );
  const done: Record<string, number> = {};
  let [working, most, tries] = [0, 0, 0];
  await reside(
    {
      now: clock.now,
      signal: controller.signal,
      sleep: (ms, waking) =>
        clock.idle(ms, Promise.race([waking, new Promise<void>((resolve) => (wake = resolve))])),
      scheduled: async () => all,
      ledger: async (experiment) => ledgers.get(experiment) ?? [],
      async work({ experiment, timetable, apart }) {
        tries += 1;
        if (tries <= busy) return 'again';
        const rows = ledgers.get(experiment) ?? [];
        const found = due(experiment, timetable, rows, clock.now());
        if (found.kind !== 'work') throw new Error(found.kind);
        if (apart !== true) working += 1;
        most = Math.max(most, working);
        await clock.pass(minutes * MINUTE);
        if (apart !== true) working -= 1;
        for (const { work, firings } of found.batches) {
          done[experiment] = (done[experiment] ?? 0) + firings.length;
          rows.push({ step: 'ended', at: 0, work, firings, ended: 'done', exit: 0, run: null, why: null });
        }
        return 'done';
      },
    },
    limits,
  );
  return { most, done, tries };
}

describe('a resident scheduler', () => {
  test('never works on more than it may, and none is forgotten behind the others', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => hourly(name));
    const { most, done } = await day(all, 25, { parallel: 2, rescanMs: 30 * MINUTE });
    expect(most).toBe(2);
    for (const firings of Object.values(done)) expect(firings).toBeGreaterThanOrEqual(22);
    expect(Object.keys(done)).toHaveLength(5);
  });

  test('what works apart holds up nobody, however long it takes', async () => {
    const all = [hourly('tap', { apart: true }), hourly('a')];
    const { done } = await day(all, 20, { parallel: 1, rescanMs: 30 * MINUTE });
    expect(done).toEqual({ a: 24, tap: 24 });
  });

  test('what is busy is tried again after half a minute, not at once', async () => {
    const { done, tries } = await day([hourly('a')], 1, { parallel: 1, rescanMs: 30 * MINUTE }, 10);
    expect(done).toEqual({ a: 24 });
    expect(tries).toBe(34);
  });
});
