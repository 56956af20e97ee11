/**
 * What STATISTICS.md §9 owes of every method in the registry: the scale of the values and the names of the arms change
 * nothing but the scale and the names; data that cannot be answered have a reason, never an exception, never a silent zero.
 */
import { describe, expect, test } from 'vitest';
import { compare, methods } from '../../src/compare/index.js';
import type { ComparePlan, Inference, Samples } from '../../src/model/effect.js';
import type { Design, Estimand } from '../../src/model/experiment.js';
import { createRandom } from '../../src/stats/random.js';
import { evidence, metric, ratioMetric } from './evidence.js';
import { column, keySamples, pairedSamples, plan } from './samples.js';
import { drawFirstOrder } from './worlds.js';

interface Case {
  readonly paired: boolean;
  readonly plan: Partial<ComparePlan>;
  readonly per?: boolean;
  /** Counts out of attempts have no other unit. */
  readonly counts?: boolean;
}

const series = { paired: true, plan: { estimand: 'mean' } } as const;
const ratio = { paired: true, plan: { estimand: 'total' }, per: true } as const;
/** Methods of a design that is not in this list are asked as if their rows were blocks. */
const cases: Readonly<Record<string, Case>> = {
  'paired-t': { paired: true, plan: { estimand: 'mean' } },
  'paired-t-stratified': { paired: true, plan: { estimand: 'total', workload: 'fixed' } },
  'paired-ratio': ratio,
  'paired-ratio-stratified': { ...ratio, plan: { workload: 'fixed' } },
  'paired-items': { ...ratio, plan: { workload: 'sample' } },
  welch: { paired: false, plan: { estimand: 'mean' } },
  'welch-ratio': { ...ratio, paired: false },
  newcombe: { paired: false, plan: { estimand: 'proportion', proportion: true }, per: true, counts: true },
  'paired-series': series,
  'paired-series-ratio': { ...series, plan: { estimand: 'total' }, per: true },
  'unpaired-series': { ...series, paired: false },
  'series-typical': { ...series, plan: { estimand: 'typical' } },
  'series-quantile': { ...series, plan: { estimand: 'p75' } },
  'paired-quantile': { paired: true, plan: { estimand: 'p50' } },
  'key-quantile': { paired: false, plan: { estimand: 'p50' } },
  typical: { paired: true, plan: { estimand: 'typical' } },
  'sign-flip': { paired: true, plan: { estimand: 'mean' } },
  'hodges-lehmann': { paired: false, plan: { estimand: 'location' } },
  'batch-looks': series,
  jackknife: ratio,
  delta: ratio,
};
const caseOf = (name: string): Case => cases[name] ?? series;

/** 120 rows, 60 items twice; the treatment a twelfth below the baseline. */
function samplesOf({ paired, per, counts }: Case, scale: number, swapped = false): Samples {
  const random = createRandom(8, 'every method');
  const rows = 120;
  const values = (mean: number) => Array.from(drawFirstOrder(0.3, rows, random), (z) => mean + z);
  const attempts = Array.from({ length: rows }, () => 40 + random.integer(20));
  const places = Array.from({ length: rows }, (_, i) => i % 2);
  random.shuffle(places);
  const item = places.map((_, i) => `i${i >> 1}`);
  const data = (mean: number) => values(mean).map((v) => (counts === true ? Math.round(v) : v * scale));
  const denominators = per === true ? { per: attempts } : {};
  const x = column('x', data(11), { ...denominators, order: places, item });
  const y = column('y', data(12), { ...denominators, order: places.map((p) => 1 - p), item });
  const pair = paired ? pairedSamples : keySamples;
  return swapped ? pair({ ...y, arm: 'x' }, { ...x, arm: 'y' }) : pair(x, y);
}

function ask(name: string, scale: number, swapped = false): Inference {
  const one = caseOf(name);
  const found = methods[name].compare(samplesOf(one, scale, swapped), plan(one.plan), createRandom(1));
  if ('code' in found) throw new Error(`${name}: ${found.code}`);
  return found;
}

