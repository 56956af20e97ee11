/**
 * What plan promises of designs in slots, stages and runs is what happens: the methods that decide, through the product's
 * own draw, on worlds whose truth is the expected effect. A promise is broken where the 99.9 % interval of the power that
 * was reached lies further than a few points from it.
 */
import { describe, expect, test, vi } from 'vitest';
import { methods } from '../../src/compare/index.js';
import type { ComparePlan, Samples } from '../../src/model/effect.js';
import type { ArmColumn } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import { randomisationOf } from '../../src/pipeline/plan.js';
import type { Plan } from '../../src/plan/index.js';
import { drawSlots } from '../../src/split/designs/slot-draws.js';
import { createRandom, type Random } from '../../src/stats/index.js';
import { plausible } from '../calibrate/cell.js';
import { firstOrder } from '../calibrate/worlds.js';
import { columnOf, experimentOf, type File, pilotOf, planOf } from './experiments.js';

vi.setConfig({ testTimeout: 300_000 });

const CV = 0.1;
const THRESHOLD = 0.9;
/** STACKTRIAL_PLAN_RUNS=2000 for the figures of the plan's comments. */
const RUNS = Number(process.env.STACKTRIAL_PLAN_RUNS ?? 200);
const POINTS = 0.04;

const planned = (experiment: Experiment, expected: number, more = {}): Plan =>
  planOf(experiment, {
    ...randomisationOf(experiment),
    expect: new Map([['seconds', { kind: 'relative', value: expected } as const]]),
    ...more,
  });

/** How often "at least 10 % faster" is supported at 2.5 %. */
function reached(
  draw: (random: Random) => { samples: Samples; plan: Partial<ComparePlan> },
  method: string,
  level = 0.025,
) {
  let hits = 0;
  for (let run = 0; run < RUNS; run++) {
    const random = createRandom(4711, method, String(run));
    const { samples, plan } = draw(random);
    const whole = {
      estimand: 'total',
      proportion: false,
      times: 1,
      workload: null,
      confidence: 0.95,
      ...plan,
    } as const;
    const found = methods[method].compare(samples, whole, random);
    if (!('code' in found) && found.ratio !== null && found.ratio.test(THRESHOLD).below <= level) hits++;
  }
  return { kind: 'share', hits, trials: RUNS } as const;
}

function keeps(promised: number, outcome: ReturnType<typeof reached>): void {
  const { low, high } = plausible(outcome);
  const said = `promised ${promised.toFixed(3)}, reached ${(outcome.hits / outcome.trials).toFixed(3)}`;
  expect(low, said).toBeLessThan(promised + POINTS);
  expect(high, said).toBeGreaterThan(promised - POINTS);
}

const inSlots = (column: ArmColumn, slots: readonly number[]): ArmColumn => ({
  ...column,
  slot: Float64Array.from(slots),
  start: Float64Array.from(slots, (slot) => slot * 36e5),
});

/** One value a slot; `rhythm` is that of the day, which a balanced draw takes out. */
const TWO = ['new', 'old'];
const switchback =
  (count: number, slotMs: number, truth: number, rhythm: number, arms = TWO) =>
  (random: Random) => {
    const draws = drawSlots(arms, count, slotMs, random);
    const arm = (name: string, factor: number) => {
      const slots = draws.flatMap((draw, slot) => (draw.arm === name ? [slot] : []));
      const value = slots.map((slot) => {
        const day = 1 + rhythm * Math.sin((2 * Math.PI * slot * slotMs) / 864e5);
        return factor * (day + CV * random.normal());
      });
      return inSlots(columnOf(name, { value }, name), slots);
    };
    return {
      samples: { paired: false, treatment: arm('new', truth), baseline: arm('old', 1) },
      plan: { draws },
    };
  };

const slotted = (slot: string, to: string, more: Partial<File> = {}) =>
  experimentOf({
    ...more,
    design: `{ kind: switchback, slot: ${slot} }`,
    window: `{ from: 2026-11-02T00:00Z, to: ${to} }`,
    metric: 'by: 1h, fold: sum, margin: 3%, variation: 10%',
  });

