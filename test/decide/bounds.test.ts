import { describe, expect, test } from 'vitest';
import { boundVerdict } from '../../src/decide/bounds.js';
import type { ArmColumn, MetricTable } from '../../src/model/evidence.js';
import type { Claim, Experiment, Metric } from '../../src/model/experiment.js';
import { createRandom } from '../../src/stats/random.js';
import { claim, column, design, experiment, metric, table } from './fixtures.js';

const limit = (value: number, part: Partial<Claim> = {}) =>
  claim({
    kind: 'bound',
    role: 'guardrail',
    reference: null,
    bound: 'below',
    estimand: 'mean',
    amount: { kind: 'absolute', value },
    ...part,
  });

const judge = (
  what: Claim,
  engine: ArmColumn,
  about: Partial<Metric> = {},
  part: Partial<Experiment> = {},
  data: Partial<MetricTable> = {},
) =>
  boundVerdict(
    what,
    table('seconds', [engine], data),
    experiment({ metrics: [metric(about)], ...part }),
    0.05,
  );

const values = [9.1, 10.2, 9.8, 10.9, 10.4, 9.6, 10.1, 9.9];

describe('one arm against a limit', () => {
  test('the mean with its t interval (SciPy 1.17.1: ttest_1samp(x, 0).confidence_interval(0.95))', () => {
    const seen = judge(limit(11), column('engine', values));
    expect(seen.verdict).toBe('supported');
    expect(seen.reasons[0].values.low).toBeCloseTo(9.548681423563, 9);
    expect(seen.reasons[0].values.high).toBeCloseTo(10.451318576437, 9);
    expect(judge(limit(9), column('engine', values)).verdict).toBe('refuted');
    expect(judge(limit(10.2), column('engine', values)).verdict).toBe('inconclusive');
    expect(judge(limit(9, { bound: 'above' }), column('engine', values)).verdict).toBe('supported');
  });

  test('an inconclusive limit says how many more units, a missed one does not', () => {
    expect(judge(limit(10.2), column('engine', values)).moreUnits).toBeGreaterThan(5);
    expect(judge(limit(9.9), column('engine', values)).moreUnits).toBeNull();
  });

  test('the total is n times the mean', () => {
    const seen = judge(limit(90, { estimand: 'total' }), column('engine', values));
    expect(seen.reasons[0].values.estimate).toBeCloseTo(80, 9);
    expect(seen.reasons[0].values.high).toBeCloseTo(8 * 10.451318576437, 8);
  });

  test('a ratio is a ratio of sums with the delta interval', () => {
    const per = Float64Array.from([1, 2, 1, 2, 1, 2, 1, 2]);
    const cost = [2.1, 4.0, 1.9, 4.2, 2.0, 3.9, 2.2, 4.1];
    const seen = judge(limit(2.5), column('engine', cost, { per }));
    // By hand: R = 24.4/12; residuals v − R·d; SE = √(8·s²)/12.
    const r = 24.4 / 12;
    const z = cost.map((v, i) => v - r * per[i]);
    const s2 = z.reduce((sum, e) => sum + e * e, 0) / 7;
    expect(seen.reasons[0].values.estimate).toBeCloseTo(r, 12);
    expect(seen.reasons[0].values.high).toBeCloseTo(r + (2.364624252 * Math.sqrt(8 * s2)) / 12, 8);
  });

  test('a ratio per million is shown and held against the limit per million', () => {
    const per = Float64Array.from([1, 2, 1, 2, 1, 2, 1, 2]);
    const cost = column('engine', [2.1, 4.0, 1.9, 4.2, 2.0, 3.9, 2.2, 4.1], { per });
    const input = { kind: 'ratio', of: 'cost', per: 'records', times: 1e6, proportion: false } as const;
    const [plain, million] = [judge(limit(2.5), cost), judge(limit(2.5e6), cost, { input })];
    expect(million.verdict).toBe(plain.verdict);
    expect(million.p).toBeCloseTo(Number(plain.p), 12);
    expect(million.reasons[0].values.high).toBeCloseTo(1e6 * Number(plain.reasons[0].values.high), 3);
  });

  test('in a fixed workload the scatter between batches is not noise, in a sample it is', () => {
    const item = ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c', 'd', 'd', 'd', 'e', 'e', 'e'];
    const level = { a: 1, b: 10, c: 20, d: 30, e: 40 } as Record<string, number>;
    const data = column(
      'engine',
      item.map((name, i) => level[name] + [0.1, -0.1, 0.05][i % 3]),
      { item },
    );
    const workload = (kind: 'fixed' | 'sample') => ({
      workload: { kind, prepare: null, files: 'x', repeats: 3, key: null },
    });
    const width = (kind: 'fixed' | 'sample') => {
      const seen = judge(limit(100), data, {}, workload(kind)).reasons[0].values;
      return Number(seen.high) - Number(seen.low);
    };
    expect(width('sample') / width('fixed')).toBeGreaterThan(50);
  });

  test('no failure at all has an upper limit, not a certainty (Wilson, 0 of 200 units: z²/(200 + z²))', () => {
    const per = Float64Array.from({ length: 200 }, () => 20);
    const none = column('engine', new Array<number>(200).fill(0), { per });
    const rate = (value: number, kind: 'by-key' | 'interleaved') =>
      judge(
        limit(value, { estimand: 'proportion', amount: { kind: 'points', value } }),
        none,
        { unit: 'fraction' },
        { design: design({ kind }) },
      );
    expect(rate(0.02, 'by-key').verdict).toBe('supported');
    expect(rate(0.018, 'by-key').verdict).toBe('inconclusive');
    expect(rate(0.02, 'by-key').reasons[0].values.high).toBeCloseTo(0.018845326377266568, 12);
    // Blocks follow each other, and an outage that was not seen could have lasted 20 of them: z²/(10 + z²).
    expect(rate(0.02, 'interleaved').verdict).toBe('inconclusive');
    expect(rate(0.02, 'interleaved').reasons[0].values.high).toBeCloseTo(0.2775327999, 9);
    expect(rate(0.3, 'interleaved').verdict).toBe('supported');
  });

  test('ten blocks that fail in a row are one outage, ten apart are ten; common runs must hold as a series', () => {
    const per = Float64Array.from({ length: 240 }, () => 1000);
    const start = Float64Array.from({ length: 240 }, (_, i) => i * 1000);
    const judged = (failed: (i: number) => number, kind: 'interleaved' | 'by-key' = 'interleaved') =>
      judge(
        limit(0.008, { estimand: 'proportion', amount: { kind: 'points', value: 0.008 } }),
        column(
          'engine',
          Array.from({ length: 240 }, (_, i) => failed(i)),
          { per, start },
        ),
        { unit: 'fraction' },
        { design: design({ kind }) },
      );
    expect(judged((i) => (i % 24 === 3 ? 40 : 0)).verdict).toBe('supported');
    expect(judged((i) => (i >= 100 && i < 110 ? 40 : 0)).verdict).toBe('inconclusive');
    expect(judged((i) => (i >= 100 && i < 110 ? 40 : 0), 'by-key').verdict).toBe('supported');
    const random = createRandom(3, 'runs');
    const on = Array.from({ length: 40 }, () => random.uniform() < 0.4);
    const runs = (i: number) => (on[Math.floor(i / 6)] ? 14 : 0);
    const [blocks, keys] = [judged(runs), judged(runs, 'by-key')].map(
      ({ reasons }) => Number(reasons[0].values.high) - Number(reasons[0].values.low),
    );
    expect(blocks / keys).toBeGreaterThan(1.5);
    expect(judged((i) => (i < 120 ? 14 : 0)).verdict).toBe('unmeasured');
  });

  test('failures that come in clusters widen the interval', () => {
    const per = Float64Array.from({ length: 10 }, () => 20);
    const high = (failed: number[]) => {
      const what = limit(0.5, { estimand: 'proportion', amount: { kind: 'points', value: 0.5 } });
      return Number(
        judge(what, column('engine', failed, { per }), { unit: 'fraction' }).reasons[0].values.high,
      );
    };
    expect(high([20, 0, 0, 0, 0, 0, 0, 0, 0, 0])).toBeGreaterThan(1.5 * high([2, 2, 2, 2, 2, 2, 2, 2, 2, 2]));
  });
});

