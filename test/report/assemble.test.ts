import { describe, expect, test } from 'vitest';
import type { ArmColumn, Evidence, Trial } from '../../src/model/evidence.js';
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
