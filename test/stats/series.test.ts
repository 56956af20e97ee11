import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cosineSums } from '../../src/stats/cosine-sums.ts';
import { effectiveSampleSize } from '../../src/stats/effective-sample-size.ts';
import { exponentialEstimate } from '../../src/stats/exponential-estimate.ts';
import { fourier } from '../../src/stats/fourier.ts';
import { lagSums } from '../../src/stats/lag-sums.ts';
import { cosineCount, longRunVariance } from '../../src/stats/long-run-variance.ts';
import { pairedSeries } from '../../src/stats/paired-series.ts';
import { createRandom } from '../../src/stats/random.ts';
import { meanColumn, ratioColumn } from '../../src/stats/series-column.ts';
import type { SeriesInference } from '../../src/stats/series-inference.ts';
import { unitRoots } from '../../src/stats/unit-roots.ts';
import { unpairedSeries } from '../../src/stats/unpaired-series.ts';
import { firstOrder, slowDriftAndNoise } from '../calibrate/worlds.ts';

const random = (name: string) => createRandom(4, name);
const pair = (name: string, count: number, rho = 0.5) => {
  const draws = random(name);
  const load = firstOrder(0.8).draw(count, draws);
  const noise = firstOrder(rho).draw(count, draws);
  return { x: load.map((z, t) => 11 + z + 0.5 * noise[t]), y: load.map((z) => 10 + z) };
};
function answered(answer: ReturnType<typeof pairedSeries>): SeriesInference {
  if ('code' in answer) throw new Error(JSON.stringify(answer));
  return answer;
}
const compare = (x: Float64Array, y: Float64Array) => answered(pairedSeries(meanColumn(x), meanColumn(y)));
const next = (x: number, up: boolean): number => {
  const bits = new BigInt64Array(new Float64Array([x]).buffer);
  bits[0] += x > 0 === up ? 1n : -1n;
  return new Float64Array(bits.buffer)[0];
};

