/**
 * Every method that test/compare/reference.test.ts does not hold, and all of them with few units, ties and ill-scaled
 * numbers: second implementations, SciPy's permutation_test and written-out schedules (reference/designs.py).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import type { ComparePlan, Estimate, Inference, Samples } from '../../src/model/effect.js';
import type { ArmColumn } from '../../src/model/evidence.js';
import { createRandom } from '../../src/stats/random.js';
import { signFlip } from '../../src/stats/sign-flip.js';
import { answered } from '../stats/resampling-reference.js';
import { column, infer, keySamples, pairedSamples } from './samples.js';

type Ends = readonly [number, number | null, number | null];
interface Case {
  readonly name: string;
  readonly method: string;
  readonly plan: Partial<ComparePlan>;
  readonly data: Readonly<Record<string, number[]>> & { readonly item?: string[] };
  readonly expected: {
    readonly treatment?: number;
    readonly baseline?: number;
    readonly standardError?: number;
    readonly df?: number;
    readonly p?: number;
    readonly aboveNineTenths?: number;
    readonly difference?: Ends;
    readonly ratio?: Ends;
  };
}
interface Sides {
  readonly above: number;
  readonly below: number;
}
interface Flip {
  readonly name: string;
  readonly treatment: number[];
  readonly baseline: number[];
  readonly treatmentOrder: number[] | null;
  readonly baselineOrder: number[] | null;
  readonly schedules: number;
  readonly tests: readonly (Sides & { readonly r: number; readonly d: number })[];
}
interface Reference {
  readonly cases: readonly Case[];
  readonly signFlip: readonly Flip[];
  readonly quantiles: readonly {
    readonly name: string;
    readonly method: string;
    readonly treatment: number[];
    readonly baseline: number[];
    readonly tests: readonly (Sides & { readonly d: number })[];
  }[];
  readonly shift: Readonly<Record<'treatment' | 'baseline', number[]>> &
    Readonly<Record<'estimate' | 'low' | 'high' | 'superiority', number>>;
  readonly slots: {
    readonly assignment: number[];
    readonly rows: number[][];
    readonly estimands: readonly {
      readonly estimand: ComparePlan['estimand'];
      readonly tests: readonly (Sides & { readonly kind: 'r' | 'd'; readonly at: number })[];
    }[];
  };
}

const reference: Reference = JSON.parse(
  readFileSync(new URL('reference/designs.json', import.meta.url), 'utf8'),
);
const HOUR = 3_600_000;

/** Relative to the size of the number, or of what it is a difference of; no nearer than doubles lie. */
const near = (seen: number, wanted: number, name: string, of = Math.abs(wanted)) =>
  expect(Math.abs(seen - wanted), `${name}: ${seen} against ${wanted}`).toBeLessThanOrEqual(
    Math.max(1e-9 * of, 2 ** -51 * Math.abs(wanted), Number.MIN_VALUE),
  );

function samplesOf({ data, method }: Case): Samples {
  const arm = (name: string, key: string): ArmColumn => {
    const of = (part: string) => data[`${key}${part}`];
    const made = column(name, data[key], {
      ...(of('Per') === undefined ? {} : { per: of('Per') }),
      ...(of('Order') === undefined ? {} : { order: of('Order') }),
      ...(data.item === undefined ? {} : { item: data.item }),
    });
    return {
      ...made,
      ...(data.at === undefined ? {} : { start: Float64Array.from(data.at, (t) => t * HOUR) }),
      ...(data.slot === undefined ? {} : { slot: Float64Array.from(data.slot) }),
      ...(of('Covariate') === undefined ? {} : { covariate: Float64Array.from(of('Covariate')) }),
    };
  };
  const [x, y] = [arm('x', 'treatment'), arm('y', 'baseline')];
  return method === 'welch' || data.byKey !== undefined ? keySamples(x, y) : pairedSamples(x, y);
}

