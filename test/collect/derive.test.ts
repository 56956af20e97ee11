import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect, computed, deriveTables, exclusions, sources } from '../../src/collect/index.js';
import type {
  ArmColumn,
  Collected,
  MetricTable,
  Observation,
  Schedule,
  Trial,
} from '../../src/model/evidence.js';
import type { Experiment, Metric } from '../../src/model/experiment.js';
import {
  bothArms,
  card,
  collectedFrom,
  context,
  experiment,
  metric,
  observed,
  observedDesign,
  point,
  rate,
  ratio,
  said,
  scheduleOf,
  trial,
} from './fixtures.js';

const MIN = 60_000;
const trialMetric = (name: string, query: Record<string, unknown>, over: Partial<Metric> = {}) =>
  metric(name, { input: observed('trials', query), ...over });
const seconds = trialMetric('seconds', { field: 'wallSeconds' });
const records = trialMetric('records', { stdout: '$.records' }, { fold: { kind: 'sum' }, unit: 'records' });
const throughput = metric('per_record', { unit: 'ms/record', input: ratio('seconds', 'records', 1000) });
const cost = (over: Partial<Parameters<typeof rate>[0]> = {}, utilisation: number | null = null): Metric =>
  metric('cost', {
    unit: 'USD',
    input: {
      kind: 'rate',
      card: card({ time: rate(over) }),
      cardPath: 'card.yaml',
      arms: Object.fromEntries(
        ['a', 'b'].map((arm) => [arm, [{ rate: 'time', usage: 'seconds', utilisation }]]),
      ),
    },
  });

/** The whole way from trials: collected by the real source, derived with their own exclusions. */
const fromTrials = async (
  trials: readonly Trial[],
  metrics: readonly Metric[],
  planned = scheduleOf(trials),
) => {
  const declared = experiment({ metrics });
  const collected = await collect(declared, sources, context({ trials }), async () => {});
  return deriveTables(declared, planned, trials, collected, exclusions(trials));
};
const fromPoints = (declared: Experiment, observations: readonly Observation[]) =>
  deriveTables(declared, null, [], collectedFrom(observations), []);
const table = (tables: ReadonlyMap<string, MetricTable>, name: string) => tables.get(name) as MetricTable;
const column = (tables: ReadonlyMap<string, MetricTable>, name: string, arm: string) =>
  table(tables, name).arms.get(arm) as ArmColumn;
const total = (values: Float64Array) => values.reduce((t, v) => t + v, 0);