describe('what counts as a unit of one arm', () => {
  const random = createRandom(11, 'bounds', 'clusters');
  const groups = Array.from({ length: 24 }, () => 10 + random.normal());
  const rows = groups.flatMap((level) => Array.from({ length: 30 }, () => level + 0.1 * random.normal()));
  const of = (i: number) => Math.floor(i / 30);
  const range = ({ reasons: [{ values }] }: ReturnType<typeof judge>) =>
    Number(values.high) - Number(values.low);
  const why = ({ reasons: [first] }: ReturnType<typeof judge>) => first;
  const once = column('engine', groups);
  const repeated = column('engine', rows, { item: rows.map((_, i) => `k${of(i)}`) });
  const slotted = column('engine', rows, { slot: Float64Array.from(rows, (_, i) => of(i)) });
  const batches = {
    workload: { kind: 'fixed', prepare: null, files: 'x', repeats: 30, key: null },
  } as const;

  test('by key, repeats of a key are no further keys', () => {
    const seen = judge(limit(12), repeated, {}, { design: design({ kind: 'by-key' }), ...batches });
    const keys = judge(limit(12), once, {}, { design: design({ kind: 'by-key' }) });
    expect(range(seen) / range(keys)).toBeCloseTo(1, 1);
  });

  test('in a ramp a key that takes part in every stage is one key', () => {
    const seen = judge(
      limit(12),
      { ...repeated, slot: slotted.slot },
      {},
      { design: design({ kind: 'ramp' }) },
    );
    expect(range(seen) / range(judge(limit(12), once))).toBeCloseTo(1, 1);
  });

  test('of several runs each is one value, whatever there is inside', () => {
    const runs = { design: design({ kind: 'runs' }) };
    expect(range(judge(limit(12), slotted, {}, runs)) / range(judge(limit(12), once))).toBeCloseTo(1, 1);
    const two = column('engine', rows.slice(0, 60), { slot: (slotted.slot as Float64Array).slice(0, 60) });
    expect(why(judge(limit(12), two, {}, runs))).toMatchObject({ code: 'too-few-units-to-decide' });
  });

  test('a slot of a switchback is one value, and slots follow each other in time', () => {
    const slots = { design: design({ kind: 'switchback' }) };
    const series = judge(limit(12), once, {}, { design: design({ kind: 'observed' }) });
    expect(range(judge(limit(12), slotted, {}, slots)) / range(series)).toBeCloseTo(1, 1);
    const few = column('engine', rows.slice(0, 150), { slot: (slotted.slot as Float64Array).slice(0, 150) });
    expect(judge(limit(12), few, {}, slots).verdict).toBe('unmeasured');
  });

  test('a quantile is that of each slot; a slot without a tail has none', () => {
    const runs = { design: design({ kind: 'runs' }) };
    const p95 = judge(limit(14, { estimand: 'p95' }), slotted, {}, runs);
    expect(p95.verdict).toBe('supported');
    expect(range(p95)).toBeGreaterThan(0.7 * range(judge(limit(14), once)));
    expect(why(judge(limit(14, { estimand: 'p99' }), slotted, {}, runs))).toMatchObject({
      code: 'slot-too-small-for-quantile',
      values: { have: 30, need: 100 },
    });
  });

  test('few failures that come in clusters are held against Student t', () => {
    const per = Float64Array.from({ length: 8 }, () => 100);
    const what = limit(0.5, { estimand: 'proportion', amount: { kind: 'points', value: 0.5 } });
    const seen = judge(what, column('engine', [9, 0, 4, 0, 0, 7, 0, 1], { per }), { unit: 'fraction' });
    // Wilson on 155.8 attempts (800 ÷ design effect) at t(7) = 2.3646; at z = 1.96 it ends at 0.0649.
    expect(Number(seen.reasons[0].values.high)).toBeCloseTo(0.0766478623160819, 12);
  });
});

