import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ewc } from '../../src/stats/ewc.js';
import { longRunVariance } from '../../src/stats/long-run-variance.js';
import { createRandom } from '../../src/stats/random.js';
import { welch, welchFromSummaries } from '../../src/stats/welch.js';
import { answered, noise, numbers } from './resampling-reference.js';

interface Reference
  extends Readonly<Record<'difference' | 'df' | 'above' | 'below' | 'low' | 'high', string>> {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}
const file = new URL('reference/welch.json', import.meta.url);
const references = JSON.parse(await readFile(file, 'utf8')) as readonly Reference[];

/** Relative, in units of the interval's width where a difference of near values is meant. */
const near = (found: number, wanted: string, width = Math.abs(Number(wanted))) => {
  const error = Math.abs(found - Number(wanted));
  expect(error, `${found} instead of ${wanted}`).toBeLessThanOrEqual(
    Math.max(1e-9 * width, 2 ** -51 * Math.abs(found)), // no double lies nearer
  );
};

describe('Welch', () => {
  test.each(references)('agrees with 50 digits: $name', (one) => {
    const found = answered(welch(Float64Array.from(one.x), Float64Array.from(one.y)));
    const width = Number(one.high) - Number(one.low);
    near(found.difference.estimate, one.difference, width);
    near(found.df, one.df);
    const p = found.difference.test(0);
    // Smaller than any double: the smallest one.
    if (Number(one.above) > 0) near(p.above, one.above);
    if (Number(one.below) > 0) near(p.below, one.below);
    else expect(p.below).toBe(0);
    const interval = found.difference.interval(0.95);
    if (interval.kind !== 'interval') throw new Error('bounded');
    near(interval.low, one.low, width);
    near(interval.high, one.high, width);
  });

  test('from summaries is from values, where the summaries are exact', () => {
    const [x, y] = [numbers(1, 2, 3, 4, 5, 6), numbers(2, 4, 6, 8)];
    const [values, summaries] = [
      answered(welch(x, y)),
      answered(welchFromSummaries({ mean: 3.5, variance: 3.5, n: 6 }, { mean: 5, variance: 20 / 3, n: 4 })),
    ];
    expect(summaries.difference.test(0).below).toBeCloseTo(values.difference.test(0).below, 14);
    expect(() => welchFromSummaries({ mean: 1, variance: -1, n: 9 }, { mean: 1, variance: 1, n: 9 })).toThrow(
      RangeError,
    );
  });

  test('one value, constants and NaN have reasons', () => {
    expect(welch(numbers(1), numbers(1, 2))).toMatchObject({ code: 'too-few-values' });
    expect(welch(numbers(1, 1), numbers(2, 2))).toMatchObject({ code: 'constant-data' });
    expect(welch(numbers(1, Number.NaN), numbers(1, 2))).toMatchObject({ code: 'values-not-finite' });
  });
});

describe('EWC of one series', () => {
  test('is the mean with its long-run standard error', () => {
    const values = noise(3, 240);
    const found = answered(ewc(values));
    expect(found.df).toBe(15);
    expect(found.standardError).toBe(Math.sqrt((longRunVariance(values)?.variance as number) / 240));
    const interval = found.mean.interval(0.95);
    if (interval.kind !== 'interval') throw new Error('bounded');
    expect(found.mean.test(interval.low).above).toBeLessThanOrEqual((1 - 0.95) / 2);
    expect(interval.high - interval.low).toBeCloseTo(2 * 2.131449545559323 * found.standardError, 12);
  });

  test('covers the mean of a series with memory, where the plain interval does not', () => {
    let covered = 0;
    for (let k = 0; k < 1000; k++) {
      const random = createRandom(k, 'ewc');
      let state = random.normal() / Math.sqrt(1 - 0.49);
      const series = Float64Array.from({ length: 500 }, () => {
        state = 0.7 * state + random.normal();
        return state;
      });
      const { above, below } = answered(ewc(series)).mean.test(0);
      if (Math.min(above, below) > 0.025) covered++;
    }
    expect(covered).toBeGreaterThan(930);
    expect(covered).toBeLessThan(975);
  });

  test('few values, constants, NaN and a series of which most is missing have reasons', () => {
    expect(ewc(numbers(1, 2, 3))).toMatchObject({ code: 'too-few-values' });
    expect(ewc(numbers(1, 1, 1, 1))).toMatchObject({ code: 'constant-data' });
    expect(ewc(numbers(1, 2, 3, Number.NaN))).toMatchObject({ code: 'values-not-finite' });
    expect(ewc(numbers(1, 2, 3, 5), [0, 1, 2, 30])).toMatchObject({ code: 'series-mostly-missing' });
  });
});
