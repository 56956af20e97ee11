import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  amountText,
  boundTexts,
  count,
  duration,
  estimateWithInterval,
  intervalText,
  list,
  number,
  percent,
  plural,
  pValue,
  quantity,
  timestamp,
} from '../../src/report/format.js';
import { interval, unbounded } from './worlds/build.js';

describe('numbers', () => {
  test.each([
    [1234567, '1,234,567'],
    [0.5, '0.5'],
    [-12.3456, '−12.3'],
    [99.96, '100'],
    [1.23456e-6, '1.23e-6'],
    [1e20, '1e20'],
    [0.0001, '0.0001'],
    [0, '0'],
    [-0, '0'],
    [Number.NaN, 'not a number'],
    [Number.NEGATIVE_INFINITY, '−∞'],
    [null, 'none'],
  ])('%s is written %s', (x, text) => expect(number(x)).toBe(text));

  test('counts have thousands and no fraction', () => {
    expect(count(1234567)).toBe('1,234,567');
    expect(count(-1000)).toBe('−1,000');
    expect([plural(1, 'unit'), plural(2, 'unit'), plural(0, 'entry', 'entries')]).toEqual([
      '1 unit',
      '2 units',
      '0 entries',
    ]);
  });

  test.each([
    [0.784, '78.4%'],
    [0.975, '97.5%'],
    [0.99999, '99.999%'],
    [1, '100%'],
    [-0.05, '−5%'],
  ])('the fraction %s is %s', (x, text) => expect(percent(x)).toBe(text));

  test.each([
    [0, 'p < 1e-300'],
    [0.012, 'p = 0.012'],
    [3.2e-7, 'p = 3.2e-7'],
    [0.0499, 'p = 0.0499'],
    [0.02499, 'p = 0.02499'],
    [1, 'p > 0.99'],
    [Number.NaN, 'no p-value'],
  ])('a p-value of %s is written %s', (p, text) => expect(pValue(p)).toBe(text));

  test('a p-value never seems to stand on a level that it does not', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.0001, max: 0.99, noNaN: true }), (p) => {
        const shown = Number(pValue(p).replace('p = ', ''));
        for (const level of [0.001, 0.01, 0.025, 0.05]) {
          if (Math.abs(p - level) > 1e-9) expect(Math.sign(shown - level)).toBe(Math.sign(p - level));
        }
      }),
    );
  });
});

describe('quantities', () => {
  test.each([
    [0.0032, 's', '3.2 ms'],
    [61.5, 's', '61.5 s'],
    [500, 's', '8.33 min'],
    [1200, 'ms', '1.2 s'],
    [5e8, 'B', '477 MiB'],
    [12.3, 'USD/1M records', '$12.30 per 1M records'],
    [0.0123, 'USD', '$0.0123'],
    [0.5, 'USD', '$0.50'],
    [1.234e-6, 'USD', '$1.23e-6'],
    [-1.5, 'USD', '−$1.50'],
    [12345, 'CHF', 'CHF 12,345'],
    [0.0052, 'fraction', '0.52%'],
    [123456, 'records', '123,456 records'],
    [3, 'constructor', '3 constructor'],
    [Number.NaN, 's', 'not a number s'],
  ])('%s %s is %s', (x, unit, text) => expect(quantity(x, unit)).toBe(text));

  test('amounts are written as sentences write them', () => {
    expect(amountText({ kind: 'relative', value: 0.1 }, 's')).toBe('10%');
    expect(amountText({ kind: 'points', value: 0.005 }, 'fraction')).toBe('0.5 points');
    expect(amountText({ kind: 'absolute', value: 90 }, 's')).toBe('90 s');
  });
});

