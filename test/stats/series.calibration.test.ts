/*
 * A fast slice of the calibration: the same cells as `npm run calibrate`, fewer replicates, bounds as wide as the
 * replicates make them. The last test proves that a wrong method fails.
 */
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/stats/random.ts';
import { type Cell, keeps } from '../calibrate/cell.ts';
import { declaredLooks, undeclaredLooks } from '../calibrate/looks.ts';
import { coverage, falseClaims, power } from '../calibrate/series.ts';
import { quantileCoverage } from '../calibrate/series-quantiles.ts';
import { firstOrder } from '../calibrate/worlds.ts';

const slice: readonly [Cell, number][] = [
  [falseClaims('paired', firstOrder(0.5), 240), 1500],
  [falseClaims('paired', firstOrder(0.9), 350), 800],
  [falseClaims('two arms', firstOrder(0.7), 240), 1000],
  [falseClaims('two arms', firstOrder(0.9), 1000), 300],
  [coverage('paired', firstOrder(0.5), 240, 0.5), 800],
  [power('paired', firstOrder(0.5), 240), 1000],
  [undeclaredLooks(firstOrder(0.7), 240), 600],
  [declaredLooks(5), 20_000],
  [quantileCoverage(0.5, 0.5, 240, true), 200],
];

describe('calibration, fast slice', () => {
  for (const [cell, replicates] of slice) {
    test(`${cell.id} keeps what is owed`, () => {
      const outcomes = cell.simulate(replicates, createRandom(2, cell.id));
      for (const [measure, band] of Object.entries(cell.owed)) {
        expect(outcomes[measure], measure).toBeDefined();
        expect(keeps(outcomes[measure], band), `${measure}: ${JSON.stringify(outcomes[measure])}`).toBe(true);
      }
    });
  }

  test('it can fail: the plain t test on the same series does not keep the band', () => {
    const cell = falseClaims('paired', firstOrder(0.5), 240);
    const outcomes = cell.simulate(400, createRandom(2, cell.id));
    expect(keeps(outcomes['false claims of the plain t test'], cell.owed['false claims'])).toBe(false);
  });

  test('it can fail: undeclared looks with the ordinary critical value do not keep the band', () => {
    const outcomes = declaredLooks(20).simulate(4000, createRandom(2, 'naive'));
    expect(keeps(outcomes['plain t at each look'], { low: 0, high: 0.0275 })).toBe(false);
  });
});
