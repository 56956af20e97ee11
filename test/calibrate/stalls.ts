/**
 * Calibration of means over keys that a tap names (compare/means-in-course.ts): each arm stalls now and then, by itself, and
 * a stall slows every key that is there. Arms that are alike must not be called different.
 */
import { methods } from '../../src/compare/index.ts';
import type { Samples } from '../../src/model/effect.ts';
import type { ArmColumn } from '../../src/model/evidence.ts';
import type { Random } from '../../src/stats/random.ts';
import { column, keySamples, plan } from '../compare/samples.ts';
import type { Cell } from './cell.ts';
import { falseClaims, plainClaims, plainRejects } from './claims.ts';
import { poisson } from './key-lives.ts';
import { Tally } from './tally.ts';

interface Stalls {
  /** Of an arm. */
  readonly keys: number;
  /** Of a key, spread over the run. */
  readonly requests: number;
  /** Part of the run, and how much is added to a mean of 1, half to one and a half times that; null: none. */
  readonly stall: { readonly lasts: number; readonly adds: number; readonly often: number } | null;
}

const PIECES = 240;

function armOf(name: string, { keys, requests, stall }: Stalls, random: Random): ArmColumn {
  const { lasts, adds, often } = stall ?? { lasts: 0, adds: 0, often: 0 };
  const begins = Array.from(
    { length: poisson(often * (1 + lasts), random) },
    () => random.uniform() * (1 + lasts) - lasts,
  );
  const value = new Float64Array(PIECES);
  const per = new Float64Array(PIECES);
  const means = Array.from({ length: keys }, () => {
    const own = requests === 1 ? 1 : Math.exp(0.3 * random.normal());
    let mean = 0;
    for (let i = 0; i < requests; i++) {
      const at = random.uniform();
      let took = own * Math.exp(0.5 * random.normal() - 0.125);
      for (const from of begins) if (at >= from && at < from + lasts) took += adds * (0.5 + random.uniform());
      const piece = Math.floor(at * PIECES);
      value[piece] += took / requests;
      per[piece] += 1 / requests;
      mean += took / requests;
    }
    return mean;
  });
  return { ...column(name, means, { unit: [], item: [] }), course: { value, per, spanMs: 3_600_000 } };
}

const draw = (world: Stalls, random: Random): Samples =>
  keySamples(armOf('x', world, random), armOf('y', world, random));

const named = ({ keys, requests, stall }: Stalls) =>
  `means of keys of a tap / ${keys} keys, ${requests} requests each / ${
    stall === null
      ? 'no stalls'
      : `${stall.often} stalls of ${100 * stall.lasts} % of the run that add ${100 * stall.adds} %`
  }`;

function stallsCell(world: Stalls): Cell {
  const asked = plan({ estimand: 'mean' });
  const small = 'a difference of 10 % is found';
  return {
    id: named(world),
    row: 'stalls of either arm, means over keys that a tap names',
    resampling: true,
    owed: {
      [falseClaims]: { low: 0, high: 0.065 },
      answered: 'shown',
      [small]: world.stall === null ? { low: 0.9, high: 1 } : 'shown',
      [plainClaims]: 'shown',
    },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const samples = draw(world, random);
        const found = methods.welch.compare(samples, asked, random);
        tally.share('answered', !('code' in found));
        const p = 'code' in found ? null : found.difference.test(0);
        tally.share(falseClaims, p !== null && Math.min(p.above, p.below) <= 0.025);
        tally.share(small, !('code' in found) && found.difference.test(-0.1).above <= 0.025);
        tally.share(plainClaims, plainRejects(samples, 1, false));
      }
      return tally.outcomes();
    },
  };
}

export const stallCells: readonly Cell[] = [
  { keys: 2000, requests: 1, stall: null },
  { keys: 2000, requests: 1, stall: { lasts: 0.005, adds: 2, often: 20 } },
  { keys: 2000, requests: 1, stall: { lasts: 0.01, adds: 5, often: 1 } },
  { keys: 2000, requests: 1, stall: { lasts: 0.05, adds: 1, often: 1 } },
  { keys: 2000, requests: 1, stall: { lasts: 0.1, adds: 2, often: 0.25 } },
  { keys: 200, requests: 10, stall: { lasts: 0.02, adds: 3, often: 0.8 } },
].map(stallsCell);
