import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparePairedQuantiles } from '../../src/stats/paired-quantiles.js';
import { compareIndependentQuantiles } from '../../src/stats/quantile-bootstrap.js';
import { fewestForQuantile, quantileInterval } from '../../src/stats/quantile-interval.js';
import { createRandom, type Random } from '../../src/stats/random.js';
import { answered, expectClose, noise, numbers, reference } from './resampling-reference.js';

const { x, y, one, two } = reference.quantiles;
const [first, second] = [Float64Array.from(x), Float64Array.from(y)];
const lognormal = (n: number, random: Random) =>
  Float64Array.from({ length: n }, () => Math.exp(random.normal()));

describe('a quantile of one arm', () => {
  test('needs 6 values for the median, 73 for p95, 381 for p99', () => {
    expect([0.5, 0.9, 0.95, 0.99, 0.05].map(fewestForQuantile)).toEqual([6, 36, 73, 381, 73]);
    expect(quantileInterval(noise(1, 72), 0.95)).toMatchObject({
      code: 'too-few-for-quantile',
      values: { have: 72, need: 73 },
    });
    const found = answered(quantileInterval(noise(1, 73), 0.95)).interval(0.95);
    expect(found).toMatchObject({ kind: 'interval' });
    expect(found.kind === 'interval' && Number.isFinite(found.low) && Number.isFinite(found.high)).toBe(true);
  });
  test.each(one)('has the order statistics of SciPy as its ends: q = $q at $confidence', (wanted) => {
    const found = answered(quantileInterval(first, wanted.q)).interval(wanted.confidence);
    if (found.kind !== 'interval') throw new Error('unbounded');
    expectClose(found.low, wanted.low, 1e-14);
    expectClose(found.high, wanted.high, 1e-14);
  });
  test('is exact on any distribution: misses at most 2.5 % on each side', () => {
    const random = createRandom('one quantile');
    const misses = { low: 0, high: 0 };
    for (let k = 0; k < 3000; k++) {
      const found = answered(quantileInterval(lognormal(80, random), 0.9));
      const p = found.test(Math.exp(1.2815515655446004));
      if (p.above <= 0.025) misses.low++;
      if (p.below <= 0.025) misses.high++;
    }
    // 99.9 % of binomial(3000, .025) lie below 105.
    expect(misses.low).toBeLessThan(105);
    expect(misses.high).toBeLessThan(105);
    expect(misses.low + misses.high).toBeGreaterThan(40);
  });
  test('refuses constants, NaN, infinities and a quantile outside 0 … 1', () => {
    expect(quantileInterval(new Float64Array(80).fill(1), 0.5)).toMatchObject({ code: 'constant-data' });
    expect(quantileInterval(noise(1, 80).fill(Number.NaN, 2, 3), 0.5)).toMatchObject({
      code: 'values-not-finite',
    });
    expect(() => quantileInterval(noise(1, 80), 1)).toThrow(RangeError);
  });
});

