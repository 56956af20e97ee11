/** Work that is alike in both arms is not called unlike because its units resemble their neighbours. */
import { describe, expect, test } from 'vitest';
import { covariateBalance } from '../../src/check/covariate-balance.js';
import type { ArmColumn, Evidence } from '../../src/model/evidence.js';
import type { Design } from '../../src/model/experiment.js';
import { createRandom, type Random } from '../../src/stats/random.js';
import { evidence, metric } from '../compare/evidence.js';
import { column } from '../compare/samples.js';
import { drawFirstOrder } from '../compare/worlds.js';

const hour = 3_600_000;
const bytes = metric('bytes', { balance: true, better: null, unit: 'B' });

function status(design: Partial<Design>, arms: readonly ArmColumn[], bucketMs?: number): string {
  const given = evidence(
    [bytes],
    { bytes: arms },
    { design, ...(bucketMs === undefined ? {} : { bucketMs }) },
  );
  const [result] = covariateBalance.run({ ...given, trials: [] } as unknown as Evidence, { index: 1, of: 1 });
  return result.status;
}

const inBuckets = (name: string, values: Iterable<number>): ArmColumn => {
  const made = column(name, [...values]);
  return { ...made, start: Float64Array.from(made.value, (_, t) => t * hour) };
};
const inSlots = (name: string, rows: readonly { readonly value: number; readonly slot: number }[]) => ({
  ...column(
    name,
    rows.map(({ value }) => value),
    { unit: rows.map((_, i) => `${name}${i}`) },
  ),
  slot: Float64Array.from(rows, ({ slot }) => slot),
});
const runs = 150;
const failures = (draw: (random: Random) => string): number =>
  Array.from({ length: runs }, (_, k) => draw(createRandom('balance', String(k)))).filter(
    (one) => one === 'fail',
  ).length;

describe.each([
  ['side by side', true],
  ['one after the other', false],
] as const)('two stacks that are watched %s', (_, concurrent) => {
  const design = { kind: 'observed', concurrent } as const;
  const load = (random: Random, mean: number, memory = 0.9) =>
    Array.from(drawFirstOrder(memory, 240, random), (z) => mean + z);

  test('healthy ones with a memory of AR(1) 0.9 are invalid in at most 2 %', () => {
    const unhealthy = failures((random) =>
      status(design, [inBuckets('x', load(random, 50)), inBuckets('y', load(random, 50))], hour),
    );
    expect(unhealthy).toBeLessThanOrEqual(3);
  });

  test('heavy work on one arm is found', () => {
    const found = failures((random) =>
      status(design, [inBuckets('x', load(random, 52, 0.5)), inBuckets('y', load(random, 50, 0.5))], hour),
    );
    expect(found).toBeGreaterThanOrEqual(0.9 * runs);
  });
});

describe('slots of a switchback', () => {
  const design = { kind: 'switchback' } as const;
  /** 24 slots of 40 requests; requests of one slot are alike. */
  const arm = (name: string, own: 0 | 1, mean: number, random: Random) =>
    inSlots(
      name,
      Array.from({ length: 12 }, (_, k) => 2 * k + own).flatMap((slot) => {
        const level = mean + random.normal();
        return Array.from({ length: 40 }, () => ({ value: level + 0.3 * random.normal(), slot }));
      }),
    );

  test('requests of one slot are no further slots', () => {
    const unhealthy = failures((random) =>
      status(design, [arm('x', 0, 20, random), arm('y', 1, 20, random)]),
    );
    expect(unhealthy).toBeLessThanOrEqual(3);
  });

  test('heavy slots on one arm are found', () => {
    const found = failures((random) => status(design, [arm('x', 0, 24, random), arm('y', 1, 20, random)]));
    expect(found).toBeGreaterThanOrEqual(0.9 * runs);
  });
});

