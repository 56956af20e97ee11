/** What nobody claimed is corrected for how much was looked at. */
import { describe, expect, test } from 'vitest';
import { type Compared, compare, methods } from '../../src/compare/index.js';
import { createRandom, type Random } from '../../src/stats/random.js';
import { claim, evidence, metric } from './evidence.js';
import { column } from './samples.js';

const names = Array.from({ length: 10 }, (_, i) => `m${i}`);

/** Ten metrics of 20 keys an arm, the first `shifted` of them a standard deviation lower in the treatment. */
function look(random: Random, shifted: number, claimed: readonly string[] = []): Compared {
  const arm = (name: string, lower: number) =>
    column(
      name,
      Array.from({ length: 20 }, () => 10 - lower + random.normal()),
      { unit: Array.from({ length: 20 }, (_, i) => `${name}${i}`) },
    );
  const given = evidence(
    names.map((name) => metric(name, { estimand: 'mean' })),
    Object.fromEntries(names.map((name, i) => [name, [arm('x', i < shifted ? 2 : 0), arm('y', 0)]])),
    { design: { kind: 'by-key' }, claims: claimed.map((name) => claim(name, 'mean')) },
  );
  return compare(given, methods, { confidencePerComparison: () => 0.95 }, random);
}

describe('ten metrics about which nobody said anything beforehand', () => {
  test('none of which moved: one is called moved in about 5 % of runs, not in 40 %', () => {
    const runs = 400;
    let [plain, corrected] = [0, 0];
    for (let k = 0; k < runs; k++) {
      const { comparisons } = look(createRandom('exploratory', String(k)), 0);
      if (comparisons.some(({ effect }) => (effect?.p ?? 1) <= 0.05)) plain++;
      if (comparisons.some(({ exploratory }) => (exploratory?.q ?? 1) <= 0.05)) corrected++;
    }
    expect(plain / runs).toBeGreaterThan(0.3);
    // 99.9 % of binomial(400, .05) lie below 35.
    expect(corrected).toBeLessThan(35);
  });

  test('that moved are still seen', () => {
    const { comparisons } = look(createRandom('moved'), 3);
    for (const { exploratory } of comparisons.slice(0, 3)) expect(exploratory?.q).toBeLessThan(0.01);
  });

  test('what a claim asked for is not among them, and keeps its own p', () => {
    const { comparisons } = look(createRandom('claimed'), 0, ['m0', 'm1']);
    expect(
      comparisons.filter(({ exploratory }) => exploratory === undefined).map((one) => one.metric),
    ).toEqual(['m0', 'm1']);
    expect(comparisons[2].exploratory?.of).toBe(8);
  });

  test('a metric that could not be measured was looked at as well', () => {
    const keyed = (name: string, values: readonly number[]) =>
      column(name, values, { unit: values.map((_, i) => `${name}${i}`) });
    const still = [1, 1, 1, 1, 1, 1];
    const [x, y] = [keyed('x', [1, 2, 3, 4, 5, 6]), keyed('y', [4, 5, 6, 7, 8, 9])];
    const given = evidence(
      ['a', 'b'].map((name) => metric(name, { estimand: 'mean' })),
      { a: [x, y], b: [keyed('x', still), keyed('y', still)] },
      { design: { kind: 'by-key' } },
    );
    const { comparisons } = compare(given, methods, { confidencePerComparison: () => 0.95 }, createRandom(1));
    const [a, b] = comparisons;
    expect(b.unmeasured?.code).toBe('constant-data');
    expect(b.exploratory).toBeUndefined();
    expect(a.exploratory).toEqual({ q: 2 * (a.effect?.p ?? 0), of: 2 });
  });
});
