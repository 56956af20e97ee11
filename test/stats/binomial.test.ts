import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binomialCdf, binomialSurvival } from '../../src/stats/binomial.ts';

/** The sum over the counts, which the library avoids. */
function summed(from: number, to: number, trials: number, probability: number): number {
  let sum = 0;
  for (let k = from; k <= to; k += 1) {
    let term = 1;
    for (let i = 1; i <= k; i += 1) term *= ((trials - k + i) / i) * probability;
    for (let i = 0; i < trials - k; i += 1) term *= 1 - probability;
    sum += term;
  }
  return sum;
}

describe('binomial', () => {
  test('is the sum over the counts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (k, trials, probability) => {
          fc.pre(k < trials);
          expect(binomialCdf(k, trials, probability) / summed(0, k, trials, probability)).toBeCloseTo(1, 11);
          expect(
            binomialSurvival(k, trials, probability) / summed(k + 1, trials, trials, probability),
          ).toBeCloseTo(1, 11);
        },
      ),
    );
  });

  test('gives four heads in ten fair throws or fewer 386 chances in 1024', () => {
    expect(binomialCdf(4, 10, 0.5)).toBeCloseTo(386 / 1024, 14);
    expect(binomialSurvival(4, 10, 0.5)).toBeCloseTo(638 / 1024, 14);
  });

  test('counts whole successes only', () => {
    expect(binomialCdf(4.9, 10, 0.3)).toBe(binomialCdf(4, 10, 0.3));
  });

  test('knows what is certain', () => {
    expect(binomialCdf(-1, 10, 0.3)).toBe(0);
    expect(binomialSurvival(-1, 10, 0.3)).toBe(1);
    expect(binomialCdf(10, 10, 0.3)).toBe(1);
    expect(binomialSurvival(10, 10, 0.3)).toBe(0);
    expect(binomialCdf(3, 10, 0)).toBe(1);
    expect(binomialCdf(3, 10, 1)).toBe(0);
    expect(binomialCdf(0, 0, 0.5)).toBe(1);
  });

  test('answers NaN to what is no binomial question', () => {
    expect(binomialCdf(Number.NaN, 10, 0.3)).toBeNaN();
    expect(binomialCdf(3, 10.5, 0.3)).toBeNaN();
    expect(binomialCdf(3, -1, 0.3)).toBeNaN();
    expect(binomialSurvival(3, 10, 1.1)).toBeNaN();
    expect(binomialSurvival(3, 10, Number.NaN)).toBeNaN();
  });

  test('handles a billion trials in far tails', () => {
    // mpmath, 40 digits: 7.6217108076013276683e-24, ten standard deviations above the middle.
    const k = 500_000_000 + 158_113;
    expect(binomialSurvival(k, 1_000_000_000, 0.5) / 7.621710807601327e-24).toBeCloseTo(1, 10);
  });
});
