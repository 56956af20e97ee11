/** Which firings are due: dates and a ledger in, work out. No clock is read. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Timetable } from '../../src/model/timetable.js';
import {
  due,
  type Ended,
  firingsBetween,
  type LedgerRow,
  nextDue,
  nextFiring,
  startOf,
  timetableText,
} from '../../src/schedule/index.js';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

const timetable = (parts: Partial<Timetable> = {}): Timetable => ({
  look: '30 2 * * *',
  pace: null,
  blocks: 1,
  timezone: 'UTC',
  missed: 'make-up',
  disabled: false,
  jitterMs: 0,
  ...parts,
});

const enrolled = (table: Timetable, since: string): LedgerRow => ({
  step: 'enrolled',
  at: at(since),
  timetable: timetableText(table),
});

const works = (table: Timetable, rows: readonly LedgerRow[], now: string) => {
  const found = due('e', table, rows, at(now));
  if (found.kind !== 'work') return found.kind;
  const shown = ({ work, firings, missed, cutOff }: (typeof found.batches)[number]) =>
    `${work} ${firings.map(iso).join(' ')}${missed > 0 ? `, ${missed} missed` : ''}${cutOff > 0 ? `, ${cutOff} cut off` : ''}`;
  return [...found.batches.map(shown), ...found.skipped.map((batch) => `skipped: ${shown(batch)}`)];
};

const times = (table: Timetable, from: string, to: string): string[] =>
  firingsBetween(table, at(from), at(to)).map((firing) => iso(firing.at));

describe('daylight saving', () => {
  const berlin = timetable({ timezone: 'Europe/Berlin' });

  test('02:30 in the night that has none fires at 03:00; the day before and after at 02:30', () => {
    expect(times(berlin, '2026-03-27T12:00Z', '2026-03-30T12:00Z')).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  test('02:30 in the night that has two fires once', () => {
    expect(times(berlin, '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  test('every hour fires in every hour of both nights: 23 and 25', () => {
    const hourly = timetable({ look: '0 * * * *', timezone: 'Europe/Berlin' });
    expect(times(hourly, '2026-03-28T22:59Z', '2026-03-29T21:59Z')).toHaveLength(23);
    expect(times(hourly, '2026-10-24T21:59Z', '2026-10-25T22:59Z')).toHaveLength(25);
  });
});

describe('due', () => {
  const table = timetable();
  const since = enrolled(table, '2026-11-01T00:00Z');
  const ended = (firings: readonly string[], how: Ended = 'done'): LedgerRow => ({
    step: 'ended',
    at: 0,
    work: 'look',
    firings: firings.map(at),
    ended: how,
    exit: 10,
    run: null,
    why: null,
  });
  const started = (...firings: string[]): LedgerRow => ({
    step: 'started',
    at: 0,
    work: 'look',
    firings: firings.map(at),
  });

  test('nothing before the timetable was first seen counts', () => {
    expect(works(table, [], '2026-11-01T02:31Z')).toBe('enrol');
    expect(works(table, [enrolled(table, '2026-11-01T02:31Z')], '2026-11-02T02:29Z')).toEqual([]);
    expect(works(table, [enrolled(table, '2026-11-01T02:31Z')], '2026-11-02T02:30Z')).toEqual([
      'look 2026-11-02T02:30',
    ]);
  });

  test('another expression or zone is another timetable; jitter and what becomes of missed ones are not', () => {
    expect(works(timetable({ look: '30 3 * * *' }), [since], '2026-11-02T03:31Z')).toBe('enrol');
    expect(works(timetable({ timezone: 'Europe/Berlin' }), [since], '2026-11-02T03:31Z')).toBe('enrol');
    expect(works(timetable({ missed: 'skip', jitterMs: 60_000 }), [since], '2026-11-01T02:32Z')).toEqual([
      'look 2026-11-01T02:30',
    ]);
  });

  test('a disabled one does nothing, and what it would have done is not missed afterwards', () => {
    const off = timetable({ disabled: true });
    expect(works(off, [], '2026-11-05T00:00Z')).toEqual([]);
    expect(works(off, [since], '2026-11-05T00:00Z')).toBe('disable');
    const rows: LedgerRow[] = [since, { step: 'disabled', at: at('2026-11-05T00:00Z') }];
    expect(works(off, rows, '2026-11-06T00:00Z')).toEqual([]);
    expect(works(table, rows, '2026-11-07T00:00Z')).toBe('enrol');
    expect(nextDue('e', off, rows, at('2026-11-07T00:00Z'))).toBeNull();
  });

  test('what is done is not due again; what was cut off, stopped or found busy is', () => {
    const now = '2026-11-01T02:40Z';
    const firing = '2026-11-01T02:30Z';
    expect(works(table, [since, started(firing), ended([firing])], now)).toEqual([]);
    expect(works(table, [since, started(firing), ended([firing], 'failed')], now)).toEqual([]);
    for (const how of ['busy', 'interrupted'] as const)
      expect(works(table, [since, started(firing), ended([firing], how)], now)).toEqual([
        'look 2026-11-01T02:30, 1 cut off',
      ]);
    expect(works(table, [since, started(firing)], now)).toEqual(['look 2026-11-01T02:30, 1 cut off']);
  });

  test('missed firings come together, made up once; or are skipped, but never what was begun', () => {
    const now = '2026-11-04T02:31Z';
    expect(works(table, [since], now)).toEqual([
      'look 2026-11-01T02:30 2026-11-02T02:30 2026-11-03T02:30 2026-11-04T02:30, 3 missed',
    ]);
    const skip = timetable({ missed: 'skip' });
    expect(works(skip, [since, started('2026-11-01T02:30Z')], now)).toEqual([
      'look 2026-11-01T02:30 2026-11-04T02:30, 1 cut off',
      'skipped: look 2026-11-02T02:30 2026-11-03T02:30, 2 missed',
    ]);
    expect(works(skip, [since], '2026-11-01T02:45Z')).toEqual(['look 2026-11-01T02:30']);
    expect(works(skip, [since], '2026-11-01T02:46Z')).toEqual(['skipped: look 2026-11-01T02:30, 1 missed']);
  });

  test('jitter delays by what follows from experiment and time, less than declared, and nobody overtakes', () => {
    const jittery = timetable({ look: '* * * * *', jitterMs: 600_000 });
    const firing = (time: string) => ({ work: 'look', at: at(time) }) as const;
    const delays = Array.from({ length: 200 }, (_, i) => {
      const one = { work: 'look', at: at('2026-11-01T00:00Z') + i * 60_000 } as const;
      return startOf('e', one, jittery) - one.at;
    });
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(600_000);
    expect(new Set(delays).size).toBeGreaterThan(150);
    expect(delays.reduce((sum, ms) => sum + ms, 0) / 200).toBeGreaterThan(240_000);
    expect(delays.reduce((sum, ms) => sum + ms, 0) / 200).toBeLessThan(360_000);
    expect(startOf('e', firing('2026-11-01T00:00Z'), jittery)).toBe(
      startOf('e', firing('2026-11-01T00:00Z'), jittery),
    );
    expect(startOf('other', firing('2026-11-01T00:00Z'), jittery)).not.toBe(
      startOf('e', firing('2026-11-01T00:00Z'), jittery),
    );
  });

  test('both kinds of work at the same time: the blocks first, then the look at them', () => {
    const both = timetable({ pace: '30 2 * * *' });
    expect(works(both, [enrolled(both, '2026-11-01T00:00Z')], '2026-11-01T02:30Z')).toEqual([
      'pace 2026-11-01T02:30',
      'look 2026-11-01T02:30',
    ]);
  });

  test('what comes next is said', () => {
    expect(iso(nextFiring(table, at('2026-11-01T02:30Z'))?.at ?? 0)).toBe('2026-11-02T02:30');
    expect(iso(nextDue('e', table, [since], at('2026-11-01T00:00Z')) ?? 0)).toBe('2026-11-01T02:30');
  });
});

describe('whatever happens', () => {
  const how = fc.constantFrom<Ended | 'killed'>(
    'done',
    'failed',
    'nothing-due',
    'busy',
    'interrupted',
    'killed',
  );
  const visits = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 * 60_000 }), how), {
    minLength: 1,
    maxLength: 80,
  });
  const tables = fc.record({
    look: fc.constantFrom('*/7 * * * *', '0 * * * *', null),
    pace: fc.constantFrom('*/5 * * * *', '13 */2 * * *'),
    missed: fc.constantFrom<Timetable['missed']>('make-up', 'skip'),
    jitterMs: fc.constantFrom(0, 120_000, 1_200_000),
    timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
  });

  test('every firing is accounted for once: done, failed or skipped, in the end', () => {
    fc.assert(
      fc.property(tables, visits, (parts, steps) => {
        const table = timetable(parts);
        // Across the end of summer time in Europe.
        const start = at('2026-10-24T22:00Z');
        let now = start;
        const rows: LedgerRow[] = [{ step: 'enrolled', at: start, timetable: timetableText(table) }];
        const visit = (end: Ended | 'killed'): void => {
          const found = due('e', table, rows, now);
          if (found.kind !== 'work') throw new Error(found.kind);
          for (const { work, firings } of found.skipped)
            rows.push({ step: 'skipped', at: now, work, firings });
          for (const { work, firings } of found.batches) {
            rows.push({ step: 'started', at: now, work, firings });
            if (end === 'killed') return;
            rows.push({ step: 'ended', at: now, work, firings, ended: end, exit: 0, run: null, why: null });
          }
        };
        for (const [ms, end] of steps) {
          now += ms;
          visit(end);
        }
        now += 1_200_000;
        visit('done');
        const accounted = rows
          .flatMap((row) =>
            row.step === 'skipped' || (row.step === 'ended' && !['busy', 'interrupted'].includes(row.ended))
              ? row.firings.map((firing) => `${row.work} ${iso(firing)}`)
              : [],
          )
          .sort();
        const expected = firingsBetween(table, start, now)
          .filter((firing) => firing.at <= now - 1_200_000)
          .map((firing) => `${firing.work} ${iso(firing.at)}`);
        expect(new Set(accounted).size).toBe(accounted.length);
        expect(accounted).toEqual(expect.arrayContaining(expected));
      }),
      { numRuns: 60 },
    );
  });
});
