import { describe, expect, test } from 'vitest';
import { compare, methodNotes, methods } from '../../src/compare/index.js';
import type { Comparison } from '../../src/model/effect.js';
import type { ArmColumn } from '../../src/model/evidence.js';
import { createRandom } from '../../src/stats/random.js';
import { claim, evidence, metric, ratioMetric } from './evidence.js';
import { column } from './samples.js';

const options = { confidencePerComparison: () => 0.95 };
const run = (...of: Parameters<typeof evidence>) =>
  compare(evidence(...of), methods, options, createRandom(1));
const only = (...of: Parameters<typeof evidence>): Comparison => run(...of).comparisons[0];

const noise = (n: number, level: number, seed: number) => {
  const random = createRandom(seed);
  return Array.from({ length: n }, () => level + random.normal());
};
const alternating = (n: number, first: number) => Array.from({ length: n }, (_, i) => (i + first) % 2);
const two = (x: readonly number[], y: readonly number[]): ArmColumn[] => [
  column('x', x, { order: alternating(x.length, 0) }),
  column('y', y, { order: alternating(y.length, 1) }),
];
const codes = ({ warnings }: Comparison) => warnings.map(({ code }) => code);

describe('what is compared', () => {
  test('every treatment on every metric that has a better direction, and nothing else', () => {
    const { comparisons } = run(
      [metric('seconds'), metric('records', { better: null })],
      { seconds: [...two(noise(8, 9, 1), noise(8, 10, 2)), column('z', noise(8, 11, 3))] },
      { treatments: ['x', 'z'] },
    );
    expect(comparisons.map(({ id }) => id)).toEqual(['seconds:x/y', 'seconds:z/y']);
  });
  test('a claim between two treatments, on another estimand, is compared too', () => {
    const columns = { seconds: [...two(noise(8, 9, 1), noise(8, 10, 2)), column('z', noise(8, 11, 3))] };
    const claims = [claim('seconds', 'typical', { reference: 'z' }), claim('seconds', 'p99')];
    const { comparisons } = run([metric('seconds')], columns, { treatments: ['x', 'z'], claims });
    expect(comparisons.map(({ id, estimand }) => [id, estimand])).toEqual([
      ['seconds:x/y', 'total'],
      ['seconds:z/y', 'total'],
      ['seconds@typical:x/z', 'typical'],
      ['seconds@p99:x/y', 'p99'],
    ]);
    expect(comparisons[3].unmeasured).toEqual({
      code: 'too-few-for-quantile',
      values: { have: 8, need: 381, q: 0.99 },
    });
  });
  test('a known difference of 20 % is found, and the live inference tests other thresholds', () => {
    const { comparisons, inferences } = run([metric('seconds')], {
      seconds: two(noise(20, 80, 1), noise(20, 100, 2)),
    });
    const [{ effect, id, method, line, companions }] = comparisons;
    expect([method, line]).toEqual(['paired-t', 'interleaved']);
    expect(effect?.ratio?.interval.high).toBeLessThan(0.85);
    expect(effect?.ratio?.interval.low).toBeGreaterThan(0.75);
    expect(effect?.p).toBeLessThan(1e-6);
    expect(inferences.get(id)?.ratio?.test(0.9).below).toBeLessThan(0.025);
    expect(inferences.get(id)?.ratio?.test(0.7).below).toBeGreaterThan(0.975);
    expect(companions.map(({ name }) => name)).toEqual(['typical', 'sign-flip']);
    for (const { p } of companions) expect(p).toBeLessThan(0.001);
  });
  test('the same evidence and seed give the same comparisons', () => {
    const of = () =>
      run([metric('seconds')], { seconds: two(noise(30, 9, 1), noise(30, 10, 2)) }).comparisons;
    expect(JSON.stringify(of())).toBe(JSON.stringify(of()));
  });
  test('another metric beside it leaves the draws of the first as they were', () => {
    const seconds = two(noise(30, 9, 1), noise(30, 10, 2));
    const alone = only([metric('seconds')], { seconds });
    const beside = run([metric('bytes'), metric('seconds')], {
      seconds,
      bytes: two(noise(30, 9, 5), noise(30, 9, 6)),
    });
    // That several were looked at is said beside it, and changes nothing of it.
    const { exploratory, ...itself } = beside.comparisons[1];
    expect(itself).toEqual(alone);
    expect(exploratory?.of).toBe(2);
  });
  test('methods that were used are noted, with the comparisons that used them', () => {
    const { comparisons } = run([metric('seconds')], { seconds: two(noise(8, 9, 1), noise(8, 10, 2)) });
    const notes = methodNotes(comparisons, methods);
    expect(notes.map(({ id }) => id)).toEqual(['paired-t', 'typical', 'sign-flip']);
    for (const note of notes)
      expect(note).toMatchObject({ usedBy: ['seconds:x/y'], formula: expect.stringMatching(/\w{4}/) });
  });
});

