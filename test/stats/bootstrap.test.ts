import { describe, expect, test } from 'vitest';
import { bcaOneSample, bcaPaired, bcaTwoSample } from '../../src/stats/bca-bootstrap.js';
import { bcaEstimate, biasOf, shareBelow } from '../../src/stats/bca-estimate.js';
import { bcaOfMeans } from '../../src/stats/bca-means.js';
import { fromReplicates } from '../../src/stats/bca-replicates.js';
import { blockRows } from '../../src/stats/block-bootstrap.js';
import { politisWhite } from '../../src/stats/block-length.js';
import { chiSquaredSurvival } from '../../src/stats/chi-squared.js';
import { acceleration } from '../../src/stats/jackknife.js';
import { createRandom } from '../../src/stats/random.js';
import { createResampler } from '../../src/stats/resampler.js';
import { answered, expectClose, noise, numbers, reference } from './resampling-reference.js';

const mean = (v: Float64Array) => v.reduce((s, x) => s + x, 0) / v.length;
const ends = (found: { kind: string }) => {
  if (!('low' in found && 'high' in found)) throw new Error('unbounded');
  return [found.low, found.high] as [number, number];
};

describe('BCa', () => {
  test.each(reference.bca)('agrees with SciPy on the same resamples: $name', (one) => {
    const data = one.data.map((values) => Float64Array.from(values));
    const statistic = (parts: readonly Float64Array[]) =>
      parts.length === 1 ? mean(parts[0]) : mean(parts[0]) / mean(parts[1]);
    const a = acceleration(
      data.map((values) => values.length),
      (arm, from, to) =>
        statistic(
          data.map((values, k) => (k === arm ? values.filter((_, i) => i < from || i >= to) : values)),
        ),
    );
    const found = answered(fromReplicates(statistic(data), Float64Array.from(one.replicates), a));
    expectClose(found.acceleration, one.acceleration, 1e-9);
    expectClose(found.bias, one.bias, 1e-12);
    const [low, high] = ends(found.estimate.interval(0.95));
    expectClose(low, one.interval[0]);
    expectClose(high, one.interval[1]);
    // SciPy reads its percentiles between (B−1) rather than (B+1) places: within two replicates of ours.
    const width = high - low;
    expect(Math.abs(low - one.scipy[0])).toBeLessThan(0.01 * width);
    expect(Math.abs(high - one.scipy[1])).toBeLessThan(0.01 * width);
  });
  test('interval and test are one: at an end p is α/2, inside it is larger, outside smaller', () => {
    const x = noise(3, 40).map((v) => Math.exp(2 * v));
    const { estimate } = answered(bcaOneSample(x, mean, createRandom(5), 4000));
    for (const confidence of [0.8, 0.95, 0.99]) {
      const tail = (1 - confidence) / 2;
      const [low, high] = ends(estimate.interval(confidence));
      expect(estimate.test(low).above).toBeLessThanOrEqual(tail);
      expect(estimate.test(low + 1e-9).above).toBeGreaterThan(tail);
      expect(estimate.test(high).below).toBeLessThanOrEqual(tail);
      expect(estimate.test(high - 1e-9).below).toBeGreaterThan(tail);
    }
  });
  test('p never falls below one in B + 1, and an end that needs more replicates is infinite', () => {
    const x = noise(4, 30);
    const { estimate } = answered(bcaOneSample(x, mean, createRandom(5), 2000));
    expect(estimate.test(-1e6).above).toBe(1 / 2001);
    expect(estimate.interval(0.9999)).toMatchObject({ low: Number.NEGATIVE_INFINITY });
  });
  test('the share below a value grows with it, through ties too', () => {
    const sorted = numbers(1, 2, 2, 2, 3, 5);
    const shares = [0, 1, 1.5, 1.999, 2, 2.001, 2.9, 3, 4, 5, 6].map((v) => shareBelow(sorted, v));
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(biasOf(numbers(1, 2, 2, 3), 2)).toBe(0);
    expect(bcaEstimate(2, sorted, { bias: 0, acceleration: 0 }).test(2)).toEqual({
      above: 3 / 7,
      below: 4 / 7,
    });
  });
  test('the four ways to draw agree where they answer the same question', () => {
    const [x, y] = [noise(6, 50).map((v) => Math.exp(v)), noise(7, 70).map((v) => 1 + Math.exp(v))];
    const ratio = (u: Float64Array, v: Float64Array) => mean(u) / mean(v);
    const general = answered(bcaTwoSample(x, y, ratio, createRandom(1), 20_000));
    const sums = answered(bcaOfMeans([[x], [y]], (m) => m[0] / m[1], createRandom(1), 20_000));
    expectClose(general.acceleration, sums.acceleration, 1e-9);
    const [a, b] = [ends(general.estimate.interval(0.95)), ends(sums.estimate.interval(0.95))];
    expect(Math.abs(a[0] - b[0])).toBeLessThan(0.01);
    expect(Math.abs(a[1] - b[1])).toBeLessThan(0.01);
    const rows = answered(bcaPaired(x, y.subarray(0, 50), ratio, createRandom(2), 20_000));
    const columns = answered(bcaOfMeans([[x, y.slice(0, 50)]], (m) => m[0] / m[1], createRandom(2), 20_000));
    expectClose(rows.acceleration, columns.acceleration, 1e-9);
    const [c, d] = [ends(rows.estimate.interval(0.95)), ends(columns.estimate.interval(0.95))];
    expect(Math.abs(c[0] - d[0])).toBeLessThan(0.01);
    expect(Math.abs(c[1] - d[1])).toBeLessThan(0.01);
  });
  test('same seed, same bits', () => {
    const x = noise(9, 33);
    const run = () => answered(bcaOneSample(x, mean, createRandom('seed', 'arm'))).estimate.interval(0.95);
    expect(run()).toEqual(run());
  });
  test('says why it cannot answer', () => {
    const random = createRandom(1);
    const max = (v: Float64Array) => v.reduce((m, x) => Math.max(m, x), Number.NEGATIVE_INFINITY);
    expect(bcaOneSample(numbers(3), mean, random)).toMatchObject({ code: 'too-few-values' });
    expect(bcaOneSample(numbers(3, 3, 3), mean, random)).toMatchObject({ code: 'constant-data' });
    expect(bcaOneSample(numbers(3, Number.NaN), mean, random)).toMatchObject({ code: 'values-not-finite' });
    expect(bcaOneSample(numbers(1, 2, 0), (v) => 1 / v[0] / v[1] / v[2], random)).toMatchObject({
      code: 'statistic-undefined',
    });
    expect(fromReplicates(9, numbers(1, 2, 3), 0)).toMatchObject({ code: 'bootstrap-one-sided' });
    expect(answered(bcaOneSample(noise(2, 40), max, random)).bias).toBeGreaterThan(0);
    expect(() => bcaOneSample(numbers(1, 2), mean, random, 100)).toThrow(RangeError);
  });
  test('95 % intervals of a skewed mean cover better than the plain percentile would', () => {
    const random = createRandom('bca coverage');
    let covered = 0;
    const truth = Math.exp(0.5);
    for (let k = 0; k < 600; k++) {
      const x = Float64Array.from({ length: 60 }, () => Math.exp(random.normal()));
      const found = answered(bcaOfMeans([[x]], (m) => m[0], random.stream(String(k)), 2000));
      const [low, high] = ends(found.estimate.interval(0.95));
      if (low < truth && truth < high) covered++;
    }
    // Lognormal σ = 1 at n = 60: about 92 % (percentile 90 %); 99.9 % of binomial(600, .92) lie above 528.
    expect(covered).toBeGreaterThan(528);
    expect(covered).toBeLessThan(580);
  });
});

