/** The break-even over a declared volume factor: evidence made by hand where the crossing is known, and the whole analysis. */
import { describe, expect, test } from 'vitest';
import { breakEvens } from '../../src/compare/index.js';
import type { ArmColumn, MetricTable, Schedule } from '../../src/model/evidence.js';
import type { Rate } from '../../src/model/experiment.js';
import type { Reason } from '../../src/model/reason.js';
import { checkVolumes } from '../../src/pipeline/volumes.js';
import { analyze } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { renderers, sentence } from '../../src/report/index.js';
import { createRandom } from '../../src/stats/index.js';
import { experiment, metric } from '../decide/fixtures.js';
import { shipped, simulate } from './simulate.js';

const VOLUMES = [1e5, 1e6, 4e6];
const REPEATS = 6;
const cost = metric({ name: 'cost', unit: 'USD', role: 'cost', better: 'lower' });

/** engine: 2 USD and 1 USD a million; functions: 3 USD a million. They cost the same at a million. */
const TRUE = { engine: [2, 1e-6], functions: [0, 3e-6] } as const;

function evidence(seed: number, part: { noise?: number; eachMs?: number | null } = {}) {
  const random = createRandom(seed, 'volumes');
  const units = VOLUMES.map((records) => ({ id: `u${records}`, path: null, covariates: { records } }));
  const column = (arm: 'engine' | 'functions'): ArmColumn => {
    const rows = units.flatMap((unit) => Array.from({ length: REPEATS }, () => unit));
    const [fixed, each] = TRUE[arm];
    return {
      arm,
      n: rows.length,
      unit: rows.map((_, i) => `b${i}`),
      value: Float64Array.from(
        rows,
        ({ covariates: { records } }) =>
          (fixed + each * records) * (1 + (part.noise ?? 0.05) * random.normal()),
      ),
      per: null,
      start: Float64Array.from(rows.keys()),
      order: new Float64Array(rows.length),
      item: rows.map(({ id }) => id),
    };
  };
  const table: MetricTable = {
    metric: 'cost',
    arms: new Map([
      ['engine', column('engine')],
      ['functions', column('functions')],
    ]),
    unmeasured: null,
    coverage: { expected: 18, seen: { engine: 18, functions: 18 }, complete: 18 },
    warnings: [],
  };
  const schedule: Schedule = {
    algorithm: 'stacktrial-1',
    design: 'interleaved',
    seed: 1,
    blocks: 18,
    units,
    trials: [],
    refused: [],
  };
  const declared = experiment({
    metrics: [cost],
    workload: {
      kind: 'fixed',
      prepare: null,
      files: '',
      repeats: REPEATS,
      key: null,
      volume: { of: 'records', at: 1e6, eachMs: part.eachMs ?? null },
    },
  });
  return { experiment: declared, tables: new Map([['cost', table]]), schedule };
}

