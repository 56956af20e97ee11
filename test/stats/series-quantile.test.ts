import { describe, expect, test } from 'vitest';
import { compareQuantiles } from '../../src/stats/quantile-comparison.ts';
import { createRandom } from '../../src/stats/random.ts';
import { orderStatistic, type SeriesQuantile, seriesQuantile } from '../../src/stats/series-quantile.ts';
import { firstOrder } from '../calibrate/worlds.ts';

const draw = (name: string, count: number, rho = 0.5) => firstOrder(rho).draw(count, createRandom(8, name));
function answered(answer: ReturnType<typeof seriesQuantile>): SeriesQuantile {
  if ('code' in answer) throw new Error(JSON.stringify(answer));
  return answer;
}

describe('a quantile of a series', () => {
  test('order statistics: rank pT + ½, nothing beyond the data', () => {
    const sorted = Float64Array.from([1, 2, 4, 8]);
    expect(orderStatistic(sorted, 0.5)).toBe(3);
    expect(orderStatistic(sorted, 0.125)).toBe(1);
    expect(orderStatistic(sorted, 0.875)).toBe(8);
    expect(orderStatistic(sorted, 0.12)).toBe(Number.NEGATIVE_INFINITY);
    expect(orderStatistic(sorted, 0.9)).toBe(Number.POSITIVE_INFINITY);
  });

  test('white noise: the bounds of the median are near the binomial ranks', () => {
    const values = draw('white', 2000, 0);
    const { low, high } = answered(seriesQuantile(values, 0.5, null, false)).bounds(0.025);
    const sorted = values.slice().sort();
    // Ranks 1000 ± 1.96·√500 = 956, 1044; three measures of the memory make it somewhat wider.
    expect(low).toBeLessThan(sorted[960]);
    expect(low).toBeGreaterThan(sorted[925]);
    expect(high).toBeGreaterThan(sorted[1040]);
    expect(high).toBeLessThan(sorted[1075]);
  });

  test('memory widens the bounds, and a long one is refused', () => {
    const width = (rho: number) => {
      let total = 0;
      for (let i = 0; i < 10; i++) {
        const values = draw(`width ${i}`, 3000, rho);
        const { low, high } = answered(seriesQuantile(values, 0.9, null, true)).bounds(0.025);
        total += high - low;
      }
      return total;
    };
    expect(width(0.8)).toBeGreaterThan(1.7 * width(0));
    expect(seriesQuantile(draw('walk', 200, 0.99), 0.5, null, true)).toMatchObject({
      code: 'too-little-independent-information',
    });
  });

  test('the p99 of 200 values has no upper bound, and that is said, not invented', () => {
    const { high } = answered(seriesQuantile(draw('p99', 200, 0), 0.99, null, true)).bounds(0.025);
    expect(high).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('two quantiles', () => {
  const load = draw('load', 600, 0.7);
  const make = (name: string, factor: number) => {
    const noise = draw(name, 600, 0.3);
    return noise.map((z, t) => factor * Math.exp((load[t] + 0.5 * z) / 3));
  };
  const x = answered(seriesQuantile(make('x', 1.3), 0.9, null, true));
  const y = answered(seriesQuantile(make('y', 1), 0.9, null, true));

  test('interval and test are one thing, for difference and ratio', () => {
    for (const together of [true, false]) {
      const answer = compareQuantiles(x, y, together);
      for (const estimate of [answer.difference, answer.ratio]) {
        const ends = estimate?.interval(0.95);
        if (estimate == null || ends?.kind !== 'interval') throw new Error('unbounded');
        const step = 1e-12 * (ends.high - ends.low);
        expect(estimate.test(ends.low - step).above).toBeLessThanOrEqual(0.025);
        expect(estimate.test(ends.low + step).above).toBeGreaterThan(0.025);
        expect(estimate.test(ends.high + step).below).toBeLessThanOrEqual(0.025);
        expect(estimate.test(ends.high - step).below).toBeGreaterThan(0.025);
        expect(ends.low).toBeLessThan(estimate.estimate);
        expect(ends.high).toBeGreaterThan(estimate.estimate);
      }
    }
  });

  test('a shared load narrows the interval', () => {
    const width = (together: boolean) => {
      const ends = compareQuantiles(x, y, together).difference.interval(0.95);
      return ends.kind === 'interval' ? ends.high - ends.low : Number.NaN;
    };
    expect(width(true)).toBeLessThan(0.9 * width(false));
  });

  test('swapping the arms gives 1/r and the negative difference', () => {
    const [there, back] = [compareQuantiles(x, y, true), compareQuantiles(y, x, true)];
    const [a, b] = [there.ratio?.interval(0.95), back.ratio?.interval(0.95)];
    if (a?.kind !== 'interval' || b?.kind !== 'interval') throw new Error('unbounded');
    expect(Math.abs(a.low * b.high - 1)).toBeLessThan(1e-12);
    const [c, d] = [there.difference.interval(0.95), back.difference.interval(0.95)];
    if (c.kind !== 'interval' || d.kind !== 'interval') throw new Error('unbounded');
    expect(Math.abs(c.low + d.high)).toBeLessThan(1e-12);
  });
});
