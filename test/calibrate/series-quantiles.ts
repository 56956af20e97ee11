/**
 * Calibration of quantiles of time series (STATISTICS.md §2, §9): coverage of the difference and of the ratio.
 * Values are exp(z/2) of AR(1) z: skewed, positive, quantiles known. Together: both arms share a load.
 */

import { normalQuantile } from '../../src/stats/normal.ts';
import { compareQuantiles } from '../../src/stats/quantile-comparison.ts';
import { seriesQuantile } from '../../src/stats/series-quantile.ts';
import type { Cell } from './cell.ts';
import { Tally } from './tally.ts';
import { firstOrder } from './worlds.ts';

export function quantileCoverage(q: number, rho: number, count: number, together: boolean): Cell {
  const world = firstOrder(rho);
  return {
    id: `quantiles / p${q * 100} / AR(1) ${rho} / T = ${count} / ${together ? 'together' : 'apart'}`,
    row: 'quantiles of two series, p50 to p99, T = 80 to 2000',
    owed: {
      'coverage of the difference': { low: 0.9, high: 1 },
      'coverage of ratio 1.5': { low: 0.9, high: 1 },
      answered: 'shown',
      'has two ends': 'shown',
    },
    simulate(replicates, random) {
      const tally = new Tally();
      const truth = Math.exp(normalQuantile(q) / 2);
      const z = () => {
        const own = world.draw(count, random);
        const load = together ? shared : world.draw(count, random);
        return own.map((value, t) => Math.exp((0.6 * value + 0.8 * load[t]) / 2));
      };
      let shared = new Float64Array(count);
      for (let i = 0; i < replicates; i++) {
        shared = world.draw(count, random) as Float64Array<ArrayBuffer>;
        const x = seriesQuantile(
          z().map((value) => 1.5 * value),
          q,
          null,
          together,
        );
        const y = seriesQuantile(z(), q, null, together);
        tally.share('answered', !('code' in x || 'code' in y));
        if ('code' in x || 'code' in y) continue;
        const answer = compareQuantiles(x, y, together);
        const ends = answer.difference.interval(0.95);
        if (ends.kind !== 'interval') throw new Error('a difference has ends');
        tally.share('has two ends', ends.high - ends.low < Number.POSITIVE_INFINITY);
        tally.share('coverage of the difference', ends.low < truth / 2 && truth / 2 < ends.high);
        const tests = answer.ratio?.test(1.5);
        if (tests) tally.share('coverage of ratio 1.5', Math.min(tests.above, tests.below) > 0.025);
      }
      return tally.outcomes();
    },
  };
}

export const quantileCells: readonly Cell[] = [
  [0.5, 0.5, 240],
  [0.95, 0, 80],
  [0.95, 0.5, 240],
  [0.95, 0.7, 1000],
  [0.99, 0, 400],
  [0.99, 0.5, 2000],
].flatMap(([q, rho, count]) => [true, false].map((together) => quantileCoverage(q, rho, count, together)));
