/** What plan promises of failures by key is what pieces of the run leave of it: the method that decides, on what the plan asked for. */
import { expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import { boundVerdict } from '../../src/decide/bounds.js';
import type { ArmColumn } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { Reason } from '../../src/model/reason.js';
import { createRandom } from '../../src/stats/index.js';
import { type KeyLives, MOMENT, seen } from '../calibrate/key-lives.js';
import { plan } from '../compare/samples.js';
import { table } from '../decide/fixtures.js';
import { experimentOf, pilotOf, planOf } from './experiments.js';

const LIMIT = 0.005;

/** Requests of two arms side by side, each a key; `more` belongs to the metric. */
const served = (more = '', guardrails: readonly string[] = []): Promise<Experiment> =>
  experimentOf({
    design: '{ kind: by-key, unit: id }',
    window: '{ from: 2026-11-01T00:00Z, to: 2026-11-15T00:00Z }',
    more: [
      'failed: { from: rows, query: { file: x.csv, arm: arm, unit: id, value: f }, fold: sum, in: records }',
      'tried: { from: rows, query: { file: x.csv, arm: arm, unit: id, value: t }, fold: sum, in: records }',
      `errors: { ratio: { of: failed, per: tried, kind: proportion }, in: fraction, better: lower${more} }`,
    ],
    hypotheses: ['new is at most 0.5 points worse than old on errors'],
    guardrails,
  });

const armsOf = (rate: number, keys: number, seed: string, world: Partial<KeyLives> = {}) =>
  seen({ ...MOMENT, keys, ...world }, [rate, rate], createRandom(7, seed));

function reached(rate: number, keys: number, runs: number): number {
  let supported = 0;
  for (let run = 0; run < runs; run++) {
    const samples = armsOf(rate, keys, `run ${run}`);
    const found = methods.newcombe.compare(
      samples,
      plan({ estimand: 'proportion', proportion: true }),
      createRandom(1),
    );
    if (!('code' in found) && found.difference.test(LIMIT).below <= 0.025) supported += 1;
  }
  return supported / runs;
}

/** Simulated columns have no names. */
const named = (column: ArmColumn, arm: string): ArmColumn => {
  const unit = Array.from(column.value, (_, key) => `${arm} ${key}`);
  return { ...column, arm, unit, item: unit };
};

function pilotOn(experiment: Experiment, rate: number, keys: number) {
  const { treatment, baseline } = armsOf(rate, keys, 'pilot');
  return pilotOf(experiment, named(treatment, 'new'), named(baseline, 'old'), undefined, 'errors');
}

const valuesOf = ({ notes }: { readonly notes: readonly Reason[] }, code: string) =>
  notes.find((one) => one.code === code)?.values ?? {};

const codes = ({ notes }: { readonly notes: readonly { readonly code: string }[] }) =>
  notes.map(({ code }) => code);

test('attempts at a rate of failures reach their power on pieces of the run, a third of them do not', async () => {
  const { rates, attempts80 } = valuesOf(planOf(await served()).claims[0], 'plan-attempts');
  const keys = (attempts80 as number[])[(rates as number[]).indexOf(0.001)];
  // Three standard errors of 200 runs.
  expect(reached(0.001, keys, 200)).toBeGreaterThan(0.8 - 0.085);
  expect(reached(0.001, Math.ceil(keys / 3), 200)).toBeLessThan(0.5);
});

test('where none fails, the run has to be as long as so many outages of the declared length', async () => {
  const unseen = async (more: string) => valuesOf(planOf(await served(more)).claims[0], 'plan-unseen-outage');
  // 1.96²·(1 − 0.005)/0.005 attempts of each arm without a failure.
  expect(await unseen('')).toMatchObject({ worth: 765, outageMs: null, durationMs: null });
  expect(await unseen(', outage: 30s')).toMatchObject({ worth: 765, durationMs: 765 * 30_000 });
});

test('a pilot with failures one by one promises what pieces leave', async () => {
  const experiment = await served();
  const planned = planOf(experiment, { pilot: pilotOn(experiment, 0.002, 20_000) }).claims[0];
  const keys = planned.needed['80'] as number;
  expect(codes(planned)).not.toContain('plan-few-failures');
  const power = reached(0.002, keys, 200);
  expect(power).toBeGreaterThan(0.65);
  expect(power).toBeLessThan(0.97);
});

test('a pilot with few failures asks for so many more that enough are expected', async () => {
  const experiment = await served();
  const planned = planOf(experiment, { pilot: pilotOn(experiment, 0.0005, 8000) }).claims[0];
  const clusters = valuesOf(planned, 'plan-few-failures').clusters as number;
  expect(clusters).toBeGreaterThan(0);
  expect(clusters).toBeLessThan(10);
  expect(planned.needed['80']).toBeGreaterThanOrEqual(Math.floor((8000 * 10) / clusters));
  expect(reached(0.0005, planned.needed['80'] as number, 100)).toBeGreaterThan(0.8 - 0.12);
});

test('a pilot without a failure promises nothing of more keys, unless an outage has a longest length', async () => {
  const experiment = await served();
  const planned = planOf(experiment, { pilot: pilotOn(experiment, 0, 4000) }).claims[0];
  expect(planned.needed).toEqual({ '80': null, '90': null });
  expect(codes(planned)).toEqual(expect.arrayContaining(['plan-few-failures', 'plan-unseen-outage']));
  expect(codes(planned)).not.toContain('plan-too-many-units');
  const declared = await served(', outage: 30s');
  const keys = planOf(declared, { pilot: pilotOn(declared, 0, 4000) }).claims[0].needed['80'] as number;
  // The pilot is an hour, 120 outages long; 765 are needed.
  expect(keys / 4000).toBeGreaterThan(765 / 120);
  expect(keys / 4000).toBeLessThan(2.2 * (765 / 120));
});

test('a limit on one arm of which nothing failed follows from the declared outage, not from more keys', async () => {
  const claimOf = async (more: string) => {
    const experiment = await served(more, ['new errors stays below 1 %']);
    const planned = planOf(experiment, { pilot: pilotOn(experiment, 0, 4000) });
    return { experiment, claim: planned.claims[1] };
  };
  expect((await claimOf('')).claim.needed['80']).toBeNull();
  const { experiment, claim } = await claimOf(', outage: 30s');
  const times = (claim.needed['80'] as number) / 4000;
  const verdictOf = (longer: number) => {
    const { treatment } = armsOf(0, 4000, 'pilot');
    const { course } = treatment;
    if (course === undefined) throw new Error('no course');
    const column = { ...named(treatment, 'new'), course: { ...course, spanMs: course.spanMs * longer } };
    return boundVerdict(experiment.guardrails[0], table('errors', [column]), experiment, 0.05).verdict;
  };
  expect(verdictOf(times)).toBe('supported');
  expect(verdictOf(times / 3)).toBe('inconclusive');
});
