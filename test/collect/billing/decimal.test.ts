import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../../src/collect/sources/billing/decimal.js';

const parsed = (text: string): Decimal => {
  const decimal = Decimal.parse(text);
  if (decimal === null) throw new Error(`${text} is no decimal`);
  return decimal;
};
const units = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
const scale = fc.integer({ min: 0, max: 18 });
const decimals = fc.tuple(units, scale).map(([digits, places]) => new Decimal(digits, places));

describe('amounts of money', () => {
  test('are what is written, in every spelling that a bill uses', () => {
    expect(parsed('1.0151516483').toString()).toBe('1.0151516483');
    expect(parsed('1.33E-8').toString()).toBe('0.0000000133');
    expect(parsed('-2.6137').toString()).toBe('-2.6137');
    expect(parsed('12e2').toString()).toBe('1200');
    expect(parsed('.5').toString()).toBe('0.5');
    expect(parsed('0.00000080000').toString()).toBe('0.0000008');
  });

  test('are refused where they are no decimal numbers', () => {
    for (const text of ['', '.', '1,5', '1.5 USD', 'NaN', '0x1', '1e', '--1', '1e99999'])
      expect(Decimal.parse(text)).toBeNull();
  });

  test('do not round: a tenth and two tenths are three', () => {
    expect(parsed('0.1').plus(parsed('0.2')).toNumber()).toBe(0.3);
  });

  test('add in any order to the same, and take back what was added', () => {
    fc.assert(
      fc.property(fc.array(decimals, { maxLength: 20 }), (all) => {
        const sum = (list: readonly Decimal[]): Decimal => list.reduce((a, b) => a.plus(b), Decimal.ZERO);
        const negative = all.map((one) => new Decimal(-one.units, one.scale));
        expect(sum([...all].reverse()).toString()).toBe(sum(all).toString());
        expect(sum([...all, ...negative]).isZero).toBe(true);
      }),
    );
  });

  test('come back from their text', () => {
    fc.assert(
      fc.property(decimals, (one) => {
        expect(parsed(one.toString()).toString()).toBe(one.toString());
      }),
    );
  });

  test('become the number nearest to them', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (value) => {
        expect(parsed(String(value)).toNumber()).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
