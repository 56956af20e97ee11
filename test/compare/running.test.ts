import { describe, expect, test } from 'vitest';
import { compare, methods, running } from '../../src/compare/index.js';
import { createRandom } from '../../src/stats/random.js';
import { claim, evidence, metric } from './evidence.js';
import { column } from './samples.js';

const random = createRandom(1);
const options = { confidencePerComparison: () => 0.95 };
const noise = (n: number, level: number, seed: number): number[] => {
  const stream = createRandom(seed);
  return Array.from({ length: n }, () => level + stream.normal());
};
const order = (n: number, first: number) => Array.from({ length: n }, (_, i) => (i + first) % 2);
const seen = (n: number) =>
  evidence(
    [metric('seconds')],
    {
      seconds: [
        column('x', noise(n, 8, 1), { order: order(n, 0) }),
        column('y', noise(n, 10, 2), { order: order(n, 1) }),
      ],
    },
    { claims: [claim('seconds', 'total')] },
  );
const follow = (n: number, looks: Parameters<typeof running>[4] = []) => {
  const found = seen(n);
  const { comparisons } = compare(found, methods, options, random);
  const ids = new Set([comparisons[0].id]);
  return { comparisons, running: running(found, comparisons, ids, methods, looks, random) };
};

describe('an estimate while units come in', () => {
  test('ends at the very estimate and interval that decide', () => {
    const { comparisons, running: found } = follow(48);
    const last = found[0].points.at(-1);
    expect(last?.units).toBe(48);
    expect(last?.estimate).toBe(comparisons[0].effect?.ratio?.estimate);
    expect(last?.interval).toEqual(comparisons[0].effect?.ratio?.interval);
  });

  test('a place is what the analysis would have said of the units up to then, and of no other', () => {
    const early = follow(48).running[0].points.find(({ units }) => units === 24);
    const alone = follow(48).running[0];
    const half = seen(48);
    const cut = compare(
      evidence([metric('seconds')], {
        seconds: [...(half.tables.get('seconds')?.arms.values() ?? [])].map((arm) =>
          column(arm.arm, [...arm.value.slice(0, 24)], { order: [...arm.order.slice(0, 24)] }),
        ),
      }),
      methods,
      options,
      random,
    ).comparisons[0];
    expect(early?.estimate).toBe(cut.effect?.ratio?.estimate);
    expect(early?.interval).toEqual(cut.effect?.ratio?.interval);
    expect(alone.scale).toBe('ratio');
  });

  test('only declared looks are marked, at their own confidence', () => {
    const looks = [
      { index: 1, units: 20, confidence: 0.999 },
      { index: 2, units: 48, confidence: 0.96 },
    ];
    const { points } = follow(48, looks).running[0];
    expect(points.filter(({ look }) => look !== null)).toMatchObject([
      { units: 20, look: 1, confidence: 0.999 },
      { units: 48, look: 2, confidence: 0.96 },
    ]);
    expect(follow(48).running[0].points.every(({ look }) => look === null)).toBe(true);
  });

  test('nothing is followed where there is hardly anything, and nothing that was not asked for', () => {
    expect(follow(4).running).toEqual([]);
    const found = seen(48);
    const { comparisons } = compare(found, methods, options, random);
    expect(running(found, comparisons, new Set(), methods, [], random)).toEqual([]);
  });
});