describe('times', () => {
  test('instants are UTC and say so', () => {
    expect(timestamp(1762000000123)).toBe('2025-11-01 12:26:40 UTC');
    expect(timestamp('2026-11-01T02:00+02:00')).toBe('2026-11-01 00:00 UTC');
    expect(timestamp('nonsense')).toBe('nonsense');
  });

  test.each([
    [340, '340 ms'],
    [12_400, '12.4 s'],
    [59_970, '1 min'],
    [200_000, '3 min 20 s'],
    [3_599_999, '1 h'],
    [7_500_000, '2 h 5 min'],
    [86_399_999, '1 d'],
    [-1_500, '−1.5 s'],
  ])('%s ms last %s', (ms, text) => expect(duration(ms)).toBe(text));

  test('lists are joined as in a sentence', () => {
    expect([list(['a']), list(['a', 'b']), list(['a', 'b', 'c']), list([])]).toEqual([
      'a',
      'a and b',
      'a, b and c',
      'none',
    ]);
  });
});

describe('estimates with their interval', () => {
  const fraction = { unit: 'fraction' };
  test.each([
    [0.782, interval(0.761, 0.803), '78% (76–80%)'],
    [0.12, interval(-0.03, 0.27), '12% (−3% to 27%)'],
    [0.12, interval(0.003, 0.24), '12% (0.3–24%)'],
    [0.15, interval(0.1, null), '15% (at least 10%)'],
    [0.15, interval(null, 0.2), '15% (at most 20%)'],
    [0.15, unbounded, '15% (cannot be bounded)'],
  ])('%s in %o is %s', (estimate, i, text) => expect(estimateWithInterval(estimate, i, fraction)).toBe(text));

  test('the unit is said once, with the digits that the interval supports', () => {
    expect(estimateWithInterval(0.0032, interval(0.0031, 0.0034), { unit: 's' })).toBe('3.20 ms (3.10–3.40)');
    expect(estimateWithInterval(-0.15, interval(-0.2, -0.1), { unit: 'USD/1M records' })).toBe(
      '−$0.15 per 1M records (−$0.20 to −$0.10)',
    );
    expect(intervalText(interval(-0.02, 0.08), fraction)).toBe('−2% to 8%');
  });

  test('money has two digits after the point, or none', () => {
    expect(estimateWithInterval(36.02, interval(35.11, 36.88), { unit: 'USD' })).toBe(
      '$36.02 ($35.11–36.88)',
    );
    expect(estimateWithInterval(360, interval(320, 400), { unit: 'USD' })).toBe('$360 ($320–400)');
  });

  test('a bound just beside a threshold gets the digits that show on which side', () => {
    expect(estimateWithInterval(0.15, interval(0.1004, 0.2), { ...fraction, near: [0.1] })).toBe(
      '15% (10.04–20%)',
    );
  });

  test('rounding never moves a bound across zero or the threshold', () => {
    // Halfway between multiples of 0.0001, so never on a threshold.
    const x = fc.integer({ min: -20_000, max: 20_000 }).map((n) => n / 10_000 + 0.00005);
    fc.assert(
      fc.property(x, x, fc.constantFrom(0.1, 0.03, 0.25), (a, b, threshold) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(low < high);
        const texts = boundTexts(interval(low, high), { ...fraction, near: [threshold] });
        for (const [end, text] of [
          [low, texts.low],
          [high, texts.high],
        ] as const) {
          const shown = Number(String(text).replace('−', '-').replace('%', '').replaceAll(',', '')) / 100;
          for (const fence of [0, threshold]) {
            if (Math.abs(shown - fence) > 1e-12)
              expect(Math.sign(shown - fence)).toBe(Math.sign(end - fence));
            else throw new Error(`${end} is shown as ${text}, on ${fence}`);
          }
        }
      }),
    );
  });

  test('nothing that a method can answer makes a number unreadable', () => {
    const end = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null });
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        end,
        end,
        fc.constantFrom('s', 'B', 'USD', 'fraction', 'x'),
        (e, low, high, unit) => {
          const text = estimateWithInterval(e, interval(low, high), { unit });
          expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
        },
      ),
    );
  });
});
