import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { betaCdf, betaQuantile, betaSurvival, betaSurvivalQuantile } from '../../src/stats/beta.ts';
import {
  chiSquaredCdf,
  chiSquaredQuantile,
  chiSquaredSurvival,
  chiSquaredSurvivalQuantile,
} from '../../src/stats/chi-squared.ts';
import { fCdf, fQuantile, fSurvival, fSurvivalQuantile } from '../../src/stats/f.ts';
import { gammaCdf, gammaQuantile, gammaSurvival, gammaSurvivalQuantile } from '../../src/stats/gamma.ts';
import { normalCdf, normalQuantile, normalSurvival, normalSurvivalQuantile } from '../../src/stats/normal.ts';
import {
  studentTCdf,
  studentTQuantile,
  studentTSurvival,
  studentTSurvivalQuantile,
} from '../../src/stats/student-t.ts';

type Answer = (x: number, ...parameters: number[]) => number;
/** What vitest and the compiler need to treat functions of one to three numbers alike. */
const any = (f: (x: number, a: number, b: number) => number): Answer => f as Answer;

function family(name: string, parameters: number, support: [number, number], answers: Answer[]) {
  const [cdf, survival, quantile, survivalQuantile] = answers;
  return { name, parameters, support, cdf, survival, quantile, survivalQuantile };
}

const line: [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const positive: [number, number] = [0, Number.POSITIVE_INFINITY];
const families = [
  family('normal', 0, line, [normalCdf, normalSurvival, normalQuantile, normalSurvivalQuantile]),
  family(
    'studentT',
    1,
    line,
    [studentTCdf, studentTSurvival, studentTQuantile, studentTSurvivalQuantile].map(any),
  ),
  family(
    'chiSquared',
    1,
    positive,
    [chiSquaredCdf, chiSquaredSurvival, chiSquaredQuantile, chiSquaredSurvivalQuantile].map(any),
  ),
  family('gamma', 2, positive, [gammaCdf, gammaSurvival, gammaQuantile, gammaSurvivalQuantile].map(any)),
  family('f', 2, positive, [fCdf, fSurvival, fQuantile, fSurvivalQuantile].map(any)),
  family('beta', 2, [0, 1], [betaCdf, betaSurvival, betaQuantile, betaSurvivalQuantile].map(any)),
];

/** Parameters over nine orders of magnitude, most of them fractional. */
const parameter = fc.double({ min: -1, max: 5, noNaN: true }).map((power) => Math.exp(power * Math.LN10));
const parameters = (count: number) => fc.tuple(...Array.from({ length: count }, () => parameter));
const probability = fc.oneof(
  fc.double({ min: 1e-3, max: 0.999, noNaN: true }),
  fc.double({ min: -280, max: -3, noNaN: true }).map((power) => Math.exp(power * Math.LN10)),
);

describe.each(families)('$name', ({ name, parameters: count, support, ...family }) => {
  const [lowest, highest] = support;
  const typical = [3.7, 8.2].slice(0, count);

  test('splits all probability between the two sides of a point', () => {
    fc.assert(
      fc.property(parameters(count), probability, (given, p) => {
        const x = family.quantile(p, ...given);
        expect(family.cdf(x, ...given) + family.survival(x, ...given)).toBeCloseTo(1, 14);
      }),
    );
  });

  test('has at its quantiles the probability that was asked for', () => {
    fc.assert(
      fc.property(parameters(count), probability, (given, p) => {
        const [low, high] = [family.quantile(p, ...given), family.survivalQuantile(p, ...given)];
        // Where the point itself leaves the doubles, or falls on an end of the support, nothing can be asked.
        const smallest = Math.min(Math.abs(low), Math.abs(high));
        fc.pre(smallest > 1e-290 && Math.abs(low) < 1e290 && Math.abs(high) < 1e290);
        fc.pre(name !== 'beta' || Math.max(low, high) < 0.999);
        expect(family.cdf(low, ...given) / p).toBeCloseTo(1, 9);
        expect(family.survival(high, ...given) / p).toBeCloseTo(1, 9);
      }),
    );
  });

  test('never falls from one point to a larger one by more than rounding', () => {
    const falls = (from: number, to: number) => from - to > 1e-12 * Math.abs(from);
    fc.assert(
      fc.property(parameters(count), probability, probability, (given, p, q) => {
        const [less, more] = [Math.min(p, q), Math.max(p, q)];
        const [from, to] = [family.quantile(less, ...given), family.quantile(more, ...given)];
        expect(falls(from, to)).toBe(false);
        expect(falls(family.survivalQuantile(more, ...given), family.survivalQuantile(less, ...given))).toBe(
          false,
        );
        expect(falls(family.cdf(from, ...given), family.cdf(to, ...given))).toBe(false);
        expect(falls(family.survival(to, ...given), family.survival(from, ...given))).toBe(false);
      }),
    );
  });

  test('has no probability beyond the ends of its support', () => {
    expect(family.cdf(lowest, ...typical)).toBe(0);
    expect(family.survival(lowest, ...typical)).toBe(1);
    expect(family.cdf(highest, ...typical)).toBe(1);
    expect(family.survival(highest, ...typical)).toBe(0);
    expect(family.cdf(Number.NEGATIVE_INFINITY, ...typical)).toBe(0);
    expect(family.survival(Number.POSITIVE_INFINITY, ...typical)).toBe(0);
  });

  test('has the ends of its support as quantiles of 0 and 1', () => {
    expect(family.quantile(0, ...typical)).toBe(lowest);
    expect(family.quantile(1, ...typical)).toBe(highest);
    expect(family.survivalQuantile(0, ...typical)).toBe(highest);
    expect(family.survivalQuantile(1, ...typical)).toBe(lowest);
  });

  test('answers NaN to NaN and to what is no probability', () => {
    expect(family.cdf(Number.NaN, ...typical)).toBeNaN();
    expect(family.survival(Number.NaN, ...typical)).toBeNaN();
    for (const p of [Number.NaN, -1e-9, 1 + 1e-9, Number.POSITIVE_INFINITY]) {
      expect(family.quantile(p, ...typical)).toBeNaN();
      expect(family.survivalQuantile(p, ...typical)).toBeNaN();
    }
  });

  test('answers at once, whatever the parameters', () => {
    const extremes = [5e-324, 1e-300, 1e-9, 1, 1e9, 1e15, 1e100, 1e308];
    for (const first of extremes) {
      for (const second of extremes) {
        const given = [first, second].slice(0, count);
        for (const f of [family.cdf, family.survival, family.quantile, family.survivalQuantile]) {
          expect(typeof f(0.3, ...given)).toBe('number');
        }
      }
    }
  });
});

describe.each(families.filter((family) => family.parameters > 0))(
  '$name',
  ({ parameters: count, ...family }) => {
    test('answers NaN to parameters that no distribution has', () => {
      for (const wrong of [0, -1, Number.NaN, Number.NEGATIVE_INFINITY]) {
        for (let place = 0; place < count; place += 1) {
          const given = [3.7, 8.2].slice(0, count).with(place, wrong);
          expect(family.cdf(0.5, ...given)).toBeNaN();
          expect(family.survival(0.5, ...given)).toBeNaN();
          expect(family.quantile(0.5, ...given)).toBeNaN();
          expect(family.survivalQuantile(0.5, ...given)).toBeNaN();
        }
      }
    });
  },
);
