import { describe, expect, test } from 'vitest';
import { betaCdf, betaQuantile } from '../../src/stats/beta.ts';
import {
  chiSquaredCdf,
  chiSquaredSurvival,
  chiSquaredSurvivalQuantile,
} from '../../src/stats/chi-squared.ts';
import { fCdf, fQuantile, fSurvival, fSurvivalQuantile } from '../../src/stats/f.ts';
import { gammaCdf, gammaQuantile } from '../../src/stats/gamma.ts';
import { normalCdf, normalDensity, normalQuantile, normalSurvival } from '../../src/stats/normal.ts';
import {
  studentTCdf,
  studentTQuantile,
  studentTSurvival,
  studentTSurvivalQuantile,
} from '../../src/stats/student-t.ts';

describe('distributions with a closed form', () => {
  const points = [1e-12, 1e-3, 0.2, 0.9, 1, 2.5, 40, 1e6];

  test('t with 1 degree of freedom is Cauchy and with 2 is algebraic', () => {
    for (const t of points) {
      expect(studentTSurvival(t, 1) / (Math.atan2(1, t) / Math.PI)).toBeCloseTo(1, 13);
      const root = Math.sqrt(2 + t * t);
      expect(studentTSurvival(t, 2) * root * (root + t)).toBeCloseTo(1, 13);
    }
  });

  test('t with infinite degrees of freedom is normal', () => {
    for (const t of points) {
      expect(studentTCdf(-t, Number.POSITIVE_INFINITY)).toBe(normalCdf(-t));
      expect(studentTCdf(-t, 1e16)).toBeCloseTo(normalCdf(-t), 13);
    }
    expect(studentTQuantile(0.025, Number.POSITIVE_INFINITY)).toBe(normalQuantile(0.025));
  });

  test('t reaches as far as doubles do', () => {
    expect(studentTSurvival(1e300, 1) * 1e300 * Math.PI).toBeCloseTo(1, 11);
    expect(studentTSurvivalQuantile(1e-300, 1) / 1e300).toBeCloseTo(1 / Math.PI, 11);
    expect(studentTQuantile(1e-300, 0.5)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('chi-squared with 2 degrees of freedom and gamma with shape 1 are exponential', () => {
    for (const x of points) {
      expect(gammaCdf(x, 1) / -Math.expm1(-x)).toBeCloseTo(1, 13);
      if (x < 700) expect(chiSquaredSurvival(2 * x, 2) / Math.exp(-x)).toBeCloseTo(1, 13);
    }
    expect(gammaQuantile(0.5, 1, 3)).toBeCloseTo(3 * Math.LN2, 13);
  });

  test('chi-squared with 1 degree of freedom is a squared normal deviate', () => {
    for (const z of [0.01, 0.5, 1.96, 5, 20]) {
      expect(chiSquaredSurvival(z * z, 1) / (2 * normalSurvival(z))).toBeCloseTo(1, 12);
    }
  });

  test('F with 2 and 2 degrees of freedom is the share of odds', () => {
    for (const x of points) {
      expect(fCdf(x, 2, 2) / (x / (1 + x))).toBeCloseTo(1, 13);
      expect(fSurvival(x, 2, 2) * (1 + x)).toBeCloseTo(1, 13);
    }
  });

  test('F of a squared t is the two-sided t, for fractional degrees of freedom too', () => {
    for (const df of [0.8, 3.3, 17.25, 480]) {
      expect(fSurvival(2.25, 1, df) / (2 * studentTSurvival(1.5, df))).toBeCloseTo(1, 13);
    }
  });

  test('F with a known variance below is chi-squared per degree of freedom', () => {
    expect(fCdf(1.7, 3, Number.POSITIVE_INFINITY)).toBe(chiSquaredCdf(1.7 * 3, 3));
    expect(fSurvival(1.7, 3, Number.POSITIVE_INFINITY)).toBe(chiSquaredSurvival(1.7 * 3, 3));
    expect(fSurvivalQuantile(0.05, 3, 1e12)).toBeCloseTo(
      fSurvivalQuantile(0.05, 3, Number.POSITIVE_INFINITY),
      10,
    );
    expect(fQuantile(0.05, 3, 1e12)).toBeCloseTo(fQuantile(0.05, 3, Number.POSITIVE_INFINITY), 10);
    expect(fCdf(2, Number.POSITIVE_INFINITY, 3)).toBeNaN();
  });

  test('beta with 1 and 1 is uniform, with 1 below is a power', () => {
    for (const x of [1e-12, 0.1, 0.5, 0.99]) {
      expect(betaCdf(x, 1, 1) / x).toBeCloseTo(1, 13);
      expect(betaCdf(x, 3, 1) / (x * x * x)).toBeCloseTo(1, 13);
    }
    expect(betaQuantile(0.125, 3, 1)).toBeCloseTo(0.5, 14);
  });

  test('symmetric distributions have their middle where it belongs', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(studentTQuantile(0.5, 3.3)).toBe(0);
    expect(betaQuantile(0.5, 7.5, 7.5)).toBeCloseTo(0.5, 15);
    expect(fQuantile(0.5, 9, 9)).toBeCloseTo(1, 14);
  });

  test('the tables of every textbook are reproduced', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(studentTQuantile(0.975, 10)).toBeCloseTo(2.228138851986274, 13);
    expect(chiSquaredSurvivalQuantile(0.05, 1)).toBeCloseTo(3.841458820694126, 13);
    expect(fSurvivalQuantile(0.05, 3, 20)).toBeCloseTo(3.09839121214078, 13);
    expect(normalDensity(0)).toBeCloseTo(0.3989422804014327, 15);
    expect(normalDensity(-2)).toBe(normalDensity(2));
  });
});
