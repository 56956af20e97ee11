/**
 * Calibration of rare failures that last (STATISTICS.md §3, §9): "at most … points worse", where the treatment is worse by
 * just that much, must not be supported; how often it is where the arms are alike is shown beside it.
 */
import type { ComparePlan, Samples } from '../../src/model/effect.ts';
import type { ArmColumn } from '../../src/model/evidence.ts';
import type { Method } from '../../src/model/ports.ts';
import type { Random } from '../../src/stats/random.ts';
import { balancedPlaces, column, keySamples, pairedSamples, plan } from '../compare/samples.ts';
import type { Band, Cell } from './cell.ts';
import { falseClaims, plainClaims, plainHarmless } from './claims.ts';
import { binomial, failures, type Outages } from './outages.ts';
import { Tally } from './tally.ts';

export interface Bursts extends Outages {
  readonly count: number;
  readonly attempts: number;
  /** Points that the treatment may be worse, as a fraction; so much is it worse in truth. */
  readonly limit: number;
  /** Failure rate of the baseline. */
  readonly base: number;
  /** Failure rate that hits both arms in the same units, about as hard. */
  readonly together?: number;
}

/** Failed attempts of both arms, turned into samples of the design. */
export type Drawing = (
  treatment: readonly number[],
  baseline: readonly number[],
  world: Bursts,
  random: Random,
) => Samples;

const attemptsOf = ({ count, attempts }: Bursts) => new Array<number>(count).fill(attempts);

/** Blocks in which both arms ran, in random order; `items`: batches that take turns. */
export const inBlocks =
  (items: number): Drawing =>
  (x, y, world, random) => {
    const places = balancedPlaces(world.count, (a) => random.shuffle(a), random.integer(2) as 0 | 1);
    const item = x.map((_, i) => `i${i % items}`);
    const arm = (name: string, values: readonly number[], order: readonly number[]) =>
      column(name, values, { per: attemptsOf(world), order, item });
    return pairedSamples(
      arm('x', x, places),
      arm(
        'y',
        y,
        places.map((place) => 1 - place),
      ),
    );
  };

/** Buckets of both arms side by side. */
export const inTime: Drawing = (x, y, world) =>
  pairedSamples(column('x', x, { per: attemptsOf(world) }), column('y', y, { per: attemptsOf(world) }));

/** Keys of each arm, worked on one after the other in trials. */
export const byKey: Drawing = (x, y, world) => {
  const arm = (name: string, failed: readonly number[]) =>
    column(name, failed, { per: attemptsOf(world), order: failed.map(() => 0) });
  return keySamples(arm('x', x), arm('y', y));
};

/** Buckets in stages of a sixth, a sixth and two thirds of the time; the treatment gets 5, 20 and 50 % of the work. */
export const inStages: Drawing = (x, y, world, random) => {
  const stage = (t: number) => Math.min(2, Math.floor((6 * t) / world.count));
  const arm = (name: string, failed: readonly number[], shares: readonly number[]): ArmColumn => ({
    ...column(
      name,
      failed.map((count, t) => binomial(count, shares[stage(t)], random)),
      { per: failed.map((_, t) => Math.round(shares[stage(t)] * world.attempts)) },
    ),
    slot: Float64Array.from(failed, (_, t) => stage(t)),
  });
  return pairedSamples(arm('x', x, [0.05, 0.2, 0.5]), arm('y', y, [0.95, 0.8, 0.5]));
};

export interface BurstsCell {
  readonly id: string;
  readonly row: string;
  readonly world: Bursts;
  readonly draw: Drawing;
  readonly method: Method;
  readonly plan?: Partial<ComparePlan>;
  readonly owed?: Band;
}

const alike = ({ lasting }: Bursts) =>
  `supported where the arms are alike${lasting === 0 ? ', failures one by one' : ''}`;

/** One-sided 2.5 %, with the tolerance of 6.5 for 5. */
const harmless: Band = { low: 0, high: 0.0325 };

export function burstsCell({ id, row, world, draw, method, plan: some, owed = harmless }: BurstsCell): Cell {
  const asked = plan({ estimand: 'proportion', proportion: true, ...some });
  const arms = (worse: number, random: Random): Samples => {
    const failed = (rate: number) => failures(world.count, world.attempts, rate, world, random);
    const shared = failed(world.together ?? 0);
    const arm = (own: readonly number[]) =>
      own.map((count, t) => {
        const both = shared[t] === 0 ? 0 : Math.round(shared[t] * (1 + 0.1 * random.normal()));
        return Math.max(0, Math.min(world.attempts, count + both));
      });
    return draw(arm(failed(world.base + worse)), arm(failed(world.base)), world, random);
  };
  const isSupported = (samples: Samples, random: Random): boolean | null => {
    const found = method.compare(samples, asked, random);
    return 'code' in found ? null : found.difference.test(world.limit).below <= 0.025;
  };
  return {
    id,
    row,
    resampling: true,
    owed: {
      [falseClaims]: owed,
      answered: 'shown',
      [alike(world)]: world.lasting === 0 && world.base > 0 ? { low: 0.9, high: 1 } : 'shown',
      [plainClaims]: 'shown',
    },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const worse = arms(world.limit, random);
        const found = isSupported(worse, random);
        tally.share('answered', found !== null);
        tally.share(falseClaims, found === true);
        tally.share(plainClaims, plainHarmless(worse, world.limit));
        // Where the baseline never fails, arms that are alike never do, and nothing can be said.
        if (world.base > 0 || world.together !== undefined)
          tally.share(alike(world), isSupported(arms(0, random), random) === true);
      }
      return tally.outcomes();
    },
  };
}