describe('quantiles of two arms', () => {
  test('the bootstrap distribution is exact: p as summed over all pairs of values', () => {
    const { difference } = answered(compareIndependentQuantiles(first, second, two.q));
    for (const wanted of two.tests) {
      const p = difference.test(wanted.d);
      const floor = Math.exp(80 * Math.log(two.q)) * 1.5;
      if (wanted.above > floor) expectClose(p.above, wanted.above, 1e-9);
      if (wanted.below > floor) expectClose(p.below, wanted.below, 1e-9);
    }
  });
  test('p is not below the chance that a quantile lies beyond all values of its arm', () => {
    const { difference } = answered(compareIndependentQuantiles(first, second, 0.9));
    const beyond = Math.exp(80 * Math.log(0.9)) + Math.exp(100 * Math.log(0.1));
    expectClose(difference.test(-1e9).above, beyond, 1e-12);
    expect(difference.interval(1 - beyond)).toMatchObject({ low: Number.NEGATIVE_INFINITY });
  });
  test('interval and test never disagree, for difference and ratio', () => {
    const random = createRandom('agree');
    fc.assert(
      fc.property(fc.integer({ min: 36, max: 60 }), fc.integer({ min: -30, max: 30 }), (n, tenth) => {
        const [a, b] = [lognormal(n, random), lognormal(45, random)].map((v) =>
          v.map((u) => Math.round(u * 8) / 8 + 1),
        );
        const found = answered(compareIndependentQuantiles(a, b, 0.9));
        for (const [estimate, threshold] of [
          [found.difference, tenth / 8],
          [found.ratio, 1 + tenth / 31],
        ] as const) {
          const interval = estimate?.interval(0.9);
          if (interval?.kind !== 'interval') throw new Error('no interval');
          const p = estimate?.test(threshold);
          expect(interval.low >= threshold).toBe((p?.above ?? 1) <= (1 - 0.9) / 2);
          expect(interval.high <= threshold).toBe((p?.below ?? 1) <= (1 - 0.9) / 2);
        }
      }),
      { numRuns: 60 },
    );
  });
  test('arms swapped: the difference is negated, the ratio inverted', () => {
    const forth = answered(compareIndependentQuantiles(first, second, 0.9));
    const back = answered(compareIndependentQuantiles(second, first, 0.9));
    const [a, b] = [forth.difference.interval(0.95), back.difference.interval(0.95)];
    const [c, d] = [forth.ratio?.interval(0.95), back.ratio?.interval(0.95)];
    if (a.kind !== 'interval' || b.kind !== 'interval' || c?.kind !== 'interval' || d?.kind !== 'interval') {
      throw new Error('unbounded');
    }
    expectClose(a.low, -b.high, 1e-12);
    expectClose(c.low, 1 / d.high, 1e-12);
    expectClose(c.high, 1 / d.low, 1e-12);
  });
  test('a power of two as scale changes no bit', () => {
    const at = (scale: number) => {
      const found = answered(
        compareIndependentQuantiles(
          first.map((v) => v * scale),
          second.map((v) => v * scale),
          0.9,
        ),
      );
      return [found.difference.test(-0.1 * scale), found.ratio?.interval(0.95)];
    };
    expect(at(2 ** -60)).toEqual(at(1));
  });
  test('no ratio where the baseline can be zero; ties at the quantile are an answer, not an exception', () => {
    const zeros = noise(3, 80).map((v) => (v > 0 ? 1 : 0));
    const found = answered(compareIndependentQuantiles(first, zeros, 0.5));
    expect(found.ratio).toBeNull();
    const capped = Float64Array.from({ length: 80 }, (_, i) => Math.min(60, i));
    const same = answered(compareIndependentQuantiles(capped, capped.slice(), 0.9));
    expect(same.difference.interval(0.9)).toMatchObject({ kind: 'interval' });
    expect(same.difference.test(0).above).toBeGreaterThan(0.99);
    expect(same.difference.test(0).below).toBeGreaterThan(0.99);
    expect(compareIndependentQuantiles(numbers(1, 2), second, 0.5)).toMatchObject({
      code: 'too-few-for-quantile',
    });
  });
  test.each([
    [73, 73, 0.95],
    [73, 200, 0.95],
    [36, 36, 0.9],
  ])('covers at least 90 %% at the smallest n: %i + %i, q = %f', (n, m, q) => {
    const random = createRandom('two quantiles', String(n), String(m));
    let covered = 0;
    for (let k = 0; k < 600; k++) {
      const found = answered(compareIndependentQuantiles(lognormal(n, random), lognormal(m, random), q));
      const p = found.difference.test(0);
      if (p.above > 0.025 && p.below > 0.025) covered++;
    }
    // Measured 96–97 %; 99.9 % of binomial(600, .935) lie above 541.
    expect(covered).toBeGreaterThan(541);
  });
});

describe('quantiles of paired arms', () => {
  test('uses what the arms share: far narrower than independent arms', () => {
    const random = createRandom('paired');
    const load = lognormal(120, random);
    const a = load.map((v) => v * (1 + 0.05 * random.normal()));
    const b = load.map((v) => 1.2 * v * (1 + 0.05 * random.normal()));
    const paired = answered(comparePairedQuantiles(a, b, 0.9, createRandom(1), 4000));
    const apart = answered(compareIndependentQuantiles(a, b, 0.9));
    expect(paired.treatmentValue).toBe(apart.treatmentValue);
    expect(paired.standardError).toBeLessThan(apart.standardError / 2);
    const interval = paired.ratio?.interval(0.95);
    if (interval?.kind !== 'interval') throw new Error('unbounded');
    expect(paired.ratio?.test(interval.low).above).toBeLessThanOrEqual(0.025);
    expect(paired.ratio?.test(interval.low + 1e-9).above).toBeGreaterThan(0.025);
    expect(interval.high).toBeLessThan(1);
  });
  test('agrees with the exact distribution where pairs share nothing', () => {
    const random = createRandom('independent pairs');
    const [a, b] = [lognormal(200, random), lognormal(200, random)];
    const drawn = answered(comparePairedQuantiles(a, b, 0.9, createRandom(1), 20_000));
    const exact = answered(compareIndependentQuantiles(a, b, 0.9));
    for (const d of [-1, -0.3, 0, 0.2, 0.8]) {
      expect(Math.abs(drawn.difference.test(d).above - exact.difference.test(d).above)).toBeLessThan(0.04);
    }
  });
  test('covers at least 90 % at n = 73 for p95', () => {
    const random = createRandom('paired coverage');
    let covered = 0;
    for (let k = 0; k < 400; k++) {
      const load = lognormal(73, random);
      const arm = () => load.map((v) => v * Math.exp(0.3 * random.normal()));
      const found = answered(comparePairedQuantiles(arm(), arm(), 0.95, random.stream(String(k)), 2000));
      const p = found.difference.test(0);
      if (p.above > 0.025 && p.below > 0.025) covered++;
    }
    // 99.9 % of binomial(400, .935) lie above 358.
    expect(covered).toBeGreaterThan(358);
  });
});
