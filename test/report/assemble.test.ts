import { describe, expect, test } from 'vitest';
import type { ArmColumn, Evidence, SourceMeta, Trial } from '../../src/model/evidence.js';
import type { Estimand, Metric } from '../../src/model/experiment.js';
import { reason } from '../../src/model/reason.js';
import { assemble } from '../../src/report/assemble.js';

const metric = (more: Partial<Metric> = {}): Metric => ({
  name: 'seconds',
  title: 'Wall time',
  unit: 's',
  better: 'lower',
  role: 'time',
  words: ['faster', 'slower'],
  margin: null,
  estimand: 'total',
  exact: false,
  fold: { kind: 'only' },
  byMs: null,
  input: { kind: 'observed', arms: {} },
  ...more,
});

const column = (arm: string, values: readonly number[], per: readonly number[] | null = null): ArmColumn => ({
  arm,
  n: values.length,
  unit: values.map((_, i) => `u${i}`),
  value: Float64Array.from(values),
  per: per === null ? null : Float64Array.from(per),
  start: Float64Array.from(values, (_, i) => 1000 + i),
  order: Float64Array.from(values, () => 0),
  item: values.map((_, i) => `u${i}`),
});

const trial = (id: string, block: number, attempt: number): Trial => ({
  id,
  attempt,
  block,
  order: 0,
  unit: 'u',
  repeat: 0,
  arm: 'engine',
  start: 0,
  end: 1,
  outcome: 'ok',
  exit: 0,
  measured: { wallSeconds: 0.5 },
  covariates: {},
  answer: null,
});

const evidence = (
  metrics: readonly Metric[],
  columns: readonly ArmColumn[],
  more: Partial<Evidence> = {},
): Evidence => ({
  run: {
    id: 'r',
    stacktrial: '0.1.0',
    startedAt: 0,
    finishedAt: null,
    mode: 'real',
    inject: null,
    environment: {},
    resumed: 0,
  },
  experiment: {
    name: 'e',
    question: 'q',
    owner: null,
    arms: [
      { name: 'functions', title: 'F', match: {} },
      { name: 'engine', title: 'E', match: {} },
    ],
    baseline: 'functions',
    treatments: ['engine'],
    design: {
      kind: 'interleaved',
      seed: 1,
      blocks: null,
      warmupTrials: 0,
      shares: {},
      coverage: 1,
      unit: null,
      concurrent: true,
    },
    window: null,
    sources: {},
    driver: null,
    workload: null,
    metrics,
    hypotheses: [],
    guardrails: [],
    decide: { confidence: 0.95 },
    secrets: [],
    text: '',
    attachments: {},
  },
  schedule: null,
  trials: [],
  collected: [],
  exclusions: [],
  tables: new Map([
    [
      'seconds',
      {
        metric: 'seconds',
        arms: new Map(columns.map((c) => [c.arm, c])),
        unmeasured: null,
        coverage: { expected: 1, seen: {}, complete: 1 },
        warnings: [reason('table-warning')],
      },
    ],
  ]),
  ...more,
});

const assembled = (e: Evidence) =>
  assemble({
    evidence: e,
    comparisons: [],
    claims: [],
    decision: { outcome: 'inconclusive', treatments: [], reasons: [], perTreatment: [], wouldChange: [] },
    checks: [],
    methods: [],
    look: { index: 1, of: 1 },
    computed: (m) => reason('computed', { metric: m.name }),
    stacktrial: '0.1.0',
    experimentSha256: 'abc',
  });

const arm = (
  estimand: Estimand,
  values: readonly number[],
  per: readonly number[] | null = null,
  input: Metric['input'] = metric().input,
) => assembled(evidence([metric({ estimand, input })], [column('engine', values, per)])).metrics[0].arms[0];

