/** Calibration of interleaved workloads (STATISTICS.md §1, §9): items × repeats, as fixed work or as a sample. */
import { methods } from '../../src/compare/index.ts';
import type { Samples } from '../../src/model/effect.ts';
import type { Random } from '../../src/stats/random.ts';
import { balancedPlaces, column, pairedSamples } from '../compare/samples.ts';
import type { Cell } from './cell.ts';
import { claimsCell } from './claims.ts';

export interface Workload {
  readonly items: number;
  readonly repeats: number;
  readonly ratio: number;
  /** In units of the item's standard deviation. */
  readonly orderEffect: number;
  readonly proportionalOrder?: boolean;
  readonly even?: boolean;
  readonly perRecord?: boolean;
  readonly sizes?: (random: Random, items: number) => number[];
}

export function workload(options: Workload) {
  const { items, repeats, ratio, orderEffect } = options;
  return (random: Random): Samples => {
    const sizes =
      options.sizes?.(random, items) ?? Array.from({ length: items }, (_, i) => 1 + (9 * i) / (items - 1));
    const n = items * repeats;
    const places = balancedPlaces(n, (a) => random.shuffle(a), random.integer(2) as 0 | 1);
    const rows = places.map((place, row) => ({ place, item: row % items, size: sizes[row % items] }));
    const value = (size: number, place: number, level: number) =>
      level * size * 10 +
      (options.even ? 1 : level * size) * random.normal() +
      orderEffect * (options.proportionalOrder ? size : 5.5) * place;
    const item = rows.map((row) => `i${row.item}`);
    const per = options.perRecord ? { per: rows.map(({ size }) => size * 1000) } : {};
    const order = places.map((place) => 1 - place);
    const x = rows.map(({ size, place }) => value(size, place, ratio));
    const y = rows.map(({ size, place }) => value(size, 1 - place, 1));
    return pairedSamples(
      column('x', x, { order: places, item, ...per }),
      column('y', y, { order, item, ...per }),
    );
  };
}

const fixed = { estimand: 'total', workload: 'fixed' } as const;
export const sample = { estimand: 'total', workload: 'sample' } as const;

const fixedWorkloads: Readonly<Record<string, Workload>> = {
  'variance ∝ size²': { items: 15, repeats: 3, ratio: 1, orderEffect: 0 },
  'equal variances': { items: 15, repeats: 3, ratio: 1, orderEffect: 0, even: true },
  'an order effect of 2 sd': { items: 15, repeats: 3, ratio: 1, orderEffect: 2 },
  'an order effect proportional to size': {
    items: 15,
    repeats: 3,
    ratio: 1,
    orderEffect: 2,
    proportionalOrder: true,
  },
  'two repeats': { items: 15, repeats: 2, ratio: 1, orderEffect: 2 },
  'a true ratio of 0.3': { items: 15, repeats: 3, ratio: 0.3, orderEffect: 0 },
};

const lognormalSizes = (random: Random, items: number) =>
  Array.from({ length: items }, () => Math.exp(random.normal()));

/** Items differ in what the stacks do to them; repeats of an item say little new. */
export function itemEffects(random: Random): Samples {
  const effects = Array.from({ length: 10 }, () => 1 + 0.2 * random.normal());
  const rows = Array.from({ length: 40 }, (_, row) => row % 10);
  const item = rows.map((i) => `i${i}`);
  const places = balancedPlaces(40, (a) => random.shuffle(a), 0);
  const x = rows.map((i) => 10 * effects[i] + 0.1 * random.normal());
  const y = rows.map(() => 10 + 0.1 * random.normal());
  return pairedSamples(
    column('x', x, { item, order: places }),
    column('y', y, { item, order: places.map((p) => 1 - p) }),
  );
}

export const workloadCells: readonly Cell[] = [
  ...Object.entries(fixedWorkloads).flatMap(([name, options]) =>
    [false, true].map((perRecord) =>
      claimsCell({
        id: `fixed workload / ${name} / ${perRecord ? 'ratios' : 'totals'}`,
        row: `fixed workload of 15 batches, ${perRecord ? 'ratios' : 'totals'}`,
        draw: workload({ ...options, perRecord }),
        ratio: options.ratio,
        method: methods[perRecord ? 'paired-ratio-stratified' : 'paired-t-stratified'],
        plan: perRecord ? { ...fixed, times: 1e6 } : fixed,
        owed: { low: 0.04, high: 0.065 },
      }),
    ),
  ),
  ...[false, true].flatMap((perRecord) => {
    const what = perRecord ? 'ratios' : 'totals';
    const lognormal = [1, 0.5].map((ratio) =>
      claimsCell({
        id: `sample workload / 30 lognormal items / true ratio ${ratio} / ${what}`,
        row: 'sample workload, 30 lognormal batches',
        draw: workload({ items: 30, repeats: 1, ratio, orderEffect: 0, sizes: lognormalSizes, perRecord }),
        ratio,
        method: methods['paired-items'],
        plan: sample,
        owed: { low: 0, high: 0.065 },
      }),
    );
    const even = claimsCell({
      id: `sample workload / 15 items × 3 with an order effect / ${what}`,
      row: 'sample workload, 15 batches × 3 with an order effect',
      draw: workload({ items: 15, repeats: 3, ratio: 1, orderEffect: 2, perRecord }),
      method: methods['paired-items'],
      plan: sample,
      owed: { low: 0.035, high: 0.065 },
    });
    return [...lognormal, even];
  }),
  claimsCell({
    id: 'sample workload / effects of 10 items, 4 repeats each',
    row: 'sample workload, repeats of 10 batches are not 40 units',
    draw: itemEffects,
    method: methods['paired-items'],
    plan: sample,
    owed: { low: 0.035, high: 0.065 },
  }),
];
