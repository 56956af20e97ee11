/**
 * False claims of the whole compare stage on series with memory, from tables to p: nothing is prepared by hand, the
 * method is the one that the design gets. Beside it Welch's test on the same points.
 */
import { describe, expect, test } from 'vitest';
import { compare, methods } from '../../src/compare/index.js';
import type { Comparison } from '../../src/model/effect.js';
import type { Design, Estimand } from '../../src/model/experiment.js';
import { binomialCdf, binomialSurvival } from '../../src/stats/binomial.js';
import { createRandom } from '../../src/stats/random.js';
import { evidence, metric } from './evidence.js';
import { column, infer, keySamples } from './samples.js';
import { drawFirstOrder } from './worlds.js';

const replicates = Number(process.env.CALIBRATE ?? 200);
const minute = 60_000;

interface World {
  readonly design: Partial<Design>;
  readonly count: number;
  readonly memory: number;
  /** What the treatment is multiplied by. */
  readonly ratio?: number;
  readonly estimand?: Estimand;
  /** A load that both arms carry. */
  readonly shared?: boolean;
  /** Units are batches without a place on the clock. */
  readonly batches?: boolean;
}

const mirrored = { kind: 'mirrored' } as const;
const watched = { kind: 'observed', concurrent: true } as const;
const apart = { kind: 'observed', concurrent: false } as const;

function draw({ count, memory, ratio = 1, shared = true }: World, seed: string) {
  const random = createRandom(20191104, 'series', seed);
  const load = shared ? drawFirstOrder(0.9, count, random) : new Float64Array(count);
  // What the arms do not share carries the memory; its variance is that of the difference.
  const [a, b] = [drawFirstOrder(memory, count, random), drawFirstOrder(memory, count, random)];
  const x = Array.from(load, (z, t) => ratio * (10 + z + Math.SQRT1_2 * a[t]));
  const y = Array.from(load, (z, t) => 10 + z + Math.SQRT1_2 * b[t]);
  return { x, y };
}

function look(world: World, seed: string): { found: Comparison; welch: boolean } {
  const { x, y } = draw(world, seed);
  const unit = world.batches ? undefined : x.map((_, t) => new Date(t * 5 * minute).toISOString());
  const later = world.design.concurrent === false ? world.count : 0;
  const arm = (name: string, values: readonly number[], offset: number) => ({
    ...column(name, values, unit === undefined ? {} : { unit }),
    start: Float64Array.from(values, (_, t) => (t + offset) * 5 * minute),
  });
  const arms = [arm('x', x, later), arm('y', y, 0)] as const;
  const given = evidence(
    [metric('latency', { estimand: world.estimand ?? 'mean' })],
    { latency: arms },
    { design: world.design, ...(world.batches ? {} : { bucketMs: 5 * minute }) },
  );
  const options = { confidencePerComparison: () => 0.95 };
  const [found] = compare(given, methods, options, createRandom(1)).comparisons;
  const { above, below } = infer(methods.welch, keySamples(...arms)).difference.test(0);
  return { found, welch: Math.min(above, below) <= 0.025 };
}

function rates(name: string, world: World, times = replicates) {
  let [claims, answered, plain] = [0, 0, 0];
  for (let k = 0; k < times; k++) {
    const { found, welch } = look(world, `${name} ${k}`);
    if (welch) plain++;
    if (found.effect === null) {
      expect(found.unmeasured?.code).toBe('too-little-independent-information');
      continue;
    }
    answered++;
    if ((found.effect.p as number) <= 0.05) claims++;
  }
  if (process.env.CALIBRATE !== undefined)
    console.info(`${name}: claims ${claims / times}, answered ${answered / times}, Welch ${plain / times}`);
  return { claims, answered, plain, times };
}

/** False when more claims than the share are implausible (99.9 %). */
const atMost = (count: number, times: number, share: number) =>
  binomialSurvival(count - 1, times, share) >= 0.0005;
const atLeast = (count: number, times: number, share: number) => binomialCdf(count, times, share) >= 0.0005;

