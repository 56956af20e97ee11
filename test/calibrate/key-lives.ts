/**
 * Calibration of failures of keys that a tap or a source names (compare/failures-in-course.ts): keys live for a moment, for a part
 * of the run, or for all of it, and an outage of one arm hits all that are there. "At most … points worse", where the
 * treatment is worse by just that much, must not be supported; how often it is where the arms are alike is beside it.
 */
import type { Samples } from '../../src/model/effect.ts';
import type { ArmColumn } from '../../src/model/evidence.ts';
import type { Method } from '../../src/model/ports.ts';
import type { Random } from '../../src/stats/random.ts';
import { column, keySamples, plan } from '../compare/samples.ts';
import type { Band, Cell } from './cell.ts';
import { falseClaims, plainClaims, plainHarmless } from './claims.ts';
import { Tally } from './tally.ts';

export interface KeyLives {
  /** Of both arms, and the part that the treatment has. */
  readonly keys: number;
  readonly share: number;
  /** Mean requests of a key. */
  readonly requests: number;
  /** Parts of the run that a key may live for, one of them each. */
  readonly lives: readonly number[];
  /** Part of the run that an outage lasts, and of the requests that it fails, half to one and a half times that (1: all). */
  readonly outage: { readonly lasts: number; readonly severity: number } | null;
  /** Failure rate of the baseline, and by how much the treatment's is higher: by outages, or one by one where there are none. */
  readonly base: number;
  readonly limit: number;
  /** Of both arms, one by one, beside outages. */
  readonly single?: number;
  /** Stages of a ramp: until when, and the treatment's share in each. */
  readonly stages?: readonly { readonly until: number; readonly share: number }[];
}

export const LIMIT = 0.005;

/** One request each. */
export const MOMENT: KeyLives = {
  keys: 8000,
  share: 0.5,
  requests: 1,
  lives: [0],
  outage: null,
  base: LIMIT,
  limit: LIMIT,
};

interface Failing {
  readonly from: number;
  readonly to: number;
  readonly rate: number;
}

/** As collect/derive/course.ts cuts a run: requests come evenly, so that pieces of equal traffic are equally long. */
const PIECES = 240;
const HOUR = 3_600_000;

export function poisson(mean: number, random: Random): number {
  let count = 0;
  for (let at = -Math.log(1 - random.uniform()); at < mean; count++) at -= Math.log(1 - random.uniform());
  return count;
}

/** Outages by which an arm fails at this rate on average. */
function outages(rate: number, { outage, single = 0 }: KeyLives, random: Random): readonly Failing[] {
  const always = (own: number): Failing => ({ from: 0, to: 1, rate: own });
  if (outage === null) return [always(rate + single)];
  const { lasts, severity } = outage;
  const count = poisson((rate / (lasts * severity)) * (1 + lasts), random);
  return [
    always(single),
    ...Array.from({ length: count }, () => {
      const from = random.uniform() * (1 + lasts) - lasts;
      return { from, to: from + lasts, rate: severity >= 1 ? 1 : severity * (0.5 + random.uniform()) };
    }),
  ];
}

/** Made once: millions of them are asked for. */
const names: string[] = [];
function nameOf(key: number): string {
  names[key] ??= `${key}`;
  return names[key];
}

/** Counts of an arm: of each key (in each stage), and of each piece (in each stage). */
class Arm {
  /** Row of each key in each stage, plus one: 0 where it was not seen. */
  private readonly rows: Int32Array;
  private readonly key: number[] = [];
  private readonly failed: number[] = [];
  private readonly count: number[] = [];
  private readonly pieces: { readonly value: Float64Array; readonly per: Float64Array };

  constructor(
    private readonly name: string,
    private readonly stages: number,
    keys: number,
  ) {
    this.rows = new Int32Array(keys * stages);
    this.pieces = { value: new Float64Array(stages * PIECES), per: new Float64Array(stages * PIECES) };
  }

