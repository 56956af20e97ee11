/** Checks of a split that changes in time, or that something else carries out. */
import { describe, expect, test, vi } from 'vitest';
import { checks, runChecks } from '../../src/check/index.js';
import type { CheckResult } from '../../src/model/decision.js';
import type { Evidence, ExecutedSlot, ExposureRow, LineCount, Schedule } from '../../src/model/evidence.js';
import type { Report } from '../../src/model/report.js';
import { plannedSlots } from '../../src/pipeline.js';
import { createRandom } from '../../src/stats/index.js';
import { sequentialRatio } from '../../src/stats/sequential-ratio.js';
import { analysed, fromMs, read } from '../pipeline/slotted.js';
import { slotReference as reference } from '../stats/slot-reference.js';
import { healthy, simulate } from './simulate.js';

vi.setConfig({ testTimeout: 120_000 });
const look = { index: 1, of: 1 };
const switchback = '{ kind: switchback, slot: 1h, burn-in: 10m, seed: 3 }';

const status = ({ checks: found }: Pick<Report, 'checks'>, check: string, scope?: string) =>
  found.find((one) => one.check === check && (scope === undefined || one.scope === scope))?.status;

const traffic = (row: Partial<Extract<ExposureRow, { what: 'traffic' }>>): ExposureRow => ({
  what: 'traffic',
  slot: null,
  assigned: 'spark',
  served: 'spark',
  count: 1000,
  redispatched: 0,
  keys: null,
  squares: null,
  ...row,
});

const counted = (
  kind: 'by-key' | 'ramp',
  exposure: readonly ExposureRow[],
  schedule: Partial<Schedule> = {},
) => {
  const base = simulate({ ...healthy, kind: 'by-key', units: 200, repeats: 1 }, 1);
  const { design } = base.experiment;
  const evidence: Evidence = {
    ...base,
    exposure,
    schedule: base.schedule === null ? null : { ...base.schedule, ...schedule },
    experiment: { ...base.experiment, design: { ...design, kind } },
  };
  return (of = 1): readonly CheckResult[] => runChecks(evidence, { index: 1, of }, checks);
};
const said = (results: readonly CheckResult[], check: string) =>
  results.find((one) => one.check === check)?.status;
const both = (
  engine: number,
  functions: number,
  more: Partial<Extract<ExposureRow, { what: 'traffic' }>> = {},
) => [
  traffic({ assigned: 'engine', served: 'engine', count: engine, ...more }),
  traffic({ assigned: 'functions', served: 'functions', count: functions, ...more }),
];

const slotOf = (index: number) => ({ index, startMs: index, endMs: index + 1, burnInMs: 0, burnOutMs: 0 });