function expectEnds(estimate: Estimate, [value, low, high]: Ends, name: string, tails: string) {
  const interval = estimate.interval(0.95);
  if (interval.kind === 'unbounded') throw new Error(`${name}: unbounded`);
  // An end is known to 1e-9 of the interval's width: 1e9 with a spread of 1 has more digits than there are in p.
  const width = (high ?? Number.NaN) - (low ?? Number.NaN);
  near(estimate.estimate, value, name, tails === 'width' ? width : Math.abs(value));
  near(interval.low, low ?? Number.NaN, `${name} low`, tails === 'width' ? width : Math.abs(low ?? 0));
  near(interval.high, high ?? Number.NaN, `${name} high`, tails === 'width' ? width : Math.abs(high ?? 0));
}

describe('numbers agree with a second implementation to 1e-9', () => {
  test.each(reference.cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const { expected, data, method, plan } = one;
    const found = infer(methods[method], samplesOf(one), {
      ...plan,
      ...(data.at === undefined ? {} : { bucketMs: HOUR }),
    });
    const { difference, ratio } = found;
    if (expected.treatment !== undefined) near(found.treatmentValue, expected.treatment, 'treatment');
    if (expected.baseline !== undefined) near(found.baselineValue, expected.baseline, 'baseline');
    if (expected.standardError !== undefined) near(found.standardError, expected.standardError, 'SE');
    if (expected.df !== undefined) near(found.df, expected.df, 'df');
    if (expected.difference !== undefined) expectEnds(difference, expected.difference, 'difference', 'width');
    if (expected.ratio !== undefined && ratio !== null) expectEnds(ratio, expected.ratio, 'ratio', 'value');
    if (expected.ratio !== undefined) expect(ratio).not.toBeNull();
    if (expected.p !== undefined) {
      const { above, below } =
        (method === 'typical' || method === 'series-typical' ? ratio : null)?.test(1) ?? difference.test(0);
      near(2 * Math.min(above, below), expected.p, 'p');
    }
    if (expected.aboveNineTenths !== undefined)
      near(ratio?.test(0.9).above ?? Number.NaN, expected.aboveNineTenths, 'p at 0.9');
  });

  test('and every registered method is among those that have a reference', () => {
    const elsewhere = ['welch-ratio', 'paired-ratio-stratified', 'switchback', 'ramp-keys', 'runs'];
    const here = new Set([
      ...reference.cases.map(({ method }) => method),
      ...reference.quantiles.map(({ method }) => method),
      ...['sign-flip', 'hodges-lehmann'],
    ]);
    expect(Object.keys(methods).filter((name) => !here.has(name) && !elsewhere.includes(name))).toEqual([]);
  });
});

describe('the randomisation test agrees with SciPy and with every schedule written out', () => {
  const blocksOf = ({ treatment, baseline, treatmentOrder, baselineOrder }: Flip) => ({
    treatment: Float64Array.from(treatment),
    baseline: Float64Array.from(baseline),
    places:
      treatmentOrder === null || baselineOrder === null
        ? null
        : { treatment: Float64Array.from(treatmentOrder), baseline: Float64Array.from(baselineOrder) },
  });

  test.each(reference.signFlip.map((one) => [one.name, one] as const))('%s', (name, one) => {
    const blocks = blocksOf(one);
    const n = blocks.treatment.length;
    const found = answered(signFlip(blocks, createRandom(5), 9999));
    expect(found.exact).toBe(!name.includes('drawn'));
    if (found.exact) expect(found.schedules).toBe(one.schedules);
    for (const { r, d, above, below } of one.tests) {
      // Thresholds of differences are differences of sums.
      const seen = r === 1 ? found.difference.test(n * d) : found.ratio?.test(r);
      for (const [side, wanted] of [
        ['above', above],
        ['below', below],
      ] as const) {
        // 9,999 draws: 4.5 standard errors.
        const off = found.exact ? 1e-12 : 1e-4 + 4.5 * Math.sqrt((wanted * (1 - wanted)) / 9999);
        expect(Math.abs((seen?.[side] ?? Number.NaN) - wanted), `${side} at r ${r}, d ${d}`).toBeLessThan(
          off,
        );
      }
    }
  });

  test('is what the method answers for means, and its interval ends where SciPy begins to reject', () => {
    const one = reference.signFlip[1];
    const samples = pairedSamples(column('x', one.treatment), column('y', one.baseline));
    const found = infer(methods['sign-flip'], samples, { estimand: 'mean' });
    for (const { r, d, above, below } of one.tests) {
      const seen = r === 1 ? found.difference.test(d) : found.ratio?.test(r);
      expect(seen?.above).toBeCloseTo(above, 12);
      expect(seen?.below).toBeCloseTo(below, 12);
    }
    const interval = found.difference.interval(0.95);
    if (interval.kind === 'unbounded') throw new Error('unbounded');
    for (const { r, d, above } of one.tests.filter((each) => each.r === 1)) {
      expect(interval.low >= d, `${interval.low} and p ${above} at ${d} (r ${r})`).toBe(above <= 0.025);
    }
  });
});

