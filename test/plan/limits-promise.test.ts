/** What plan promises of a limit on one arm is what decides: the verdict's own code, on what the plan asked for. */
import { describe, expect, test } from 'vitest';
import { boundVerdict } from '../../src/decide/bounds.js';
import type { ArmColumn } from '../../src/model/evidence.js';
import type { Claim, Experiment } from '../../src/model/experiment.js';
import { randomisationOf } from '../../src/pipeline/plan.js';
import { table } from '../decide/fixtures.js';
import { columnOf, experimentOf, type File, pilotOf, planOf } from './experiments.js';

const ALPHA = 0.05;

/** new seconds stays below `limit`, read as a proportion where it is said. */
async function limited(file: File, limit: number, estimand: Claim['estimand']): Promise<Experiment> {
  const experiment = await experimentOf({ ...file, guardrails: [`new seconds stays below ${limit} s`] });
  const guardrails = experiment.guardrails.map((claim) => ({ ...claim, estimand }));
  return { ...experiment, guardrails };
}

const verdictOn = (experiment: Experiment, column: ArmColumn) =>
  boundVerdict(experiment.guardrails[0], table('seconds', [column]), experiment, ALPHA).verdict;

const claimOf = (experiment: Experiment, newer: ArmColumn) =>
  planOf(experiment, {
    ...randomisationOf(experiment),
    pilot: pilotOf(experiment, newer, { ...newer, arm: 'old' }),
    workloadUnits: 100,
  }).claims.find(({ kind }) => kind === 'bound') as ReturnType<typeof planOf>['claims'][number];

describe('a limit of 1 % on failures of which a pilot saw none', () => {
  const calm = (n: number): ArmColumn => ({
    ...columnOf('new', { value: new Float64Array(n), order: Array.from({ length: n }, (_, i) => i % 2) }),
    per: new Float64Array(n).fill(1),
  });

  test.each([
    ['interleaved', '{ kind: interleaved }', 1],
    ['by key, of trials', '{ kind: by-key }', 2],
  ])('%s: so many units without a failure do decide, a tenth of them do not', async (_, design, arms) => {
    const experiment = await limited(
      { design, workload: '{ kind: sample, files: "*" }' },
      0.01,
      'proportion',
    );
    const needed = claimOf(experiment, calm(100)).needed['80'] as number;
    // 1.96² · 99 · 20 units without a failure are the least that support it.
    expect(needed).toBeGreaterThan(7606 * arms);
    expect(verdictOn(experiment, calm(Math.ceil(needed / arms)))).toBe('supported');
    expect(verdictOn(experiment, calm(Math.ceil(needed / arms / 10)))).toBe('inconclusive');
  });
});

test('a limit on one arm of a switchback is judged as a series of its slots, and so is not promised', async () => {
  const experiment = await limited(
    {
      design: '{ kind: switchback, slot: 2h }',
      window: '{ from: 2026-11-02T00:00Z, to: 2026-11-03T00:00Z }',
    },
    100,
    'mean',
  );
  const slots = columnOf('new', { value: Float64Array.from({ length: 6 }, (_, i) => 10 + (i % 3)) });
  const planned = claimOf(experiment, slots);
  expect(planned.needed).toEqual({ '80': null, '90': null });
  expect(planned.notes.map(({ code }) => code)).toContain('plan-bound-in-time');
  expect(planned.notes.find(({ code }) => code === 'plan-too-few-units')?.values).toMatchObject({
    have: 6,
    need: 10,
  });
});
