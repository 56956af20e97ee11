import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/stats/random.js';
import { signFlip as asked } from '../../src/stats/sign-flip.js';
import { answered } from './resampling-reference.js';

const signFlip = (...what: Parameters<typeof asked>) => answered(asked(...what));
const numbers = (...values: number[]) => Float64Array.from(values);

describe('the randomisation test', () => {
  test('counts all 2⁶ sign patterns of six blocks without order: the most extreme has p = 2/64', () => {
    const x = numbers(1, 2, 3, 4, 5, 6);
    const found = signFlip(
      { treatment: x, baseline: x.map((v) => v - 1 - v / 100), places: null },
      createRandom(1),
      9999,
    );
    expect(found).toMatchObject({ exact: true, schedules: 64 });
    expect(found.difference.test(0).above).toBe(1 / 64);
  });
  test('counts the C(8,4) = 70 balanced schedules of eight blocks', () => {
    const first = numbers(0, 1, 0, 1, 0, 1, 0, 1);
    const x = numbers(3, 4, 5, 6, 7, 8, 9, 10.5);
    const y = x.map((v) => v - 2 - v / 50);
    const places = { treatment: first, baseline: first.map((p) => 1 - p) };
    const found = signFlip({ treatment: x, baseline: y, places }, createRandom(1), 9999);
    expect(found).toMatchObject({ exact: true, schedules: 70 });
    expect(found.difference.test(0).above).toBe(1 / 70);
  });
  test('with an odd number of blocks counts the schedules with the extra block in either order', () => {
    const first = numbers(0, 1, 0, 1, 0, 1, 0);
    const places = { treatment: first, baseline: first.map((p) => 1 - p) };
    const x = numbers(1, 5, 2, 4, 3, 6, 2);
    const found = signFlip(
      { treatment: x, baseline: numbers(2, 3, 2, 5, 1, 6, 3), places },
      createRandom(1),
      9999,
    );
    expect(found.schedules).toBe(70); // 2 × C(7,3)
  });
  test('drawn schedules agree with the full count', () => {
    const random = createRandom(3);
    const n = 12;
    const first = Float64Array.from({ length: n }, (_, i) => i % 2);
    const places = { treatment: first, baseline: first.map((p) => 1 - p) };
    const x = Float64Array.from({ length: n }, () => random.normal() + 0.5);
    const y = Float64Array.from({ length: n }, () => random.normal());
    const all = signFlip({ treatment: x, baseline: y, places }, createRandom(1), 9999);
    const some = signFlip({ treatment: x, baseline: y, places }, createRandom(1), 900);
    expect(all.exact).toBe(true);
    expect(some.exact).toBe(false);
    expect(Math.abs(all.difference.test(0).above - some.difference.test(0).above)).toBeLessThan(0.06);
  });
  test('never reports p = 0 when schedules are drawn', () => {
    const x = Float64Array.from({ length: 40 }, (_, i) => 100 + i);
    const found = signFlip(
      { treatment: x, baseline: x.map((v, i) => v - 50 - (i % 3)), places: null },
      createRandom(1),
      999,
    );
    expect(found.difference.test(0).above).toBe(1 / 1000);
  });
  test('three arms: only blocks in which both arms stood in the same pair of places exchange their orders', () => {
    const places = { treatment: numbers(0, 1, 0, 2, 1, 2), baseline: numbers(1, 0, 2, 0, 2, 1) };
    const x = numbers(1, 2, 4, 3, 5, 6);
    const found = signFlip(
      { treatment: x, baseline: x.map((v, i) => v - i / 7), places },
      createRandom(1),
      9999,
    );
    expect(found.schedules).toBe(8); // one of each order in each of three kinds of block: 2 × 2 × 2
  });
  test('the interval holds what the test does not reject', () => {
    const random = createRandom(9);
    const x = Float64Array.from({ length: 20 }, () => 10 + random.normal());
    const y = Float64Array.from({ length: 20 }, () => 12 + random.normal());
    const { difference } = signFlip({ treatment: x, baseline: y, places: null }, createRandom(1), 999);
    const interval = difference.interval(0.95);
    if (interval.kind === 'unbounded') throw new Error('unbounded');
    expect(interval.low).toBeLessThan(difference.estimate);
    expect(interval.high).toBeGreaterThan(difference.estimate);
    expect(difference.test(interval.low - 0.1).above).toBeLessThanOrEqual(0.025);
    expect(difference.test(interval.low + 0.1).above).toBeGreaterThan(0.025);
  });
});
