import { describe, expect, test } from 'vitest';
import { cuped } from '../../src/stats/cuped.js';
import { equivalence } from '../../src/stats/equivalence.js';
import { benjaminiHochberg, holm } from '../../src/stats/multiplicity.js';
import { quantileInterval } from '../../src/stats/quantile-interval.js';
import { createRandom } from '../../src/stats/random.js';
import { type AdmissibleSchedules, switchback } from '../../src/stats/switchback.js';
import { answered, expectClose, noise, reference } from './resampling-reference.js';

describe('CUPED', () => {
  test.each(reference.cuped)('agrees with 50 digits and with the published gradient: $name', (one) => {
    const arm = (value: number[], covariate: number[]) => ({
      value: Float64Array.from(value),
      covariate: Float64Array.from(covariate),
    });
    const [t, b] = [arm(one.yt, one.xt), arm(one.yb, one.xb)];
    const found = answered(cuped(t, b));
    expectClose(found.details.theta, one.theta, 1e-9);
    expectClose(found.difference.estimate, one.difference, 1e-9);
    if (one.ols !== undefined) {
      expectClose(found.difference.estimate, one.ols.difference);
      expectClose(found.details.theta, one.ols.theta);
    }
    const relative = answered(cuped(t, b, 'baseline'));
    const [nt, nb] = [t.value.length, b.value.length];
    const gap = found.details['covariate difference'];
    const squares = [one.xt, one.xb].reduce((sum, x) => {
      const mean = x.reduce((s, v) => s + v, 0) / x.length;
      return sum + x.reduce((s, v) => s + (v - mean) * (v - mean), 0);
    }, 0);
    // What is added to the published variance: θ's own error.
    const growth = (1 + (gap * gap) / squares / (1 / nt + 1 / nb)) * ((nt + nb - 2) / (nt + nb - 3));
    const center = relative.ratio?.estimate ?? Number.NaN;
    const interval = relative.ratio?.interval(0.68);
    expect(interval?.kind).toBe('interval');
    if (one.name === 'well scaled' && interval?.kind === 'interval') {
      const half = (interval.high - interval.low) / 2;
      expect(half / (one.relativeError * Math.sqrt(growth))).toBeCloseTo(1, 1);
    }
    expectClose(center, 1 + one.difference / (one.yb.reduce((s, v) => s + v, 0) / nb), 1e-9);
  });
  test('arms swapped: the ratio is inverted', () => {
    const one = reference.cuped[0];
    const t = { value: Float64Array.from(one.yt), covariate: Float64Array.from(one.xt) };
    const b = { value: Float64Array.from(one.yb), covariate: Float64Array.from(one.xb) };
    const [forth, back] = [answered(cuped(t, b)), answered(cuped(b, t))];
    expectClose(forth.ratio?.estimate ?? 0, 1 / (back.ratio?.estimate ?? 0), 1e-12);
    const [p, q] = [forth.ratio?.interval(0.95), back.ratio?.interval(0.95)];
    if (p?.kind !== 'interval' || q?.kind !== 'interval') throw new Error('unbounded');
    expectClose(p.low, 1 / q.high, 1e-12);
    expectClose(forth.difference.test(0).above, back.difference.test(0).below, 1e-12);
  });
  test('a constant covariate explains nothing; constants, NaN and two units are refused', () => {
    const y = noise(1, 9);
    const plain = answered(
      cuped(
        { value: y, covariate: new Float64Array(9).fill(4) },
        { value: noise(2, 7), covariate: new Float64Array(7).fill(4) },
      ),
    );
    expect(plain.details).toMatchObject({ theta: 0, 'variance left': 1 });
    const of = (...value: number[]) => ({
      value: Float64Array.from(value),
      covariate: noise(3, value.length),
    });
    expect(cuped(of(1, 1, 1), of(1, 1, 1))).toMatchObject({ code: 'constant-data' });
    expect(cuped(of(1, 2, Number.NaN), of(1, 2, 3))).toMatchObject({ code: 'values-not-finite' });
    expect(cuped(of(1, 2), of(1, 2, 3))).toMatchObject({ code: 'too-few-values' });
  });
  test.each([5, 20])('false claims stay at α with %i units an arm, and the interval is narrower', (n) => {
    const random = createRandom('cuped', String(n));
    let claims = 0;
    let left = 0;
    const rounds = 4000;
    for (let k = 0; k < rounds; k++) {
      const arm = () => {
        const covariate = Float64Array.from({ length: n }, () => random.normal());
        return { value: covariate.map((x) => 10 + 2 * x + random.normal()), covariate };
      };
      const found = answered(cuped(arm(), arm()));
      const p = found.difference.test(0);
      if (Math.min(p.above, p.below) <= 0.025) claims++;
      left += found.details['variance left'] / rounds;
    }
    expect(left).toBeLessThan(0.35);
    // 4–6.5 % owed; 99.9 % binomial intervals around it.
    expect(claims / rounds).toBeGreaterThan(0.032);
    expect(claims / rounds).toBeLessThan(0.075);
  });
});