describe('what a tap counted', () => {
  test('an arm that was killed while the proxy sent its requests to the other is no win, but invalid', () => {
    const rows = [
      ...both(59, 200),
      traffic({ assigned: 'engine', served: 'functions', count: 141, redispatched: 141 }),
    ];
    const results = counted('by-key', rows)();
    expect(said(results, 'exposure')).toBe('fail');
    expect(said(results, 'redispatch')).toBe('fail');
  });

  test('all served where they were sent passes; one in ten thousand elsewhere warns', () => {
    expect(said(counted('by-key', both(5000, 5000))(), 'exposure')).toBe('pass');
    const rows = [...both(5000, 5000), traffic({ assigned: 'engine', served: 'functions', count: 1 })];
    expect(said(counted('by-key', rows)(), 'exposure')).toBe('warn');
  });

  describe('lines of a log that goes over UDP', () => {
    const lines = (engine: readonly [number, number], functions: readonly [number, number]): LineCount[] =>
      [
        { arm: 'engine', counts: engine },
        { arm: 'functions', counts: functions },
      ].map(({ arm, counts: [all, heard] }) => ({ slot: 0, attempt: 0, arm, counted: all, heard }));
    const told = (rows: readonly LineCount[]) => {
      const base = simulate({ ...healthy, kind: 'by-key', units: 200, repeats: 1 }, 1);
      const [result] = checks['lost-lines'].run({ ...base, lines: rows }, look);
      return result;
    };

    test('all there pass; a few that were under way while both were counted are not lost', () => {
      expect(told(lines([5000, 5000], [5000, 4997])).status).toBe('pass');
      expect(told([]).status).toBe('skipped');
    });

    test('a loss that hits the arms alike warns, and is said with its share', () => {
      const result = told(lines([5000, 4900], [5000, 4905]));
      expect(result.status).toBe('warn');
      expect(result.saw.values).toMatchObject({ lost: 195, counted: 10000, shares: [0.02, 0.019] });
    });

    test('a loss of one arm is fatal, and so is one of more than a tenth, whoever has it', () => {
      expect(told(lines([5000, 5000], [5000, 4950])).status).toBe('fail');
      expect(told(lines([5000, 4400], [5000, 4400])).status).toBe('fail');
    });

    test('lines that are told twice are no requests', () => {
      expect(told(lines([5000, 10000], [5000, 10000]))).toMatchObject({
        status: 'warn',
        saw: { values: { lost: 0, surplus: 10000 } },
      });
    });
  });

  test('more than one key in a hundred on several arms fails', () => {
    const keys = (onSeveralArms: number): ExposureRow => ({
      what: 'keys',
      slot: null,
      keys: 1000,
      onSeveralArms,
    });
    expect(said(counted('by-key', [keys(0)])(), 'multiple-exposure')).toBe('pass');
    expect(said(counted('by-key', [keys(5)])(), 'multiple-exposure')).toBe('warn');
    expect(said(counted('by-key', [keys(20)])(), 'multiple-exposure')).toBe('fail');
  });

  test('records routed by key are held against their shares ÷ design effect: heavy keys are no broken split', () => {
    // 1 % off at 1e6 records: overwhelming if each were drawn by itself, nothing if 200 keys of 5,000 each were.
    const off = [505_000, 495_000] as const;
    expect(said(counted('by-key', both(...off))(), 'sample-ratio')).toBe('fail');
    const keyed = both(...off, { keys: 100, squares: 100 * 5000 * 5000 });
    expect(said(counted('by-key', keyed)(), 'sample-ratio')).toBe('pass');
  });

  test('a ramp is held against the shares of each stage', () => {
    const slots = [0.1, 0.5].map((share, index) => ({
      ...slotOf(index),
      shares: { engine: share, functions: 1 - share },
      stage: index,
    }));
    const rows = (second: number) => [
      ...both(100, 900, { slot: 0 }),
      ...both(second, 1000 - second, { slot: 1 }),
    ];
    expect(said(counted('ramp', rows(510), { slots })(), 'sample-ratio')).toBe('pass');
    expect(said(counted('ramp', rows(600), { slots })(), 'sample-ratio')).toBe('fail');
  });

  test.each(['ramp', 'by-key'] as const)(
    '%s with a part of the traffic: half and half of what takes part; the baseline has the rest only where the rest is counted',
    (kind) => {
      const slots = [{ ...slotOf(0), shares: { engine: 0.9, functions: 0.1 }, coverage: 0.2, stage: 0 }];
      const half = both(500, 500, { slot: 0 });
      const whole = both(9000, 1000, { slot: 0, withRest: true });
      expect(said(counted(kind, half, { slots })(), 'sample-ratio')).toBe('pass');
      expect(said(counted(kind, both(600, 400, { slot: 0 }), { slots })(), 'sample-ratio')).toBe('fail');
      expect(said(counted(kind, whole, { slots })(), 'sample-ratio')).toBe('pass');
    },
  );
});

