import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numberOf, timeOf } from '../../src/collect/sources/file/cell.js';

describe('cells', () => {
  test('every finite number is read back from its text, bit by bit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(numberOf(String(x))).toBe(x === 0 ? Number(String(x)) : x);
      }),
    );
  });

  test('what is not plainly a number is none', () => {
    for (const text of [
      '',
      ' ',
      'abc',
      '1,5',
      '1.234,5',
      '1_000',
      '0x10',
      '12 s',
      'true',
      '1e',
      '--1',
      '.',
      '1.2.3',
    ])
      expect(numberOf(text), text).toBeUndefined();
    expect(numberOf(' 1.50 ')).toBe(1.5);
    expect(numberOf('NaN')).toBeNaN();
    expect(numberOf('-inf')).toBe(Number.NEGATIVE_INFINITY);
  });

  test('every way to write an instant gives the same instant; without a zone it is UTC', () => {
    const same = [
      '2026-01-01T12:34:56Z',
      '2026-01-01 12:34:56',
      '2026-01-01T12:34:56.000',
      '2026-01-01 12:34:56 UTC',
      '2026-01-01 12:34:56+00',
      '2026-01-01T14:34:56+02:00',
      '2026-01-01T07:04:56-0530',
      '1767270896',
      '1767270896.0',
      '1767270896000',
      '1767270896000000',
      '1767270896000000000',
    ];
    for (const text of same) expect(timeOf(text), text).toBe(Date.UTC(2026, 0, 1, 12, 34, 56));
    expect(timeOf('2026-01-01T00:00Z')).toBe(Date.UTC(2026, 0, 1));
    expect(timeOf('2024-02-29')).toBe(Date.UTC(2024, 1, 29));
    expect(timeOf('2026-01-01T00:00:00.123456Z')).toBe(Date.UTC(2026, 0, 1) + 123);
  });

  test('dates that do not exist, and local zones, are no times', () => {
    for (const text of [
      '',
      '2026-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-01-01T25:00',
      '01/02/2026',
      '2026-01-01T00:00 Europe/Berlin',
      'now',
    ])
      expect(timeOf(text), text).toBeUndefined();
  });

  test('ISO times of any millisecond are read back', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
        (date) => {
          expect(timeOf(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});
