/**
 * Calibration of designs in slots (STATISTICS.md §2, §9), each through the product's own method and, for a switchback,
 * through its own draw: slots with memory, a day's rhythm and a trend; ramps in which pooling misleads; runs with memory.
 */
import { methods } from '../../src/compare/index.ts';
import type { ComparePlan, Samples } from '../../src/model/effect.ts';
import type { ArmColumn, SlotDraw } from '../../src/model/evidence.ts';
import { drawSlots } from '../../src/split/designs/slot-draws.ts';
import type { Random } from '../../src/stats/random.ts';
import { infer, keySamples } from '../compare/samples.ts';
import type { Cell } from './cell.ts';
import { claimsCell, falseClaims, plainClaims } from './claims.ts';
import { Tally } from './tally.ts';
import { firstOrder } from './worlds.ts';

const HOUR = 36e5;
const asked: ComparePlan = {
  estimand: 'total',
  proportion: false,
  times: 1,
  workload: null,
  confidence: 0.95,
};

interface Row {
  readonly slot: number;
  readonly value: number;
  readonly per?: number;
  readonly key?: string;
}

function columnOf(arm: string, rows: readonly Row[]): ArmColumn {
  return {
    arm,
    n: rows.length,
    unit: rows.map((_, i) => `${arm}${i}`),
    value: Float64Array.from(rows, ({ value }) => value),
    per: rows[0]?.per === undefined ? null : Float64Array.from(rows, ({ per }) => per ?? 1),
    start: Float64Array.from(rows, ({ slot }, i) => slot * HOUR + i),
    order: new Float64Array(rows.length).fill(Number.NaN),
    item: rows.map(({ key }, i) => key ?? `${arm}${i}`),
    slot: Float64Array.from(rows, ({ slot }) => slot),
  };
}

/** Slots of `slotMs` in a world with memory, a day's rhythm and a trend; amounts follow the work that came. */
function switchbackCell(slots: number, slotMs: number, rho: number, ratio: boolean): Cell {
  const world = firstOrder(rho);
  return {
    id: `switchback, as drawn / ${slots} slots of ${slotMs / HOUR} h / AR(1) ${rho} / ${ratio ? 'ratio of sums' : 'mean'}`,
    row: 'switchback through its own draw: memory, trend and a day’s rhythm',
    resampling: true,
    owed: {
      [falseClaims]: { low: 0, high: 0.06 },
      'coverage of the 95 % interval': { low: 0.935, high: 1 },
      [plainClaims]: 'shown',
    },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const draws = drawSlots(['x', 'y'], slots, slotMs, random.stream(String(k)));
        const samples = slotted(draws, world.draw(slots, random), slotMs, ratio, random);
        const { ratio: found } = infer(methods.switchback, samples, {
          draws,
          estimand: ratio ? 'total' : 'mean',
        });
        if (found === null) throw new Error('the world has positive values');
        const tested = found.test(1);
        tally.share(falseClaims, Math.min(tested.above, tested.below) <= 0.025);
        const interval = found.interval(0.95);
        tally.share(
          'coverage of the 95 % interval',
          interval.kind === 'unbounded' || (interval.low <= 1 && 1 <= interval.high),
        );
        const plain = infer(methods['welch-ratio'], samples, { estimand: 'total' });
        const p = plain.ratio?.test(1) ?? { above: 1, below: 1 };
        tally.share(plainClaims, Math.min(p.above, p.below) <= 0.025);
      }
      return tally.outcomes();
    },
  };
}

function slotted(
  draws: readonly SlotDraw[],
  weather: Float64Array,
  slotMs: number,
  ratio: boolean,
  random: Random,
): Samples {
  const rows: Record<string, Row[]> = { x: [], y: [] };
  draws.forEach(({ arm }, slot) => {
    const day = Math.sin((2 * Math.PI * slot * slotMs) / 864e5);
    const level = 10 + weather[slot] + 2 * day + (2 * slot) / draws.length;
    for (let i = 0; i < 4; i++) {
      const per = ratio ? Math.exp(0.3 * random.normal() + 0.3 * day) : 1;
      rows[arm].push({ slot, value: per * (level + 0.3 * random.normal()), per });
    }
  });
  return keySamples(columnOf('x', rows.x), columnOf('y', rows.y));
}