describe('tables of trials', () => {
  test('a row is a block: in time order, with item, start and the position that the schedule gave', async () => {
    const trials = bothArms(4).reverse();
    const tables = await fromTrials(trials, [seconds]);
    expect(column(tables, 'seconds', 'b')).toEqual({
      arm: 'b',
      n: 4,
      unit: ['b000', 'b001', 'b002', 'b003'],
      value: Float64Array.of(0.5, 0.5, 0.5, 0.5),
      per: null,
      start: Float64Array.of(1000, 3000, 5000, 7000),
      order: Float64Array.of(1, 1, 1, 1),
      item: ['batch 0', 'batch 1', 'batch 2', 'batch 0'],
    });
    expect(table(tables, 'seconds')).toMatchObject({
      unmeasured: null,
      coverage: { expected: 4, seen: { a: 4, b: 4 }, complete: 4 },
      warnings: [],
    });
  });

  test('an excluded block is left out in both arms and not expected', async () => {
    const trials = bothArms(5).map((one) =>
      one.id === 'b002.1.b' ? { ...one, outcome: 'environment' as const } : one,
    );
    const tables = await fromTrials(trials, [seconds]);
    expect(column(tables, 'seconds', 'a').unit).toEqual(['b000', 'b001', 'b003', 'b004']);
    expect(column(tables, 'seconds', 'b').unit).toEqual(['b000', 'b001', 'b003', 'b004']);
    expect(table(tables, 'seconds').coverage).toEqual({ expected: 4, seen: { a: 4, b: 4 }, complete: 4 });
  });

  test('blocks that were planned and never run are expected and missing', async () => {
    const all = bothArms(6);
    const tables = await fromTrials(all.slice(0, 9), [seconds], scheduleOf(all));
    expect(table(tables, 'seconds').coverage).toEqual({ expected: 6, seen: { a: 5, b: 4 }, complete: 4 });
  });

  test('failed trials stay, with their timeout, and are told; the ratio counts their cost and none of their records', async () => {
    const trials = bothArms(4).map((one) =>
      one.id === 'b001.1.b' ? { ...one, outcome: 'sut-error' as const, answer: null } : one,
    );
    const tables = await fromTrials(trials, [seconds, records, throughput]);
    expect(total(column(tables, 'seconds', 'b').value)).toBe(61.5);
    const perRecord = column(tables, 'per_record', 'b');
    expect(total(perRecord.value) / total(perRecord.per as Float64Array)).toBeCloseTo(61.5 / 3000, 12);
    expect(table(tables, 'seconds').warnings.map(said)).toEqual([
      'seconds of b: 1 of 4 trials failed and are kept. 1 count with their timeout or longer.',
    ]);
    expect(table(tables, 'seconds').coverage.complete).toBe(4);
  });

  test('an answer that is missing makes that block incomplete, in the arm and in what is made of it', async () => {
    const trials = bothArms(3).map((one) => (one.id === 'b000.0.a' ? { ...one, answer: {} } : one));
    const tables = await fromTrials(trials, [seconds, records, throughput]);
    expect(table(tables, 'records').coverage).toEqual({ expected: 3, seen: { a: 3, b: 3 }, complete: 2 });
    expect(table(tables, 'per_record').coverage).toEqual({ expected: 3, seen: { a: 3, b: 3 }, complete: 2 });
    expect(table(tables, 'seconds').coverage.complete).toBe(3);
  });

  test('by key: units that share a key are one cluster', async () => {
    const trials = [
      trial(0, 'a', { unit: 'u1' }),
      trial(1, 'a', { unit: 'u2' }),
      trial(2, 'b', { unit: 'u3' }),
    ];
    const declared = experiment({
      metrics: [seconds],
      design: { ...experiment().design, kind: 'by-key' },
      workload: { kind: 'sample', prepare: null, files: '', repeats: 1, key: '$.customer' },
    });
    const units = ['u1', 'u2', 'u3'].map((id, i) => ({
      id,
      path: null,
      covariates: {},
      key: i < 2 ? 'c1' : 'c2',
    }));
    const collected = await collect(declared, sources, context({ trials }), async () => {});
    const tables = deriveTables(declared, { ...scheduleOf(trials), units }, trials, collected, []);
    expect(column(tables, 'seconds', 'a').item).toEqual(['c1', 'c1']);
    expect(table(tables, 'seconds')).toMatchObject({
      unmeasured: null,
      coverage: { expected: 3, complete: 3 },
    });
  });
});

describe('what cannot be measured', () => {
  const declared = experiment({ design: observedDesign, metrics: [metric('m')] });
  const why = (observations: readonly Observation[], over: Experiment = declared) => {
    const found = table(fromPoints(over, observations), 'm');
    said(found.unmeasured);
    for (const warning of found.warnings) said(warning);
    return found;
  };

  test('an arm that was never collected, or has no complete value, is never a zero', () => {
    const never = why([point('m', 'a', 'x', 1)]);
    expect(never.unmeasured).toEqual({ code: 'not-collected', values: { metric: 'm', arm: 'b' } });
    expect(never.arms.get('b')?.n).toBe(0);
    expect(never.arms.get('a')?.n).toBe(1);
    const incomplete = why([point('m', 'a', 'x', 1), point('m', 'b', 'x', null)]);
    expect(incomplete.unmeasured).toEqual({ code: 'empty-arm', values: { metric: 'm', arm: 'b', seen: 1 } });
  });

  test('a failed source passes its reason on, also to what is made of the metric', () => {
    const problem = {
      code: 'no-data',
      values: { metric: 'm', arm: 'b', source: 'pipeline', query: 'SELECT 1' },
    };
    const metrics = [metric('m'), metric('n'), metric('r', { input: ratio('n', 'm') })];
    const rows = collectedFrom([
      point('m', 'a', 'x', 1),
      point('n', 'a', 'x', 1),
      point('n', 'b', 'x', 1),
      point('m', 'b', 'x', 1),
    ]);
    const failed = rows.map(
      (one): Collected =>
        one.meta.metric === 'm' && one.meta.arm === 'b'
          ? { meta: { ...one.meta, problem }, observations: [] }
          : one,
    );
    const tables = deriveTables({ ...declared, metrics }, null, [], failed, []);
    expect(table(tables, 'm').unmeasured).toEqual(problem);
    expect(table(tables, 'r').unmeasured).toEqual(problem);
    expect(table(tables, 'n').unmeasured).toBeNull();
    const worthLess = rows.map((one): Collected => ({ ...one, meta: { ...one.meta, problem } }));
    const still = table(deriveTables({ ...declared, metrics }, null, [], worthLess, []), 'm');
    expect(still).toMatchObject({ unmeasured: null, warnings: [problem] });
  });

  test('two values where one was expected: unit and count are told', () => {
    const found = why([point('m', 'a', 'x', 1), point('m', 'b', 'x', 1), point('m', 'b', 'x', 2)]);
    expect(found.unmeasured).toEqual({
      code: 'fold-not-one',
      values: { metric: 'm', arm: 'b', unit: 'x', count: 2 },
    });
  });

  test('paired arms that name their work differently share no unit', () => {
    const found = why([point('m', 'a', 'batch-1', 1), point('m', 'b', 'Batch 1', 1)]);
    expect(found.unmeasured?.code).toBe('no-common-unit');
    expect(found.coverage).toEqual({ expected: 2, seen: { a: 1, b: 1 }, complete: 0 });
    const apart = { ...declared, design: { ...observedDesign, concurrent: false } };
    expect(why.call(null, [], apart).unmeasured?.code).toBe('not-collected');
    const unpaired = table(
      fromPoints(apart, [point('m', 'a', 'batch-1', 1), point('m', 'b', 'Batch 1', 1)]),
      'm',
    );
    expect(unpaired).toMatchObject({ unmeasured: null, coverage: { expected: 2, complete: 2 } });
  });

  test('a metric that is declared for one arm compares nothing, and keeps its numbers', () => {
    const one = { ...declared, metrics: [metric('m', { input: observed('given', {}, ['a']) })] };
    const found = why([point('m', 'a', 'x', 1)], one);
    expect(found.unmeasured).toEqual({ code: 'not-observed-on-arm', values: { metric: 'm', arm: 'b' } });
    expect(found.arms.get('a')?.n).toBe(1);
  });
});

