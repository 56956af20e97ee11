import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import type { Estimate, Inference } from '../../src/model/effect.js';
import { createRandom } from '../../src/stats/random.js';
import { column, infer, keySamples, pairedSamples, plan } from './samples.js';

const positive = fc.double({ min: 0.5, max: 100, noNaN: true });
const values = fc.array(positive, { minLength: 5, maxLength: 12 });
/** Blocks with both arms, and which arm went first. */
const blocks = fc.array(fc.tuple(positive, positive, fc.boolean()), { minLength: 6, maxLength: 14 });
const confidence = fc.constantFrom(0.8, 0.9, 0.95, 0.99, 1 - 0.05 / 3);

const pairedOf = (
  rows: readonly (readonly [number, number, boolean])[],
  swap = false,
  scale = 1,
): Inference | null => {
  const x = column(
    'x',
    rows.map(([a]) => a * scale),
    { order: rows.map(([, , first]) => (first ? 0 : 1)) },
  );
  const y = column(
    'y',
    rows.map(([, b]) => b * scale),
    { order: rows.map(([, , first]) => (first ? 1 : 0)) },
  );
  const found = methods['paired-t'].compare(
    swap ? pairedSamples(y, x) : pairedSamples(x, y),
    plan(),
    createRandom(1),
  );
  return 'code' in found ? null : found;
};
const keysOf = (a: readonly number[], b: readonly number[], scale = 1): Inference | null => {
  const arms = [
    column(
      'x',
      a.map((v) => v * scale),
    ),
    column(
      'y',
      b.map((v) => v * scale),
    ),
  ] as const;
  const found = methods.welch.compare(keySamples(...arms), plan(), createRandom(1));
  return 'code' in found ? null : found;
};

/** The next number above x. */
function nextUp(x: number): number {
  const buffer = new DataView(new ArrayBuffer(8));
  buffer.setFloat64(0, x);
  const bits = buffer.getBigInt64(0);
  buffer.setBigInt64(0, x >= 0 ? bits + 1n : bits - 1n);
  return buffer.getFloat64(0);
}

function neverDisagree(estimate: Estimate, level: number, threshold: number): void {
  const interval = estimate.interval(level);
  if (interval.kind === 'unbounded') return;
  const half = (1 - level) / 2;
  const { low, high } = interval;
  expect(estimate.test(low).above).toBeLessThanOrEqual(half);
  expect(estimate.test(nextUp(low)).above).toBeGreaterThan(half);
  expect(estimate.test(high).below).toBeLessThanOrEqual(half);
  expect(estimate.test(-nextUp(-high)).below).toBeGreaterThan(half);
  for (const c of [threshold, low - (high - low), (low + high) / 2, high + (high - low)]) {
    const { above, below } = estimate.test(c);
    expect(low >= c).toBe(above <= half);
    expect(high <= c).toBe(below <= half);
  }
}

describe('interval and test are one thing', () => {
  test('in blocks: the interval lies above c exactly when the test at c rejects, to the last bit', () => {
    fc.assert(
      fc.property(blocks, confidence, positive, (rows, level, c) => {
        const inference = pairedOf(rows);
        fc.pre(inference !== null);
        neverDisagree(inference.difference, level, c - 50);
        if (inference.ratio !== null) neverDisagree(inference.ratio, level, c / 50);
      }),
    );
  });
  test('by key, where degrees of freedom follow the threshold', () => {
    fc.assert(
      fc.property(values, values, confidence, positive, (a, b, level, c) => {
        const inference = keysOf(a, b);
        fc.pre(inference !== null);
        neverDisagree(inference.difference, level, c - 50);
        if (inference.ratio !== null) neverDisagree(inference.ratio, level, c / 50);
      }),
    );
  });
  test('the ratio at 1 and the difference at 0 are the same test', () => {
    fc.assert(
      fc.property(blocks, (rows) => {
        const inference = pairedOf(rows);
        fc.pre(inference?.ratio != null);
        expect(inference.ratio.test(1)).toEqual(inference.difference.test(0));
      }),
    );
  });
  test('a higher confidence never gives a narrower interval', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const inference = keysOf(a, b);
        fc.pre(inference?.ratio != null);
        const [narrow, wide] = [0.9, 0.99].map((level) => inference.ratio?.interval(level));
        if (narrow?.kind !== 'interval' || wide?.kind !== 'interval') return;
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
      }),
    );
  });
});