describe('a switchback', () => {
  test.each([
    ['4 + 4 slots, 70 schedules', '12h', 12, '2026-11-06T00:00Z', 8, 0.25, 0],
    ['6 + 6 slots, drawn together', '6h', 6, '2026-11-05T00:00Z', 12, 0.24, 0],
    ['12 + 12 slots in pairs of days, with a rhythm', '2h', 2, '2026-11-04T00:00Z', 24, 0.21, 0.3],
    ['24 + 24 slots in pairs of days, with a rhythm', '2h', 2, '2026-11-06T00:00Z', 48, 0.17, 0.3],
  ] as const)('of %s has the power that is promised', async (_, slot, hours, to, count, effect, rhythm) => {
    const { claims } = planned(await slotted(slot, to), effect);
    expect(claims[0]).toMatchObject({ unit: 'slots', declared: { units: count / 2 } });
    const promised = claims[0].declared?.power as number;
    expect(promised).toBeGreaterThan(0.4);
    keeps(promised, reached(switchback(count, hours * 36e5, 1 - effect, rhythm), 'switchback'));
  });

  test('planned from evidence knows what its own draw left of the scatter', async () => {
    const experiment = await slotted('2h', '2026-11-04T00:00Z');
    const random = createRandom(3, 'pilot');
    const { samples, plan } = switchback(192, 72e5, 0.79, 0.3)(random);
    const pilot = pilotOf(experiment, samples.treatment, samples.baseline, plan.draws);
    const [claim] = planned(experiment, 0.21, { pilot }).claims;
    expect(claim).toMatchObject({ basis: 'evidence', unit: 'slots' });
    expect(Math.abs((claim.variation as number) / (0.79 * CV) - 1)).toBeLessThan(0.2);
    const [told] = planned(experiment, 0.21).claims;
    expect(Math.abs((claim.needed['80'] as number) - (told.needed['80'] as number))).toBeLessThanOrEqual(4);
  });

  test('planned from half of its variation has not: the test can fail', async () => {
    const experiment = await experimentOf({
      design: '{ kind: switchback, slot: 6h }',
      window: '{ from: 2026-11-02T00:00Z, to: 2026-11-05T00:00Z }',
      metric: 'by: 1h, fold: sum, margin: 3%, variation: 5%',
    });
    const promised = planned(experiment, 0.24).claims[0].declared?.power as number;
    const outcome = reached(switchback(12, 6 * 36e5, 0.76, 0), 'switchback');
    expect(() => keeps(promised, outcome)).toThrow();
  });

  test('of three arms has the power that is promised, each at its share of the level', async () => {
    const arms = '{ old: {}, new: {}, other: {} }';
    const experiment = await slotted('6h', '2026-11-06T12:00Z', { arms });
    const [claim] = planned(experiment, 0.27).claims;
    expect(claim.alpha).toBeCloseTo(0.0125, 12);
    expect(claim.declared?.units).toBe(6);
    const world = switchback(18, 6 * 36e5, 0.73, 0, ['old', 'new', 'other']);
    const outcome = reached(world, 'switchback', 0.0125);
    keeps(claim.declared?.power as number, outcome);
  });

  test('of 99 %, or of three arms, asks for more slots at least', async () => {
    const third = await slotted('2h', '2026-11-06T00:00Z', { arms: '{ old: {}, new: {}, other: {} }' });
    expect(planned(third, 0.6).claims[0].needed['80'] as number).toBeGreaterThanOrEqual(5);
    const experiment = await slotted('2h', '2026-11-06T00:00Z');
    const huge = planned(experiment, 0.6).claims[0];
    expect(huge.needed['80']).toBe(4);
    const strict = planned({ ...experiment, decide: { confidence: 0.99 } }, 0.6).claims[0];
    expect(strict.needed['80'] as number).toBeGreaterThanOrEqual(5);
  });
});

const periods = (each: number) =>
  Array.from({ length: 2 * each }, (_, d) => {
    const day = (n: number) => new Date(Date.UTC(2026, 9, 1 + n)).toISOString().slice(0, 16);
    return `{ arm: ${d % 2 === 0 ? 'new' : 'old'}, from: ${day(d)}Z, to: ${day(d + 1)}Z }`;
  }).join(', ');

describe('several runs', () => {
  const experimentOfRuns = (each: number) =>
    experimentOf({
      design: `{ kind: runs, periods: [${periods(each)}] }`,
      metric: 'by: 1h, fold: mean, estimand: mean, margin: 3%, variation: 10%',
    });

  /** Runs of twenty points with memory; what differs between deployments is what counts. */
  const runs = (each: number, truth: number) => (random: Random) => {
    const arm = (name: string, factor: number, first: number) => {
      const slots: number[] = [];
      const value: number[] = [];
      for (let run = 0; run < each; run++) {
        const level = factor * (1 + CV * random.normal());
        for (const z of firstOrder(0.9).draw(20, random)) {
          slots.push(first + run);
          value.push(level * (1 + 0.01 * z));
        }
      }
      return inSlots(columnOf(name, { value }, name), slots);
    };
    return {
      samples: { paired: false, treatment: arm('new', truth, 0), baseline: arm('old', 1, each) },
      plan: { estimand: 'mean' as const, bucketMs: 36e5 },
    };
  };

  test('have the power that is promised, from a declared variation and from evidence', async () => {
    const experiment = await experimentOfRuns(7);
    const { claims } = planned(experiment, 0.25);
    expect(claims[0]).toMatchObject({ unit: 'runs', declared: { units: 7 } });
    keeps(claims[0].declared?.power as number, reached(runs(7, 0.75), 'runs'));
    const { samples } = runs(60, 0.75)(createRandom(3, 'pilot'));
    const pilot = pilotOf(experiment, samples.treatment, samples.baseline);
    const measured = planned(experiment, 0.25, { pilot }).claims[0];
    expect(measured.basis).toBe('evidence');
    expect(
      Math.abs((measured.declared?.power as number) - (claims[0].declared?.power as number)),
    ).toBeLessThan(0.15);
  });

  test('are never fewer than five, and take as long as theirs did', async () => {
    const { total, claims } = planned(await experimentOfRuns(7), 0.6);
    expect(claims[0].needed['80']).toBe(5);
    expect(total['80']).toMatchObject({ unit: 'runs', units: 5, durationMs: 10 * 864e5 });
  });
});

