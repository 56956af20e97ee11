import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlannedTrial, Schedule } from '../../src/model/evidence.js';
import { schedule } from '../../src/split/index.js';
import { createRandom } from '../../src/stats/random.js';
import { experiment, units } from './support.js';

function blocks(plan: Schedule): readonly (readonly PlannedTrial[])[] {
  return [...Array(plan.blocks).keys()].map((block) => plan.trials.filter((trial) => trial.block === block));
}
const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);

describe('interleaved', () => {
  test('a block is one unit on every arm, each unit as often as declared', () => {
    const plan = schedule(experiment(), units(15), createRandom);
    expect(plan.blocks).toBe(45);
    for (const block of blocks(plan)) {
      expect(new Set(block.map((trial) => trial.unit)).size).toBe(1);
      expect(block.map((trial) => trial.arm).sort()).toEqual(['engine', 'functions']);
      expect(block.map((trial) => trial.order)).toEqual([0, 1]);
    }
    for (const { id } of units(15)) {
      const repeats = blocks(plan).flatMap(([first]) => (first.unit === id ? [first.repeat] : []));
      expect(repeats).toEqual([0, 1, 2]);
    }
    expect(new Set(plan.trials.map((trial) => trial.id)).size).toBe(plan.trials.length);
    expect(plan.trials[0].id).toMatch(/^b000\.0\.(engine|functions)$/);
  });

  test('with K arms every order comes up equally often, and every arm in every position, ±1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 1e6 }),
        (k, count, seed) => {
          const names = ['a', 'b', 'c', 'd', 'e'].slice(0, k);
          const plan = schedule(
            experiment({ arms: names, design: { blocks: count, seed } }),
            units(4),
            createRandom,
          );
          const orders = new Map<string, number>();
          const positions = new Map(names.flatMap((arm) => names.map((_, i) => [`${arm}${i}`, 0])));
          for (const block of blocks(plan)) {
            const order = block.map((trial) => trial.arm).join('');
            orders.set(order, (orders.get(order) ?? 0) + 1);
            for (const trial of block) {
              const key = `${trial.arm}${trial.order}`;
              positions.set(key, (positions.get(key) ?? 0) + 1);
            }
          }
          const possible = names.reduce((product, _, i) => product * (i + 1), 1);
          const counts = [...orders.values(), ...(orders.size < possible ? [0] : [])];
          expect(spread(counts)).toBeLessThanOrEqual(1);
          expect(spread([...positions.values()])).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('the next order cannot be told from the last one', () => {
    let same = 0;
    let all = 0;
    for (let seed = 0; seed < 200; seed++) {
      const plan = schedule(experiment({ design: { seed, blocks: 40 } }), units(5), createRandom);
      const first = blocks(plan).map(([trial]) => trial.arm);
      for (let i = 1; i < first.length; i++) {
        all++;
        if (first[i] === first[i - 1]) same++;
      }
    }
    // Drawn without replacement from 20 + 20: (20 − 1)/(40 − 1) = 0.487 expected; 7,800 pairs.
    expect(same / all).toBeGreaterThan(0.46);
    expect(same / all).toBeLessThan(0.51);
  });

  test('a unit does not follow itself where there is another', () => {
    for (let seed = 0; seed < 100; seed++) {
      const order = blocks(schedule(experiment({ design: { seed } }), units(2), createRandom)).map(
        ([t]) => t.unit,
      );
      expect(order.some((unit, i) => unit === order[i - 1])).toBe(false);
    }
  });

  test('declared blocks are that many, and go round the units', () => {
    const plan = schedule(experiment({ design: { blocks: 7 } }), units(3), createRandom);
    expect(plan.blocks).toBe(7);
    const times = units(3).map(({ id }) => blocks(plan).filter(([trial]) => trial.unit === id).length);
    expect(spread(times)).toBe(1);
  });

  test('warm-up comes first, on every arm, outside the blocks', () => {
    const plan = schedule(experiment({ design: { warmupTrials: 2 } }), units(3), createRandom);
    const warmups = plan.trials.slice(0, 4);
    expect(warmups.every((trial) => trial.block === -1 && trial.id.startsWith('w00'))).toBe(true);
    expect(warmups.filter((trial) => trial.arm === 'engine')).toHaveLength(2);
    expect(plan.trials.slice(4).every((trial) => trial.block >= 0)).toBe(true);
  });

  test('more warm-up or other blocks leave the order of the other draws alone', () => {
    const first = (warmupTrials: number) =>
      schedule(experiment({ design: { warmupTrials } }), units(5), createRandom).trials.filter(
        (t) => t.block >= 0,
      );
    expect(first(0)).toEqual(first(3));
  });

  test('the same seed gives the same bytes, today and later; another seed others', () => {
    const bytes = (seed: number) =>
      JSON.stringify(schedule(experiment({ design: { seed, warmupTrials: 1 } }), units(15), createRandom));
    const sha = createHash('sha256').update(bytes(20191104)).digest('hex');
    expect(bytes(20191104)).toBe(bytes(20191104));
    expect(bytes(20191105)).not.toBe(bytes(20191104));
    expect(sha).toBe('5dafaa93db37f4447870ed97b62ab1fce0f931d35b5bad9d245ff1e58a0760e5');
  });

  test('without units, with a unit twice, with one arm, there is no schedule', () => {
    expect(() => schedule(experiment(), [], createRandom)).toThrow(/no units/);
    expect(() => schedule(experiment(), [...units(1), ...units(1)], createRandom)).toThrow(/twice/);
    expect(() => schedule(experiment({ arms: ['a'] }), units(1), createRandom)).toThrow(/two arms/);
  });
});

describe('mirrored and observed', () => {
  test('mirrored gives every unit to every arm', () => {
    const plan = schedule(experiment({ design: { kind: 'mirrored' } }), units(4), createRandom);
    expect(plan.design).toBe('mirrored');
    for (const block of blocks(plan)) expect(new Set(block.map((trial) => trial.arm)).size).toBe(2);
  });

  test('observed runs nothing', () => {
    const plan = schedule(experiment({ design: { kind: 'observed' } }), [], createRandom);
    expect(plan.trials).toEqual([]);
    expect(plan.blocks).toBe(0);
  });
});

describe('by-key', () => {
  const byKey = (design: object = {}, workload: object = {}) =>
    experiment({ design: { kind: 'by-key', ...design }, workload: { repeats: 1, ...workload } });
  const armsOf = (plan: Schedule) => new Map(plan.trials.map((trial) => [trial.unit, trial.arm]));

  test('each unit runs on one arm, in about the declared shares', () => {
    const shares = { engine: 0.25, functions: 0.75 };
    const plan = schedule(byKey({ shares }), units(4000), createRandom);
    expect(plan.trials).toHaveLength(4000);
    const engine = plan.trials.filter((trial) => trial.arm === 'engine').length;
    expect(Math.abs(engine - 1000)).toBeLessThan(4 * Math.sqrt(4000 * 0.25 * 0.75));
  });

  test('a repeat stays on the arm of its unit', () => {
    const plan = schedule(byKey({}, { repeats: 3 }), units(50), createRandom);
    const seen = new Map<string, Set<string>>();
    for (const { unit, arm } of plan.trials) seen.set(unit, (seen.get(unit) ?? new Set()).add(arm));
    expect([...seen.values()].every((set) => set.size === 1)).toBe(true);
    expect(plan.trials).toHaveLength(150);
  });

  test('a coverage ramp moves nobody, and lists who takes no part', () => {
    let before = new Map<string, string>();
    for (const coverage of [0.02, 0.1, 0.5, 1]) {
      const plan = schedule(byKey({ coverage }), units(2000), createRandom);
      const now = armsOf(plan);
      for (const [unit, arm] of before) expect(now.get(unit)).toBe(arm);
      expect(now.size + plan.refused.length).toBe(2000);
      expect(plan.refused.every(({ reason }) => reason.code === 'unit-outside-coverage')).toBe(true);
      before = now;
    }
    expect(before.size).toBe(2000);
  });

  test('a unit without a key is refused and listed, never put on an arm', () => {
    const given = [
      { id: 'x', path: null, covariates: {}, key: 'tenant-1' },
      { id: 'y', path: null, covariates: {} },
      { id: 'z', path: null, covariates: {}, key: '' },
    ];
    const plan = schedule(byKey({}, { key: '$.tenant' }), given, createRandom);
    expect(plan.trials.map((trial) => trial.unit)).toEqual(['x']);
    expect(plan.refused.map(({ unit, reason }) => [unit, reason.code])).toEqual([
      ['y', 'unit-without-key'],
      ['z', 'unit-without-key'],
    ]);
  });

  test('another seed, or another experiment, assigns independently', () => {
    const a = armsOf(schedule(byKey({ seed: 1 }), units(1000), createRandom));
    const b = armsOf(schedule(byKey({ seed: 2 }), units(1000), createRandom));
    const same = [...a].filter(([unit, arm]) => b.get(unit) === arm).length;
    expect(same).toBeGreaterThan(420);
    expect(same).toBeLessThan(580);
  });

  test('bad shares are errors', () => {
    for (const shares of [
      { engine: 0.5, functions: 0.6 },
      { engine: 1 },
      { engine: 0.5, functions: 0.4, x: 0.1 },
    ]) {
      expect(() => schedule(byKey({ shares }), units(10), createRandom)).toThrow(/share/);
    }
  });
});