/** All ways to give 4 of 8 slots to the treatment. */
function* halves(n: number): Generator<Uint8Array> {
  for (let code = 0; code < 2 ** n; code++) {
    const schedule = Uint8Array.from({ length: n }, (_, i) => (code >> i) & 1);
    if (schedule.reduce((s, a) => s + a, 0) === n / 2) yield schedule;
  }
}

const listed = (n: number): AdmissibleSchedules => ({
  all: halves(n),
  draw: () => {
    throw new Error('all are listed');
  },
});

const shuffled = (n: number, seed: string): AdmissibleSchedules => {
  const random = createRandom(seed);
  return {
    all: null,
    draw: () => {
      const arms = Array.from({ length: n }, (_, i) => i % 2);
      random.shuffle(arms);
      return Uint8Array.from(arms);
    },
  };
};

describe('switchback', () => {
  const { value, assignment, tests } = reference.switchback;
  const slots = Float64Array.from(value);
  const arms = Uint8Array.from(assignment);
  test('p at every threshold as counted over all 70 schedules', () => {
    const found = answered(switchback(slots, arms, listed(8)));
    expect(found).toMatchObject({ exact: true, schedules: 70 });
    for (const wanted of tests) {
      const p = found.difference.test(wanted.d);
      expectClose(p.above, wanted.above, 1e-12);
      expectClose(p.below, wanted.below, 1e-12);
    }
  });
  test('interval and test never disagree, for difference and ratio; p only grows with the threshold', () => {
    const found = answered(switchback(slots, arms, listed(8)));
    const tail = (1 - 0.9) / 2;
    for (const estimate of [found.difference, found.ratio]) {
      const interval = estimate?.interval(0.9);
      if (interval?.kind !== 'interval') throw new Error('unbounded');
      let last = 0;
      for (let x = interval.low - 1; x < interval.high + 1; x += 0.003) {
        const p = estimate?.test(x) ?? { above: Number.NaN, below: Number.NaN };
        expect(p.above).toBeGreaterThanOrEqual(last);
        last = p.above;
        expect(interval.low >= x).toBe(p.above <= tail);
        expect(interval.high <= x).toBe(p.below <= tail);
      }
    }
  });
  test('drawn schedules agree with the full count', () => {
    const n = 12;
    const random = createRandom(9);
    const data = Float64Array.from({ length: n }, (_, i) => 20 + random.normal() + (i % 2) * 1.2);
    const which = Uint8Array.from({ length: n }, (_, i) => i % 2);
    const all = answered(switchback(data, which, listed(n)));
    const some = answered(switchback(data, which, shuffled(n, 'a'), 9999));
    expect(all.exact).toBe(true);
    expect(some).toMatchObject({ exact: false, schedules: 10_000 });
    for (const d of [-1, 0, 0.5, 1.2, 2]) {
      expect(Math.abs(all.difference.test(d).above - some.difference.test(d).above)).toBeLessThan(0.02);
    }
  });
  test('holds its level under a trend, a rhythm and memory that defeat a plain t test', () => {
    const n = 24;
    const random = createRandom('level');
    let claims = 0;
    const rounds = 400;
    for (let k = 0; k < rounds; k++) {
      const admissible = shuffled(n, `s${k}`);
      const which = admissible.draw();
      let memory = 0;
      const data = Float64Array.from({ length: n }, (_, i) => {
        memory = 0.8 * memory + random.normal();
        return 50 + i * 0.5 + 3 * (i % 3) + memory;
      });
      const p = answered(switchback(data, which, admissible, 999)).difference.test(0);
      if (Math.min(p.above, p.below) <= 0.025) claims++;
    }
    // 99.9 % of binomial(400, .05) lie between 7 and 35.
    expect(claims).toBeGreaterThan(6);
    expect(claims).toBeLessThan(36);
  });
  test('ABAB under a period-2 environment: immune when slots are drawn, recognised when they are not', () => {
    const n = 20;
    const data = Float64Array.from({ length: n }, (_, i) => 10 + 2 * (i % 2) + 0.1 * noise(7, n)[i]);
    const abab = Uint8Array.from({ length: n }, (_, i) => i % 2);
    // A strict alternation could only have been drawn in two ways: p cannot be small.
    const only: AdmissibleSchedules = { all: [abab, abab.map((a) => 1 - a)], draw: () => abab };
    const found = answered(switchback(data, abab, only));
    expect(found.difference.test(0).above).toBe(0.5);
    expect(found.difference.interval(0.95)).toMatchObject({ low: Number.NEGATIVE_INFINITY });
  });
  test('scale by a power of two changes no p; constants, few slots and a foreign schedule have reasons', () => {
    const at = (scale: number) =>
      answered(
        switchback(
          slots.map((v) => v * scale),
          arms,
          listed(8),
        ),
      ).difference.test(1.7 * scale);
    expect(at(2 ** -40)).toEqual(at(1));
    expect(switchback(new Float64Array(8).fill(3), arms, listed(8))).toMatchObject({ code: 'constant-data' });
    expect(switchback(slots.subarray(0, 6), arms.subarray(0, 6), listed(6))).toMatchObject({
      code: 'too-few-slots',
      values: { have: 3, need: 4 },
    });
    const foreign: AdmissibleSchedules = { all: [arms.map((a) => 1 - a)], draw: () => arms };
    expect(switchback(slots, arms, foreign)).toMatchObject({ code: 'schedule-not-admissible' });
    expect(
      answered(
        switchback(
          slots.map((v) => v - 13),
          arms,
          listed(8),
        ),
      ).ratio,
    ).toBeNull();
  });
});