describe('a ramp', () => {
  const stages = '[{ coverage: 10%, for: 1d }, { coverage: 50%, for: 1d }, { coverage: 100%, for: 2d }]';
  const parts = [
    [0.25, 0.1],
    [0.25, 0.5],
    [0.5, 1],
  ] as const;

  /** Each key is seen in one stage; later stages are slower. */
  const keys = (all: number, truth: number) => (random: Random) => {
    const arm = (name: string, factor: number, share: (coverage: number) => number) => {
      const slots = parts.flatMap(([p, coverage], stage) =>
        Array.from({ length: Math.round(all * p * share(coverage)) }, () => stage),
      );
      const value = slots.map((stage) => factor * (1 + 0.3 * stage) * (1 + 0.3 * random.normal()));
      return inSlots(columnOf(name, { value }, name), slots);
    };
    return {
      samples: {
        paired: false,
        treatment: arm('new', truth, (c) => c / 2),
        baseline: arm('old', 1, (c) => 1 - c / 2),
      },
      plan: { estimand: 'mean' as const },
    };
  };

  test('by key has the power that is promised for the keys of all traffic', async () => {
    const experiment = await experimentOf({
      design: `{ kind: ramp, unit: id, stages: ${stages} }`,
      window: '{ from: 2026-11-02T00:00Z, to: 2026-11-06T00:00Z }',
      metric: 'estimand: mean, margin: 3%, variation: 30%',
    });
    const { claims, total } = planned(experiment, 0.15);
    expect(claims[0].unit).toBe('keys');
    const units = claims[0].needed['80'] as number;
    keeps(0.8, reached(keys(units, 0.85), 'ramp-keys'));
    // How many come in a day, only evidence says.
    expect(total['80'].durationMs).toBeNull();
    const { samples } = keys(4000, 0.85)(createRandom(5, 'pilot'));
    const pilot = pilotOf(experiment, samples.treatment, samples.baseline);
    const measured = planned(experiment, 0.15, { pilot });
    expect(measured.claims[0]).toMatchObject({ basis: 'evidence', declared: { units: 4000 } });
    expect(Math.abs((measured.claims[0].needed['80'] as number) / units - 1)).toBeLessThan(0.15);
    expect(measured.total['80'].durationMs as number).toBeGreaterThan(864e5);
  });

  test('in buckets has the power that is promised for all of its stages', async () => {
    const experiment = await experimentOf({
      design: `{ kind: ramp, burn-in: 1h, stages: ${stages} }`,
      window: '{ from: 2026-11-02T00:00Z, to: 2026-11-06T00:00Z }',
      metric: 'by: 1h, fold: mean, estimand: mean, margin: 3%, variation: 30%',
    });
    const { claims, declared } = planned(experiment, 0.19, { autocorrelation: 0.3 });
    expect(claims[0]).toMatchObject({ unit: 'buckets', declared: { units: 93 } });
    expect(declared?.durationMs).toBe(4 * 864e5);
    const buckets = (random: Random) => {
      const slots = [23, 23, 47].flatMap((n, stage) => Array.from({ length: n }, () => stage));
      const noise = firstOrder(0.3).draw(93, random);
      const older = columnOf('old', { value: new Float64Array(93).fill(1) });
      const newer = columnOf('new', { value: noise.map((z) => 0.81 * (1 + 0.3 * z)) });
      return {
        samples: { paired: true, treatment: inSlots(newer, slots), baseline: inSlots(older, slots) },
        plan: { estimand: 'mean' as const },
      };
    };
    keeps(claims[0].declared?.power as number, reached(buckets, 'ramp-series'));
  });

  test('that is too short is longer in every stage, and says so', async () => {
    const experiment = await experimentOf({
      design: `{ kind: ramp, burn-in: 1h, stages: ${stages} }`,
      window: '{ from: 2026-11-02T00:00Z, to: 2026-11-06T00:00Z, settle: 1d }',
      metric: 'by: 1h, fold: mean, estimand: mean, margin: 3%, variation: 30%',
    });
    const { total, warnings } = planned(experiment, 0.13, { autocorrelation: 0.3, looks: [0.5, 1] });
    const { units, durationMs, endMs, finalMs } = total['80'];
    expect(durationMs as number).toBeCloseTo(((units as number) / 93) * 4 * 864e5, 3);
    expect(endMs).toBe(Date.UTC(2026, 10, 2) + (durationMs as number));
    expect(finalMs).toBe((endMs as number) + 864e5);
    expect(warnings.map(({ code }) => code)).toEqual([
      'plan-looks-not-taken',
      'plan-declared-too-short',
      'plan-ramp-stretched',
    ]);
  });
});
