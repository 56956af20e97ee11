/** Time buckets of arms that share the time are joined: a thin arm is not called lossy, and what the join drops is counted. */
import { describe, expect, test } from 'vitest';
import { coverage } from '../../src/check/coverage.js';
import { deriveTables } from '../../src/collect/index.js';
import type { Evidence } from '../../src/model/evidence.js';
import { createRandom } from '../../src/stats/random.js';
import { collectedFrom, experiment, metric, observedDesign, point } from '../collect/fixtures.js';
import { analysed, fromMs, measuredIn, read } from '../pipeline/slotted.js';

const minute = 60_000;
const width = 5 * minute;

/** By key, 10 % and 90 % of the traffic, buckets of five minutes; `there`: the arm has a value in the bucket. */
function answered(buckets: number, there: (arm: string, bucket: number) => boolean) {
  const seconds = metric('seconds', { byMs: width, fold: { kind: 'mean' } });
  const about = experiment({
    design: { ...observedDesign, kind: 'by-key', concurrent: false, unit: null },
    window: { fromMs: 0, toMs: buckets * width, warmupMs: 0, settleMs: 0 },
    metrics: [seconds],
  });
  const rows = ['a', 'b'].flatMap((arm) =>
    Array.from({ length: buckets }, (_, k) => k)
      .filter((k) => there(arm, k))
      .map((k) => point('seconds', arm, `${arm}${k}`, 1, { start: k * width, end: k * width })),
  );
  const collected = collectedFrom(rows);
  const tables = deriveTables(about, null, [], collected, []);
  const evidence = {
    experiment: about,
    tables,
    collected,
    trials: [],
    exclusions: [],
    schedule: null,
  } as unknown as Evidence;
  return coverage.run(evidence, { index: 1, of: 1 })[0];
}

describe('by key in time buckets', () => {
  /** A week; keys come by Poisson: 4 a bucket in the arm of 10 %, 36 in the other. */
  const thin = (lost: number) =>
    Array.from({ length: 60 }, (_, seed) => {
      const random = createRandom(seed, 'coverage');
      return answered(2016, (arm) => random.uniform() >= (arm === 'a' ? Math.exp(-36) : Math.exp(-4) + lost))
        .status;
    });

  test('an arm of a tenth of the traffic has empty buckets by nature, and its metric stands', () => {
    expect(thin(0).filter((status) => status !== 'pass').length).toBeLessThanOrEqual(1);
  });

  test('a quarter of the buckets lost in one arm fails the metric', () => {
    expect(thin(0.25).filter((status) => status === 'fail').length).toBeGreaterThanOrEqual(54);
  });

  test('30 % that the join drops fail, though each arm lacks only 15 %', () => {
    const found = answered(2000, (arm, k) => !(arm === 'a' ? k < 300 : k >= 300 && k < 600));
    expect([found.status, found.saw.values.complete]).toEqual(['fail', 1400]);
    expect(found.saw.values.missing).toBeCloseTo(0.3, 12);
  });

  test('arms without a bucket in common have no common unit', () => {
    const found = answered(100, (arm, k) => (arm === 'a') === k < 50);
    expect([found.status, found.saw.code]).toEqual(['fail', 'no-common-unit']);
  });
});

describe('a ramp in time buckets', () => {
  const design =
    '{ kind: ramp, burn-in: 20m, stages: [{ coverage: 10%, for: 1d }, { coverage: 100%, for: 3d }] }';

  test('owes the buckets of its stages without burn-in: with all of them nothing is missing', async () => {
    const asked = await read(design);
    const report = analysed(asked, { ratio: 1 });
    const latency = report.checks.find(({ check, scope }) => check === 'coverage' && scope === 'latency');
    expect(latency?.saw.values).toMatchObject({ expected: [572, 572], complete: 572, missing: 0 });
    expect(latency?.status).toBe('pass');
  });

  test('buckets that neither arm has are missing', async () => {
    const asked = await read(design);
    const { plannedSlots } = await import('../../src/pipeline.js');
    const every = (n: number) =>
      measuredIn(asked, { ratio: 1 }).map((one) => ({
        ...one,
        observations: one.observations.filter(({ start }) => ((start - fromMs) / (10 * minute)) % n !== 1),
      }));
    const status = (n: number) => {
      const collected = every(n);
      const schedule = plannedSlots(asked, fromMs);
      const tables = deriveTables(asked, schedule, [], collected, []);
      const evidence = { experiment: asked, tables, collected, trials: [], exclusions: [], schedule };
      return coverage.run(evidence as unknown as Evidence, { index: 1, of: 1 })[0].status;
    };
    // One of ten is missing, and one of three: stages of which more than a fifth is gone are left out whole.
    expect([10, 1000].map(status)).toEqual(['warn', 'pass']);
    expect(status(3)).toBe('fail');
  });
});
