import { describe, expect, test } from 'vitest';
import { harm } from '../../src/decide/harm.js';
import type { ArmColumn, MetricTable } from '../../src/model/evidence.js';
import type { Claim, Experiment } from '../../src/model/experiment.js';
import { createRandom, type Random } from '../../src/stats/random.js';
import { claim, design, experiment, metric } from './fixtures.js';

const column = (arm: string, value: number[], per: number[] | null, prefix = ''): ArmColumn => ({
  arm,
  n: value.length,
  unit: value.map((_, i) => `${prefix}${i}`),
  value: Float64Array.from(value),
  per: per === null ? null : Float64Array.from(per),
  start: Float64Array.from(value, (_, i) => i * 1000),
  order: new Float64Array(value.length).fill(Number.NaN),
  item: value.map((_, i) => `${prefix}${i}`),
});

const tableOf = (name: string, engine: ArmColumn, functions: ArmColumn): MetricTable => ({
  metric: name,
  arms: new Map([
    ['engine', engine],
    ['functions', functions],
  ]),
  unmeasured: null,
  coverage: { expected: engine.n, seen: { engine: engine.n, functions: functions.n }, complete: engine.n },
  warnings: [],
});

const errors = metric({
  name: 'error_rate',
  unit: 'fraction',
  role: null,
  estimand: 'proportion',
  input: { kind: 'ratio', of: 'failed', per: 'records', times: 1, proportion: true },
});
const notWorse = claim({
  kind: 'not-worse',
  role: 'guardrail',
  metric: 'error_rate',
  estimand: 'proportion',
  amount: { kind: 'points', value: 0.005 },
});
const ask = (claims: Claim[], tables: MetricTable[], part: Partial<Experiment> = {}) =>
  harm({
    experiment: experiment({ metrics: [errors, metric()], guardrails: claims, ...part }),
    tables: new Map(tables.map((t) => [t.metric, t])),
  });

const failures = (random: Random, of: number, rate: number) => {
  let failed = 0;
  for (let i = 0; i < of; i++) if (random.uniform() < rate) failed += 1;
  return failed;
};