const near = (a: number, b: number, relative: number) =>
  Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b));

describe('every method', () => {
  const asked = Object.keys(methods).filter((name) => name in cases);
  test.each(asked.filter((name) => caseOf(name).counts !== true))(
    '%s: seconds or milliseconds, dollars or millionths, give one answer',
    (name) => {
      const one = ask(name, 1);
      for (const power of [-40, 10, 300]) {
        const scale = 2 ** power;
        const other = ask(name, scale);
        expect(near(other.difference.estimate / scale, one.difference.estimate, 0)).toBe(true);
        for (const side of ['above', 'below'] as const) {
          expect(near(other.difference.test(0)[side], one.difference.test(0)[side], 0), side).toBe(true);
          const at = (found: Inference) => found.ratio?.test(0.9)[side] ?? Number.NaN;
          if (one.ratio !== null) expect(near(at(other), at(one), 0), `ratio ${side}`).toBe(true);
        }
        expect(other.ratio?.interval(0.9)).toEqual(one.ratio?.interval(0.9));
        const [a, b] = [other.difference.interval(0.9), one.difference.interval(0.9)];
        if (a.kind === 'interval' && b.kind === 'interval') {
          expect([a.low / scale, a.high / scale]).toEqual([b.low, b.high]);
        }
      }
      for (const scale of [1e-12, 1e12]) {
        const other = ask(name, scale);
        for (const side of ['above', 'below'] as const) {
          expect(near(other.difference.test(0)[side], one.difference.test(0)[side], 1e-9), side).toBe(true);
          if (one.ratio === null || other.ratio === null) continue;
          expect(near(other.ratio.test(0.9)[side], one.ratio.test(0.9)[side], 1e-9), side).toBe(true);
        }
      }
    },
  );

  test.each(asked)('%s: arms swapped, r is turned over and the difference negated', (name) => {
    const [one, other] = [ask(name, 1), ask(name, 1, true)];
    expect(near(other.difference.estimate, -one.difference.estimate, 1e-10)).toBe(true);
    // Drawn schedules and resamples are other draws where the arms have changed places.
    const drawn = ['paired-quantile'].includes(name);
    const [p, q] = [one.difference.test(0), other.difference.test(0)];
    expect(near(p.above, q.below, drawn ? 0.1 : 1e-9), 'p').toBe(true);
    expect(near(p.below, q.above, drawn ? 0.1 : 1e-9), 'p').toBe(true);
    if (one.ratio === null || other.ratio === null) return;
    expect(one.ratio.estimate * other.ratio.estimate).toBeCloseTo(1, 12);
  });

  test('is asked, or needs slots, stages, runs or a period before', () => {
    const others = Object.keys(methods).filter((name) => !(name in cases));
    expect(
      others.every((name) => /^(switchback|ramp-keys|ramp-series|runs|cuped)$/.test(name)),
      others.join(),
    ).toBe(true);
  });
});

/** Two arms of one metric that no method may choke on. */
const hostile: Readonly<Record<string, readonly [readonly number[], readonly number[]]>> = {
  'nothing in one arm': [[], [1, 2, 3]],
  'nothing in both arms': [[], []],
  'one observation each': [[1], [2]],
  'two observations each': [
    [1, 2],
    [2, 4],
  ],
  'constants that differ': [new Array(40).fill(1), new Array(40).fill(2)],
  'constants that are equal': [new Array(40).fill(3), new Array(40).fill(3)],
  'nothing but zeros': [new Array(40).fill(0), new Array(40).fill(-0)],
  'zero variance in one arm': [new Array(40).fill(1), Array.from({ length: 40 }, (_, i) => 2 + (i % 5))],
  'ties everywhere': [
    Array.from({ length: 40 }, (_, i) => 1 + (i % 2)),
    Array.from({ length: 40 }, (_, i) => 1 + ((i >> 1) % 2)),
  ],
  'one NaN': [Array.from({ length: 40 }, (_, i) => (i === 7 ? Number.NaN : 1 + (i % 7))), range(40)],
  'all NaN': [new Array(40).fill(Number.NaN), range(40)],
  'one Infinity': [
    Array.from({ length: 40 }, (_, i) => (i === 7 ? Number.POSITIVE_INFINITY : 1 + i)),
    range(40),
  ],
  'one −Infinity': [
    range(40),
    Array.from({ length: 40 }, (_, i) => (i === 7 ? Number.NEGATIVE_INFINITY : 1 + i)),
  ],
  'negative values': [range(40).map((v) => -v), range(40)],
  'the largest doubles': [range(40).map((v) => v * 4e306), range(40).map((v) => (50 - v) * 3e306)],
  'the smallest doubles': [range(40).map((v) => v * 5e-324), range(40).map((v) => (50 - v) * 5e-324)],
  'a mean of 1e15 with a spread of 1': [
    range(40).map((v) => 1e15 + (v % 7)),
    range(40).map((v) => 1e15 + (v % 5)),
  ],
};

