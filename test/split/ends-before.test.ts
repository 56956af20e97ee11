/** A run that may end between two blocks. */
import { expect, test } from 'vitest';
import type { Trial } from '../../src/model/evidence.js';
import type { TrialDriver } from '../../src/model/ports.js';
import { runTrials, schedule } from '../../src/split/index.js';
import { createRandom } from '../../src/stats/random.js';
import { experiment, testJournal, units } from './support.js';

const planned = schedule(
  experiment({ design: { warmupTrials: 1, blocks: 6 }, workload: { repeats: 2 } }),
  units(3),
  createRandom,
);

async function run(endsBefore: (block: number) => boolean, completed: readonly Trial[] = []) {
  const asked: [block: number, rows: number][] = [];
  const driver: TrialDriver = {
    trial: async (trial, _unit, attempt) => ({
      ...trial,
      attempt,
      start: 0,
      end: 1,
      outcome: 'ok',
      exit: 0,
      measured: {},
      covariates: {},
      answer: null,
    }),
    close: async () => undefined,
  };
  const result = await runTrials({
    schedule: planned,
    driver,
    units: planned.units,
    completed,
    journal: testJournal(),
    onTrial: async () => undefined,
    signal: new AbortController().signal,
    concurrent: false,
    now: () => 0,
    endsBefore: async (block, rows) => {
      asked.push([block, rows.length]);
      return endsBefore(block);
    },
  });
  return { ...result, asked };
}

test('is asked before each block, with all rows so far, and ends there', async () => {
  const { trials, finished, endedBefore, asked } = await run((block) => block === 4);
  expect(asked.map(([block]) => block)).toEqual([0, 1, 2, 3, 4]);
  expect(asked[4]).toEqual([4, trials.length]);
  expect(Math.max(...trials.map(({ block }) => block))).toBe(3);
  expect([finished, endedBefore]).toEqual([true, 4]);
});

test('that goes on is asked nothing at the end, and has not ended early', async () => {
  const { asked, endedBefore, finished } = await run(() => false);
  expect(asked.map(([block]) => block)).toEqual([0, 1, 2, 3, 4, 5]);
  expect([finished, endedBefore]).toEqual([true, undefined]);
});

test('that is resumed is asked before anything is warmed up again', async () => {
  const before = await run((block) => block === 4);
  const after = await run((block) => block === 4, before.trials);
  expect(after.trials).toEqual(before.trials);
  expect(after.asked).toEqual([[4, before.trials.length]]);
  expect(after.endedBefore).toBe(4);
});
