/** Evidence for tests of the whole stage: one experiment, tables as the test says. */
import type { ArmColumn, Evidence, MetricTable } from '../../src/model/evidence.js';
import type { Claim, Design, Estimand, Experiment, Metric } from '../../src/model/experiment.js';

export function metric(name: string, some: Partial<Metric> = {}): Metric {
  return {
    name,
    title: name,
    unit: 's',
    better: 'lower',
    role: null,
    words: [],
    margin: null,
    estimand: 'total',
    exact: false,
    fold: { kind: 'only' },
    byMs: null,
    input: { kind: 'observed', arms: {} },
    ...some,
  };
}

export const ratioMetric = (
  name: string,
  some: Partial<Metric> & { proportion?: boolean; times?: number } = {},
) =>
  metric(name, {
    ...some,
    input: { kind: 'ratio', of: 'a', per: 'b', times: some.times ?? 1, proportion: some.proportion ?? false },
  });

export function claim(metricName: string, estimand: Estimand, some: Partial<Claim> = {}): Claim {
  return {
    id: 'h1.1',
    kind: 'better',
    role: 'hypothesis',
    sentence: '',
    sentenceIndex: 0,
    text: '',
    treatment: 'x',
    reference: 'y',
    metric: metricName,
    estimand,
    amount: { kind: 'relative', value: 0 },
    bound: null,
    join: 'and',
    siblings: 1,
    ...some,
  };
}

export function evidence(
  metrics: readonly Metric[],
  columns: Readonly<Record<string, readonly ArmColumn[]>>,
  some: {
    design?: Partial<Design>;
    workload?: 'fixed' | 'sample';
    claims?: readonly Claim[];
    treatments?: readonly string[];
    /** Width of the time buckets that are the units. */
    bucketMs?: number;
  } = {},
): Pick<Evidence, 'experiment' | 'tables'> {
  const treatments = some.treatments ?? ['x'];
  const experiment: Experiment = {
    name: 'test',
    question: '?',
    owner: null,
    arms: [...treatments, 'y'].map((name) => ({ name, title: name, match: {} })),
    baseline: 'y',
    treatments,
    design: {
      kind: 'interleaved',
      seed: 1,
      blocks: null,
      warmupTrials: 0,
      shares: {},
      coverage: 1,
      unit: null,
      concurrent: true,
      ...some.design,
    },
    window: null,
    sources: {},
    driver: null,
    workload: some.workload
      ? { kind: some.workload, prepare: null, files: '*', repeats: 1, key: null }
      : null,
    metrics,
    hypotheses: some.claims ?? [],
    guardrails: [],
    decide: { confidence: 0.95 },
    secrets: [],
    text: '',
    attachments: {},
  };
  const tables = new Map(
    Object.entries(columns).map(([name, arms]): [string, MetricTable] => [
      name,
      {
        metric: name,
        arms: new Map(arms.map((arm) => [arm.arm, arm])),
        unmeasured: null,
        coverage: { expected: 0, seen: {}, complete: 0 },
        warnings: [],
        bucketMs: some.bucketMs ?? null,
      },
    ]),
  );
  return { experiment, tables };
}