describe('families and equivalence', () => {
  test('Holm and Benjamini–Hochberg as in statsmodels', () => {
    const { p, ...wanted } = reference.corrections;
    holm(p).forEach((found, i) => {
      expectClose(found, wanted.holm[i], 1e-14);
    });
    benjaminiHochberg(p).forEach((found, i) => {
      expectClose(found, wanted.benjaminiHochberg[i], 1e-14);
    });
  });
  test('a test without an answer still counts as one that was looked at', () => {
    expect(Array.from(holm([0.01, Number.NaN]))).toEqual([0.02, Number.NaN]);
    expect(Array.from(benjaminiHochberg([Number.NaN, 0.01]))).toEqual([Number.NaN, 0.02]);
    expect(Array.from(holm([]))).toEqual([]);
    expect(() => holm([1.5])).toThrow(RangeError);
  });
  test('equivalent exactly where the interval lies within the margins', () => {
    const estimate = answered(quantileInterval(noise(5, 60), 0.5));
    const interval = estimate.interval(0.95);
    if (interval.kind !== 'interval') throw new Error('unbounded');
    const p = (low: number, high: number) => equivalence(estimate, low, high).p;
    expect(p(interval.low, interval.high)).toBeLessThanOrEqual(0.025);
    expect(p(interval.low + 1e-12, interval.high)).toBeGreaterThan(0.025);
    expect(p(interval.low, interval.high - 1e-12)).toBeGreaterThan(0.025);
    expect(equivalence(estimate, Number.NEGATIVE_INFINITY, interval.high).aboveLow).toBe(0);
    expect(() => equivalence(estimate, 1, 1)).toThrow(RangeError);
  });
});
