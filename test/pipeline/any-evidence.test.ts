/** Whatever sources and stacks answer, an analysis ends with a report in every form, and no number in it is none. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { declare } from '../../src/declare/index.js';
import type { Collected, Observation } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { Report } from '../../src/model/report.js';
import { analyze, type RawEvidence } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { renderers } from '../../src/report/index.js';
import { createRandom } from '../../src/stats/index.js';
import { NO_DIFFERENCE, shipped, simulate } from './simulate.js';
import { collectedOf, fromMs, measuredIn, observation, read, recorded } from './slotted.js';

/** What becomes of the values of one arm; null: never measured. */
type Change = (value: number, i: number, of: number) => number | null;

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Change>((value) => value) },
  fc.constantFrom(0, 1, -3, 1e-20, 1e-9, 1e20, 1e60).map(
    (only): Change =>
      () =>
        only,
  ),
  fc.constantFrom(1e-20, 1e-9, 1e9, 1e20, -1).map(
    (by): Change =>
      (value) =>
        value * by,
  ),
  fc.nat(6).map(
    (first): Change =>
      (value, i) =>
        i < first ? value : null,
  ),
  fc.nat(6).map(
    (last): Change =>
      (value, i, of) =>
        i < of - last ? null : value,
  ),
  fc.integer({ min: 2, max: 9 }).map(
    (every): Change =>
      (value, i) =>
        i % every === 0 ? value : null,
  ),
  fc.integer({ min: 1, max: 40 }).map(
    (round): Change =>
      (_, i) =>
        i % round,
  ),
  fc.nat(50).map(
    (at): Change =>
      (value, i) =>
        i === at ? 1e60 : value,
  ),
  fc.nat(50).map(
    (until): Change =>
      (value, i) =>
        i < until ? value : 0,
  ),
);

const changed = (given: readonly Collected[], changes: readonly Change[]): Collected[] =>
  given.map((one, k) => {
    const observations = one.observations.flatMap((row, i): Observation[] => {
      const value = row.value === null ? null : changes[k](row.value, i, one.observations.length);
      return value === null ? [] : [{ ...row, value }];
    });
    return { ...one, observations, meta: { ...one.meta, observations: observations.length } };
  });

/** Paths of numbers that are none. What a method or a check tells beside its result may be infinite; a range may be absent. */
function noNumbers(value: unknown, path = ''): string[] {
  if (typeof value === 'number') {
    const isTold = /\.(values|details)\./u.test(path) && !Number.isNaN(value);
    const isAbsent = /\.computed\.values\.(low|high)\./u.test(path);
    return Number.isFinite(value) || isTold || isAbsent ? [] : [`${path}: ${value}`];
  }
  if (value === null || typeof value !== 'object') return [];
  const named = 'check' in value ? ` ${String(value.check)}` : '';
  return Object.entries(value).flatMap(([key, each]) => noNumbers(each, `${path}${named}.${key}`));
}

function isSound(report: Report): void {
  expect(noNumbers(report)).toEqual([]);
  for (const { claim, verdict, benefit, p } of report.claims) {
    const where = JSON.stringify({ claim: claim.text, verdict, benefit, p });
    if (p !== null) expect(p >= 0 && p <= 1, where).toBe(true);
    expect(verdict === 'unmeasured', where).toBe(benefit === null);
    if (benefit === null || benefit.interval.kind === 'unbounded') continue;
    const low = benefit.interval.low ?? Number.NEGATIVE_INFINITY;
    const high = benefit.interval.high ?? Number.POSITIVE_INFINITY;
    expect(low <= benefit.estimate && benefit.estimate <= high, where).toBe(true);
    if (claim.kind !== 'better') continue;
    if (verdict === 'supported') expect(low, where).toBeGreaterThanOrEqual(benefit.threshold);
    if (verdict === 'refuted') expect(high, where).toBeLessThanOrEqual(benefit.threshold);
  }
  for (const { render } of Object.values(renderers)) expect(render(report).length).toBeGreaterThan(100);
}

/** A few in the suite; `ANY_RUNS=200 STACKTRIAL_SEED=random` searches. */
const numRuns = Number(process.env.ANY_RUNS ?? 6);

