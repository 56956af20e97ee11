/** Slots of a switchback and stages of a ramp: pure functions of the experiment, its seed and its start. */
import { describe, expect, test } from 'vitest';
import type { Slot } from '../../src/model/evidence.js';
import type { Switching } from '../../src/model/experiment.js';
import { schedule } from '../../src/split/index.js';
import { createRandom } from '../../src/stats/index.js';
import { experiment, units } from './support.js';

const hour = 36e5;
const start = Date.UTC(2026, 10, 2);

const switched = (switching: Partial<Switching>, seed = 1, arms = ['engine', 'functions']) =>
  schedule(
    {
      ...experiment({
        arms,
        design: {
          kind: 'switchback',
          seed,
          switching: { slotMs: hour, slots: null, burnInMs: 0, burnOutMs: 0, ...switching },
        },
      }),
      workload: null,
    },
    [],
    createRandom,
    start,
  );

const armOf = ({ shares }: Slot) => Object.entries(shares).find(([, share]) => share === 1)?.[0];
const engineSlots = (slots: readonly Slot[]) => slots.filter((slot) => armOf(slot) === 'engine');

describe('a switchback schedule', () => {
  test('gives every slot whole to one arm, as many slots to each, one after the other', () => {
    const { slots = [], draws = [] } = switched({ slots: 12, burnInMs: 6e4, burnOutMs: 3e4 });
    expect(slots).toHaveLength(12);
    expect(engineSlots(slots)).toHaveLength(6);
    slots.forEach((slot, i) => {
      expect(slot).toMatchObject({ index: i, startMs: start + i * hour, endMs: start + (i + 1) * hour });
      expect(slot).toMatchObject({ burnInMs: 6e4, burnOutMs: 3e4, stage: null });
      expect(draws[i].arm).toBe(armOf(slot));
    });
  });

  test('is balanced over the hours of the day and over days', () => {
    for (const seed of [1, 2, 3]) {
      const { slots = [] } = switched({ slots: 24 * 14 }, seed);
      const hours = new Map<number, number>();
      const days = new Map<number, number>();
      for (const { startMs } of engineSlots(slots)) {
        const h = new Date(startMs).getUTCHours();
        const d = new Date(startMs).getUTCDay();
        hours.set(h, (hours.get(h) ?? 0) + 1);
        days.set(d, (days.get(d) ?? 0) + 1);
      }
      expect([...hours.values()]).toEqual(Array(24).fill(7));
      expect([...days.values()]).toEqual(Array(7).fill(24));
    }
  });

  test('of daily slots gives each weekday to both arms', () => {
    const { slots = [] } = switched({ slotMs: 24 * hour, slots: 28 });
    const arms = slots.map(armOf);
    for (let day = 0; day < 7; day++)
      for (const fortnight of [0, 14]) expect(arms[fortnight + day]).not.toBe(arms[fortnight + day + 7]);
  });

  test('draws few slots all together, so that enough schedules remain to test against', () => {
    const { draws = [] } = switched({ slots: 8 });
    expect(draws.every(({ tuple, stratum }) => tuple === null && stratum === 0)).toBe(true);
    const seen = new Set(
      Array.from({ length: 2000 }, (_, seed) =>
        (switched({ slots: 8 }, seed).draws ?? []).map(({ arm }) => arm[0]).join(''),
      ),
    );
    expect(seen.size).toBe(70);
  });

  test('is the same again for a seed, and another for another', () => {
    const text = (seed: number) => JSON.stringify(switched({ slots: 30 }, seed));
    expect(text(7)).toBe(text(7));
    expect(text(7)).not.toBe(text(8));
  });

  test('serves three arms, each as often', () => {
    const { slots = [] } = switched({ slots: 72 }, 5, ['a', 'b', 'c']);
    for (const arm of ['a', 'b', 'c']) expect(slots.filter((slot) => armOf(slot) === arm)).toHaveLength(24);
  });

  test('of trials runs every unit of the workload on the arm of the slot', () => {
    const planned = schedule(
      experiment({
        design: { kind: 'switchback', switching: { slotMs: null, slots: 8, burnInMs: 0, burnOutMs: 0 } },
        workload: { repeats: 2 },
      }),
      units(3),
      createRandom,
    );
    expect(planned.blocks).toBe(8);
    for (let block = 0; block < 8; block++) {
      const own = planned.trials.filter((trial) => trial.block === block);
      expect(own).toHaveLength(6);
      expect(new Set(own.map(({ arm }) => arm))).toEqual(new Set([planned.draws?.[block].arm]));
    }
    expect(new Set(planned.trials.map(({ id }) => id)).size).toBe(planned.trials.length);
  });
});

describe('a ramp schedule', () => {
  test('grows what takes part and leaves its division alone; the rest stays on the baseline', () => {
    const { slots = [] } = schedule(
      {
        ...experiment({
          design: {
            kind: 'ramp',
            burnInMs: 5,
            stages: [
              { coverage: 0.02, durationMs: 100 },
              { coverage: 0.5, durationMs: 200 },
              { coverage: 1, durationMs: 300 },
            ],
          },
        }),
        workload: null,
      },
      [],
      createRandom,
      start,
    );
    expect(slots.map(({ startMs, endMs }) => [startMs - start, endMs - start])).toEqual([
      [0, 100],
      [100, 300],
      [300, 600],
    ]);
    expect(slots.map(({ shares }) => shares)).toEqual([
      { engine: 0.99, functions: 0.01 },
      { engine: 0.75, functions: 0.25 },
      { engine: 0.5, functions: 0.5 },
    ]);
    expect(slots.map(({ stage, coverage, burnInMs }) => [stage, coverage, burnInMs])).toEqual([
      [0, 0.02, 5],
      [1, 0.5, 5],
      [2, 1, 5],
    ]);
  });
});