describe('the break-even over volumes', () => {
  test('covers the known crossing, and says who is cheaper below it', () => {
    let covered = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const [found] = breakEvens(evidence(seed), 0.95);
      expect(found.cheaperBelow).toBe('functions');
      if ((found.low ?? 0) <= 1e6 && 1e6 <= (found.high ?? Infinity)) covered += 1;
      if (found.kind === 'interval') expect(found.estimate).toBeGreaterThan(5e5);
    }
    expect(covered).toBeGreaterThanOrEqual(87); // P(fewer) < .001 at 95 %
  });

  test('is said by the month where a run stands for a part of one', () => {
    const [plain] = breakEvens(evidence(1), 0.95);
    const [monthly] = breakEvens(evidence(1, { eachMs: 24 * 36e5 }), 0.95);
    expect(monthly.monthly).toBe(true);
    expect((monthly.low ?? 0) / (plain.low ?? 1)).toBeCloseTo(730 / 24, 6);
    expect(monthly.decidedAt).toBeCloseTo((1e6 * 730) / 24, 3);
  });

  test('where the scatter hides the crossing none is shown, never a guess', () => {
    const kinds = Array.from(
      { length: 20 },
      (_, seed) => breakEvens(evidence(seed + 1, { noise: 1.5 }), 0.95)[0],
    );
    for (const found of kinds) {
      if (found.kind === 'none' || found.kind === 'unmeasured') expect(found.cheaperBelow).toBeNull();
    }
    expect(kinds.some(({ kind }) => kind !== 'interval')).toBe(true);
  });

  test.each([
    [
      'a tier by the volume of the month',
      {
        tiers: [
          { upTo: 1e3, price: 2 },
          { upTo: null, price: 1 },
        ],
      },
      'tiers',
    ],
    ['a free tier that is deducted', { freeTier: 400 }, 'free-tier'],
    ['a minimum that the smallest runs do not reach', { minimum: 60 }, 'minimum'],
    ['each started hour', { roundUpTo: 3600 }, 'rounded'],
    ['each started second of runs of ten', { roundUpTo: 1 }, 'rounded'],
    ['milliseconds', { roundUpTo: 0.001 }, null],
    ['a minimum that every run exceeds', { minimum: 5 }, null],
    ['what is paid by the hour whatever is used', { fixed: 'hour' }, null],
  ] as const)('priced with %s: a line where cost follows one, else the bracket', (_, priced, kind) => {
    const { schedule, tables, ...world } = evidence(3);
    const seconds = new Map(
      [...(tables.get('cost')?.arms ?? [])].map(([arm, column]) => [
        arm,
        { ...column, value: Float64Array.from(column.item, (item) => Number(item.slice(1)) / 1e4) },
      ]),
    );
    const rate: Rate = {
      title: 'On demand',
      source: null,
      usage: 's',
      roundUpTo: null,
      minimum: 0,
      times: 1,
      per: 3600,
      price: 1,
      perUnit: 0,
      resident: false,
      ...priced,
    };
    const card = { card: 'c', currency: 'USD', date: '', region: null, source: '', rates: { rate } };
    const use = [{ rate: 'rate', usage: 'seconds', utilisation: null, freeTier: true }];
    const input = { kind: 'rate', card, cardPath: 'c', arms: { engine: use, functions: use } } as const;
    const declared = {
      ...world.experiment,
      metrics: [{ ...cost, input }, metric({ name: 'seconds', unit: 's' })],
    };
    const usage = { ...(tables.get('cost') as MetricTable), metric: 'seconds', arms: seconds };
    const [found] = breakEvens(
      { experiment: declared, schedule, tables: new Map([...tables, ['seconds', usage]]) },
      0.95,
    );
    if (kind === null) return expect(found.kind).toBe('interval');
    expect(found).toMatchObject({ kind: 'no-line', lines: [], low: null, high: null });
    expect(found.why).toMatchObject({ code: 'break-even-price-steps', values: { kind, rate: 'rate' } });
    expect(found.differences.map(({ volume }) => volume)).toEqual(VOLUMES);
    expect(found.bracket).toEqual({ low: 1e5, high: 4e6 });
    expect(sentence(found.why as Reason)).toContain('The rate card has steps');
  });

  test('a plan with too few volumes or runs, or without the declared volume, is refused before the first trial', async () => {
    const declared = await volumes(6, 158_000);
    const { schedule } = await simulate(
      await volumes(6, 50_000),
      { speed: { engine: 1, functions: 1 }, noise: 0.1 },
      1,
    );
    if (schedule === null) throw new Error('no schedule');
    expect(() => checkVolumes(declared, schedule)).toThrow(/no unit of the workload holds 158000 records/);
    const two = { ...schedule, trials: schedule.trials.filter(({ unit }) => /-0[12]/.test(unit)) };
    const at = {
      ...declared,
      workload: { ...declared.workload, volume: { of: 'records', at: 50_000, eachMs: null } },
    };
    expect(() => checkVolumes(at as typeof declared, two)).toThrow(/needs 3 volumes with 3 runs each/);
  });
});

const volumes = (repeats: number, at: number) =>
  shipped([/repeats: \d+/, `repeats: ${repeats}, volume: { of: records, at: ${at}, each: 1h }`]);

describe('an experiment with a volume factor', () => {
  test('judges its claims on the units of the declared volume, and shows the break-even over all of them', async () => {
    const declared = await volumes(6, 50_000);
    const raw = await simulate(declared, { speed: { engine: 0.7, functions: 1 }, noise: 0.05 }, 4);
    const report = analyze(declared, raw, { plugins, stacktrial: '0' });
    for (const { n, unmeasured } of report.comparisons)
      if (unmeasured === null) expect(n).toMatchObject({ treatment: 6, items: 1 });
    const [found] = report.breakEvens ?? [];
    expect(found).toMatchObject({
      treatment: 'engine',
      baseline: 'functions',
      volumeUnit: 'records',
      monthly: true,
    });
    expect(found.runs.length).toBe(15 * 6 * 2);
    // Both lines start at nothing: one is cheaper at every volume, and that is said.
    expect(['none', 'no-line']).toContain(found.kind);
    expect(renderers.terminal.render(report)).toContain('Cost against time');
  });
});