/** Whatever the design and the estimand; a single NaN is a missing value, and its unit is left out. */
const unanswerable = /^constants|zeros$|^nothing|^all NaN|Infinity$|^one observation/;

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => 1 + ((i * 7) % 13) + i / 40);
}

describe('data that cannot be answered', () => {
  const designs: readonly (readonly [string, Partial<Design>])[] = [
    ['interleaved', { kind: 'interleaved' }],
    ['by key', { kind: 'by-key' }],
    ['mirrored', { kind: 'mirrored' }],
    ['side by side', { kind: 'observed', concurrent: true }],
    ['one after the other', { kind: 'observed', concurrent: false }],
  ];
  const estimands: readonly Estimand[] = ['total', 'mean', 'typical', 'p50', 'p99', 'proportion'];

  describe.each(designs)('%s', (_, design) => {
    test.each(Object.entries(hostile))(
      '%s: an effect or a reason, and no number that is none',
      (what, [x, y]) => {
        for (const estimand of estimands) {
          for (const workload of [undefined, 'fixed', 'sample'] as const) {
            for (const kind of ['plain', 'ratio'] as const) {
              if (estimand === 'proportion' && kind === 'plain') continue;
              const per = (values: readonly number[]) => ({ per: values.map((_, i) => 1 + (i % 3)) });
              const arm = (name: string, values: readonly number[]) =>
                column(name, values, {
                  ...(kind === 'ratio' ? per(values) : {}),
                  order: values.map((_, i) => (name === 'x' ? i % 2 : 1 - (i % 2))),
                  item: values.map((_, i) => `i${i >> 1}`),
                });
              const about =
                kind === 'plain'
                  ? metric('m', { estimand })
                  : ratioMetric('m', { estimand, proportion: estimand === 'proportion' });
              const given = evidence(
                [about],
                { m: [arm('x', x), arm('y', y)] },
                { design, ...(workload ? { workload } : {}) },
              );
              const options = { confidencePerComparison: () => 0.95 };
              const { comparisons } = compare(given, methods, options, createRandom(1));
              const where = `${what}, ${estimand}, ${workload}, ${kind}`;
              expect(comparisons.length, where).toBeGreaterThan(0);
              for (const { effect, unmeasured } of comparisons) {
                expect((effect === null) !== (unmeasured === null), where).toBe(true);
                if (effect === null) continue;
                expect(JSON.stringify(numbersOf(effect)), where).not.toContain('null');
                if (effect.p !== null) {
                  expect(effect.p, where).toBeGreaterThan(0);
                  expect(effect.p, where).toBeLessThanOrEqual(1);
                }
                if (kind === 'plain') expect(unanswerable.test(what), where).toBe(false);
              }
            }
          }
        }
      },
    );
  });
});

/** What must be finite wherever there is an effect. */
const numbersOf = (effect: {
  treatmentValue: number;
  baselineValue: number;
  difference: { estimate: number } | null;
}) => [effect.treatmentValue, effect.baselineValue, effect.difference?.estimate ?? 0];