describe('time buckets', () => {
  const T = Date.UTC(2026, 0, 1, 10);
  const window = { fromMs: T + MIN, toMs: T + 32 * MIN, warmupMs: 3 * MIN, settleMs: 0 };
  const declared = (over: Partial<Metric> = {}, more: Partial<Experiment> = {}) =>
    experiment({
      design: { ...observedDesign, unit: null },
      window,
      metrics: [metric('m', { byMs: 5 * MIN, fold: { kind: 'sum' }, ...over })],
      ...more,
    });
  const every = (name: string, arm: string, value: (i: number) => number | null, count = 40, stepMs = MIN) =>
    Array.from({ length: count }, (_, i) =>
      point(name, arm, '', value(i), { start: T + i * stepMs, end: T + i * stepMs }),
    );
  const both = (value: (i: number) => number | null) => [
    ...every('m', 'a', value),
    ...every('m', 'b', value),
  ];

  test('are half-open, aligned to the epoch, named by their start; parts of buckets and the warm-up are dropped whole', () => {
    const tables = fromPoints(
      declared(),
      both(() => 1),
    );
    expect(column(tables, 'm', 'a').unit).toEqual(
      ['05', '10', '15', '20', '25'].map((minute) => `2026-01-01T10:${minute}:00.000Z`),
    );
    expect([...column(tables, 'm', 'a').value]).toEqual([5, 5, 5, 5, 5]);
    expect(table(tables, 'm').coverage).toEqual({ expected: 5, seen: { a: 5, b: 5 }, complete: 5 });
    expect(table(tables, 'm').warnings.map(said)).toEqual([
      'm of a: 12 points outside the window, or in its warm-up, took no part.',
      'm of b: 12 points outside the window, or in its warm-up, took no part.',
    ]);
  });

  test('a bucket with a missing point is incomplete, one without points is not there, and both are expected', () => {
    const observations = [
      ...every('m', 'a', (i) => (i === 7 ? null : 1)),
      ...every('m', 'b', () => 1).filter((_, i) => i < 15 || i >= 20),
    ];
    const found = table(fromPoints(declared(), observations), 'm');
    expect(found.coverage).toEqual({ expected: 5, seen: { a: 5, b: 4 }, complete: 3 });
  });

  test('a counter grows over the edges of buckets, and restarts', () => {
    const counter = (i: number) => (i < 12 ? 100 + i * 2 : i - 12);
    const tables = fromPoints(declared({ fold: { kind: 'increase' } }), both(counter));
    expect([...column(tables, 'm', 'a').value]).toEqual([10, 2 + 2 + 0 + 1 + 1, 5, 5, 5]);
  });

  test('a value longer than the bucket belongs to none', () => {
    const daily = [
      point('m', 'a', '', 1, { start: T, end: T + 24 * 60 * MIN }),
      point('m', 'b', '', 1, { start: T + 6 * MIN, end: T + 7 * MIN }),
    ];
    const found = table(fromPoints(declared({}, { window: null }), daily), 'm');
    expect(found.unmeasured?.code).toBe('point-longer-than-bucket');
    said(found.unmeasured);
    expect(found.warnings.map(({ code }) => code)).toEqual(['buckets-without-window']);
  });

  test('a ratio meets on the coarser grain, into which the finer part is summed; a gap in it is no zero', () => {
    const metrics = [
      metric('m', { byMs: 10 * MIN, fold: { kind: 'sum' } }),
      metric('n', { byMs: 5 * MIN, fold: { kind: 'sum' } }),
      metric('r', { input: ratio('m', 'n') }),
    ];
    const some = (arm: string) => [...every('m', arm, (i) => i), ...every('n', arm, () => 2)];
    const tables = fromPoints(declared({}, { metrics }), [...some('a'), ...some('b')]);
    expect(column(tables, 'r', 'a').unit).toEqual(['2026-01-01T10:10:00.000Z', '2026-01-01T10:20:00.000Z']);
    expect([...column(tables, 'r', 'a').value]).toEqual([145, 245]);
    expect([...(column(tables, 'r', 'a').per as Float64Array)]).toEqual([20, 20]);
    expect(table(tables, 'r').coverage.expected).toBe(2);
    const gap = [...some('a'), ...some('b')].filter(
      ({ metric: name, arm, start }) =>
        !(name === 'n' && arm === 'b' && start >= T + 25 * MIN && start < T + 30 * MIN),
    );
    const withGap = fromPoints(declared({}, { metrics }), gap);
    expect(table(withGap, 'r').coverage).toEqual({ expected: 2, seen: { a: 2, b: 2 }, complete: 1 });
    const mean = metrics.map((one) => (one.name === 'n' ? { ...one, fold: { kind: 'mean' } as const } : one));
    const refused = table(fromPoints(declared({}, { metrics: mean }), [...some('a'), ...some('b')]), 'r');
    expect(refused.unmeasured).toEqual({ code: 'part-not-summable', values: { metric: 'n', fold: 'mean' } });
    const crooked = metrics.map((one) => (one.name === 'n' ? { ...one, byMs: 4 * MIN } : one));
    expect(
      table(fromPoints(declared({}, { metrics: crooked }), [...some('a'), ...some('b')]), 'r').unmeasured
        ?.code,
    ).toBe('buckets-do-not-nest');
  });

  test('named units meet buckets by their start', () => {
    const metrics = [
      metric('m', { byMs: 10 * MIN, fold: { kind: 'sum' } }),
      metric('n'),
      metric('r', { input: ratio('m', 'n') }),
    ];
    const named = (arm: string) => every('n', arm, () => 3).map((one, i) => ({ ...one, unit: `batch ${i}` }));
    const all = ['a', 'b'].flatMap((arm) => [...every('m', arm, () => 1), ...named(arm)]);
    const tables = fromPoints(declared({}, { metrics }), all);
    expect([...(column(tables, 'r', 'b').per as Float64Array)]).toEqual([30, 30]);
  });
});

