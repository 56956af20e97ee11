/** Declared looks through the whole analysis on seeded worlds: what they may claim together, and what one look says of itself. */
import { describe, expect, test } from 'vitest';
import { trialObservations } from '../../src/collect/index.js';
import type { Look, Trial } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { Report } from '../../src/model/report.js';
import { checkLooks, lookPlan } from '../../src/pipeline/look-plan.js';
import { readLooks } from '../../src/pipeline/looks.js';
import { analyze, type RawEvidence } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { renderers } from '../../src/report/index.js';
import { NO_DIFFERENCE, shipped, simulate, type World, withoutSignFlip } from './simulate.js';

const { json, terminal } = renderers;
const onlyClaimed = [/in: (s|B), better: lower \}/g, 'in: $1 }'] as const;
const anyFaster = [
  /- engine is at least 10% faster and cheaper than functions/,
  '- engine is faster than functions',
] as const;
const looking = (looks: string, repeats: number) =>
  shipped(
    anyFaster,
    onlyClaimed,
    [/repeats: \d+/, `repeats: ${repeats}`],
    [/decide: \{ confidence: 95% \}/, `decide: { confidence: 95%, looks: ${looks} }`],
  );

/** The evidence as it stands when so many blocks are done. */
function upTo(blocks: number, raw: RawEvidence, { metrics }: Experiment): RawEvidence {
  const trials: readonly Trial[] = raw.trials.filter(({ block }) => block < blocks);
  const collected = raw.collected.map((one) => {
    const metric = metrics.find(({ name }) => name === one.meta.metric);
    if (metric?.input.kind !== 'observed') throw new Error(`${one.meta.metric} is not observed`);
    const { arm } = one.meta;
    const { query } = metric.input.arms[arm];
    return { ...one, observations: trialObservations(metric.name, arm, query, metric.fold, trials) };
  });
  return { ...raw, trials, collected };
}

/** One report per declared look, as `run` would make them if no look ended it. */
async function atEveryLook(
  experiment: Experiment,
  world: World,
  seed: number,
  methods = plugins.methods,
): Promise<readonly Report[]> {
  const raw = await simulate(experiment, world, seed);
  if (raw.schedule === null) throw new Error('no schedule');
  const planned = lookPlan(experiment, raw.schedule);
  const maximum = raw.schedule.blocks;
  const looks: readonly Look[] = planned.map((look) => ({ ...look, units: look.blocks, maximum, at: 0 }));
  return planned.map(({ blocks }, k) =>
    analyze(
      experiment,
      { ...upTo(blocks, raw, experiment), looks: looks.slice(0, k + 1) },
      { plugins: { ...plugins, methods }, stacktrial: '0.0.0' },
    ),
  );
}

/** At a plain 95 % interval, as somebody would who looks again and again. */
const plainClaim = ({ comparisons }: Report): boolean => {
  const interval = comparisons[0].effect?.ratio?.intervals['95'];
  return interval !== undefined && ((interval.low ?? 0) > 1 || (interval.high ?? 2) < 1);
};

async function falseClaims(looks: string, repeats: number, runs: number) {
  const experiment = await looking(looks, repeats);
  const counts = { supported: 0, refuted: 0, plain: 0, invalid: 0 };
  for (let seed = 1; seed <= runs; seed++) {
    const reports = await atEveryLook(experiment, NO_DIFFERENCE, seed, withoutSignFlip);
    const some = (what: (report: Report) => boolean) => (reports.some(what) ? 1 : 0);
    counts.supported += some(({ claims }) => claims[0].verdict === 'supported');
    counts.refuted += some(({ claims }) => claims[0].verdict === 'refuted');
    counts.plain += some(plainClaim);
    counts.invalid += some(({ decision }) => decision.outcome === 'invalid');
  }
  return counts;
}

/** Three standard errors above what is owed. */
const atMost = (share: number, runs: number): number =>
  runs * (share + 3 * Math.sqrt((share * (1 - share)) / runs));

describe('two identical stacks, analysed at every declared look', () => {
  test('two looks at one run are not one: together they claim on each side at most 2.5 % of the time', async () => {
    const runs = 200;
    const counts = await falseClaims('[50%, 100%]', 4, runs);
    expect(counts.supported).toBeLessThanOrEqual(atMost(0.025, runs));
    expect(counts.refuted).toBeLessThanOrEqual(atMost(0.025, runs));
    // They must be able to err, or they would find nothing either.
    expect(counts.supported + counts.refuted).toBeGreaterThan(0);
    expect(counts.plain).toBeGreaterThan(counts.supported + counts.refuted);
    expect(counts.invalid).toBeLessThanOrEqual(atMost(0.02, runs));
  }, 600_000);

  test('five looks keep the same α, where five plain ones do not', async () => {
    const runs = 150;
    const counts = await falseClaims('[20%, 40%, 60%, 80%, 100%]', 10, runs);
    expect(counts.supported).toBeLessThanOrEqual(atMost(0.025, runs));
    expect(counts.refuted).toBeLessThanOrEqual(atMost(0.025, runs));
    expect(counts.supported + counts.refuted).toBeGreaterThan(0);
    // The measure is able to fail: the same runs, at plain intervals.
    expect(counts.plain).toBeGreaterThan(atMost(0.05, runs));
  }, 600_000);
});