describe('false claims among all runs are at most 6.5 %', () => {
  const worlds: Record<string, World> = {
    'watched side by side, AR(1) 0.7, T = 240': { design: watched, count: 240, memory: 0.7 },
    'watched one after the other, AR(1) 0.7, T = 240': {
      design: apart,
      count: 240,
      memory: 0.7,
      shared: false,
    },
    'mirrored batches, AR(1) 0.9, T = 500': { design: mirrored, count: 500, memory: 0.9, batches: true },
    'typical, AR(1) 0.5, T = 240': { design: watched, count: 240, memory: 0.5, estimand: 'typical' },
    'p75, AR(1) 0.5, T = 350': { design: watched, count: 350, memory: 0.5, estimand: 'p75' },
  };
  for (const [name, world] of Object.entries(worlds)) {
    test(name, () => {
      const { claims, times } = rates(name, world);
      expect(atMost(claims, times, 0.065), `${claims} of ${times}`).toBe(true);
    });
  }

  test('where Welch’s test on the same points claims in more than a third, mirrored A/A with AR(1) 0.9', () => {
    const world: World = { design: mirrored, count: 500, memory: 0.9, batches: true };
    const { claims, plain, times } = rates('A/A against Welch', world);
    expect(atLeast(plain, times, 0.333), `${plain} of ${times}`).toBe(true);
    expect(claims * 5).toBeLessThan(plain);
  });

  test('and a plain test wired in their place would be noticed', () => {
    const { plain, times } = rates('apart', { design: apart, count: 240, memory: 0.7, shared: false });
    expect(atMost(plain, times, 0.065)).toBe(false);
  });
});

describe('what is there is found', () => {
  for (const [name, design] of Object.entries({ mirrored, watched, apart })) {
    test(`${name}: a treatment 20 % below the baseline`, () => {
      const world: World = { design, count: 300, memory: 0.5, ratio: 0.8, shared: design !== apart };
      const times = 20;
      let found = 0;
      for (let k = 0; k < times; k++) {
        const { effect } = look(world, `found ${k}`).found;
        const ratio = effect?.ratio;
        if (ratio === null || ratio === undefined) continue;
        if ((effect?.p as number) < 0.001) found++;
        expect(ratio.estimate).toBeGreaterThan(0.7);
        expect(ratio.estimate).toBeLessThan(0.9);
      }
      expect(found).toBe(times);
    });
  }
});

/** Failures in outages of five units on the average, a tenth of each unit failing; `rate` of all attempts. */
function outages(count: number, rate: number, random: ReturnType<typeof createRandom>): number[] {
  const share = rate / 0.1;
  let out = random.uniform() < share;
  return Array.from({ length: count }, () => {
    const failed = out ? Math.round(100 * (0.5 + random.uniform())) : 0;
    out = out ? random.uniform() >= 0.2 : random.uniform() < (0.2 * share) / (1 - share);
    return failed;
  });
}

describe('failures that come in a few outages', () => {
  test('half a point worse is called harmless in at most 2.5 %; the series alone would in about 13 %', () => {
    let [both, alone] = [0, 0];
    const attempts = new Array<number>(240).fill(1000);
    for (let i = 0; i < replicates; i++) {
      const random = createRandom(20191104, 'outages', i);
      const [x, y] = [outages(240, 0.005, random), outages(240, 0, random)];
      const samples = {
        ...keySamples(column('x', x, { per: attempts }), column('y', y, { per: attempts })),
        paired: true,
      };
      const plan = {
        estimand: 'proportion',
        proportion: true,
        times: 1,
        workload: null,
        confidence: 0.95,
      } as const;
      const found = methods['paired-series-ratio'].compare(samples, plan, random);
      if ('code' in found) continue;
      if (found.difference.test(0.005).below < 0.025) both++;
      const series = methods['paired-series'].compare(
        {
          ...keySamples(
            column(
              'x',
              x.map((v) => v / 1000),
            ),
            column(
              'y',
              y.map((v) => v / 1000),
            ),
          ),
          paired: true,
        },
        { ...plan, estimand: 'mean', proportion: false },
        random,
      );
      const one = 'code' in series || series.difference.test(0.005).below < 0.025;
      if (one && !('code' in series)) alone++;
    }
    expect(binomialSurvival(both - 1, replicates, 0.025)).toBeGreaterThan(0.0005);
    expect(binomialCdf(alone, replicates, 0.05)).toBeGreaterThan(0.99);
  });
});