/** AR(1) around a level: each value remembers `memory` of the last. */
function remembering(count: number, memory: number, level: number): number[] {
  const random = createRandom(7, 'bounds', String(memory));
  let last = random.normal();
  return Array.from({ length: count }, () => {
    last = memory * last + Math.sqrt(1 - memory * memory) * random.normal();
    return level + last;
  });
}

describe('one arm whose units follow each other in time', () => {
  const observed = { design: design({ kind: 'observed' }) };
  const range = (seen: ReturnType<typeof boundVerdict>) => {
    const { low, high, estimate } = seen.reasons[0].values;
    return { low: Number(low), high: Number(high), estimate: Number(estimate) };
  };

  test('has a wider interval than units that are independent, by its memory', () => {
    const slow = column('engine', remembering(500, 0.8, 10));
    const asSeries = range(judge(limit(12), slow, {}, observed));
    const asUnits = range(judge(limit(12), slow));
    expect(asSeries.estimate).toBeCloseTo(asUnits.estimate, 12);
    // τ = (1 + ρ)/(1 − ρ) = 9: about three times as wide.
    const ratio = (asSeries.high - asSeries.low) / (asUnits.high - asUnits.low);
    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThan(5);
    expect(judge(limit(12), slow, {}, observed).verdict).toBe('supported');
    expect(judge(limit(9), slow, {}, observed).verdict).toBe('refuted');
  });

  test('says how much longer where there is too little independent information', () => {
    const seen = judge(limit(12), column('engine', remembering(60, 0.97, 10)), {}, observed);
    expect(seen.verdict).toBe('unmeasured');
    expect(seen.reasons[0].code).toBe('too-little-independent-information');
    expect(Number(seen.reasons[0].values.bucketsNeeded)).toBeGreaterThan(60);
  });

  test('the total is n times the mean; a ratio is a ratio of sums, times what it is times', () => {
    const x = remembering(200, 0.5, 10);
    const mean = range(judge(limit(9), column('engine', x), {}, observed));
    const total = range(judge(limit(9, { estimand: 'total' }), column('engine', x), {}, observed));
    expect(total.high / mean.high).toBeCloseTo(200, 9);
    const input = { kind: 'ratio', of: 'cost', per: 'records', times: 1e6, proportion: false } as const;
    const per = Float64Array.from(x, () => 2);
    const cost = judge(
      limit(9, { estimand: 'total' }),
      column('engine', x, { per }),
      { input, estimand: 'total' },
      observed,
    );
    expect(range(cost).high / mean.high).toBeCloseTo(1e6 / 2, 3);
  });

  test('a quantile has bounds from the values seen, as a series and as independent units', () => {
    const x = remembering(500, 0, 10);
    const p95 = limit(12, { estimand: 'p95' });
    const sorted = [...x].sort((a, b) => a - b);
    for (const part of [observed, {}]) {
      const { low, high, estimate } = range(judge(p95, column('engine', x), {}, part));
      expect(estimate).toBeGreaterThan(sorted[460]);
      expect(estimate).toBeLessThan(sorted[490]);
      expect(low).toBeLessThan(estimate);
      expect(high).toBeGreaterThan(estimate);
      // 10 + 1.645 is inside.
      expect(low).toBeLessThan(11.645);
      expect(high).toBeGreaterThan(11.645);
    }
    expect(judge(limit(15, { estimand: 'p95' }), column('engine', x), {}, observed).verdict).toBe(
      'supported',
    );
    expect(judge(limit(10, { estimand: 'p95' }), column('engine', x), {}, observed).verdict).toBe('refuted');
  });
});

