import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { billedUsage, priceOf } from '../../src/collect/derive/price.js';
import { checkUnits, sameUnit } from '../../src/collect/derive/unit-names.js';
import { card, experiment, metric, observed, rate } from './fixtures.js';

describe('billed usage', () => {
  const ms = { roundUpTo: 0.001, minimum: 0 };

  test('is rounded up, but not for the noise of the last digits', () => {
    expect(billedUsage(0.2, ms)).toBeCloseTo(0.2, 12);
    expect(billedUsage(0.2000000001, ms)).toBeCloseTo(0.2, 12);
    expect(billedUsage(0.20001, ms)).toBeCloseTo(0.201, 12);
    expect(billedUsage(0.1 + 0.2, { roundUpTo: 0.1, minimum: 0 })).toBeCloseTo(0.3, 12);
    expect(billedUsage(12.3, { roundUpTo: 1, minimum: 60 })).toBe(60);
    expect(billedUsage(60.5, { roundUpTo: 1, minimum: 60 })).toBe(61);
    expect(billedUsage(0, { roundUpTo: 1, minimum: 60 })).toBe(60);
    expect(billedUsage(0, ms)).toBe(0);
    expect(billedUsage(7.5, { roundUpTo: null, minimum: 0 })).toBe(7.5);
  });

  test('is never less than what was used, up to a millionth of a step, and never a whole step more', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        fc.constantFrom(0.001, 0.1, 1, 60),
        (usage, roundUpTo) => {
          const billed = billedUsage(usage, { roundUpTo, minimum: 0 });
          expect(billed).toBeGreaterThanOrEqual(usage - 1.001e-6 * roundUpTo - 1e-15 * usage);
          expect(billed).toBeLessThan(usage + roundUpTo);
        },
      ),
    );
  });
});

describe('price', () => {
  test('a function: Lambda with 1,769 MB, 350.2 ms, one request (computed by hand)', () => {
    const lambda = rate({ roundUpTo: 0.001, times: 1769 / 1024, price: 0.0000166667, perUnit: 0.2 / 1e6 });
    expect(priceOf(0.3502, 1, lambda, { utilisation: null })).toBeCloseTo(
      0.351 * (1769 / 1024) * 0.0000166667 + 2e-7,
      15,
    );
  });

  test('paid capacity: 36 s of a machine at 0.384 USD/h, busy 40 % of the time', () => {
    const machine = rate({ per: 3600, price: 0.384, resident: true });
    expect(priceOf(36, 1, machine, { utilisation: 0.4 })).toBeCloseTo(0.00384 / 0.4, 15);
    expect(priceOf(36, 1, { ...machine, resident: false }, { utilisation: 0.4 })).toBeCloseTo(0.00384, 15);
  });

  test('the charge per unit of work is paid for each of several', () => {
    expect(priceOf(0, 5, rate({ perUnit: 0.01 }), { utilisation: null })).toBeCloseTo(0.05, 15);
  });
});

describe('names of units', () => {
  test.each([
    ['s', 'seconds'],
    ['GB·s', 'GB-seconds'],
    ['GB·s', 'gigabyte-seconds'],
    ['record', 'records'],
    ['B', 'bytes'],
    ['µs', 'μs'],
  ])('%s is %s', (a, b) => {
    expect(sameUnit(a, b)).toBe(true);
    expect(sameUnit(b, a)).toBe(true);
  });

  test.each([
    ['s', 'ms'],
    ['MB', 'MiB'],
    ['h', 's'],
    ['s', 'GB·s'],
    ['s', 'B'],
    ['USD', 'EUR'],
  ])('%s is not %s', (a, b) => {
    expect(sameUnit(a, b)).toBe(false);
  });

  test('a rate that prices another unit than is measured is told; a ratio’s and a rate’s own units are not looked at', () => {
    const cost = (usage: string) =>
      experiment({
        metrics: [
          metric('time', { unit: 's', input: observed() }),
          metric('cost', {
            unit: 'USD, more or less',
            input: {
              kind: 'rate',
              card: card({ hour: rate({ usage }) }),
              cardPath: 'x.yaml',
              arms: {
                a: [{ rate: 'hour', usage: 'time', utilisation: null }],
                b: [{ rate: 'unknown', usage: 'time', utilisation: null }],
              },
            },
          }),
        ],
      });
    expect(checkUnits(cost('seconds'))).toEqual([]);
    expect(checkUnits(cost('ms'))).toEqual([
      {
        code: 'rate-unit-mismatch',
        values: { metric: 'cost', arm: 'a', rate: 'hour', usage: 'time', priced: 'ms', measured: 's' },
      },
    ]);
  });
});
