/** Change points over runs: against a second implementation, and what they do where nothing changed. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bestSplit, changePoints } from '../../src/stats/change-points.js';
import { createRandom } from '../../src/stats/random.js';

const reference = JSON.parse(
  readFileSync(new URL('./reference/change-points.json', import.meta.url), 'utf8'),
) as Record<string, { series: number[]; at: number; statistic: number }>;

const found = (series: readonly number[]) => {
  const points = changePoints(Float64Array.from(series), createRandom(7, 'change-points'));
  if ('code' in points) throw new Error(points.code);
  return points.map(({ at }) => at);
};

describe('the split with the largest energy distance', () => {
  test.each(Object.entries(reference))(
    '%s: as in the second implementation',
    (_, { series, at, statistic }) => {
      const split = bestSplit(Float64Array.from(series));
      expect(split?.at).toBe(at);
      expect(split?.statistic).toBeCloseTo(statistic, 10);
    },
  );

  test('0 0 0 1 1 1, by hand: 9/6 · (2·1 − 0 − 0) = 3', () => {
    expect(bestSplit(Float64Array.of(0, 0, 0, 1, 1, 1))).toEqual({ at: 3, statistic: 3 });
  });
});

describe('changes of a series', () => {
  test('are where it stepped, up and down again; one odd value is none', () => {
    expect(found(reference['one step'].series)).toEqual([12]);
    expect(found(reference['up and down again'].series)).toEqual([8, 16]);
    expect(found(reference['one odd value'].series)).toEqual([]);
  });

  test('do not depend on scale or sign, and are the same for the same seed', () => {
    const { series } = reference['up and down again'];
    const expected = found(series);
    expect(found(series.map((x) => x * 1e-9))).toEqual(expected);
    expect(found(series.map((x) => -3e12 * x))).toEqual(expected);
    expect(found(series)).toEqual(expected);
  });

  test('are reported in about one of twenty histories without any: a rule to stop, no more', () => {
    const random = createRandom(20191104, 'noise');
    let histories = 0;
    for (let i = 0; i < 200; i++)
      if (found(Array.from({ length: 16 }, () => random.normal())).length > 0) histories += 1;
    // 99.9 % of binomial(200, 0.05)
    expect(histories).toBeGreaterThanOrEqual(2);
    expect(histories).toBeLessThanOrEqual(21);
  });

  test('are none in a constant series, and refused where there are too few or no numbers', () => {
    expect(found([2, 2, 2, 2, 2, 2, 2])).toEqual([]);
    expect(changePoints(Float64Array.of(1, 2, 3, 4, 5), createRandom(1))).toMatchObject({
      code: 'too-few-values',
    });
    expect(changePoints(Float64Array.of(1, 2, 3, 4, 5, Number.NaN), createRandom(1))).toMatchObject({
      code: 'values-not-finite',
    });
  });
});