describe('what cannot be answered says why', () => {
  const seconds = [metric('seconds')];
  const of = (x: readonly number[], y: readonly number[]) => only(seconds, { seconds: two(x, y) });
  test('no table', () => expect(only(seconds, {}).unmeasured?.code).toBe('metric-without-data'));
  test('an arm without data', () => {
    const found = only(seconds, { seconds: [column('x', noise(8, 9, 1))] });
    expect(found.unmeasured).toEqual({ code: 'arm-without-data', values: { arm: 'y', metric: 'seconds' } });
  });
  test('an empty arm', () => expect(of(noise(8, 9, 1), []).unmeasured?.code).toBe('arm-without-data'));
  test('one observation', () => {
    const found = of([1], [2]);
    expect(found.unmeasured).toEqual({
      code: 'too-few-units',
      values: { have: 1, need: 5, metric: 'seconds' },
    });
    expect(found.effect).toBeNull();
  });
  test('four blocks give a number to look at and no verdict', () => {
    const { comparisons, inferences } = run(seconds, { seconds: two(noise(4, 9, 1), noise(4, 10, 2)) });
    expect(comparisons[0].unmeasured?.code).toBe('too-few-units');
    expect(comparisons[0].effect?.ratio?.estimate).toBeCloseTo(0.9, 1);
    expect(inferences.size).toBe(0);
  });
  test('constant values', () => {
    const found = of([5, 5, 5, 5, 5, 5], [7, 7, 7, 7, 7, 7]);
    expect(found.unmeasured).toEqual({ code: 'constant-data', values: { n: 6 } });
    expect(found.effect).toBeNull();
  });
  test('identical arms, whatever the values: no difference was measured because nothing varies between them', () => {
    const values = noise(8, 10, 1);
    expect(of(values, values).unmeasured?.code).toBe('constant-data');
  });
  test('arms that are an exact multiple of each other', () => {
    const values = noise(8, 10, 1);
    expect(
      of(
        values.map((v) => 1.2 * v),
        values,
      ).unmeasured?.code,
    ).toBe('constant-data');
  });
  test('infinite values', () => {
    const found = of([1, 2, Infinity, 4, 5, 6], noise(6, 3, 1));
    expect(found.unmeasured).toMatchObject({
      code: 'infinite-values',
      values: { arm: 'x', count: 1, unit: 'u2' },
    });
  });
  test('values of a size whose square is no number', () => {
    for (const scale of [1e300, 1e-300]) {
      const sized = (values: readonly number[]) => values.map((value) => value * scale);
      const found = of(sized([...noise(6, 3, 1)]), sized([...noise(6, 3, 2)]));
      expect(found.unmeasured).toMatchObject({ code: 'metric-out-of-range', values: { arm: 'x' } });
    }
  });
  test('missing values drop their unit in both arms, and say so from 5 % on', () => {
    const x = noise(10, 9, 1);
    x[3] = Number.NaN;
    const found = of(x, noise(10, 10, 2));
    expect(found.n).toEqual({ treatment: 9, baseline: 9, items: 9 });
    expect(found.warnings[0]).toEqual({
      code: 'units-dropped',
      values: { metric: 'seconds', count: 1, of: 10, share: 0.1 },
    });
  });
  test('nothing but missing values', () => {
    expect(of(noise(6, 9, 1), Array(6).fill(Number.NaN)).unmeasured?.code).toBe('no-complete-units');
  });
  test('a unit that is there twice', () => {
    const x = column('x', noise(6, 9, 1), { unit: ['a', 'a', 'b', 'c', 'd', 'e'] });
    expect(only(seconds, { seconds: [x, column('y', noise(6, 9, 2))] }).unmeasured?.code).toBe(
      'unit-measured-twice',
    );
  });
  test('ties are no obstacle', () => {
    const { effect } = of([1, 2, 2, 1, 2, 1, 2, 1], [2, 2, 1, 2, 2, 1, 1, 2]);
    expect(effect?.p).toBeGreaterThan(0.05);
  });
  test('a table that is unmeasured stays so, with its reason', () => {
    const given = evidence(seconds, { seconds: two(noise(8, 9, 1), noise(8, 9, 2)) });
    const why = { code: 'source-failed', values: {} };
    const tables = new Map([...given.tables].map(([name, table]) => [name, { ...table, unmeasured: why }]));
    const [found] = compare({ ...given, tables }, methods, options, createRandom(1)).comparisons;
    expect(found.unmeasured).toEqual(why);
  });
});

