/**
 * A slice of `npm run calibrate`: its cells of independent units, with fewer replicates, seeded. A cell fails when the
 * 99.9 % interval of a measure lies outside its band (STATISTICS.md §9). CALIBRATE=10000 for more, and printed.
 */
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import { createRandom } from '../../src/stats/random.js';
import { blockCells, brokenCell } from '../calibrate/blocks.js';
import { type Cell, measured } from '../calibrate/cell.js';
import { type Claims, claimsCell, falseClaims, plainClaims } from '../calibrate/claims.js';
import { keyCells, ratioArms } from '../calibrate/keys.js';
import { linesOf } from '../calibrate/table.js';
import { itemEffects, sample, workloadCells } from '../calibrate/workloads.js';

const replicates = Number(process.env.CALIBRATE ?? 1000);
const shown = process.env.CALIBRATE !== undefined;

function lines(cell: Cell) {
  const outcomes = cell.simulate(replicates, createRandom(20191104, 'calibrate', cell.id));
  const found = linesOf(cell, { outcomes });
  if (shown)
    for (const { measure, outcome } of found) console.info(`${cell.id}: ${measure} ${measured(outcome)}`);
  return found;
}

const broken = (cell: Cell) =>
  lines(cell)
    .filter(({ kept }) => !kept)
    .map(({ measure, outcome }) => `${measure}: ${measured(outcome)}`);

const subjects = {
  'interleaved blocks': blockCells,
  'a workload, fixed or a sample': workloadCells,
  'arms of independent keys': keyCells,
};

for (const [subject, cells] of Object.entries(subjects)) {
  describe(`${subject}: false claims and coverage are as owed`, () => {
    for (const cell of cells) test(cell.id, () => expect(broken(cell)).toEqual([]));
  });
}

describe('what is not done, because it claims falsely', () => {
  const rate = (of: Pick<Claims, 'draw' | 'method' | 'plan'>, measure = falseClaims) => {
    const found = lines(claimsCell({ id: 'not done', row: 'not done', owed: 'shown', ...of }));
    const line = found.find((one) => one.measure === measure);
    if (line === undefined) throw new Error(`no ${measure}`);
    return measured(line.outcome);
  };

  test('repeats of 10 items taken for 40 units', () => {
    expect(rate({ draw: itemEffects, method: methods['paired-t'] })).toBeGreaterThan(0.2);
  });

  test('the plain delta method: keys of lognormal σ = 1 size', () => {
    expect(rate({ draw: ratioArms(10, 10, 1), method: methods.delta })).toBeGreaterThan(0.08);
  });

  test('the plain test in place of ours on items with repeats', () => {
    const claims = rate({ draw: itemEffects, method: methods['paired-items'], plan: sample }, plainClaims);
    expect(claims).toBeGreaterThan(0.2);
  });
});

describe('the calibration itself', () => {
  test('finds a method whose standard error is a fifth too small', () => {
    expect(broken(brokenCell).map((line) => line.split(':')[0])).toContain(falseClaims);
  });
});