/** Both arms alike in each stage; later stages are slower, and the treatment's share of them is larger. */
const rampKeys =
  (sizes: readonly (readonly [number, number])[], spread: number) =>
  (random: Random): Samples => {
    const arm = (name: string, which: 0 | 1) => {
      const rows: Row[] = [];
      const known: { readonly key: string; readonly own: number }[] = [];
      sizes.forEach((size, slot) => {
        while (known.length < size[which])
          known.push({ key: `${name}${known.length}`, own: random.normal() });
        for (const { key, own } of known) {
          const per = Math.exp(spread * random.normal());
          rows.push({ slot, key, per, value: per * (20 + 5 * slot + own + random.normal()) });
        }
      });
      return columnOf(name, rows);
    };
    return keySamples(arm('x', 0), arm('y', 1));
  };

/** Both arms alike in each stage; later stages fail more often. Each key has a rate of its own, around the stage's. */
const rampFailures =
  (sizes: readonly (readonly [number, number])[], p: number, alike: number) =>
  (random: Random): Samples => {
    const arm = (name: string, which: 0 | 1) => {
      const rows: Row[] = [];
      const known: { readonly key: string; readonly side: number; readonly attempts: number }[] = [];
      sizes.forEach((size, slot) => {
        while (known.length < size[which])
          known.push({
            key: `${name}${known.length}`,
            side: random.uniform() < 0.5 ? 1 : -1,
            attempts: Math.max(1, Math.round(Math.exp(3 + 0.7 * random.normal()))),
          });
        const rate = p * (1 + slot);
        for (const { key, side, attempts } of known) {
          const q = Math.min(1, Math.max(0, rate + Math.sqrt(alike * rate * (1 - rate)) * side));
          let value = 0;
          for (let i = 0; i < attempts; i++) if (random.uniform() < q) value++;
          rows.push({ slot, key, per: attempts, value });
        }
      });
      return columnOf(name, rows);
    };
    return keySamples(arm('x', 0), arm('y', 1));
  };

/** Buckets of both arms at once, in stages of 24, 24 and 96; what is left of a shared load has memory. */
const rampBuckets =
  (rho: number) =>
  (random: Random): Samples => {
    const noise = firstOrder(rho);
    const lengths = [24, 24, 96];
    const count = 144;
    const [load, mine, theirs] = [firstOrder(0.9), noise, noise].map((world) => world.draw(count, random));
    const rows = (own: Float64Array, shares: readonly number[]): Row[] =>
      Array.from({ length: count }, (_, t): Row => {
        const slot = t < lengths[0] ? 0 : t < lengths[0] + lengths[1] ? 1 : 2;
        const per = shares[slot] * (1 + 0.2 * random.uniform());
        return { slot, per, value: per * (20 + load[t] + 3 * slot + 0.5 * own[t]) };
      });
    const column = (arm: string, all: readonly Row[]): ArmColumn => ({
      ...columnOf(arm, all),
      unit: all.map((_, t) => String(t)),
      start: Float64Array.from(all, (_, t) => t * HOUR),
    });
    return {
      paired: true,
      treatment: column('x', rows(mine, [0.05, 0.2, 0.5])),
      baseline: column('y', rows(theirs, [0.05, 0.2, 0.5])),
    };
  };

/** Among all runs: what the gate of series leaves unanswered claims nothing. */
function rampInBuckets(rho: number): Cell {
  const draw = rampBuckets(rho);
  const covered = 'coverage of the 95 % interval';
  return {
    id: `ramp in buckets / 24, 24, 96 / ${rho === 0 ? 'white noise' : `AR(1) ${rho}`} on a shared load`,
    row: 'ramp in time buckets',
    owed: {
      [falseClaims]: { low: 0, high: 0.065 },
      [covered]: rho > 0.5 ? 'shown' : { low: 0.935, high: 1 },
    },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const found = methods['ramp-series'].compare(draw(random), { ...asked, bucketMs: HOUR }, random);
        if ('code' in found || found.ratio === null) {
          tally.share(falseClaims, false);
          continue;
        }
        const { above, below } = found.ratio.test(1);
        tally.share(falseClaims, Math.min(above, below) <= 0.025);
        const interval = found.ratio.interval(0.95);
        tally.share(covered, interval.kind === 'unbounded' || (interval.low <= 1 && 1 <= interval.high));
      }
      return tally.outcomes();
    },
  };
}