describe('quantiles over few units are the whole bootstrap distribution', () => {
  test.each(reference.quantiles.map((one) => [`${one.method}: ${one.name}`, one] as const))(
    '%s',
    (_, { method, treatment, baseline, tests }) => {
      const [x, y] = [column('x', treatment), column('y', baseline)];
      const isDrawn = method === 'paired-quantile';
      const samples = isDrawn ? pairedSamples(x, y) : keySamples(x, y);
      const { difference } = infer(methods[method], samples, { estimand: 'p50' });
      const floor = isDrawn ? 2 * 0.5 ** x.n : 0.5 ** x.n + 0.5 ** y.n; // no p is below the chance that all values lie on one side
      for (const { d, above, below } of tests) {
        const seen = difference.test(d);
        for (const [side, whole] of [
          ['above', above],
          ['below', below],
        ] as const) {
          const wanted = Math.min(1, Math.max(floor, whole));
          const off = isDrawn ? 2e-4 + 4.5 * Math.sqrt((wanted * (1 - wanted)) / 10_000) : 1e-9;
          expect(Math.abs(seen[side] - wanted), `${side} ${d}: ${seen[side]}, ${wanted}`).toBeLessThan(off);
        }
      }
    },
  );
});

test('Hodges–Lehmann where there are too many to count: the shifts that SciPy’s rank sum test does not reject', () => {
  const { treatment, baseline, estimate, low, high, superiority } = reference.shift;
  const samples = keySamples(column('x', treatment), column('y', baseline));
  const found = infer(methods['hodges-lehmann'], samples, { estimand: 'location' });
  expect(found.details.test).toBe('normal approximation');
  near(found.difference.estimate, estimate, 'median difference', 1);
  const interval = found.difference.interval(0.95);
  if (interval.kind === 'unbounded') throw new Error('unbounded');
  near(interval.low, low, 'low', 1);
  near(interval.high, high, 'high', 1);
  near(found.details['probability that a key of the treatment is larger'] as number, superiority, 'share');
});

describe('slots of a switchback: all 70 schedules of eight slots', () => {
  const { assignment, rows, estimands } = reference.slots;
  const arm = (name: string, own: number): ArmColumn => {
    const all = rows.flatMap((values, slot) =>
      assignment[slot] === own ? values.map((value) => ({ value, slot })) : [],
    );
    const made = column(
      name,
      all.map(({ value }) => value),
      { unit: all.map((_, i) => `${name}${i}`) },
    );
    return { ...made, slot: Float64Array.from(all, ({ slot }) => slot) };
  };
  const draws = assignment.map((own) => ({ arm: own === 1 ? 'x' : 'y', tuple: null, stratum: 0 }));

  test.each(estimands.map((one) => [one.estimand, one] as const))('%s', (estimand, { tests }) => {
    const samples: Samples = { paired: false, treatment: arm('x', 1), baseline: arm('y', 0) };
    const found: Inference = infer(methods.switchback, samples, { estimand, draws });
    expect(found.details.schedules).toBe(70);
    for (const { kind, at, above, below } of tests) {
      const seen = kind === 'd' ? found.difference.test(at) : found.ratio?.test(at);
      expect(seen?.above, `above ${kind} ${at}`).toBeCloseTo(above, 12);
      expect(seen?.below, `below ${kind} ${at}`).toBeCloseTo(below, 12);
    }
  });
});