  add(key: number, stage: number, at: number, failed: number): void {
    const unit = key * this.stages + stage;
    const row = this.rows[unit] === 0 ? this.key.length : this.rows[unit] - 1;
    if (row === this.key.length) {
      this.rows[unit] = row + 1;
      this.key.push(unit);
      this.failed.push(0);
      this.count.push(0);
    }
    this.failed[row] += failed;
    this.count[row] += 1;
    const piece = stage * PIECES + Math.min(PIECES - 1, Math.floor(at * PIECES));
    this.pieces.value[piece] += failed;
    this.pieces.per[piece] += 1;
  }

  /** `together`: the other arm, whose pieces count as well. */
  column(together: Arm): ArmColumn {
    const rows = column(this.name, this.failed, {
      per: this.count,
      item: this.stages === 1 ? [] : this.key.map((unit) => nameOf(Math.floor(unit / this.stages))),
      unit: [],
    });
    const { value, per } = this.pieces;
    const seen = [...per.keys()].filter((piece) => per[piece] > 0 || together.pieces.per[piece] > 0);
    const of = (values: Float64Array) => Float64Array.from(seen, (piece) => values[piece]);
    const slots = (units: readonly number[], each: (unit: number) => number) =>
      this.stages === 1 ? {} : { slot: Float64Array.from(units, each) };
    return {
      ...rows,
      ...slots(this.key, (unit) => unit % this.stages),
      course: {
        value: of(value),
        per: of(per),
        spanMs: HOUR,
        ...slots(seen, (piece) => Math.floor(piece / PIECES)),
      },
    };
  }
}

/** What was seen of the arms. In a ramp a key moves to the treatment, and stays there. */
export function seen(world: KeyLives, rates: readonly number[], random: Random): Samples {
  const failing = rates.map((rate) => outages(rate, world, random));
  const stages = world.stages ?? [{ until: 1, share: world.share }];
  const arms = ['x', 'y'].map((name) => new Arm(name, stages.length, world.keys));
  for (let key = 0; key < world.keys; key++) {
    const place = random.uniform();
    const life = world.lives[random.integer(world.lives.length)];
    const begins = random.uniform() * (1 - life);
    for (let left = 1 + poisson(world.requests - 1, random); left > 0; left--) {
      const at = begins + life * random.uniform();
      const stage = stages.findIndex(({ until }) => at < until);
      const arm = place < stages[stage].share ? 0 : 1;
      let rate = 0;
      for (const one of failing[arm]) if (at >= one.from && at < one.to) rate += one.rate;
      arms[arm].add(key, stage, at, random.uniform() < rate ? 1 : 0);
    }
  }
  return keySamples(arms[0].column(arms[1]), arms[1].column(arms[0]));
}

/** One-sided 2.5 %, with the tolerance of 6.5 for 5. */
const harmless: Band = { low: 0, high: 0.0325 };

export interface KeyLivesCell {
  readonly id: string;
  readonly row: string;
  readonly world: KeyLives;
  readonly method: Method;
  readonly owed?: Band;
  /** Owed of "supported where the arms are alike". */
  readonly power?: Band;
}

export function keyLivesCell({
  id,
  row,
  world,
  method,
  owed = harmless,
  power = 'shown',
}: KeyLivesCell): Cell {
  const asked = plan({ estimand: 'proportion', proportion: true });
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
      'supported where the arms are alike': power,
      [plainClaims]: 'shown',
    },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const worse = seen(world, [world.base + world.limit, world.base], random);
        const found = isSupported(worse, random);
        tally.share('answered', found !== null);
        tally.share(falseClaims, found === true);
        tally.share(plainClaims, plainHarmless(worse, world.limit));
        const alike = seen(world, [world.base, world.base], random);
        tally.share('supported where the arms are alike', isSupported(alike, random) === true);
      }
      return tally.outcomes();
    },
  };
}