describe('ratios', () => {
  const metrics = [
    metric('of', { fold: { kind: 'sum' } }),
    metric('per', { fold: { kind: 'sum' } }),
    metric('r', { input: ratio('of', 'per', 1e6) }),
  ];
  const declared = experiment({ design: observedDesign, metrics });
  const rows = (values: readonly (readonly [number, number])[], arm: string) =>
    values.flatMap(([of, per], i) => [
      point('of', arm, `u${i}`, of, { start: i }),
      point('per', arm, `u${i}`, per, { start: i }),
    ]);

  test('sum(value) ÷ sum(per) is the ratio of sums (× times is left to the reader of the table), whatever the order of rows', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 20 }), (values) => {
        const observations = [...rows(values, 'a'), ...rows(values, 'b')];
        const straight = fromPoints(declared, observations);
        const { value, per } = column(straight, 'r', 'a');
        const expected = values.reduce((t, [of]) => t + of, 0) / values.reduce((t, [, p]) => t + p, 0);
        expect(Math.abs(total(value) / total(per as Float64Array) - expected)).toBeLessThanOrEqual(
          1e-12 * expected,
        );
        expect(fromPoints(declared, observations.reverse())).toEqual(straight);
      }),
    );
  });

  test('nothing to divide by, no unit in common, and a proportion above one are told', () => {
    const zero = table(fromPoints(declared, [...rows([[1, 0]], 'a'), ...rows([[1, 5]], 'b')]), 'r');
    expect(said(zero.unmeasured)).toBe('r of a: per adds up to 0, so there is nothing to divide by.');
    const apart = [point('of', 'a', 'x', 1), point('per', 'a', 'y', 1), ...rows([[1, 1]], 'b')];
    expect(said(table(fromPoints(declared, apart), 'r').unmeasured)).toContain('no unit in common (x, y)');
    const share = {
      ...declared,
      metrics: [...metrics.slice(0, 2), metric('r', { input: ratio('of', 'per', 1, true) })],
    };
    const above = table(fromPoints(share, [...rows([[3, 2]], 'a'), ...rows([[1, 2]], 'b')]), 'r');
    expect(said(above.unmeasured)).toBe(
      'r of a: unit u0 has 3 of of among 2 of per, which is no proportion.',
    );
    expect(
      table(fromPoints(share, [...rows([[2, 2]], 'a'), ...rows([[0, 2]], 'b')]), 'r').unmeasured,
    ).toBeNull();
  });

  test('a unit that one part lacks is seen, and incomplete', () => {
    const some = [
      ...rows(
        [
          [1, 2],
          [3, 4],
        ],
        'a',
      ),
      ...rows(
        [
          [1, 2],
          [3, 4],
        ],
        'b',
      ),
    ].filter((one) => !(one.metric === 'per' && one.arm === 'b' && one.unit === 'u1'));
    expect(table(fromPoints(declared, some), 'r').coverage).toEqual({
      expected: 2,
      seen: { a: 2, b: 2 },
      complete: 1,
    });
  });
});