describe('the summary of an arm', () => {
  test('quantiles are type 7, standard deviation is that of a sample', () => {
    const summary = arm('total', [4, 1, 3, 2, 6, 5]);
    expect(summary.quantiles).toEqual([1, 1.25, 2.25, 3.5, 4.75, 5.75, 6]);
    expect(summary).toMatchObject({ n: 6, value: 21, total: 21, mean: 3.5 });
    expect(summary.standardDeviation).toBeCloseTo(Math.sqrt(3.5), 12);
  });

  test('the value is that of the declared estimand', () => {
    expect(arm('mean', [1, 2, 6]).value).toBe(3);
    expect(arm('typical', [1, 8]).value).toBeCloseTo(Math.sqrt(8), 12);
    expect(arm('typical', [0, 8]).value).toBeNull();
    expect(arm('p75', [1, 2, 3, 4, 5]).value).toBe(4);
  });

  test('a ratio is a ratio of sums, its points are ratios of units', () => {
    const input = { kind: 'ratio', of: 'cost', per: 'records', times: 10, proportion: false } as const;
    const summary = arm('total', [1, 2, 5], [10, 10, 0], input);
    expect(summary.value).toBe((8 / 20) * 10);
    expect(summary.total).toBeNull();
    expect(summary.points.map(({ value }) => value)).toEqual([1, 2]);
    expect(summary.n).toBe(3);
  });

  test('no value is null and never zero', () => {
    expect(arm('total', [])).toMatchObject({
      n: 0,
      value: null,
      total: null,
      mean: null,
      standardDeviation: null,
      quantiles: [],
      points: [],
    });
    expect(arm('total', [7]).standardDeviation).toBeNull();
  });

  test('pictures get at most a thousand points, evenly taken, and the report says so', () => {
    const values = Array.from({ length: 4000 }, (_, i) => i);
    const report = assembled(evidence([metric()], [column('engine', values)]));
    const { points, n } = report.metrics[0].arms[0];
    expect([points.length, n, points[1].value, points[999].value]).toEqual([1000, 4000, 4, 3996]);
    expect(report.warnings.map(({ code }) => code)).toEqual(['table-warning', 'report-points-thinned']);
  });
});

describe('the report', () => {
  test('a block that was begun again supersedes its first attempt only', () => {
    const trials = [trial('a', 0, 0), trial('b', 0, 1), trial('c', 1, 0), trial('w', -1, 0)];
    const report = assembled(
      evidence([], [], {
        trials,
        exclusions: [{ block: 1, rule: 'r', outcome: 'harness', trial: 'c', arm: 'engine' }],
      }),
    );
    expect(report.trials.map(({ id, superseded, excluded }) => [id, superseded, excluded])).toEqual([
      ['a', true, false],
      ['b', false, false],
      ['c', false, true],
      ['w', false, false],
    ]);
  });

  test('a metric without a table is unmeasured and says so', () => {
    const report = assembled(evidence([metric({ name: 'other' })], []));
    expect(report.metrics[0]).toMatchObject({ arms: [], unmeasured: { code: 'report-no-table' } });
  });

  test('arms stand in the order of the file, the baseline is marked', () => {
    const report = assembled(evidence([metric()], [column('engine', [1]), column('functions', [2])]));
    expect(report.metrics[0].arms.map(({ arm: name }) => name)).toEqual(['functions', 'engine']);
    expect(report.experiment.arms.map(({ baseline }) => baseline)).toEqual([true, false]);
  });
});