describe('failures of one arm that come in outages', () => {
  test('a limit is not kept by two outages that happened to be short', () => {
    const failed = Array.from({ length: 240 }, (_, t) => ((t >= 50 && t < 53) || t === 180 ? 100 : 0));
    const per = new Float64Array(240).fill(1000);
    const what = limit(0.005, { estimand: 'proportion', amount: { kind: 'points', value: 0.005 } });
    const seen = (events: readonly number[]) =>
      judge(
        what,
        column('engine', events, { per }),
        { unit: 'fraction' },
        { design: design({ kind: 'observed' }) },
      );
    expect(seen(failed).verdict).toBe('inconclusive');
    // As many failures, one at a time.
    expect(seen(failed.map((_, t) => (t % 6 === 0 ? 10 : 0))).verdict).toBe('supported');
  });

  test('an error rate that never failed is not advised to be declared exact', () => {
    const what = limit(0.01, { estimand: 'proportion' });
    const none = column('engine', new Array<number>(240).fill(0), { per: new Float64Array(240).fill(100) });
    for (const kind of ['observed', 'mirrored'] as const) {
      const seen = judge(what, none, { unit: 'fraction' }, { design: design({ kind }) });
      expect([seen.verdict, seen.reasons[0].code]).toEqual(['unmeasured', 'no-failure-pattern-in-time']);
    }
  });
});