describe('rates', () => {
  test('price every trial by itself before anything is summed', async () => {
    const byHand = bothArms(3).map((one) => ({
      ...one,
      measured: { wallSeconds: 0.0011, timeoutSeconds: 60 },
    }));
    const tables = await fromTrials(byHand, [
      seconds,
      records,
      cost({ roundUpTo: 0.001, perUnit: 1 }),
      metric('dear', { input: ratio('cost', 'records', 1e6) }),
    ]);
    for (const value of column(tables, 'cost', 'a').value) expect(value).toBeCloseTo(1.002, 12);
    const { value, per } = column(tables, 'dear', 'b');
    expect(total(value) / total(per as Float64Array)).toBeCloseTo(3.006 / 3000, 12);
    expect(column(tables, 'dear', 'b').item).toEqual(['batch 0', 'batch 1', 'batch 2']);
    const daily = { ...seconds, fold: { kind: 'sum' }, byMs: 24 * 60 * MIN } as const;
    const summed = await fromTrials(byHand, [daily, cost({ roundUpTo: 0.001, perUnit: 1 })]);
    expect(column(summed, 'cost', 'a').value[0]).toBeCloseTo(3.006, 12);
  });

  test('several rates of one arm add up, each on its own usage', async () => {
    const memory = trialMetric('memory', { field: 'peakMemoryBytes' }, { unit: 'bytes' });
    const both = { rate: 'time', usage: 'seconds', utilisation: 0.5 };
    const metrics: Metric[] = [
      seconds,
      memory,
      metric('cost', {
        input: {
          kind: 'rate',
          card: card({ time: rate({ resident: true }), space: rate({ usage: 'B', per: 1e6, price: 3 }) }),
          cardPath: '',
          arms: { a: [both], b: [both, { rate: 'space', usage: 'memory', utilisation: null }] },
        },
      }),
    ];
    const tables = await fromTrials(bothArms(2), metrics);
    expect([...column(tables, 'cost', 'a').value]).toEqual([1, 1]);
    expect([...column(tables, 'cost', 'b').value]).toEqual([4, 4]);
  });

  test.each([
    ['rate-without-utilisation', cost({ resident: true })],
    ['rate-unit-mismatch', cost({ usage: 'ms' })],
    ['rate-unknown', { ...cost(), input: { ...cost().input, card: card({ tine: rate() }) } } as Metric],
    ['rate-without-usage', { ...cost(), input: { ...cost().input, arms: { a: [] } } } as Metric],
  ])('%s: no cost rather than a wrong one', async (code, broken) => {
    const found = table(await fromTrials(bothArms(2), [seconds, broken]), 'cost');
    expect(found.unmeasured?.code).toBe(code);
    expect(said(found.unmeasured)).toMatch(/^cost/u);
  });

  test('usage that is summed before it is priced is told; negative usage has no price', () => {
    const declared = experiment({
      design: observedDesign,
      metrics: [metric('seconds', { fold: { kind: 'sum' } }), cost({ roundUpTo: 1 })],
    });
    const hundred = ['a', 'b'].map((arm) => point('seconds', arm, 'x', 100.5, { n: 300 }));
    const found = table(fromPoints(declared, hundred), 'cost');
    expect(found.warnings.map(({ code }) => code)).toEqual(['rate-on-aggregates', 'rate-on-aggregates']);
    said(found.warnings[0]);
    const below = table(
      fromPoints(
        declared,
        hundred.map((one) => ({ ...one, value: -1 })),
      ),
      'cost',
    );
    expect(said(below.unmeasured)).toContain('a usage of −1 seconds');
  });
});

