import { describe, expect, test } from 'vitest';
import { batchLooks, firstBatchLength } from '../../src/stats/batch-looks.ts';
import { criticalT, crossingProbability, groupSequential } from '../../src/stats/group-sequential.ts';
import { batchMeans, mixtureReach, mixtureTest } from '../../src/stats/mixture-sequence.ts';
import { normalSurvivalQuantile } from '../../src/stats/normal.ts';
import { panelNodes } from '../../src/stats/panel-nodes.ts';
import { createRandom } from '../../src/stats/random.ts';
import { meanColumn } from '../../src/stats/series-column.ts';
import { studentTSurvival } from '../../src/stats/student-t.ts';
import { firstOrder } from '../calibrate/worlds.ts';

const five = [0.2, 0.4, 0.6, 0.8, 1];

describe('declared looks', () => {
  test('five looks, one-sided .025: 4.8769 3.3570 2.6803 2.2898 2.0310', () => {
    const critical = groupSequential(0.025, five, true).map((look) => look.critical.toFixed(4));
    expect(critical).toEqual(['4.8769', '3.3570', '2.6803', '2.2898', '2.0310']);
  });

  test('one look that is the last is the ordinary test', () => {
    for (const time of [1, 0.6]) {
      expect(groupSequential(0.025, [time], true)[0].critical).toBeCloseTo(1.959963984540054, 10);
    }
    expect(groupSequential(0.025, [0.6], false)[0].critical).toBeGreaterThan(2.6);
  });

  test('without an effect all looks together cross with exactly α, at unequal times and with a hasty look too', () => {
    for (const times of [five, [0.07, 0.5, 0.501, 0.97], [0.3, 1]]) {
      const looks = groupSequential(0.025, times, true);
      const crossed = crossingProbability(
        times,
        looks.map((look) => look.critical),
        0,
      );
      looks.forEach(({ spent }, k) => {
        expect(Math.abs(crossed[k] - spent)).toBeLessThan(1e-12);
      });
      expect(looks[looks.length - 1].spent).toBe(0.025);
    }
  });

  test('power under a drift is what 100,000 simulated paths show', () => {
    const looks = groupSequential(0.025, five, true);
    const critical = looks.map((look) => look.critical);
    const draws = createRandom(5, 'paths');
    const counts = five.map(() => 0);
    const paths = 100_000;
    for (let i = 0; i < paths; i++) {
      let b = 0;
      for (let k = 0; k < 5; k++) {
        b += 0.2 * 2.8 + Math.sqrt(0.2) * draws.normal();
        if (b / Math.sqrt(five[k]) < critical[k]) continue;
        for (let later = k; later < 5; later++) counts[later] += 1;
        break;
      }
    }
    crossingProbability(five, critical, 2.8).forEach((p, k) => {
      expect(Math.abs(counts[k] / paths - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / paths) + 1e-4);
    });
  });

  test('with few units the critical t is as improbable as the critical z', () => {
    expect(studentTSurvival(criticalT(2.0310320434911686, 9), 9)).toBeCloseTo(0.021125872082121466, 12); // scipy.stats.norm.sf
    expect(criticalT(2.0310320434911686, 9)).toBeGreaterThan(2.3);
    expect(criticalT(Number.POSITIVE_INFINITY, 9)).toBe(Number.POSITIVE_INFINITY);
    expect(criticalT(normalSurvivalQuantile(0.025), Number.POSITIVE_INFINITY)).toBeCloseTo(
      1.959963984540054,
      12,
    );
  });

  test('times that do not increase within (0, 1] are refused', () => {
    for (const times of [[0.4, 0.4], [0, 0.5], [0.5, 1.2], [Number.NaN]]) {
      expect(() => groupSequential(0.025, times, true)).toThrow(RangeError);
    }
  });

  test('the quadrature is exact for polynomials of degree 31', () => {
    const { at, weight } = panelNodes(0, 1, 1);
    expect(at).toHaveLength(16);
    for (const degree of [0, 1, 7, 31]) {
      const sum = at.reduce((total, x, i) => total + weight[i] * x ** degree, 0);
      expect(Math.abs(sum * (degree + 1) - 1)).toBeLessThan(1e-13);
    }
  });
});

describe('undeclared looks', () => {
  test('interval and test are one thing: at the reach the p is α', () => {
    for (const n of [5, 9, 40, 2000]) {
      expect(mixtureTest(n, mixtureReach(n, 0.05)).above).toBeCloseTo(0.025, 12);
      expect(mixtureTest(n, -mixtureReach(n, 0.05)).below).toBeCloseTo(0.025, 12);
    }
  });

  test('four batches bound nothing at 95 %, and fewer than five are not asked', () => {
    expect(mixtureReach(4, 0.05)).toBe(Number.POSITIVE_INFINITY);
    expect(mixtureTest(4, 1e9).above).toBeGreaterThan(0.025);
    const four = Float64Array.from([1, 2, 3, 5]);
    expect(
      batchLooks(
        four,
        four.map((v) => v + v * v),
      ),
    ).toEqual({
      code: 'too-few-batches',
      values: { have: 4, need: 5 },
    });
  });

  test('at a perfect fit p falls with n and stays a number', () => {
    expect(mixtureTest(6, Number.POSITIVE_INFINITY).above).toBeGreaterThan(0);
    expect(mixtureTest(60, Number.POSITIVE_INFINITY).above).toBeLessThan(1e-40);
    expect(mixtureTest(60, 0)).toEqual({ above: 0.5, below: 0.5 });
  });

  test('batches are whole and do not move when more is seen', () => {
    const values = Float64Array.from({ length: 23 }, (_, t) => t);
    expect([...batchMeans(values.subarray(0, 14), 5)]).toEqual([2, 7]);
    expect([...batchMeans(values, 5)]).toEqual([2, 7, 12, 17]);
  });

  test('before there is information to fix a batch length by, there is none', () => {
    const draws = createRandom(6, 'first');
    const y = new Float64Array(24).fill(10);
    const slow = firstOrder(0.95).draw(24, draws);
    expect(firstBatchLength(meanColumn(slow.map((v) => v + 10)), meanColumn(y))).toMatchObject({
      code: 'too-little-independent-information',
    });
    const white = firstOrder(0).draw(100, draws);
    const length = firstBatchLength(
      meanColumn(white.map((v) => v + 10)),
      meanColumn(new Float64Array(100).fill(10)),
    );
    expect(length).toBeGreaterThanOrEqual(3);
    expect(length).toBeLessThan(12);
  });

  test('ratio and difference of batches: the ends are where the test turns', () => {
    const draws = createRandom(6, 'batches');
    const y = Float64Array.from({ length: 30 }, () => 10 + draws.normal());
    const x = y.map((v) => 1.1 * v + 0.2 * draws.normal());
    const answer = batchLooks(x, y);
    if ('code' in answer) throw new Error(answer.code);
    for (const estimate of [answer.ratio, answer.difference]) {
      const ends = estimate?.interval(0.95);
      if (estimate == null || ends?.kind !== 'interval') throw new Error('unbounded');
      expect(estimate.test(ends.low).above).toBeCloseTo(0.025, 10);
      expect(estimate.test(ends.high).below).toBeCloseTo(0.025, 10);
      expect(ends.low).toBeLessThan(estimate.estimate);
    }
    expect(batchLooks(y, y)).toMatchObject({ code: 'constant-data' });
  });
});