const anyOf = (experiment: Experiment, { collected, ...rest }: RawEvidence): void =>
  fc.assert(
    fc.property(fc.array(change, { minLength: collected.length, maxLength: collected.length }), (changes) => {
      const evidence = { ...rest, collected: changed(collected, changes) };
      isSound(analyze(experiment, evidence, { plugins, stacktrial: '0.0.0' }));
    }),
    { numRuns },
  );

const world = { ratio: 0.8 };
const guarded = `guardrails:
  - spark latency stays below 30 s
  - spark is at most 1% slower than faas
`;

test.each([
  ['a switchback', '{ kind: switchback, slot: 2h, burn-in: 20m, seed: 5 }'],
  ['a ramp', '{ kind: ramp, stages: [{ coverage: 10%, for: 1d }, { coverage: 50%, for: 3d }] }'],
])('%s', async (_, design) => {
  const experiment = await read(design, 4, guarded);
  anyOf(experiment, recorded(experiment, world, measuredIn(experiment, world)));
});

/** Rows of both arms, ten minutes apart. */
const rows = (
  metrics: readonly string[],
  count: number,
  unit: (arm: string, i: number) => string | undefined,
): Collected[] => {
  const random = createRandom(1, 'any evidence');
  return ['spark', 'faas'].flatMap((arm) =>
    metrics.map((metric) => {
      const values = Array.from({ length: count }, () => (arm === 'spark' ? 8 : 10) + random.normal());
      return collectedOf(
        metric,
        arm,
        values.map((value, i) => observation(metric, arm, fromMs + i * 6e5, value, unit(arm, i))),
      );
    }),
  );
};

test.each([
  ['a split by key, in buckets', '{ kind: by-key }'],
  ['stacks side by side', '{ kind: observed, concurrent: true }'],
  ['mirrored stacks', '{ kind: mirrored }'],
  ['one stack after the other', '{ kind: observed, concurrent: false }'],
])('%s', async (_, design) => {
  const experiment = await read(design, 4, guarded);
  const collected = rows(['latency', 'cost', 'records'], 576, () => undefined);
  anyOf(experiment, recorded(experiment, world, collected));
});

const named = (design: string) => `experiment: named
question: Is spark better?
arms: { faas: {}, spark: {} }
baseline: faas
design: ${design}
window: { from: 2026-11-02T00:00Z, to: 2026-11-06T00:00Z }
metrics:
  latency: { from: file, query: { file: a.csv, value: v, arm: arm, time: t, unit: u }, fold: mean, in: s, better: lower, estimand: mean, margin: 2% }
  size: { from: file, query: { file: a.csv, value: v, arm: arm, time: t, unit: u }, fold: sum, in: B, better: lower, estimand: location }
  cost: { from: file, query: { file: a.csv, value: v, arm: arm, time: t, unit: u }, fold: sum, in: USD }
  records: { from: file, query: { file: a.csv, value: v, arm: arm, time: t, unit: u }, fold: sum, in: records }
  unit_cost: { ratio: { of: cost, per: records }, in: USD/record, better: lower }
hypotheses:
  - spark is at least 10% better than faas on latency
  - spark is better than faas on size
  - spark is as good as faas on unit_cost within 5%
  - spark is better than faas at p90 on latency
guardrails:
  - spark latency at p90 stays below 30 s
`;

test.each([
  ['keys', '{ kind: by-key, unit: key }'],
  [
    'keys of a ramp',
    '{ kind: ramp, unit: key, stages: [{ coverage: 10%, for: 1d }, { coverage: 50%, for: 3d }] }',
  ],
  ['deployments', '{ kind: runs, unit: deployment }'],
])('%s', async (_, design) => {
  const experiment = await declare({ text: named(design), file: 'x.yaml' }, plugins, () =>
    Promise.reject(new Error('no files')),
  );
  const collected = rows(['latency', 'size', 'cost', 'records'], 60, (arm, i) => `${arm} ${i}`);
  anyOf(experiment, recorded(experiment, world, collected));
});

test('trials', async () => {
  const experiment = await shipped();
  anyOf(experiment, await simulate(experiment, NO_DIFFERENCE, 1));
});