describe('harm on accumulating evidence', () => {
  /** Questions after 15, 20, 25 … units: does any of them raise the alarm, and when first? */
  const firstAlarm = (
    units: number,
    claims: Claim[],
    tables: (n: number) => MetricTable[],
    part: Partial<Experiment> = {},
  ): number | null => {
    for (let n = 15; n <= units; n += units > 100 ? 15 : 5)
      if (ask(claims, tables(n), part).some(({ verdict }) => verdict === 'harm')) return n;
    return null;
  };

  const batches = (random: Random, units: number, rates: [number, number], paired: boolean) => {
    const of = Array.from({ length: units }, () => 200 + random.integer(300));
    const other = paired ? of : of.map(() => 200 + random.integer(300));
    const x = of.map((records) => failures(random, records, rates[0]));
    const y = other.map((records) => failures(random, records, rates[1]));
    return (n: number) => [
      tableOf(
        'error_rate',
        column('engine', x.slice(0, n), of.slice(0, n), paired ? '' : 'e'),
        column('functions', y.slice(0, n), other.slice(0, n), paired ? '' : 'f'),
      ),
    ];
  };

  test.each([
    ['pairs', true],
    ['arms with keys of their own', false],
  ])('two arms that fail alike raise no more false alarms than owed (%s)', (_, paired) => {
    // At the very edge of what the guardrail allows: α/4 = 1.25 % over 18 questions.
    const random = createRandom(11, 'alike', String(paired));
    let alarms = 0;
    for (let run = 0; run < 200; run++)
      if (firstAlarm(100, [notWorse], batches(random, 100, [0.015, 0.01], paired)) !== null) alarms += 1;
    expect(alarms).toBeLessThanOrEqual(9); // P(more) < .001 at 1.25 %
  });

  test('a stack that fails 2 % more often is found, soon', () => {
    const random = createRandom(12, 'planted');
    const found: number[] = [];
    for (let run = 0; run < 100; run++) {
      const at = firstAlarm(60, [notWorse], batches(random, 60, [0.022, 0.002], true));
      if (at !== null) found.push(at);
    }
    expect(found.length).toBeGreaterThanOrEqual(95);
    expect(found.sort((a, b) => a - b)[50]).toBeLessThanOrEqual(30);
  });

  test('a series with memory, at its limit, raises no more false alarms than owed', () => {
    const limit = claim({
      kind: 'bound',
      role: 'guardrail',
      reference: null,
      metric: 'seconds',
      estimand: 'mean',
      amount: { kind: 'absolute', value: 10 },
      bound: 'below',
    });
    const random = createRandom(13, 'memory');
    let alarms = 0;
    for (let run = 0; run < 100; run++) {
      let state = random.normal();
      const x = Array.from({ length: 300 }, () => {
        state = 0.8 * state + 0.6 * random.normal();
        return 10 + state;
      });
      const at = firstAlarm(300, [limit], (n) => [
        tableOf('seconds', column('engine', x.slice(0, n), null), column('functions', x.slice(0, n), null)),
      ]);
      if (at !== null) alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(6); // P(more) < .001 at 1.25 %
  });

  test('every record of one arm failing, and none of the other, is harm after six batches', () => {
    const of = new Array(18).fill(100);
    const all = tableOf(
      'error_rate',
      column('engine', of, of),
      column(
        'functions',
        of.map(() => 0),
        of,
      ),
    );
    expect(ask([notWorse], [all])[0]).toMatchObject({ verdict: 'harm', batches: 6 });
  });

  test('nothing failing in either arm is no harm seen, and never harm', () => {
    const of = new Array(30).fill(100);
    const none = of.map(() => 0);
    const table = tableOf('error_rate', column('engine', none, of), column('functions', none, of));
    expect(ask([notWorse], [table])[0].verdict).toBe('no harm seen');
  });

  test('a p99 that must stay below a limit is watched by the share of units beyond it', () => {
    const p99 = claim({
      kind: 'bound',
      role: 'guardrail',
      reference: null,
      metric: 'seconds',
      estimand: 'p99',
      amount: { kind: 'absolute', value: 90 },
      bound: 'below',
    });
    const seconds = (slow: number) => Array.from({ length: 200 }, (_, i) => (i % slow === 0 ? 120 : 40));
    const table = (slow: number) =>
      tableOf('seconds', column('engine', seconds(slow), null), column('functions', seconds(slow), null));
    expect(ask([p99], [table(4)])[0].verdict).toBe('harm');
    expect(ask([p99], [table(1000)])[0].verdict).toBe('no harm seen');
  });

  test('an arm without data, or with too little, is never safe', () => {
    const few = tableOf('error_rate', column('engine', [0], [10]), column('functions', [0], [10]));
    expect(ask([notWorse], [])[0]).toMatchObject({ verdict: 'cannot say', p: null });
    expect(ask([notWorse], [few])[0].verdict).toBe('cannot say');
    const broken = {
      ...few,
      unmeasured: { code: 'claim-no-data', values: { metric: 'error_rate', arm: 'engine' } },
    };
    expect(ask([notWorse], [broken])[0].reasons[0].code).toBe('claim-no-data');
  });

  test('evidence that comes later does not change the batches that were there', () => {
    const random = createRandom(14, 'stable');
    const tables = batches(random, 100, [0.01, 0.01], true);
    const short = ask([notWorse], tables(60))[0].batches;
    const long = ask([notWorse], tables(90))[0].batches;
    expect(long / short).toBeCloseTo(1.5, 1);
  });

  test('a share of 20 % meets its partner in batches of about the same time', () => {
    const random = createRandom(15, 'shares');
    const table = tableOf(
      'error_rate',
      column(
        'engine',
        Array.from({ length: 30 }, () => failures(random, 100, 0.01)),
        new Array(30).fill(100),
        'e',
      ),
      column(
        'functions',
        Array.from({ length: 120 }, () => failures(random, 100, 0.01)),
        new Array(120).fill(100),
        'f',
      ),
    );
    const shares = { engine: 0.2, functions: 0.8 };
    expect(ask([notWorse], [table], { design: design({ kind: 'by-key', shares }) })[0].batches).toBe(10);
  });
});
