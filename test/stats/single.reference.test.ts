/** Equivalence, Wilson's limits, the price of an hour and looks under an effect, by other means (reference/single.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  crossingProbability,
  equivalence,
  hourPrice,
  jointComponent,
  welch,
  wilsonReach,
} from '../../src/stats/index.js';
import { centred } from '../../src/stats/sum-spread.js';
import { answered, expectClose } from './resampling-reference.js';

const reference: {
  readonly equivalence: Readonly<Record<'x' | 'y', number[]>> &
    Readonly<Record<'low' | 'high' | 'p' | 'aboveLow' | 'belowHigh', number>>;
  readonly wilson: readonly Readonly<Record<'p' | 'n' | 'z' | 'below' | 'above', number>>[];
  readonly price: Readonly<Record<'hours' | 'cost', number[]>> &
    Readonly<Record<'estimate' | 'low' | 'high', number>>;
  readonly looks: readonly {
    readonly times: number[];
    readonly critical: number[];
    readonly drift: number;
    readonly crossed: number[];
  }[];
} = JSON.parse(readFileSync(new URL('reference/single.json', import.meta.url), 'utf8'));

describe('other means agree', () => {
  test('two one-sided tests (statsmodels ttost_ind, unequal variances)', () => {
    const { x, y, low, high, ...wanted } = reference.equivalence;
    const { difference } = answered(welch(Float64Array.from(x), Float64Array.from(y)));
    const found = equivalence(difference, low, high);
    expectClose(found.p, wanted.p);
    expectClose(found.aboveLow, wanted.aboveLow);
    expectClose(found.belowHigh, wanted.belowHigh);
  });

  test('Wilson’s limits (statsmodels)', () => {
    for (const { p, n, z, below, above } of reference.wilson) {
      const found = wilsonReach({ p, n }, z);
      expect(found.below).toBeCloseTo(below, 12);
      expect(found.above).toBeCloseTo(above, 12);
    }
  });

  test('the prices of an hour are Fieller’s quadratic at 50 digits', () => {
    const [hours, cost] = [Float64Array.from(reference.price.hours), Float64Array.from(reference.price.cost)];
    const n = hours.length;
    const mean = (values: Float64Array) => ({ high: values.reduce((sum, v) => sum + v, 0) / n, low: 0 });
    const found = answered(
      hourPrice({
        extraCost: mean(cost),
        hoursSaved: mean(hours),
        components: [jointComponent(centred(cost), centred(hours), 1 / n / (n - 1), n - 1)],
      }),
    );
    expectClose(found.estimate ?? 0, reference.price.estimate);
    const [piece, ...more] = found.set(0.95);
    expect(more).toEqual([]);
    expectClose(piece.low, reference.price.low);
    expectClose(piece.high, reference.price.high);
  });

  test('looks under an effect cross as Simpson’s rule has it', () => {
    for (const { times, critical, drift, crossed } of reference.looks) {
      crossingProbability(times, critical, drift).forEach((p, k) => {
        expectClose(p, crossed[k], 1e-8);
      });
    }
  });
});
