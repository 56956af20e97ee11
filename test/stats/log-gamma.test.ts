import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logGamma, stirlingRemainder } from '../../src/stats/log-gamma.ts';
import { logGap } from '../../src/stats/log-gap.ts';

describe('logGamma', () => {
  test('is the logarithm of the factorial of one less', () => {
    let factorial = 1;
    for (let n = 1; n <= 170; n += 1) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 11);
      factorial *= n;
    }
  });

  test('agrees with reference values between whole numbers', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14);
    // mpmath, 20 digits.
    expect(logGamma(0.1)).toBeCloseTo(2.252712651734206, 14);
    expect(logGamma(1.5)).toBeCloseTo(-0.12078223763524522, 14);
    expect(logGamma(3.7)).toBeCloseTo(1.4280723266653881, 14);
    expect(logGamma(1e-300)).toBeCloseTo(300 * Math.LN10, 10);
  });

  test('grows by the logarithm of x from x to x + 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (x) => {
        const scale = Math.max(10, logGamma(x));
        expect((logGamma(x + 1) - logGamma(x) - Math.log(x)) / scale).toBeCloseTo(0, 14);
      }),
    );
  });

  test('has defined answers at the ends', () => {
    expect(logGamma(0)).toBe(Number.POSITIVE_INFINITY);
    expect(logGamma(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(logGamma(-1.5)).toBeNaN();
    expect(logGamma(Number.NaN)).toBeNaN();
  });
});

describe('stirlingRemainder', () => {
  test('lies between the first one and two terms of its expansion', () => {
    for (const x of [0.3, 1, 4, 9.99, 10, 10.01, 250, 1e8]) {
      expect(stirlingRemainder(x)).toBeLessThanOrEqual(1 / (12 * x));
      expect(stirlingRemainder(x)).toBeGreaterThanOrEqual(1 / (12 * x) - 1 / (360 * x * x * x));
    }
  });

  test('joins its two branches without a step', () => {
    expect(stirlingRemainder(10 - 1e-9)).toBeCloseTo(stirlingRemainder(10), 11);
  });
});

describe('logGap', () => {
  test('is half the square of u where u is tiny, which a subtraction would lose', () => {
    for (const u of [1e-3, -1e-5, 1e-9, -1e-30]) {
      expect(logGap(u, 1 + u) / ((u * u) / 2 - (u * u * u) / 3)).toBeCloseTo(1, 5);
    }
    expect(logGap(0, 1)).toBe(0);
  });

  test('joins its branches without a step', () => {
    for (const edge of [0.4, -0.4]) {
      const [inside, outside] = [edge * (1 - 1e-12), edge * (1 + 1e-12)];
      expect(logGap(inside, 1 + inside) / logGap(outside, 1 + outside)).toBeCloseTo(1, 10);
    }
  });

  test('uses the better known sum close to minus one', () => {
    expect(logGap(-1, 1e-200)).toBeCloseTo(200 * Math.LN10 - 1, 10);
    expect(logGap(-1, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
