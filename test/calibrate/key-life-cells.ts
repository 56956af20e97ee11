/** The worlds of key-lives.ts that `npm run calibrate` simulates. */
import { methods } from '../../src/compare/index.ts';
import type { Cell } from './cell.ts';
import { type KeyLives, keyLivesCell, LIMIT, MOMENT } from './key-lives.ts';

const ROW = 'failures that last, keys that a tap names: false “at most … points worse”';

const LONG: KeyLives = { ...MOMENT, keys: 400, requests: 20, lives: [1] };
const MIXED: KeyLives = { ...MOMENT, keys: 800, requests: 10, lives: [0, 0.05, 1] };
const RAMP: KeyLives = {
  ...MOMENT,
  keys: 8_000,
  stages: [
    { until: 1 / 6, share: 0.05 },
    { until: 1 / 3, share: 0.2 },
    { until: 1, share: 0.5 },
  ],
};

const named = (what: string, { outage, base, single }: KeyLives) =>
  [
    `keys of a tap / ${what}`,
    outage === null
      ? 'one by one'
      : `outages of ${100 * outage.lasts} % of the run, ${100 * outage.severity} % fail`,
    base > 0 ? 'both arms' : 'one arm',
    ...(single === undefined ? [] : ['and one by one']),
  ].join(' / ');

const cell = (what: string, world: KeyLives) =>
  keyLivesCell({
    id: named(what, world),
    row: ROW,
    world,
    method: world.stages === undefined ? methods.newcombe : methods['ramp-keys'],
  });

const lasting = (lasts: number, severity: number) => ({ outage: { lasts, severity } });

export const keyLifeCells: readonly Cell[] = [
  cell('for a moment', MOMENT),
  ...[0, LIMIT].flatMap((base) =>
    [lasting(0.005, 0.2), lasting(0.005, 1), lasting(0.02, 0.2), lasting(0.1, 0.1), lasting(0.1, 1)].map(
      (out) => cell('for a moment', { ...MOMENT, ...out, base }),
    ),
  ),
  cell('for a moment, one in ten treated', { ...MOMENT, keys: 20_000, share: 0.1 }),
  cell('for a moment, one in ten treated', { ...MOMENT, keys: 20_000, share: 0.1, ...lasting(0.02, 0.5) }),
  cell('for a moment', { ...MOMENT, ...lasting(0.005, 0.25), base: LIMIT, single: LIMIT }),
  cell('for a moment, 40,000', { ...MOMENT, keys: 40_000, ...lasting(0.01, 0.125), single: 2 * LIMIT }),
  cell('for all of it', LONG),
  cell('for all of it', { ...LONG, ...lasting(0.01, 0.5) }),
  cell('for all of it', { ...LONG, ...lasting(0.05, 0.2) }),
  cell('of all lives', MIXED),
  cell('of all lives', { ...MIXED, ...lasting(0.02, 0.2) }),
  cell('frequent', { ...MOMENT, ...lasting(0.01, 0.5), base: 0.05, limit: 0.05 }),
  cell('frequent', { ...MOMENT, ...lasting(0.05, 0.5), base: 0.05, limit: 0.05 }),
  cell('in a ramp', RAMP),
  cell('in a ramp', { ...RAMP, ...lasting(0.005, 0.2), base: 0 }),
  cell('in a ramp', { ...RAMP, ...lasting(0.02, 0.2) }),
  cell('in a ramp, 1600', { ...RAMP, keys: 1600, requests: 10, lives: [1], ...lasting(0.02, 0.2) }),
];