/** Relative to the interval's own size, which is what rounding can reach. */
const close = (a: number, b: number) =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(b)));

describe('what the arms are called and how they are measured changes nothing', () => {
  test('swapping the arms turns r into 1/r and negates the difference', () => {
    fc.assert(
      fc.property(blocks, (rows) => {
        const one = pairedOf(rows);
        const other = pairedOf(rows, true);
        fc.pre(one !== null && other !== null);
        close(other.difference.estimate, -one.difference.estimate);
        const [i, j] = [one.difference.interval(0.95), other.difference.interval(0.95)];
        if (i.kind === 'interval' && j.kind === 'interval')
          close(j.low / Math.abs(i.high), -Math.sign(i.high));
        if (one.ratio === null || other.ratio === null) return;
        close(other.ratio.estimate * one.ratio.estimate, 1);
        const [r, s] = [one.ratio.interval(0.95), other.ratio.interval(0.95)];
        // Bounded on one side and not on the other is right: 1/r has no end where r reaches 0.
        if (r.kind === 'unbounded' || s.kind === 'unbounded' || r.low < 1e-3) return;
        close(s.low * r.high, 1);
        close(s.high * r.low, 1);
      }),
    );
  });
  test('scaling by a power of two is the same to the last bit', () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: -40, max: 40 }), (a, b, k) => {
        const scale = 2 ** k;
        const one = keysOf(a, b);
        const scaled = keysOf(a, b, scale);
        fc.pre(one !== null && scaled !== null);
        expect(scaled.ratio?.interval(0.95)).toEqual(one.ratio?.interval(0.95));
        expect(scaled.difference.test(0)).toEqual(one.difference.test(0));
        const [i, j] = [one.difference.interval(0.95), scaled.difference.interval(0.95)];
        if (i.kind === 'unbounded' || j.kind === 'unbounded') throw new Error('unbounded');
        expect(j).toEqual({ kind: 'interval', low: i.low * scale, high: i.high * scale });
      }),
    );
  });
  test('blocks scaled by a power of two, with order, are the same to the last bit', () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: -40, max: 40 }), (rows, k) => {
        const one = pairedOf(rows);
        const scaled = pairedOf(rows, false, 2 ** k);
        fc.pre(one !== null && scaled !== null);
        expect(scaled.ratio?.interval(0.95)).toEqual(one.ratio?.interval(0.95));
        expect(scaled.standardError).toBe(one.standardError * 2 ** k);
      }),
    );
  });
  test('scaling by 10^±12 keeps p within 1e-9', () => {
    const rows = [31.2, 28.4, 30.9, 33.3, 29.1, 30.2].map(
      (v, i) => [v, v * 1.1 + (i % 3), i % 2 === 0] as const,
    );
    for (const scale of [1e12, 1e-12]) {
      const [one, scaled] = [pairedOf(rows), pairedOf(rows, false, scale)];
      expect(scaled?.difference.test(0).above).toBeCloseTo(one?.difference.test(0).above ?? Number.NaN, 9);
    }
  });
  test('the order in which units are listed changes no more than rounding', () => {
    fc.assert(
      fc.property(blocks, (rows) => {
        const [one, other] = [pairedOf(rows), pairedOf([...rows].reverse())];
        fc.pre(one !== null && other !== null);
        close(other.standardError / one.standardError, 1);
      }),
    );
  });
});

describe('a weak baseline', () => {
  const noisy = [1, 90, 2, 80, 1, 3];
  const inference = () =>
    infer(methods.welch, keySamples(column('x', [40, 42, 41, 39, 43]), column('y', noisy)));
  test('has no interval of the ratio, and still a test at every threshold', () => {
    const { ratio } = inference();
    expect(ratio?.interval(0.99)).toEqual({ kind: 'unbounded' });
    const { above, below } = ratio?.test(0.1) ?? { above: Number.NaN, below: Number.NaN };
    expect(above + below).toBeCloseTo(1, 12);
    expect(above).toBeLessThan(0.01);
  });
  test('at or below zero has no ratio at all, and still a difference', () => {
    const below = infer(
      methods.welch,
      keySamples(column('x', [1, 2, 3, 4, 5]), column('y', [-1, -2, 0, 1, -3])),
    );
    expect(below.ratio).toBeNull();
    expect(below.difference.interval(0.95).kind).toBe('interval');
  });
});