test('how each number is computed is told in one sentence', () => {
  const metrics = [
    seconds,
    records,
    throughput,
    cost({ roundUpTo: 0.001, minimum: 0.001, per: 3600, price: 0.384, resident: true, perUnit: 2e-7 }, 0.4),
  ];
  const declared = experiment({ metrics });
  expect(metrics.map((one) => said(computed(one, declared)))).toEqual([
    'seconds is the one value of each unit. a: wallSeconds from trials; b: wallSeconds from trials.',
    'records is the sum of the values of each unit. a: $.records from trials; b: $.records from trials.',
    'per_record is seconds × 1,000 ÷ records, a sum over units divided by a sum over the same units.',
    'cost is usage × the prices of test (2026-01-01, https://example.org/prices). ' +
      ['a', 'b']
        .map(
          (arm) =>
            `${arm}, time: seconds of each unit of work, rounded up to 0.001 s, at least 0.001 s ÷ 3,600 × 0.384 USD ÷ 40% utilisation + 2e-7 USD for each`,
        )
        .join('; ') +
      '.',
  ]);
});

test('tables do not depend on the order in which evidence was stored', async () => {
  const trials = bothArms(6).map((one, i) => ({
    ...one,
    measured: { ...one.measured, wallSeconds: 0.1 * (i + 1) },
  }));
  const metrics = [seconds, records, throughput, cost({ roundUpTo: 0.1 })];
  const straight = await fromTrials(trials, metrics, scheduleOf(trials));
  const turned = await fromTrials([...trials].reverse(), metrics, scheduleOf(trials));
  expect(turned).toEqual(straight);
});

test('a key whose requests come in several slots of a switchback is a unit in each', () => {
  const declared = experiment({
    design: { ...experiment().design, kind: 'switchback' },
    metrics: [metric('latency', { fold: { kind: 'mean' } })],
  });
  const planned = [0, 1, 2, 3].map((index) => ({
    index,
    startMs: index * 1_000,
    endMs: (index + 1) * 1_000,
    shares: { a: (index + 1) % 2, b: index % 2 },
    burnInMs: 0,
    burnOutMs: 0,
    stage: null,
    coverage: null,
  }));
  const executed = planned.map(({ index, startMs, endMs }) => ({
    index,
    attempt: 0,
    appliedAt: startMs,
    endedAt: endMs,
    outcome: 'ok' as const,
  }));
  const at = (arm: string, key: string, start: number, value: number) =>
    point('latency', arm, key, value, { start, end: start });
  const points = [
    at('a', 'C1', 100, 1),
    at('a', 'C1', 200, 3),
    at('a', 'C2', 300, 5),
    at('a', 'C1', 2_100, 7),
    at('b', 'C1', 1_100, 2),
    at('b', 'C2', 3_100, 4),
  ];
  const slotted = deriveTables(
    declared,
    { slots: planned } as unknown as Schedule,
    [],
    collectedFrom(points, 'requests'),
    [],
    executed,
  );
  const of = (arm: string) => {
    const { slot, value } = column(slotted, 'latency', arm);
    return [...value].map((each, i) => [slot?.[i], each]);
  };
  expect([of('a'), of('b')]).toEqual([
    [
      [0, 2],
      [0, 5],
      [2, 7],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ]);
});