describe('warnings', () => {
  test('total and typical with opposite signs', () => {
    const x = [
      ...Array(9)
        .fill(0)
        .map((_, i) => 0.8 + 0.01 * i),
      40,
    ];
    const y = [
      ...Array(9)
        .fill(0)
        .map((_, i) => 1 + 0.013 * i),
      20,
    ];
    const found = only([metric('seconds')], { seconds: two(x, y) });
    const warning = found.warnings.find(({ code }) => code === 'total-and-typical-disagree');
    expect(warning?.values).toMatchObject({ decides: 'total' });
    expect(warning?.values.total).toBeGreaterThan(1);
    expect(warning?.values.typical).toBeLessThan(1);
  });
  test('a sample workload with few items, one of which holds most', () => {
    const x = [...noise(9, 3, 1), 100];
    const found = only(
      [metric('seconds')],
      { seconds: two(x, [...noise(9, 3, 2), 105]) },
      { workload: 'sample' },
    );
    expect(codes(found)).toContain('few-items');
    const dominant = found.warnings.find(({ code }) => code === 'one-item-dominates');
    expect(dominant?.values.item).toBe('i9');
    expect(dominant?.values.share).toBeGreaterThan(0.7);
  });
  test('an order that never varied', () => {
    const x = column('x', noise(8, 9, 1), { order: Array(8).fill(0) });
    const y = column('y', noise(8, 10, 2), { order: Array(8).fill(1) });
    expect(codes(only([metric('seconds')], { seconds: [x, y] }))).toContain('order-never-varied');
  });
  test('a ratio without an end, and a baseline that is not positive', () => {
    const weak = only([metric('s')], { s: two(noise(8, 3, 1), [5, -4, 6, -5, 7, -4, 4, -3]) });
    expect(codes(weak)).toContain('ratio-unbounded');
    const negative = only([metric('s')], { s: two(noise(8, 3, 1), noise(8, -3, 2)) });
    expect(codes(negative)).toContain('ratio-needs-positive-baseline');
    expect(negative.effect?.ratio).toBeNull();
    expect(negative.effect?.p).toBeLessThan(0.001);
  });
  test('six blocks in balanced order are too coarse for the randomisation test', () => {
    expect(codes(only([metric('s')], { s: two(noise(6, 3, 1), noise(6, 4, 2)) }))).toContain(
      'sign-flip-too-coarse',
    );
    expect(codes(only([metric('s')], { s: two(noise(8, 3, 1), noise(8, 4, 2)) }))).not.toContain(
      'sign-flip-too-coarse',
    );
  });
  test('fixed items measured once are left out, and nothing but those is unmeasured', () => {
    const item = ['a', 'a', 'b', 'b', 'c', 'c', 'd'];
    const arm = (name: string, seed: number) => column(name, noise(7, 9, seed), { item });
    const found = only([metric('s')], { s: [arm('x', 1), arm('y', 2)] }, { workload: 'fixed' });
    expect(found.warnings.find(({ code }) => code === 'items-left-out')?.values).toEqual({ items: 1, of: 4 });
    const once = only([metric('s')], { s: two(noise(7, 9, 1), noise(7, 9, 2)) }, { workload: 'fixed' });
    expect(once.unmeasured?.code).toBe('items-without-repeats');
  });
});

