import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newcombe } from '../../src/stats/newcombe.js';

const arm = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }))
  .map(([a, b]) => ({ p: a + b === 0 ? 0 : a / (a + b), n: Math.max(1, a + b) }));
const df = fc.constantFrom(Number.POSITIVE_INFINITY, 8, 38);

describe('Newcombe', () => {
  test('the interval of the difference holds exactly the thresholds that are not rejected', () => {
    fc.assert(
      fc.property(arm, arm, df, fc.double({ min: -1, max: 1, noNaN: true }), (x, y, d, threshold) => {
        const { difference } = newcombe(x, y, d);
        const interval = difference.interval(0.95);
        if (interval.kind === 'unbounded') throw new Error('unbounded');
        const { above, below } = difference.test(threshold);
        expect(interval.low >= threshold).toBe(above <= 0.025);
        expect(interval.high <= threshold).toBe(below <= 0.025);
      }),
    );
  });
  test('the interval of the ratio does the same, and agrees with the difference at "no difference"', () => {
    fc.assert(
      fc.property(arm, arm, df, fc.double({ min: 0.01, max: 5, noNaN: true }), (x, y, d, threshold) => {
        const { ratio, difference } = newcombe(x, y, d);
        fc.pre(ratio !== null);
        expect(ratio.test(1)).toEqual(difference.test(0));
        const interval = ratio.interval(0.95);
        if (interval.kind === 'unbounded') throw new Error('unbounded');
        const { above, below } = ratio.test(threshold);
        expect(interval.low >= threshold).toBe(above <= 0.025);
        expect(interval.high <= threshold).toBe(below <= 0.025);
      }),
    );
  });
  test('swapping the arms negates the difference', () => {
    fc.assert(
      fc.property(arm, arm, df, (x, y, d) => {
        const [one, other] = [newcombe(x, y, d), newcombe(y, x, d)].map((found) =>
          found.difference.interval(0.95),
        );
        if (one.kind === 'unbounded' || other.kind === 'unbounded') throw new Error('unbounded');
        expect(other.low).toBeCloseTo(-one.high, 12);
        expect(other.high).toBeCloseTo(-one.low, 12);
      }),
    );
  });
  test('never leaves −1 … 1, and has a width even without events', () => {
    fc.assert(
      fc.property(arm, arm, df, (x, y, d) => {
        const interval = newcombe(x, y, d).difference.interval(0.99);
        if (interval.kind === 'unbounded') throw new Error('unbounded');
        expect(interval.low).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(interval.high).toBeLessThanOrEqual(1 + 1e-12);
        expect(interval.high - interval.low).toBeGreaterThan(0);
      }),
    );
  });
  test('a ratio needs an event in the baseline', () => {
    expect(newcombe({ p: 0.2, n: 10 }, { p: 0, n: 10 }, Number.POSITIVE_INFINITY).ratio).toBeNull();
  });
});
