/** Calibration of interleaved blocks (STATISTICS.md §2, §9): time disturbs, place disturbs, nothing is claimed. */
import { methods } from '../../src/compare/index.ts';
import type { Samples } from '../../src/model/effect.ts';
import type { Method } from '../../src/model/ports.ts';
import type { Random } from '../../src/stats/random.ts';
import { balancedPlaces, column, pairedSamples } from '../compare/samples.ts';
import type { Cell } from './cell.ts';
import { claimsCell } from './claims.ts';

const normal = (random: Random) => random.normal();
export const still = () => 0;

/** A/A blocks: level + disturbance of the time of the trial + order effect + noise of sd 1. */
export function blocks(
  n: number,
  disturbance: (slot: number) => number,
  orderEffect: number,
  noise = normal,
) {
  return (random: Random): Samples => {
    const places = balancedPlaces(n, (a) => random.shuffle(a), random.integer(2) as 0 | 1);
    const value = (block: number, place: number) =>
      50 + disturbance(2 * block + place) + orderEffect * place + noise(random);
    const order = places.map((place) => 1 - place);
    const x = places.map((place, b) => value(b, place));
    const y = order.map((place, b) => value(b, place));
    return pairedSamples(column('x', x, { order: places }), column('y', y, { order }));
  };
}

const disturbances: Readonly<Record<string, readonly [(slot: number) => number, number]>> = {
  'nothing else': [still, 0],
  'a trend of 5 sd': [(slot) => slot / 8, 0],
  'a step of 5 sd': [(slot) => (slot >= 21 ? 5 : 0), 0],
  'period 2 of 2 sd': [(slot) => 2 * (slot % 2), 0],
  'an order effect of 2 sd': [still, 2],
  'trend and order effect': [(slot) => slot / 8, 2],
};

/** Lognormal blocks, second place e^0.5 times as large. */
function typicalBlocks(random: Random): Samples {
  const places = balancedPlaces(20, (a) => random.shuffle(a), 0);
  const order = places.map((place) => 1 - place);
  const value = (place: number) => Math.exp(random.normal() + 0.5 * place);
  return pairedSamples(
    column('x', places.map(value), { order: places }),
    column('y', order.map(value), { order }),
  );
}

export const blockCells: readonly Cell[] = [
  ...Object.entries(disturbances).flatMap(([name, [disturbance, orderEffect]]) =>
    [6, 20, 21].map((n) =>
      claimsCell({
        id: `interleaved blocks / ${name} / ${n} blocks`,
        row: `interleaved blocks, ${name}`,
        draw: blocks(n, disturbance, orderEffect),
        method: methods['paired-t'],
        owed: { low: 0.04, high: 0.06 },
      }),
    ),
  ),
  claimsCell({
    id: 'typical unit / 20 lognormal blocks with an order effect',
    row: 'typical unit, lognormal blocks with an order effect',
    draw: typicalBlocks,
    method: methods.typical,
    plan: { estimand: 'typical' },
    owed: { low: 0.04, high: 0.06 },
  }),
  claimsCell({
    id: 'randomisation test / 8 lognormal blocks with an order effect of 2 sd',
    row: 'randomisation test, lognormal blocks with an order effect',
    draw: blocks(8, still, 2, (random) => Math.exp(random.normal())),
    method: methods['sign-flip'],
    byDifference: true,
    resampling: true,
    owed: { low: 0.01, high: 0.06 },
  }),
];

/** Paired t with a standard error a fifth too small: what the calibration must not let pass. */
const wrong: Method = {
  ...methods['paired-t'],
  compare(samples, plan, random) {
    const right = methods['paired-t'].compare(samples, plan, random);
    if ('code' in right || right.ratio === null) return right;
    const { estimate, test } = right.ratio;
    // A threshold stretched away from the estimate is a standard error that is too small.
    const narrowed = (threshold: number) => test(estimate + (threshold - estimate) * 1.25);
    const interval = (confidence: number) => {
      const ends = right.ratio?.interval(confidence);
      if (ends?.kind !== 'interval') return { kind: 'unbounded' } as const;
      const inner = (end: number) => estimate + (end - estimate) / 1.25;
      return { ...ends, low: inner(ends.low), high: inner(ends.high) };
    };
    return { ...right, ratio: { estimate, test: narrowed, interval } };
  },
};

export const brokenCell: Cell = claimsCell({
  id: 'a wrong standard error / 20 blocks',
  row: 'a method whose standard error is a fifth too small',
  draw: blocks(20, still, 0),
  method: wrong,
  owed: { low: 0.04, high: 0.06 },
});