describe('draws', () => {
  test.each([1, 2, 3, 1000, 16_384, 16_385, 40_000])('are equally likely below %i', (range) => {
    const resampler = createResampler(createRandom('draws', String(range)));
    const rows = new Uint32Array(200_001);
    resampler.indices(range, rows);
    const cells = Math.min(range, 50);
    const seen = new Float64Array(cells);
    for (const row of rows) seen[Math.floor((row * cells) / range)]++;
    expect(rows.every((row) => row < range)).toBe(true);
    const sizes = new Float64Array(cells);
    for (let row = 0; row < range; row++) sizes[Math.floor((row * cells) / range)]++;
    const statistic = seen.reduce((sum, count, cell) => {
      const expected = (rows.length * sizes[cell]) / range;
      return sum + ((count - expected) * (count - expected)) / expected;
    }, 0);
    if (cells > 1) expect(chiSquaredSurvival(statistic, cells - 1)).toBeGreaterThan(1e-4);
  });
  test('sums are sums of as many draws as there are values', () => {
    for (const n of [1, 2, 5, 1001, 20_000]) {
      const resampler = createResampler(createRandom(n));
      const sums = new Float64Array(3);
      resampler.sums(new Float64Array(n).fill(0.5), sums);
      expect(Array.from(sums)).toEqual([n / 2, n / 2, n / 2]);
    }
  });
  test('a stream draws the same whatever other streams did', () => {
    const first = new Uint32Array(50);
    const again = new Uint32Array(50);
    createResampler(createRandom(1).stream('a')).indices(99, first);
    const random = createRandom(1);
    random.uint32();
    createResampler(random.stream('a')).indices(99, again);
    expect(again).toEqual(first);
  });
});

describe('block bootstrap', () => {
  test.each(reference.blocks)('block length as in arch: AR(1) $rho, $count values', (one) => {
    const series = noise(one.seed, one.count);
    let last = 0;
    for (let t = 0; t < series.length; t++) {
      last = one.rho * last + series[t];
      series[t] = last;
    }
    for (const scale of [1, 2 ** -600, 2 ** 600]) {
      const found = answered(politisWhite(series.map((v) => v * scale)));
      expectClose(found.stationary, one.stationary, 1e-9);
      expectClose(found.circular, one.circular, 1e-9);
    }
  });
  test('has no length for constants, NaN and short series', () => {
    expect(politisWhite(new Float64Array(50).fill(3))).toMatchObject({ code: 'constant-data' });
    expect(politisWhite(noise(1, 9))).toMatchObject({
      code: 'too-few-values',
      values: { have: 9, need: 10 },
    });
    expect(politisWhite(noise(1, 30).fill(Number.NaN, 3, 4))).toMatchObject({ code: 'values-not-finite' });
  });
  test('circular blocks run on for their length; stationary ones for it on average; all rows count alike', () => {
    const n = 20_000;
    const rows = new Uint32Array(n);
    const breaks = () => {
      let count = 1;
      for (let k = 1; k < n; k++) if (rows[k] !== (rows[k - 1] + 1) % n) count++;
      return count;
    };
    blockRows(rows, 'circular', 8, createRandom(1));
    expect(breaks()).toBe(n / 8);
    blockRows(rows, 'stationary', 8, createRandom(1));
    expect(Math.abs(breaks() - n / 8)).toBeLessThan(4 * Math.sqrt(n / 8));
    expect(rows.reduce((s, r) => s + r, 0) / n / n).toBeCloseTo(0.5, 1);
    expect(() => blockRows(rows, 'circular', 0.5, createRandom(1))).toThrow(RangeError);
  });
});
