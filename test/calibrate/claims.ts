/**
 * Cells of methods that see arms of independent units: false claims at the true ratio on either side, coverage of the
 * 95 % interval, and what a plain test claims on the same values.
 */
import type { Inference, Samples } from '../../src/model/effect.ts';
import type { ArmColumn } from '../../src/model/evidence.ts';
import type { Method } from '../../src/model/ports.ts';
import { normalSurvival } from '../../src/stats/normal.ts';
import type { Random } from '../../src/stats/random.ts';
import { studentTSurvival } from '../../src/stats/student-t.ts';
import { infer } from '../compare/samples.ts';
import type { Band, Cell } from './cell.ts';
import { Tally } from './tally.ts';

export const falseClaims = 'false claims';
export const plainClaims = 'false claims of the plain test';

export interface Claims {
  readonly id: string;
  readonly row: string;
  /** Samples of one replicate. */
  readonly draw: (random: Random) => Samples;
  /** The true ratio of treatment to baseline. */
  readonly ratio?: number;
  readonly method: Method;
  readonly plan?: Parameters<typeof infer>[2];
  /** Owed of false claims, both sides together. */
  readonly owed: Band;
  /** Tested as a difference: methods without a ratio, or whose ratio is another question. */
  readonly byDifference?: boolean;
  readonly resampling?: true;
}

export function claimsCell(of: Claims): Cell {
  const { id, row, draw, ratio = 1, method, plan, owed, byDifference = false } = of;
  const closed = owed !== 'shown' && owed.low > 0;
  return {
    id,
    row,
    ...(of.resampling ? { resampling: true } : {}),
    owed: {
      [falseClaims]: owed,
      'claimed above': 'shown',
      'claimed below': 'shown',
      'coverage of the 95 % interval':
        owed === 'shown' ? 'shown' : { low: 0.935, high: closed && !of.resampling ? 0.965 : 1 },
      'interval and test disagree': { low: 0, high: 0 },
      'unbounded intervals': 'shown',
      [plainClaims]: 'shown',
    },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const samples = draw(random);
        const inference = infer(method, samples, plan);
        const estimate = byDifference ? inference.difference : ratioOf(inference);
        const truth = byDifference ? 0 : ratio;
        const tested = estimate.test(truth);
        const [above, below] = [tested.above <= 0.025, tested.below <= 0.025];
        tally.share(falseClaims, above || below);
        tally.share('claimed above', above);
        tally.share('claimed below', below);
        tally.share(plainClaims, plainRejects(samples, ratio, plan?.proportion ?? false));
        // Inverting a test takes many times as long as the test, and must say the same.
        if (k % (of.resampling ? 10 : 5) !== 0) continue;
        const interval = estimate.interval(0.95);
        tally.share('unbounded intervals', interval.kind === 'unbounded');
        if (interval.kind === 'unbounded') {
          tally.share('coverage of the 95 % interval', !(above || below));
          continue;
        }
        tally.share('coverage of the 95 % interval', interval.low < truth && truth < interval.high);
        tally.share(
          'interval and test disagree',
          interval.low >= truth !== above || interval.high <= truth !== below,
        );
      }
      return tally.outcomes();
    },
  };
}

function ratioOf({ ratio }: Inference) {
  if (ratio === null) throw new Error('no ratio');
  return ratio;
}

/**
 * What tools do without asking how units came to arms: Student's t on all values (on value ÷ size where there are sizes);
 * of counts, the z test of two proportions over all attempts.
 */
export function plainRejects({ treatment, baseline }: Samples, ratio: number, proportion: boolean): boolean {
  if (proportion) {
    const [x, y] = [treatment, baseline].map(({ value, per }) => ({
      events: sum(value),
      of: sum(per ?? []),
    }));
    const pooled = (x.events + y.events) / (x.of + y.of);
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / x.of + 1 / y.of));
    return 2 * normalSurvival(Math.abs(x.events / x.of - y.events / y.of) / error) <= 0.05;
  }
  const x = spreadOf(treatment, 1);
  const y = spreadOf(baseline, ratio);
  const df = x.n + y.n - 2;
  const error = Math.sqrt(((x.squares + y.squares) / df) * (1 / x.n + 1 / y.n));
  return 2 * studentTSurvival(Math.abs(x.mean - y.mean) / error, df) <= 0.05;
}

/** The z test of two proportions over all attempts: is the treatment less than `limit` worse? */
export function plainHarmless({ treatment, baseline }: Samples, limit: number): boolean {
  const [x, y] = [treatment, baseline].map(({ value, per }) => {
    const of = sum(per ?? []);
    return { p: sum(value) / of, of };
  });
  const error = Math.sqrt((x.p * (1 - x.p)) / x.of + (y.p * (1 - y.p)) / y.of);
  return normalSurvival((limit - (x.p - y.p)) / error) <= 0.025;
}

function spreadOf({ value, per }: ArmColumn, times: number) {
  const values = Array.from(value, (v, i) => (times * v) / (per?.[i] ?? 1));
  const n = values.length;
  const mean = sum(values) / n;
  return { n, mean, squares: sum(values.map((v) => (v - mean) * (v - mean))) };
}

const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
};
