import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucket, bucketRanges, chooseRange, fnv1a32 } from '../../src/split/fnv1a.js';

/** From growthbook/growthbook, packages/sdk-js/test/cases.json, MIT; see `source` in the file. */
const cases = JSON.parse(readFileSync(new URL('./hash-cases.json', import.meta.url), 'utf8'));

describe('the hash', () => {
  test('is FNV-1a, 32 bit', () => {
    expect(fnv1a32('')).toBe(0x811c9dc5);
    expect(fnv1a32('a')).toBe(0xe40c292c);
    expect(fnv1a32('foobar')).toBe(0xbf9cf968);
  });

  test('puts every published key of version 2 where the specification does', () => {
    expect(cases.hash).toHaveLength(7);
    for (const { seed, value, expected } of cases.hash) expect(bucket(seed, value), value).toBe(expected);
  });

  test('treats keys alike that are written alike, composed or not', () => {
    expect(bucket('s', 'caf\u00e9')).toBe(bucket('s', 'cafe\u0301'));
  });
});

describe('ranges', () => {
  const equal = (n: number) => Array.from({ length: n }, () => 1 / n);

  for (const { name, numVariations, coverage, weights, expected } of cases.getBucketRange) {
    const sum = weights?.reduce((a: number, b: number) => a + b, 0) ?? 1;
    const repaired = coverage < 0 || coverage > 1 || Math.abs(sum - 1) > 1e-6;
    if (weights !== null && weights.length !== numVariations) continue; // a count cannot differ: shares are by arm
    if (repaired) {
      test(`are refused where the specification repairs silently: ${name}`, () => {
        expect(() => bucketRanges(weights ?? equal(numVariations), coverage)).toThrow(/share|Coverage/);
      });
    } else {
      test(`are as published: ${name}`, () => {
        const ranges = bucketRanges(weights ?? equal(numVariations), coverage);
        expect(ranges).toHaveLength(expected.length);
        ranges.forEach(([from, to], i) => {
          expect(from).toBeCloseTo(expected[i][0], 12);
          expect(to).toBeCloseTo(expected[i][1], 12);
        });
      });
    }
  }

  test('choose as published', () => {
    expect(cases.chooseVariation).toHaveLength(13);
    for (const { name, n, ranges, expected } of cases.chooseVariation) {
      expect(chooseRange(n, ranges), name).toBe(expected);
    }
  });

  test('refuse a share of nothing, and one that is not a number', () => {
    expect(() => bucketRanges([0, 1], 1)).toThrow(/positive/);
    expect(() => bucketRanges([Number.NaN, 1], 1)).toThrow(/positive/);
    expect(() => bucketRanges([0.5, 0.5], Number.NaN)).toThrow(/Coverage/);
  });

  test('growing coverage moves no key between arms, and takes none out', () => {
    const shares = fc
      .array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 5 })
      .map((parts) => parts.map((part) => part / parts.reduce((a, b) => a + b, 0)));
    const coverage = fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000);
    fc.assert(
      fc.property(shares, coverage, coverage, fc.string(), (given, a, b, key) => {
        const n = bucket('salt', key);
        const before = chooseRange(n, bucketRanges(given, Math.min(a, b)));
        const after = chooseRange(n, bucketRanges(given, Math.max(a, b)));
        expect(before === -1 || before === after).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('at full coverage every key takes part', () => {
    for (const shares of [[0.1, 0.2, 0.7], equal(3), equal(7)]) {
      const ranges = bucketRanges(shares, 1);
      for (let i = 0; i < 10_000; i++) expect(chooseRange(i / 10_000, ranges)).toBeGreaterThanOrEqual(0);
    }
  });
});