describe('a ramp by key', () => {
  const design = { kind: 'ramp' } as const;
  const arm = (name: string, sizes: readonly number[], heavier: number, random: Random) =>
    inSlots(
      name,
      sizes.flatMap((n, slot) =>
        Array.from({ length: n }, () => ({ value: 10 + 10 * slot + heavier + 3 * random.normal(), slot })),
      ),
    );

  test('keys that grow from stage to stage are no broken split, though later stages hold more of the treatment', () => {
    const unhealthy = failures((random) =>
      status(design, [arm('x', [20, 80, 200], 0, random), arm('y', [380, 320, 200], 0, random)]),
    );
    expect(unhealthy).toBeLessThanOrEqual(3);
  });

  test('heavy keys on one arm are found', () => {
    const found = failures((random) =>
      status(design, [arm('x', [20, 80, 200], 2, random), arm('y', [380, 320, 200], 0, random)]),
    );
    expect(found).toBeGreaterThanOrEqual(0.9 * runs);
  });
});

describe('watched work that no series can answer is not skipped', () => {
  const design = { kind: 'observed', concurrent: true } as const;
  const bucketed = (values: (mean: number, random: Random) => Iterable<number>, seed: number) => {
    const random = createRandom('gate', String(seed));
    return status(design, [inBuckets('x', values(200, random)), inBuckets('y', values(100, random))], hour);
  };

  test('constant load of 200 against 100 fails, equal constants pass', () => {
    expect(bucketed((mean) => Array.from({ length: 240 }, () => mean), 1)).toBe('fail');
    expect(bucketed(() => Array.from({ length: 240 }, () => 7), 1)).toBe('pass');
  });

  test('AR(1) 0.98, 200 against 100, is said or found, never skipped', () => {
    const load = (mean: number, random: Random) =>
      Array.from(drawFirstOrder(0.98, 240, random), (z) => mean + z);
    const seen = Array.from({ length: 20 }, (_, seed) => bucketed(load, seed));
    expect(seen.filter((one) => one !== 'warn' && one !== 'fail')).toEqual([]);
  });

  const jobs = (name: string, factor: number, random: Random): ArmColumn =>
    column(
      name,
      Array.from({ length: 100 }, () => factor * Math.exp(random.normal())),
      { unit: Array.from({ length: 100 }, (_, i) => `${name}${i}`) },
    );

  test('jobs that each arm names for itself: ten times heavier ones are found, alike ones stand', () => {
    const heavy = failures((random) => status(design, [jobs('x', 10, random), jobs('y', 1, random)]));
    const alike = failures((random) => status(design, [jobs('x', 1, random), jobs('y', 1, random)]));
    expect(heavy).toBeGreaterThanOrEqual(0.9 * runs);
    expect(alike).toBeLessThanOrEqual(3);
  });

  describe('jobs whose sizes run on, AR(1) 0.9,', () => {
    /** `isOfX` of the job's place and size. */
    const routed = (n: number, random: Random, isOfX: (at: number, size: number) => boolean) => {
      const sizes = Array.from(drawFirstOrder(0.9, n, random), Math.exp);
      const places = sizes.map((size, at) => ({ size, at, isX: isOfX(at, size) }));
      return (['x', 'y'] as const).map((name) => {
        const own = places.filter(({ isX }) => isX === (name === 'x'));
        const made = column(
          name,
          own.map(({ size }) => size),
          { unit: own.map(({ at }) => `${name}${at}`) },
        );
        return { ...made, start: Float64Array.from(own, ({ at }) => at * hour) };
      });
    };

    test.each([60, 200])('ten in a row to one arm by one coin, %i jobs: healthy in all but 2 %%', (n) => {
      const unhealthy = failures((random) => {
        let isX = false;
        const sticky = (at: number) => {
          if (at % 10 === 0) isX = random.uniform() < 0.5;
          return isX;
        };
        return status(design, routed(n, random, sticky));
      });
      expect(unhealthy).toBeLessThanOrEqual(3);
    });

    test('heavier ones to one arm in nine of ten cases are found', () => {
      const heavy = failures((random) =>
        status(
          design,
          routed(200, random, (_, size) => size > 1 === random.uniform() < 0.9),
        ),
      );
      expect(heavy).toBeGreaterThanOrEqual(0.9 * runs);
    });
  });
});