describe('a look', () => {
  const fast: World = { speed: { engine: 0.5, functions: 1 }, noise: 0.05 };

  test('says which it is, labels its intervals with their own confidence, and that stopping early biases', async () => {
    const [first, last] = await atEveryLook(await looking('[50%, 100%]', 4), fast, 1);
    expect(first.look).toMatchObject({ index: 1, of: 2, stoppedEarly: true });
    const [taken] = first.look.taken ?? [];
    expect(taken).toMatchObject({ plannedFraction: 0.5, units: 30, maximum: 60, information: 0.5 });
    expect(taken.confidence).toBeCloseTo(0.99695, 5);
    expect(first.comparisons[0].effect?.confidence).toBe(taken.confidence);
    expect(first.claims[0].alpha).toBeCloseTo((1 - taken.confidence) / 2, 15);
    const text = terminal.render(first);
    expect(text).toMatch(/look 1 of 2, an\s+early stop: its estimate is biased outward/);
    expect(text).toMatch(/intervals are 99\.7%\s+intervals/);

    expect(last.look).toMatchObject({ index: 2, of: 2, stoppedEarly: false });
    expect(last.look.taken?.map(({ alphaSpent }) => alphaSpent)).toEqual([
      expect.closeTo(0.00305, 5),
      expect.closeTo(0.05, 12),
    ]);
    expect(last.comparisons[0].effect?.confidence).toBeCloseTo(0.951, 3);
    expect(terminal.render(last)).not.toContain('biased');
  });

  test('misses nothing that was planned for later: the schedule up to it is what was due', async () => {
    const [first] = await atEveryLook(await looking('[50%, 100%]', 4), fast, 1);
    expect(first.checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(first.experiment.design.blocks).toBe(30);
  });

  test('declared as the only one changes no byte', async () => {
    const experiment = await looking('[100%]', 3);
    const raw = await simulate(experiment, NO_DIFFERENCE, 4);
    const only: Look = { index: 1, of: 1, plannedFraction: 1, blocks: 45, units: 44, maximum: 45, at: 5 };
    const render = (evidence: RawEvidence) =>
      json.render(analyze(experiment, evidence, { plugins, stacktrial: '0.0.0' }));
    expect(render({ ...raw, looks: [only] })).toBe(render(raw));
  });
});

describe('the plan of looks', () => {
  const refusal = async (looks: string, repeats: number) => {
    const experiment = await looking(looks, repeats);
    const { schedule } = await simulate(experiment, NO_DIFFERENCE, 1);
    if (schedule === null) throw new Error('no schedule');
    try {
      checkLooks(experiment, schedule);
    } catch (error) {
      return error as Error & { hint: string };
    }
    return null;
  };

  test('of a fixed workload falls on whole passes, two at least', async () => {
    const experiment = await looking('[50%, 100%]', 5);
    const { schedule } = await simulate(experiment, NO_DIFFERENCE, 1);
    if (schedule === null) throw new Error('no schedule');
    expect(lookPlan(experiment, schedule).map(({ blocks }) => blocks)).toEqual([45, 75]);
    expect(await refusal('[50%, 100%]', 5)).toBeNull();
    const early = await refusal('[30%, 100%]', 3);
    expect(early?.message).toContain('the look at 30% comes after one pass over a fixed workload');
    expect(early?.hint).toContain('at 67% or later');
    expect(await refusal('[67%, 100%]', 3)).not.toBeNull();
    expect(await refusal('[66%, 100%]', 3)).toBeNull();
    expect((await refusal('[50%, 55%, 100%]', 5))?.message).toContain(
      'the looks at 50% and 55% both come after 45 of 75 blocks',
    );
  });

  test('of a sample needs five units in each arm at the first', async () => {
    const experiment = await shipped(
      anyFaster,
      [/kind: fixed/, 'kind: sample'],
      [/decide: \{ confidence: 95% \}/, 'decide: { looks: [8%, 12%, 100%] }'],
    );
    const { schedule } = await simulate(experiment, NO_DIFFERENCE, 1);
    if (schedule === null) throw new Error('no schedule');
    expect(() => checkLooks(experiment, schedule)).toThrow('the look at 8% comes after 4 units of engine: 5');
    const later = { ...experiment, decide: { confidence: 0.95, looks: [0.11, 1] } };
    expect(() => checkLooks(later, schedule)).not.toThrow();
  });

  test('of a switchback needs slots enough for the schedules that so early a level asks for', async () => {
    const planned = async (slots: number, first = '50%') => {
      const experiment = await shipped(
        anyFaster,
        [/design: \{[^}]*\}/, `design: { kind: switchback, slots: ${slots}, seed: 1 }`],
        [/decide: \{ confidence: 95% \}/, `decide: { looks: [${first}, 100%] }`],
      );
      const { schedule } = await simulate(experiment, NO_DIFFERENCE, 1);
      if (schedule === null) throw new Error('no schedule');
      return { experiment, schedule };
    };
    // O’Brien and Fleming’s first level at half is 0.0015: 5 + 5 slots have 252 schedules, 6 + 6 have 924.
    const few = await planned(8);
    expect(() => checkLooks(few.experiment, few.schedule)).toThrow(/slots? of \w+: 6 in each arm/u);
    const many = await planned(32);
    expect(lookPlan(many.experiment, many.schedule).map(({ blocks }) => blocks)).toEqual([16, 32]);
    expect(() => checkLooks(many.experiment, many.schedule)).not.toThrow();
    const early = await planned(64, '25%');
    expect(() => checkLooks(early.experiment, early.schedule)).toThrow(/at 25% .* at most 2000 schedules/u);
  });

  test('a looks.json that is none is refused', () => {
    expect(readLooks(null)).toEqual([]);
    expect(() => readLooks({})).toThrow('not a list of looks');
    expect(() => readLooks([{ index: 1 }])).toThrow('not a list of looks');
  });
});