describe('transforms', () => {
  test('roots of unity are those of Math.cos and Math.sin to 1e-15', () => {
    const { cos, sin } = unitRoots(4096);
    for (let k = 0; k < 4096; k++) {
      expect(Math.abs(cos[k] - Math.cos((2 * Math.PI * k) / 4096))).toBeLessThan(1.5e-15);
      expect(Math.abs(sin[k] - Math.sin((2 * Math.PI * k) / 4096))).toBeLessThan(1.5e-15);
    }
  });

  test('the fast Fourier transform is the plain sum', () => {
    const draws = random('fourier');
    for (const n of [1, 2, 4, 64]) {
      const re = Float64Array.from({ length: n }, () => draws.normal());
      const im = Float64Array.from({ length: n }, () => draws.normal());
      const [a, b] = [re.slice(), im.slice()];
      fourier(a, b);
      for (let j = 0; j < n; j++) {
        let [x, y] = [0, 0];
        for (let t = 0; t < n; t++) {
          const angle = (-2 * Math.PI * j * t) / n;
          x += re[t] * Math.cos(angle) - im[t] * Math.sin(angle);
          y += re[t] * Math.sin(angle) + im[t] * Math.cos(angle);
        }
        expect(Math.abs(a[j] - x) + Math.abs(b[j] - y)).toBeLessThan(1e-12);
      }
    }
  });

  test('slow cosines are the plain sums, for any length and count', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 700 }),
        fc.integer({ min: 1, max: 90 }),
        fc.nat(),
        (n, wish, seed) => {
          const count = Math.min(wish, n - 1);
          const draws = createRandom(seed);
          const grid = Float64Array.from({ length: n }, () => draws.normal());
          const sums = cosineSums(grid, count);
          const size = grid.reduce((total, v) => total + Math.abs(v), 0);
          for (let j = 0; j <= count; j++) {
            const plain = grid.reduce(
              (total, v, t) => total + v * Math.cos((Math.PI * j * (t + 0.5)) / n),
              0,
            );
            expect(Math.abs(sums[j] - plain)).toBeLessThan(1e-13 * size);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('lag sums by Fourier are the plain sums', () => {
    const draws = random('lags');
    const grid = Float64Array.from({ length: 3001 }, () => draws.normal());
    const all = lagSums(grid, 3000);
    for (const k of [0, 1, 17, 1500, 3000]) {
      let plain = 0;
      for (let t = k; t < 3001; t++) plain += grid[t] * grid[t - k];
      expect(Math.abs(all[k] - plain)).toBeLessThan(1e-10);
    }
  });
});

describe('by hand', () => {
  const four = Float64Array.from([1, 2, 4, 5]);

  test('EWC of 1 2 4 5: ν = 1, Ω = (4·cos 22.5° + 2·cos 67.5°)² ÷ 2 = 9.949747', () => {
    expect(longRunVariance(four)?.nu).toBe(1);
    expect(longRunVariance(four)?.variance).toBeCloseTo(9.949747468305834, 12);
  });

  test('Geyer of 1 2 4 5: lag sums 10, 3, −4, −4, so τ = 2·1.3 − 1 and n_eff = 2.5', () => {
    expect(effectiveSampleSize(four)?.geyer.tau).toBeCloseTo(1.6, 14);
    expect(effectiveSampleSize(four)?.geyer.effectiveN).toBeCloseTo(2.5, 14);
  });

  test('ν is 6 for 60, 15 for 240, 40 for 1000, 861 for 100,000 values', () => {
    expect([60, 240, 1000, 100_000].map(cosineCount)).toEqual([6, 15, 40, 861]);
  });
});

describe('the answer', () => {
  test('interval and test are one thing to the last bit, for ratio and difference, at every confidence', () => {
    const { x, y } = pair('bits', 300);
    const paired = compare(x, y);
    const apart = answered(unpairedSeries(meanColumn(x), meanColumn(y)));
    for (const answer of [paired, apart]) {
      for (const estimate of [answer.difference, answer.ratio]) {
        for (const confidence of [0.8, 0.95, 0.99]) {
          const tail = (1 - confidence) / 2;
          const ends = estimate?.interval(confidence);
          if (estimate == null || ends?.kind !== 'interval') throw new Error('unbounded');
          expect(estimate.test(ends.low).above).toBeLessThanOrEqual(tail);
          expect(estimate.test(next(ends.low, true)).above).toBeGreaterThan(tail);
          expect(estimate.test(ends.high).below).toBeLessThanOrEqual(tail);
          expect(estimate.test(next(ends.high, false)).below).toBeGreaterThan(tail);
        }
      }
    }
  });

  test('a shared load is removed: paired is narrower than unpaired', () => {
    const { x, y } = pair('load', 400);
    const apart = answered(unpairedSeries(meanColumn(x), meanColumn(y)));
    expect(compare(x, y).standardError).toBeLessThan(0.5 * apart.standardError);
  });

  test('swapping the arms gives 1/r and the negative difference', () => {
    const { x, y } = pair('swap', 1000);
    for (const [there, back] of [
      [compare(x, y), compare(y, x)],
      [
        answered(unpairedSeries(meanColumn(x), meanColumn(y))),
        answered(unpairedSeries(meanColumn(y), meanColumn(x))),
      ],
    ]) {
      const [a, b] = [there.ratio?.interval(0.95), back.ratio?.interval(0.95)];
      const [c, d] = [there.difference.interval(0.95), back.difference.interval(0.95)];
      if (a?.kind !== 'interval' || b?.kind !== 'interval') throw new Error('unbounded');
      if (c.kind !== 'interval' || d.kind !== 'interval') throw new Error('unbounded');
      expect(Math.abs(a.low * b.high - 1)).toBeLessThan(1e-12);
      expect(Math.abs(a.high * b.low - 1)).toBeLessThan(1e-12);
      expect(c.low).toBe(-d.high);
    }
  });

  test('powers of two change nothing but the scale, powers of ten not the p', () => {
    const { x, y } = pair('scale', 200);
    const plain = compare(x, y);
    for (const factor of [2 ** 40, 2 ** -40]) {
      const scaled = compare(
        x.map((v) => v * factor),
        y.map((v) => v * factor),
      );
      expect(scaled.ratio?.interval(0.95)).toEqual(plain.ratio?.interval(0.95));
      expect(scaled.difference.test(factor)).toEqual(plain.difference.test(1));
      expect(scaled.details).toEqual(plain.details);
    }
    for (const factor of [1e12, 1e-12]) {
      const scaled = compare(
        x.map((v) => v * factor),
        y.map((v) => v * factor),
      );
      expect(Math.abs(scaled.difference.test(0).above / plain.difference.test(0).above - 1)).toBeLessThan(
        1e-9,
      );
    }
  });

  test('a mean of 1e9 with a spread of 1 loses nothing that the doubles hold', () => {
    const { x, y } = pair('large', 256);
    const steps = (values: Float64Array) => values.map((v) => Math.round(v * 1024) / 1024);
    const [a, b] = [steps(x), steps(y)];
    const plain = compare(a, b);
    const large = compare(
      a.map((v) => v + 2 ** 30),
      b.map((v) => v + 2 ** 30),
    );
    expect(Math.abs(large.standardError / plain.standardError - 1)).toBeLessThan(1e-9);
    expect(Math.abs(large.difference.test(0).above / plain.difference.test(0).above - 1)).toBeLessThan(1e-9);
  });

  test('a ratio of sums is linearised: R and its error follow from M − R·D', () => {
    const draws = random('ratio');
    const per = Float64Array.from({ length: 200 }, () => 50 + 40 * draws.uniform());
    const cost = per.map((d) => 3 * d * (1 + 0.01 * draws.normal()));
    const column = ratioColumn(cost, per);
    if (column === null) throw new Error('no denominator');
    expect(column.value.high).toBeCloseTo(cost.reduce((a, b) => a + b) / per.reduce((a, b) => a + b), 12);
    expect(Math.abs(column.deviation.reduce((a, b) => a + b))).toBeLessThan(1e-9);
    // Large buckets cost more, which says nothing about the price of a unit: e varies by 3 % only.
    const sd = Math.sqrt(column.deviation.reduce((a, b) => a + b * b, 0) / 199);
    expect(sd).toBeLessThan(0.06);
    expect(
      ratioColumn(
        cost,
        per.map(() => 0),
      ),
    ).toBeNull();
  });

  test('logarithms become a typical ratio whose interval and test are one thing', () => {
    const { x, y } = pair('typical', 300);
    const logs = compare(x.map(Math.log), y.map(Math.log));
    const typical = exponentialEstimate(logs.difference);
    const ends = typical.interval(0.95);
    if (ends.kind !== 'interval') throw new Error('unbounded');
    expect(typical.test(ends.low).above).toBeLessThanOrEqual(0.025);
    expect(typical.test(next(ends.low, true)).above).toBeGreaterThan(0.025);
    expect(typical.test(-1)).toEqual({ above: 0, below: 1 });
  });
});

describe('memory', () => {
  test('a slow drift under noise is named and leaves four cosines', () => {
    const draws = random('drift');
    const z = slowDriftAndNoise.draw(2000, draws);
    const answer = pairedSeries(
      meanColumn(z.map((v) => v + 10)),
      meanColumn(new Float64Array(2000).fill(10)),
    );
    const inference = answered(answer);
    expect(inference.details.nu).toBe(4);
    expect(inference.warnings.map(({ code }) => code)).toContain('slow-drift');
  });

  test('missing buckets stay missing: closing the gaps would shorten the memory', () => {
    const z = firstOrder(0.9).draw(2000, random('gaps'));
    const kept = Array.from({ length: 2000 }, (_, t) => t).filter((t) => t % 5 !== 0);
    const values = Float64Array.from(kept, (t) => z[t]);
    const whole = effectiveSampleSize(z);
    const gaps = effectiveSampleSize(values, kept);
    const closed = effectiveSampleSize(values);
    // A fifth of the values is gone, but hardly any of the information about the mean.
    expect(Math.abs((gaps?.firstOrder?.tau ?? 0) / (whole?.firstOrder?.tau ?? 1) - 1)).toBeLessThan(0.1);
    expect(Math.abs((gaps?.geyer.effectiveN ?? 0) / (whole?.geyer.effectiveN ?? 1) - 1)).toBeLessThan(0.15);
    expect(closed?.firstOrder?.tau ?? 0).toBeLessThan(0.92 * (gaps?.firstOrder?.tau ?? 0));
  });

  test('white noise with gaps keeps its long-run variance: the cosines are normed by what was observed', () => {
    const draws = random('white gaps');
    let total = 0;
    for (let i = 0; i < 400; i++) {
      const kept = Array.from({ length: 120 }, (_, t) => t).filter((t) => t < 30 || t > 52);
      total +=
        longRunVariance(
          Float64Array.from(kept, () => draws.normal()),
          kept,
        )?.variance ?? Number.NaN;
    }
    expect(total / 400).toBeGreaterThan(0.93);
    expect(total / 400).toBeLessThan(1.07);
  });

  test('negative correlation never makes more than T values', () => {
    const z = firstOrder(-0.6).draw(500, random('negative'));
    expect(effectiveSampleSize(z)?.geyer.effectiveN).toBe(500);
    expect(effectiveSampleSize(z)?.firstOrder?.effectiveN).toBe(500);
  });
});

describe('no answer', () => {
  const constant = new Float64Array(100).fill(3);
  const code = (answer: object) => ('code' in answer ? answer.code : 'answered');

  test('constants, in one unit or the other, are not "no difference"', () => {
    expect(code(pairedSeries(meanColumn(constant), meanColumn(constant)))).toBe('constant-data');
    expect(code(unpairedSeries(meanColumn(constant), meanColumn(constant)))).toBe('constant-data');
    const { y } = pair('shifted', 100);
    expect(code(pairedSeries(meanColumn(y.map((v) => v + 8)), meanColumn(y.map((v) => v + 8))))).toBe(
      'constant-data',
    );
  });

  test('nine buckets are too few, and the reason says how many are needed', () => {
    const { x, y } = pair('nine', 9);
    expect(pairedSeries(meanColumn(x), meanColumn(y))).toEqual({
      code: 'too-few-buckets',
      values: { have: 9, need: 10 },
    });
  });

  test('a long memory is refused with what it has and needs', () => {
    const z = firstOrder(0.98).draw(200, random('walk'));
    const answer = pairedSeries(meanColumn(z.map((v) => 10 + v)), meanColumn(new Float64Array(200).fill(10)));
    if (!('code' in answer)) throw new Error('answered');
    expect(answer.code).toBe('too-little-independent-information');
    expect(answer.values.need).toBe(15);
    expect(answer.values.have).toBeLessThan(15);
    expect(answer.values.bucketsNeeded).toBeGreaterThan(200);
  });

  test('a load that cancels from the ratio but not from the difference leaves only the difference unanswered', () => {
    const draws = random('half');
    const load = firstOrder(0.99).draw(400, draws);
    const y = load.map((z) => 10 + 3 * z);
    const x = y.map((v) => 0.3 * v + 0.2 * draws.normal());
    const answer = compare(x, y);
    expect(answer.ratio?.interval(0.95).kind).toBe('interval');
    expect(answer.difference.test(0)).toEqual({ above: 1, below: 1 });
    expect(answer.warnings.map(({ code: name }) => name)).toContain('difference-without-information');
  });

  test('a series of which most is missing is not one series', () => {
    const { x, y } = pair('sparse', 50);
    const buckets = Array.from(x, (_, t) => 3 * t);
    expect(code(pairedSeries(meanColumn(x), meanColumn(y), buckets))).toBe('series-mostly-missing');
  });

  test('a baseline that is not positive has a difference and no ratio', () => {
    const { x, y } = pair('negative baseline', 120);
    const answer = compare(
      x.map((v) => v - 20),
      y.map((v) => v - 20),
    );
    expect(answer.ratio).toBeNull();
    expect(answer.difference.interval(0.95).kind).toBe('interval');
  });
});