describe('what pictures are made from', () => {
  const HOUR = 3_600_000;
  const hourly = (armName: string, hours: readonly number[], value: (hour: number) => number): ArmColumn => ({
    ...column(
      armName,
      hours.map((hour) => value(hour)),
    ),
    start: Float64Array.from(hours, (hour) => hour * HOUR),
  });
  const series = (columns: readonly ArmColumn[]) => {
    const plain = evidence([metric()], columns);
    const [name, table] = [...plain.tables][0];
    return assembled({ ...plain, tables: new Map([[name, { ...table, bucketMs: HOUR }]]) }).metrics[0].series;
  };
  const hours = Array.from({ length: 40 }, (_, hour) => hour);

  test('buckets without a value are gaps, joined where they touch, also at the ends', () => {
    const found = series([
      hourly('functions', hours, () => 1),
      hourly(
        'engine',
        hours.filter((hour) => hour !== 0 && hour !== 7 && hour !== 8 && hour !== 39),
        () => 1,
      ),
    ]);
    expect(found?.gaps).toEqual([
      { arm: 'engine', startMs: 0, endMs: HOUR },
      { arm: 'engine', startMs: 7 * HOUR, endMs: 9 * HOUR },
      { arm: 'engine', startMs: 39 * HOUR, endMs: 40 * HOUR },
    ]);
    expect(found).toMatchObject({ fromMs: 0, toMs: 40 * HOUR, bucketMs: HOUR });
  });

  test('a difference that alternates has a correlation near −1 one bucket apart; what both arms share has none', () => {
    const shared = (hour: number): number => 100 * Math.sin(hour);
    const found = series([
      hourly('functions', hours, shared),
      hourly('engine', hours, (hour) => shared(hour) + (hour % 2)),
    ]);
    expect(found?.memory[0].lags[0]).toBe(1);
    expect(found?.memory[0].lags[1]).toBeCloseTo(-39 / 40, 6);
    expect(series([hourly('functions', hours, shared), hourly('engine', hours, shared)])?.memory).toEqual([]);
  });

  test('units that are no buckets have no series', () => {
    expect(assembled(evidence([metric()], [column('engine', [1, 2, 3])])).metrics[0]).not.toHaveProperty(
      'series',
    );
  });

  test('a bill that names services is summed by service and arm, dearest first', () => {
    const meta = { metric: 'seconds', arm: 'engine' } as SourceMeta;
    const row = (service: string | null, value: number | null) => ({
      metric: 'seconds',
      arm: 'engine',
      unit: 'd',
      start: 0,
      end: 1,
      value,
      n: 1,
      estimated: false,
      labels: service === null ? {} : { service },
    });
    const collected = [
      {
        meta,
        observations: [row('small', 1), row('large', 5), row('large', 2), row(null, 3), row('x', null)],
      },
    ];
    const services = assembled(evidence([metric()], [], { collected })).services;
    expect(services?.[0].services).toEqual([
      {
        service: 'large',
        costs: [
          { arm: 'functions', cost: 0 },
          { arm: 'engine', cost: 7 },
        ],
      },
      {
        service: '',
        costs: [
          { arm: 'functions', cost: 0 },
          { arm: 'engine', cost: 3 },
        ],
      },
      {
        service: 'small',
        costs: [
          { arm: 'functions', cost: 0 },
          { arm: 'engine', cost: 1 },
        ],
      },
    ]);
    const unnamed = [{ meta, observations: [row(null, 3)] }];
    expect(assembled(evidence([metric()], [], { collected: unnamed }))).not.toHaveProperty('services');
  });

  test('a slot is drawn as it happened, by its last attempt; without a record, as planned', () => {
    const slot = {
      index: 0,
      startMs: 0,
      endMs: 10,
      shares: { engine: 1, functions: 0 },
      burnInMs: 2,
      burnOutMs: 0,
      stage: null,
    };
    const schedule = {
      algorithm: 'stacktrial-1',
      design: 'switchback',
      seed: 1,
      blocks: 1,
      units: [],
      trials: [],
      refused: [],
      slots: [slot],
    } as const;
    const executed = [
      { index: 0, attempt: 0, appliedAt: 1, endedAt: 4, outcome: 'cut-off' },
      { index: 0, attempt: 1, appliedAt: 5, endedAt: 12, outcome: 'ok' },
    ] as const;
    const timeline = (more: object) =>
      assembled(evidence([metric()], [], { schedule, ...more })).timeline?.slots[0];
    expect(timeline({ executed })).toMatchObject({ startMs: 5, endMs: 12, outcome: 'ok', arm: 'engine' });
    expect(timeline({})).toMatchObject({ startMs: 0, endMs: 10, outcome: null });
    expect(assembled(evidence([metric()], []))).not.toHaveProperty('timeline');
  });
});