describe('what has no answer says why', () => {
  const reasonOf = (seen: ReturnType<typeof boundVerdict>) => [seen.verdict, seen.reasons[0].code];
  const missing = (code: string) => ['unmeasured', code];

  test('a quantile that no value bounds, a series too short, the typical unit of one arm', () => {
    const p99 = judge(limit(11, { estimand: 'p99' }), column('engine', values));
    expect(reasonOf(p99)).toEqual(missing('too-few-for-quantile'));
    const series = judge(limit(11), column('engine', values), {}, { design: design({ kind: 'observed' }) });
    expect(reasonOf(series)).toEqual(missing('too-few-buckets'));
    const typical = judge(limit(11, { estimand: 'typical' }), column('engine', values));
    expect(reasonOf(typical)).toEqual(missing('bound-method-not-available'));
  });

  test('an empty arm, a failed source, constants, too few units, one measurement a batch', () => {
    expect(reasonOf(judge(limit(1), column('functions', values)))).toEqual(missing('claim-no-data'));
    expect(reasonOf(judge(limit(1), column('engine', [])))).toEqual(missing('claim-no-data'));
    const down = { unmeasured: { code: 'source-down', values: {} } };
    expect(reasonOf(judge(limit(1), column('engine', values), {}, {}, down))).toEqual(missing('source-down'));
    expect(reasonOf(judge(limit(1), column('engine', [0.1, 0.1, 0.1, 0.1, 0.1, 0.1])))).toEqual(
      missing('bound-zero-variance'),
    );
    expect(reasonOf(judge(limit(1), column('engine', [1, 2, 3])))).toEqual(
      missing('too-few-units-to-decide'),
    );
    const once = { workload: { kind: 'fixed' as const, prepare: null, files: 'x', repeats: 1, key: null } };
    expect(reasonOf(judge(limit(1), column('engine', values), {}, once))).toEqual(
      missing('bound-no-repeats'),
    );
  });

  test('a percentage is a limit on a fraction only', () => {
    const percentage = limit(0.1, { amount: { kind: 'relative', value: 0.1 } });
    expect(reasonOf(judge(percentage, column('engine', values)))).toEqual(missing('bound-limit-not-in-unit'));
  });

  test('an exact price is held against the limit as it is; prices that differ are not exact', () => {
    const exact = { exact: true };
    expect(judge(limit(10), column('engine', [9, 9]), exact).verdict).toBe('supported');
    expect(judge(limit(9), column('engine', [9, 9]), exact).verdict).not.toBe('supported');
    expect(reasonOf(judge(limit(10), column('engine', [9, 8]), exact))).toEqual(
      missing('bound-exact-varies'),
    );
  });
});
