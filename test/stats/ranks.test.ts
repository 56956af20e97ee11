import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hodgesLehmann } from '../../src/stats/hodges-lehmann.js';
import { mannWhitney } from '../../src/stats/mann-whitney.js';
import { createRandom } from '../../src/stats/random.js';
import { mannWhitneyScreen } from '../../src/stats/rank-screen.js';
import { rankedDifference } from '../../src/stats/sorted-differences.js';
import { answered, expectClose, noise, numbers, reference } from './resampling-reference.js';

const arms = (name: string) => {
  const found = reference.ranks.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return [Float64Array.from(found.x), Float64Array.from(found.y)] as const;
};

describe('Mann–Whitney', () => {
  test.each(reference.ranks)('agrees with SciPy and with listing all ways: $name', (one) => {
    const [x, y] = [Float64Array.from(one.x), Float64Array.from(one.y)];
    const normal = answered(mannWhitney(x, y, 'normal'));
    expect(normal.u).toBe(one.u);
    for (const side of ['above', 'below', 'twoSided'] as const) {
      expectClose(normal[side], Math.max(Number.MIN_VALUE, one.normal[side]), 1e-12);
      if (one.exact !== undefined) {
        expectClose(answered(mannWhitney(x, y, 'exact'))[side], one.exact[side], 1e-13);
      }
    }
  });
  test('counts exactly while samples are small, ties included', () => {
    expect(answered(mannWhitney(...arms('ties')))).toMatchObject({ exact: true });
    expect(answered(mannWhitney(...arms('large')))).toMatchObject({ exact: false });
  });
  test('shows a p that no double holds as the smallest one, not as 0', () => {
    const x = noise(1, 2000);
    const found = answered(
      mannWhitney(
        x.map((v) => v + 10),
        x,
      ),
    );
    expect(found.above).toBe(Number.MIN_VALUE);
    expect(found.twoSided).toBeGreaterThan(0);
    expect(found.twoSided).toBeLessThan(1e-300);
  });
  test('ranks infinities, refuses NaN, empty arms and constants', () => {
    expect(answered(mannWhitney(numbers(1, Number.POSITIVE_INFINITY), numbers(0, 0.5))).u).toBe(4);
    expect(mannWhitney(numbers(1, Number.NaN), numbers(0))).toMatchObject({ code: 'values-not-finite' });
    expect(mannWhitney(numbers(), numbers(0))).toMatchObject({ code: 'too-few-values' });
    expect(mannWhitney(numbers(2, 2), numbers(2, 2, 2))).toMatchObject({ code: 'constant-data' });
    expect(answered(mannWhitney(numbers(1), numbers(2)))).toMatchObject({
      above: 1,
      below: 0.5,
      twoSided: 1,
    });
  });
  test('a shift found at mean 1 is found at mean 1e-6: only ranks matter', () => {
    const [x, y] = arms('plain');
    const p = answered(mannWhitney(x, y)).above;
    for (const scale of [1e-6, 1e12, 2 ** -900]) {
      expect(
        answered(
          mannWhitney(
            x.map((v) => v * scale),
            y.map((v) => v * scale),
          ),
        ).above,
      ).toBe(p);
    }
  });
  test('arms swapped: the sides change places', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 9 }),
        (a, b) => {
          const [x, y] = [Float64Array.from(a), Float64Array.from(b)];
          const [forth, back] = [mannWhitney(x, y), mannWhitney(y, x)];
          if ('code' in forth || 'code' in back) return 'code' in forth && 'code' in back;
          expectClose(forth.above, back.below, 1e-13);
          expectClose(forth.below, back.above, 1e-13);
          return true;
        },
      ),
    );
  });
  test('under no difference the exact test with ties rejects at most 2.5 % on each side', () => {
    const random = createRandom('mann-whitney');
    const counts = { above: 0, below: 0 };
    for (let k = 0; k < 4000; k++) {
      const draw = (n: number) => Float64Array.from({ length: n }, () => random.integer(5));
      const found = mannWhitney(draw(8), draw(10));
      if ('code' in found) continue;
      if (found.above <= 0.025) counts.above++;
      if (found.below <= 0.025) counts.below++;
    }
    // 99.9 % of binomial(4000, .025) lie below 134.
    expect(counts.above).toBeLessThan(134);
    expect(counts.below).toBeLessThan(134);
    expect(counts.above).toBeGreaterThan(40);
  });
});