/** Runs of 200 points with memory, around a level of their own. */
const runsOf =
  (nx: number, ny: number, between: number) =>
  (random: Random): Samples => {
    const arm = (name: string, n: number, first: number) =>
      columnOf(
        name,
        Array.from({ length: n }, (_, run) => {
          const level = 20 * (1 + between * random.normal());
          return Array.from(
            firstOrder(0.9).draw(50, random),
            (z): Row => ({ slot: first + run, value: level + z }),
          );
        }).flat(),
      );
    return keySamples(arm('x', nx, 0), arm('y', ny, nx));
  };

/** Keys whose value is mostly what they were before. */
const adjustedArms =
  (n: number, share: number) =>
  (random: Random): Samples => {
    const arm = (name: string) => {
      const covariate = Float64Array.from({ length: n }, () => random.normal());
      const values = Array.from(covariate, (x) => ({
        slot: 0,
        value: 20 + 3 * (Math.sqrt(share) * x + Math.sqrt(1 - share) * random.normal()),
      }));
      return { ...columnOf(name, values), covariate };
    };
    return keySamples(arm('x'), arm('y'));
  };

const skewed =
  (nx: number, ny: number) =>
  (random: Random): Samples => {
    const arm = (name: string, n: number) =>
      columnOf(
        name,
        Array.from({ length: n }, () => ({ slot: 0, value: Math.exp(random.normal()) })),
      );
    return keySamples(arm('x', nx), arm('y', ny));
  };

export const slotCells: readonly Cell[] = [
  switchbackCell(8, HOUR, 0, false),
  switchbackCell(8, HOUR, 0.9, true),
  switchbackCell(20, HOUR, 0.9, false),
  switchbackCell(96, HOUR, 0.9, true),
  ...(
    [
      [
        [
          [5, 50],
          [20, 100],
          [100, 100],
        ],
        0.3,
      ],
      [
        [
          [10, 10],
          [20, 20],
          [40, 40],
        ],
        0.3,
      ],
    ] as const
  ).map(([sizes, spread]) =>
    claimsCell({
      id: `ramp by key / ${sizes.map((size) => size.join(':')).join(', ')}`,
      row: 'ramp: stages with different shares, later ones slower',
      draw: rampKeys(sizes, spread),
      method: methods['ramp-keys'],
      owed: { low: 0, high: 0.065 },
    }),
  ),
  ...(
    [
      [0.05, 0],
      [0.05, 0.02],
      [0.005, 0],
    ] as const
  ).map(([p, alike]) =>
    claimsCell({
      id: `ramp by key / 10:90, 40:100, 100:100 / ${p * 100} % fail, intraclass correlation ${alike}`,
      row: 'ramp by key: failures, later stages fail more often',
      draw: rampFailures(
        [
          [10, 90],
          [40, 100],
          [100, 100],
        ],
        p,
        alike,
      ),
      method: methods['ramp-keys'],
      plan: { estimand: 'proportion', proportion: true },
      owed: { low: 0, high: 0.065 },
    }),
  ),
  rampInBuckets(0),
  rampInBuckets(0.5),
  rampInBuckets(0.9),
  ...(
    [
      [5, 5],
      [5, 15],
    ] as const
  ).map(([nx, ny]) =>
    claimsCell({
      id: `runs / ${nx} against ${ny} / 50 points each, AR(1) 0.9`,
      row: 'several runs per arm, with memory inside',
      draw: runsOf(nx, ny, 0.05),
      method: methods.runs,
      plan: { estimand: 'mean' },
      owed: { low: 0.035, high: 0.065 },
    }),
  ),
  ...[10, 40].map((n) =>
    claimsCell({
      id: `CUPED / ${n} keys an arm / ρ² = 0.8`,
      row: 'by key, adjusted for what was before',
      draw: adjustedArms(n, 0.8),
      method: methods.cuped,
      plan: { estimand: 'mean' },
      owed: { low: 0.035, high: 0.065 },
    }),
  ),
  ...(
    [
      [6, 6],
      [30, 90],
    ] as const
  ).map(([nx, ny]) =>
    claimsCell({
      id: `Hodges–Lehmann / lognormal σ = 1 / ${nx} against ${ny}`,
      row: 'location by ranks',
      draw: skewed(nx, ny),
      method: methods['hodges-lehmann'],
      plan: { estimand: 'location' },
      owed: { low: 0, high: 0.06 },
    }),
  ),
];
