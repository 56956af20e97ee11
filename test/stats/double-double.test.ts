import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  linearForm,
  preciseQuotient,
  preciseSum,
  twoProduct,
  twoSum,
} from '../../src/stats/double-double.js';

const whole = fc.maxSafeInteger();

describe('error-free transformations', () => {
  test('a sum and its error are exact', () => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const { high, low } = twoSum(a, b);
        expect(BigInt(high) + BigInt(low)).toBe(BigInt(a) + BigInt(b));
      }),
    );
  });
  test('a product and its error are exact', () => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const { high, low } = twoProduct(a, b);
        expect(BigInt(high) + BigInt(low)).toBe(BigInt(a) * BigInt(b));
      }),
    );
  });
  test('what is lost by adding in sequence is kept', () => {
    expect([1e16, 1, 1, -1e16].reduce((sum, v) => sum + v, 0)).not.toBe(2);
    expect(preciseSum([1e16, 1, 1, -1e16]).high).toBe(2);
  });
  test('a third is a third to 32 digits', () => {
    const third = preciseQuotient({ high: 1, low: 0 }, { high: 3, low: 0 });
    expect(third.high).toBe(1 / 3);
    expect(third.low).toBeCloseTo(1.850371707708594e-17, 30);
  });
  test('x − r·y is not lost where both are 10⁹', () => {
    const x = { high: 1e9, low: 2 ** -30 };
    expect(linearForm(x, 1, { high: 1e9, low: 0 }, 0)).toBe(2 ** -30);
  });
});