describe('a sample ratio under looks', () => {
  test('is valid at every look: ten looks err less often than the limit says, where χ² errs five times as often', () => {
    const random = createRandom(7, 'looks at a split');
    const runs = 2000;
    let errs = 0;
    let naive = 0;
    for (let run = 0; run < runs; run++) {
      let heads = 0;
      let sequential = false;
      let plain = false;
      for (let n = 1; n <= 2000; n++) {
        heads += random.uniform() < 0.5 ? 1 : 0;
        if (n % 200 !== 0) continue;
        if (sequentialRatio([heads, n - heads], [0.5, 0.5]) < 0.01) sequential = true;
        if ((4 * (heads - n / 2) ** 2) / n > 6.635) plain = true;
      }
      errs += sequential ? 1 : 0;
      naive += plain ? 1 : 0;
    }
    expect(errs / runs).toBeLessThanOrEqual(0.01);
    expect(naive / runs).toBeGreaterThan(0.03);
  });

  test('is the p of a second implementation with SciPy', () => {
    for (const { counts, shares, p } of reference.sequentialRatio)
      expect(Math.abs(sequentialRatio(counts, shares) / p - 1)).toBeLessThan(1e-9);
  });
});

describe('slots', () => {
  const done = (schedule: Schedule | null, lose: (arm: string, i: number) => boolean): ExecutedSlot[] =>
    (schedule?.slots ?? []).map(({ index, startMs, endMs, shares }) => {
      const arm = Object.keys(shares).find((name) => shares[name] === 1) ?? '';
      const lost = lose(arm, index);
      return {
        index,
        attempt: 0,
        appliedAt: lost ? null : startMs,
        endedAt: lost ? null : endMs,
        outcome: lost ? 'failed' : 'ok',
      };
    });

  test('that were lost are left out, and said; lost in one arm only, the run is invalid', async () => {
    const experiment = await read(switchback);
    const planned = plannedSlots(experiment, fromMs);
    const few = analysed(experiment, { ratio: 1, executed: done(planned, (_, i) => i === 7) });
    expect(status(few, 'treatments')).toBe('warn');
    const one = analysed(experiment, {
      ratio: 1,
      executed: done(planned, (arm, i) => arm === 'spark' && i % 4 === 0),
    });
    expect(status(one, 'treatments')).toBe('fail');
    expect(one.decision.outcome).toBe('invalid');
  });

  test('whose start carries what the other arm left are found; a longer burn-in ends it', async () => {
    const left = { minutes: 20, extra: 4 };
    const without = switchback.replace('burn-in: 10m', 'burn-in: 0m');
    const found = await Promise.all(
      [1, 2, 3, 4, 5].map(async (seed) => analysed(await read(without), { ratio: 1, carryOver: left, seed })),
    );
    expect(found.map((report) => status(report, 'carry-over', 'latency'))).toEqual(Array(5).fill('warn'));
    const enough = switchback.replace('burn-in: 10m', 'burn-in: 20m');
    expect(status(analysed(await read(enough), { ratio: 1, carryOver: left }), 'carry-over', 'latency')).toBe(
      'pass',
    );
  });
});

describe('a level shift', () => {
  const setting = { ...healthy, units: 100, repeats: 3 };
  const only = { 'level-shift': checks['level-shift'] };
  const run = (seed: number, slow?: (trial: { arm: string; block: number }) => number) =>
    runChecks(simulate(setting, seed, slow === undefined ? {} : { slow }), look, only)[0];

  test('of 20 % in one arm is found in 90 of 100 runs, and is that arm’s', () => {
    const found = Array.from({ length: 60 }, (_, seed) =>
      run(seed, ({ arm, block }) => (arm === 'engine' && block >= 150 ? 1.2 : 1)),
    );
    const hits = found.filter((one) => one.status === 'warn' && one.saw.values.arms?.toString() === 'engine');
    expect(hits.length / found.length).toBeGreaterThanOrEqual(0.9);
  });

  test('in both arms is the environment’s', () => {
    const seen = run(1, ({ block }) => (block >= 150 ? 1.4 : 1));
    expect(seen.status).toBe('warn');
    expect(seen.saw.values.arms).toHaveLength(2);
  });

  test('is seldom seen where there is none', () => {
    const warned = Array.from({ length: 300 }, (_, seed) => run(seed)).filter((one) => one.status === 'warn');
    expect(warned.length / 300).toBeLessThanOrEqual(0.03);
  });
});