describe('the screen of many pairs', () => {
  const screen = (rows: [Float64Array, Float64Array][], m: number, n: number) => {
    const [x, y] = [new Float64Array(rows.length * m), new Float64Array(rows.length * n)];
    rows.forEach(([a, b], k) => {
      x.set(a, k * m);
      y.set(b, k * n);
    });
    return mannWhitneyScreen(x, y, m, n);
  };
  test.each([
    [60, 60],
    [63, 64],
    [64, 63],
    [1, 1],
    [2, 126],
    [126, 3],
    [127, 3],
    [128, 40],
    [7, 300],
  ])('gives what the single test gives, %i + %i values, with and without ties', (m, n) => {
    const random = createRandom(7);
    const rows = Array.from({ length: 60 }, (_, k): [Float64Array, Float64Array] => {
      const grid = [0, 1000, 50, 3][k % 4];
      const value = () => (grid === 0 ? random.normal() : Math.round(random.normal() * grid) / grid);
      return [Float64Array.from({ length: m }, value), Float64Array.from({ length: n }, value)];
    });
    rows.push([new Float64Array(m), new Float64Array(n).fill(-0)]);
    rows.push([new Float64Array(m).fill(1), new Float64Array(n).fill(Number.NaN)]);
    rows.push([new Float64Array(m).fill(Number.POSITIVE_INFINITY), noise(1, n)]);
    const holed = (value: number) => noise(3, n).map((v, i) => (i === n >> 1 ? value : v));
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY, 1e300, 4e9, -5e7, 9, -0])
      rows.push([noise(2, m), holed(value)]);
    rows.push([noise(2, m).map((v) => v * 1e308), noise(3, n).map((v) => v * 1e308)]);
    rows.push([noise(2, m).map((v) => Math.exp(20 * v)), noise(3, n).map((v) => Math.exp(20 * v))]);
    rows.push([noise(2, m).map((v) => v * 1e-320), noise(3, n).map((v) => v * 1e-320)]);
    const p = screen(rows, m, n);
    rows.forEach(([a, b], k) => {
      const single = mannWhitney(a, b, 'normal');
      expect(p[k]).toBe('code' in single ? Number.NaN : single.twoSided);
    });
  });
  test('refuses rows that do not match', () => {
    expect(() => mannWhitneyScreen(new Float64Array(6), new Float64Array(5), 3, 3)).toThrow(RangeError);
  });
});

describe('Hodges–Lehmann', () => {
  test.each(reference.ranks)('is the median of all differences: $name', (one) => {
    const found = answered(hodgesLehmann(Float64Array.from(one.x), Float64Array.from(one.y)));
    expectClose(found.difference.estimate, one.median, 1e-15);
  });
  test.each(reference.hodgesLehmann)('has the exact ranks as its interval: $name at $confidence', (one) => {
    const found = answered(hodgesLehmann(...arms(one.name))).difference.interval(one.confidence);
    if (found.kind !== 'interval') throw new Error('unbounded');
    expectClose(found.low, one.low, 1e-14);
    expectClose(found.high, one.high, 1e-14);
  });
  test('interval and test never disagree', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 4, maxLength: 14 }),
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 4, maxLength: 14 }),
        fc.integer({ min: -20, max: 20 }),
        (a, b, twice) => {
          const found = hodgesLehmann(Float64Array.from(a), Float64Array.from(b));
          if ('code' in found) return;
          const interval = found.difference.interval(0.9);
          if (interval.kind !== 'interval') throw new Error('unbounded');
          const p = found.difference.test(twice / 2);
          expect(interval.low >= twice / 2).toBe(p.above <= (1 - 0.9) / 2);
          expect(interval.high <= twice / 2).toBe(p.below <= (1 - 0.9) / 2);
        },
      ),
    );
  });
  test('an end of the interval next to 0 is found to the last bit', () => {
    const tiny = Number.MIN_VALUE;
    const { difference } = answered(hodgesLehmann(numbers(0, -1, -1, -1), numbers(tiny, 0, tiny, tiny)));
    // Differences: −1 twelve times, −tiny three times, 0 once; below a shift of 0 lie 15 of 16, p = 2/70.
    expect(difference.test(0).below).toBeCloseTo(2 / 70, 14);
    expect(difference.interval(0.9)).toMatchObject({ low: -1 - 2 ** -52, high: 0 });
  });
  test('any rank among a million differences, with ties and at extreme scales', () => {
    for (const scale of [1, 1e-300, 1e300]) {
      const x = noise(5, 300).map((v) => Math.round(v * 50) * scale);
      const y = noise(6, 200).map((v) => Math.round(v * 50) * scale);
      const pair = { x: x.slice().sort(), y: y.slice().sort() };
      const all = Float64Array.from(Array.from(x).flatMap((a) => Array.from(y, (b) => a - b))).sort();
      for (const k of [1, 2, 777, 30_000, 59_999, 60_000]) expect(rankedDifference(pair, k)).toBe(all[k - 1]);
    }
  });
  test('100,000 + 100,000 values need neither 10¹⁰ differences nor a second', () => {
    const [x, y] = [noise(8, 100_000), noise(9, 100_000).map((v) => v - 0.01)];
    const started = performance.now();
    const found = answered(hodgesLehmann(x, y)).difference;
    const interval = found.interval(0.95);
    expect(performance.now() - started).toBeLessThan(5000);
    if (interval.kind !== 'interval') throw new Error('unbounded');
    expect(found.estimate).toBeCloseTo(0.01, 2);
    expect(interval.high - interval.low).toBeLessThan(0.012);
    expect(interval.low).toBeLessThan(0.01);
    expect(interval.high).toBeGreaterThan(0.01);
  });
  test('too few values leave the interval without ends; constants and NaN are refused', () => {
    const few = answered(hodgesLehmann(numbers(1, 2), numbers(3, 5))).difference;
    expect(few.interval(0.95)).toMatchObject({
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
    expect(hodgesLehmann(numbers(1, 1), numbers(1))).toMatchObject({ code: 'constant-data' });
    expect(hodgesLehmann(numbers(1, Number.NEGATIVE_INFINITY), numbers(1))).toMatchObject({
      code: 'values-not-finite',
    });
  });
});