describe('ratios and proportions', () => {
  const arms = (events: readonly [number[], number[]], attempts: number[]) =>
    events.map((e, i) => column(i === 0 ? 'x' : 'y', e, { per: attempts, order: alternating(e.length, i) }));
  const rate = ratioMetric('rate', { proportion: true, estimand: 'proportion' });

  test('times is applied to values, not to their ratio', () => {
    const per = noise(10, 1000, 3);
    const columns = { cost: arms([noise(10, 2, 1), noise(10, 3, 2)], per) };
    const one = only([ratioMetric('cost')], columns);
    const million = only([ratioMetric('cost', { times: 1e6 })], columns);
    expect(million.effect?.treatmentValue).toBeCloseTo(1e6 * (one.effect?.treatmentValue ?? 0), 4);
    expect(million.effect?.ratio?.estimate).toBeCloseTo(one.effect?.ratio?.estimate ?? 0, 12);
    expect(million.method).toBe('paired-ratio');
  });
  test('no failures in either arm are an upper bound, not "no difference"', () => {
    const none = Array(45).fill(0);
    const found = only([rate], { rate: arms([none, none], Array(45).fill(100_000)) });
    expect(found.unmeasured).toBeNull();
    // An outage of one arm could last 20 blocks: 45 are worth 2.25 attempts, and z²/(2.25 + z²) is open.
    expect(found.effect?.difference.interval.high).toBeCloseTo(0.6306, 3);
    expect(found.effect?.difference.interval.low).toBeCloseTo(-0.6306, 3);
    expect(found.effect?.ratio).toBeNull();
    expect(codes(found)).toContain('no-variation-in-proportion');
  });
  test('nothing but failures against none is a difference', () => {
    const found = only([rate], { rate: arms([Array(20).fill(10), Array(20).fill(0)], Array(20).fill(10)) });
    expect(found.effect?.difference.interval.low).toBeGreaterThan(0.7);
  });
  test('more events than attempts, and fractions without counts, are refused', () => {
    const wrong = only([rate], {
      rate: arms(
        [
          [1, 2, 3, 4, 50],
          [1, 1, 1, 1, 1],
        ],
        [9, 9, 9, 9, 9],
      ),
    });
    expect(wrong.unmeasured).toMatchObject({
      code: 'proportion-out-of-range',
      values: { arm: 'x', unit: 'u4' },
    });
    const bare = only([metric('f', { estimand: 'proportion' })], { f: two(noise(6, 1, 1), noise(6, 1, 2)) });
    expect(bare.unmeasured?.code).toBe('proportion-needs-counts');
  });
  test('a denominator of nothing', () => {
    const found = only([ratioMetric('c')], { c: arms([noise(6, 2, 1), noise(6, 2, 2)], Array(6).fill(0)) });
    expect(found.unmeasured?.code).toBe('denominator-not-positive');
  });
  test('by key: two keys that were run ten times each are two keys, and decide nothing', () => {
    const keys = (arm: string, seed: number) =>
      column(arm, noise(20, arm === 'x' ? 5 : 10, seed), {
        item: alternating(20, 0).map((k) => `${arm}${k}`),
      });
    const found = only(
      [metric('seconds')],
      { seconds: [keys('x', 1), keys('y', 2)] },
      { design: { kind: 'by-key' }, workload: 'fixed' },
    );
    expect(found.unmeasured).toMatchObject({ code: 'too-few-units', values: { have: 2, need: 5 } });
  });
  test('by key: attempts that come in keys count for less than attempts that do not', () => {
    const design = { kind: 'by-key' } as const;
    const width = (events: readonly [number[], number[]], attempts: number[]) => {
      const found = only([rate], { rate: arms(events, attempts) }, { design });
      expect(found.method).toBe('newcombe');
      const { low, high } = found.effect?.difference.interval ?? { low: null, high: null };
      return (high ?? Number.NaN) - (low ?? Number.NaN);
    };
    const even = width(
      [Array(10).fill(10), Array(10).fill(10)].map((v) => v.map((e, i) => e + (i % 2))) as [
        number[],
        number[],
      ],
      Array(10).fill(100),
    );
    const lumped = width(
      [
        [100, 5, 0, 0, 0, 0, 0, 0, 0, 0],
        [0, 100, 5, 0, 0, 0, 0, 0, 0, 0],
      ],
      Array(10).fill(100),
    );
    expect(lumped).toBeGreaterThan(3 * even);
  });
});

describe('exact metrics', () => {
  test('are their number: no interval, no p, no inference', () => {
    const { comparisons, inferences } = run(
      [metric('fee', { exact: true, better: 'lower' })],
      { fee: [column('x', [70, 70]), column('y', [100, 100])] },
      { design: { kind: 'observed', concurrent: true } },
    );
    const [{ effect, exact, unmeasured, method, line }] = comparisons;
    expect({ exact, unmeasured, method, line }).toEqual({
      exact: true,
      unmeasured: null,
      method: null,
      line: 'exact',
    });
    expect(effect).toMatchObject({ treatmentValue: 140, baselineValue: 200, p: null, standardError: 0 });
    expect(effect?.ratio?.interval).toEqual({ kind: 'interval', low: 0.7, high: 0.7 });
    expect(inferences.size).toBe(0);
  });
  test('have no typical unit', () => {
    const found = only([metric('fee', { exact: true, estimand: 'typical' })], { fee: two([1], [2]) });
    expect(found.unmeasured?.code).toBe('exact-has-no-spread');
  });
});
