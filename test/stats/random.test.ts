import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chiSquaredSurvival } from '../../src/stats/chi-squared.ts';
import { normalCdf, normalSurvival } from '../../src/stats/normal.ts';
import { createRandom } from '../../src/stats/random.ts';

function draws<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

/** The probability of counts at least this uneven, if every place were equally likely. */
function unevenness(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const expected = total / counts.length;
  const distance = counts.reduce((sum, count) => sum + (count - expected) ** 2, 0);
  return chiSquaredSurvival(distance / expected, counts.length - 1);
}

function tally(places: number, count: number, draw: () => number): number[] {
  const counts = new Array<number>(places).fill(0);
  for (let i = 0; i < count; i += 1) counts[draw()] += 1;
  return counts;
}

/** Neither suspiciously uneven nor suspiciously even. Seeds are fixed, so this never fails by chance. */
function expectFair(probability: number): void {
  expect(probability).toBeGreaterThan(1e-3);
  expect(probability).toBeLessThan(1 - 1e-3);
}

describe('a random stream', () => {
  // Computed by a second implementation, in Python, from the description at the top of random.ts.
  test.each([
    [[20191104], [4108913858, 2123511063, 1968593328, 2589208755]],
    [['20191104'], [491815588, 1273775066, 1176374977, 1264059898]],
    [
      [20191104, 'spark', 'batch_seconds', 'paired-t'],
      [2548327431, 2190979059, 1084826710, 938676123],
    ],
    [
      [1, 'é "q"', '☃'],
      [92996351, 3716726824, 965058642, 2260454513],
    ],
  ] as [[number | string, ...string[]], number[]][])('of %j is fixed for ever', (names, first) => {
    const random = createRandom(...names);
    expect(draws(4, random.uint32)).toEqual(first);
  });

  test('gives the same draws again from the same seed and names', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.string()), fc.array(fc.string()), (seed, names) => {
        const [once, again] = [createRandom(seed, ...names), createRandom(seed, ...names)];
        expect(draws(5, once.uint32)).toEqual(draws(5, again.uint32));
      }),
    );
  });

  test('depends on its names and not on what was drawn before', () => {
    const parent = createRandom(7, 'spark');
    const early = draws(5, parent.stream('cost', 'bootstrap').uint32);
    draws(100, parent.normal);
    expect(draws(5, parent.stream('cost', 'bootstrap').uint32)).toEqual(early);
    expect(draws(5, createRandom(7, 'spark', 'cost', 'bootstrap').uint32)).toEqual(early);
  });

  test('differs from every other stream, however alike the names', () => {
    const alike: [number | string, ...string[]][] = [
      [1],
      ['1'],
      [1, ''],
      [1, '', ''],
      [1, 'ab'],
      [1, 'a', 'b'],
      [1, 'a,b'],
      [1, 'a","b'],
      [1, 'b', 'a'],
      [2, 'ab'],
    ];
    const starts = alike.map((names) => draws(2, createRandom(...names).uint32).join());
    expect(new Set(starts).size).toBe(alike.length);
  });

  test('is uncorrelated with its neighbours', () => {
    const count = 100_000;
    const streams = draws(2, () => 0).map((_, i) => createRandom(42, 'stream', String(i)));
    const columns = streams.map((stream) => draws(count, stream.normal));
    const product = columns[0].reduce((sum, value, i) => sum + value * columns[1][i], 0);
    expectFair(normalCdf(product / Math.sqrt(count)));
    const pairs = tally(64, count, () => 8 * streams[0].integer(8) + streams[1].integer(8));
    expectFair(unevenness(pairs));
  });

  test('starts fairly: the first draws of many streams are uniform', () => {
    const root = createRandom('first draws');
    let name = 0;
    const counts = tally(100, 100_000, () => {
      name += 1;
      return root.stream(String(name)).integer(100);
    });
    expectFair(unevenness(counts));
  });
});

describe('uniform', () => {
  test('falls evenly over [0, 1)', () => {
    const random = createRandom(1, 'uniform');
    const counts = tally(1000, 1_000_000, () => Math.floor(random.uniform() * 1000));
    expectFair(unevenness(counts));
  });

  test('uses 53 bits, most and least significant alike', () => {
    const random = createRandom(1, 'bits');
    const values = draws(100_000, () => random.uniform() * 2 ** 53);
    expect(values.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
    for (const bit of [1, 2 ** 25, 2 ** 26, 2 ** 27, 2 ** 52]) {
      const set = values.filter((value) => Math.floor(value / bit) % 2 === 1).length;
      expectFair(unevenness([set, values.length - set]));
    }
  });

  test('does not know its predecessor', () => {
    const random = createRandom(1, 'serial');
    const counts = tally(400, 400_000, () => 20 * random.integer(20) + Math.floor(random.uniform() * 20));
    expectFair(unevenness(counts));
  });
});

describe('integer', () => {
  test.each([2, 3, 7, 10, 100])('below %i is each value equally often', (n) => {
    const random = createRandom(3, 'integer', String(n));
    expectFair(unevenness(tally(n, 200_000, () => random.integer(n))));
  });

  test.each([3 * 2 ** 30, 3 * 2 ** 51])('below %d has no favourites, where a bare remainder would', (n) => {
    // Three quarters of the range: a bare remainder would hit the lowest third twice as often.
    const random = createRandom(3, 'bias', String(n));
    expectFair(unevenness(tally(3, 90_000, () => Math.floor(random.integer(n) / (n / 3)))));
  });

  test('below 1 is 0, and below 2^53 stays a whole number', () => {
    const random = createRandom(3, 'ends');
    expect(draws(10, () => random.integer(1))).toEqual(new Array(10).fill(0));
    expect(draws(100, () => random.integer(2 ** 53)).every(Number.isSafeInteger)).toBe(true);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 54])('refuses %d', (n) => {
    expect(() => createRandom(1).integer(n)).toThrow(RangeError);
  });
});

describe('normal', () => {
  test('follows the normal distribution, tails included', () => {
    const random = createRandom(5, 'normal');
    const values = draws(500_000, random.normal);
    expectFair(
      unevenness(
        tally(
          500,
          values.length,
          (
            (i) => () =>
              Math.floor(normalCdf(values[i++]) * 500)
          )(0),
        ),
      ),
    );
    const far = values.filter((value) => Math.abs(value) > 4).length;
    const expected = values.length * 2 * normalSurvival(4);
    expect(Math.abs(far - expected)).toBeLessThan(4 * Math.sqrt(expected));
    expect(values.every(Number.isFinite)).toBe(true);
  });
});

describe('shuffle', () => {
  test('gives each of the 24 orders of four equally often', () => {
    const random = createRandom(9, 'shuffle');
    const places = new Map<string, number>();
    const counts = tally(24, 48_000, () => {
      const cards = ['a', 'b', 'c', 'd'];
      random.shuffle(cards);
      const order = cards.join('');
      if (!places.has(order)) places.set(order, places.size);
      return places.get(order) ?? 0;
    });
    expect(places.size).toBe(24);
    expectFair(unevenness(counts));
  });

  test('keeps what it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (array, seed) => {
        const shuffled = [...array];
        createRandom(seed).shuffle(shuffled);
        expect(shuffled.sort()).toEqual([...array].sort());
      }),
    );
  });
});
