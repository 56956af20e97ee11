/** Calibration of arms of independent keys (STATISTICS.md §2, §9): means, ratios, proportions. */
import { methods } from '../../src/compare/index.ts';
import type { Random } from '../../src/stats/random.ts';
import { column, keySamples } from '../compare/samples.ts';
import type { Cell } from './cell.ts';
import { type Claims, claimsCell } from './claims.ts';

const values = (n: number, draw: () => number) => column('x', Array.from({ length: n }, draw));

const normalArms = (nx: number, ny: number, sx: number, sy: number, ratio: number) => (random: Random) =>
  keySamples(
    values(nx, () => 20 * ratio + sx * random.normal()),
    values(ny, () => 20 + sy * random.normal()),
  );

const skewedArms = (nx: number, ny: number, sigma: number) => (random: Random) =>
  keySamples(
    values(nx, () => Math.exp(sigma * random.normal())),
    values(ny, () => Math.exp(sigma * random.normal())),
  );

/** Events of attempts; keys whose failures come together: `alike` is the intraclass correlation. */
function proportionKeys(n: number, p: number, alike: number, random: Random) {
  const sizes = Array.from({ length: n }, () => Math.max(1, Math.round(Math.exp(4 + 0.7 * random.normal()))));
  const events = sizes.map((size) => {
    const side = random.uniform() < 0.5 ? 1 : -1;
    const q = Math.min(1, Math.max(0, p + Math.sqrt(alike * p * (1 - p)) * side));
    let count = 0;
    for (let i = 0; i < size; i++) if (random.uniform() < q) count++;
    return count;
  });
  return column('x', events, { per: sizes });
}

/** Values proportional to lognormal sizes. */
function ratioKeys(n: number, sigma: number, random: Random) {
  const sizes = Array.from({ length: n }, () => Math.exp(sigma * random.normal()));
  return column(
    'x',
    sizes.map((size) => size * (1 + 0.2 * random.normal())),
    { per: sizes },
  );
}

export const ratioArms = (nx: number, ny: number, sigma: number) => (random: Random) =>
  keySamples(ratioKeys(nx, sigma, random), ratioKeys(ny, sigma, random));

const welch = (some: Pick<Claims, 'id' | 'row' | 'draw' | 'owed'> & Partial<Claims>) =>
  claimsCell({ method: methods.welch, ...some });

export const keyCells: readonly Cell[] = [
  ...(
    [
      [1, 1],
      [3, 1],
      [1, 3],
    ] as const
  ).map(([sx, sy]) =>
    welch({
      id: `Welch / normal, 4 against 36 / sd ${sx} against ${sy}`,
      row: 'normal, 4 against 36 units, sd 1:1, 3:1, 1:3',
      draw: normalArms(4, 36, sx, sy, 1),
      owed: { low: 0.04, high: 0.065 },
    }),
  ),
  welch({
    id: 'Welch / normal, 4 against 36 / true ratio 0.1',
    row: 'a true ratio of 0.1: df follow the ratio',
    draw: normalArms(4, 36, 0.2, 2, 0.1),
    ratio: 0.1,
    owed: { low: 0.035, high: 0.065 },
  }),
  ...(
    [
      [30, 30, 1],
      [90, 30, 1],
      [30, 90, 1],
      [30, 30, 0.5],
    ] as const
  ).map(([nx, ny, sigma]) =>
    welch({
      id: `Welch / lognormal σ = ${sigma} / ${nx} against ${ny}`,
      row: 'skewed: lognormal σ ≤ 1, sizes 30 to 90 an arm',
      draw: skewedArms(nx, ny, sigma),
      owed: { low: 0, high: 0.065 },
    }),
  ),
  ...(
    [
      [10, 10],
      [20, 20],
      [8, 40],
    ] as const
  ).flatMap(([nx, ny]) =>
    [0, 0.02].map((alike) =>
      claimsCell({
        id: `Newcombe / ${nx} against ${ny} keys / intraclass correlation ${alike}`,
        row: alike === 0 ? 'proportions over keys' : 'proportions over keys whose failures come together',
        draw: (r) => keySamples(proportionKeys(nx, 0.1, alike, r), proportionKeys(ny, 0.1, alike, r)),
        method: methods.newcombe,
        plan: { estimand: 'proportion', proportion: true },
        owed: { low: 0, high: 0.065 },
      }),
    ),
  ),
  ...(
    [
      [30, 30, 0.3],
      [30, 30, 1],
      [10, 10, 1],
      [30, 90, 1],
    ] as const
  ).map(([nx, ny, sigma]) =>
    claimsCell({
      id: `ratios over keys / ${nx} against ${ny} / sizes lognormal σ = ${sigma}`,
      row: 'ratios over keys of lognormal size (10 to 90 an arm)',
      draw: ratioArms(nx, ny, sigma),
      method: methods['welch-ratio'],
      owed: { low: 0.035, high: 0.065 },
    }),
  ),
];
