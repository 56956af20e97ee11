/** Small experiments, claims and live estimates for the tests of decide/. */
import type { CheckResult, ClaimResult, Direction, Verdict } from '../../src/model/decision.js';
import type { Comparison, Inference, Interval } from '../../src/model/effect.js';
import type { ArmColumn, MetricTable } from '../../src/model/evidence.js';
import type { Claim, Design, Experiment, Metric } from '../../src/model/experiment.js';
import { reason } from '../../src/model/reason.js';
import { studentTSurvival, studentTSurvivalQuantile } from '../../src/stats/student-t.js';

export const design = (part: Partial<Design> = {}): Design => ({
  kind: 'interleaved',
  seed: 1,
  blocks: null,
  warmupTrials: 0,
  shares: { engine: 0.5, functions: 0.5 },
  coverage: 1,
  unit: null,
  concurrent: true,
  ...part,
});

export const metric = (part: Partial<Metric> = {}): Metric => ({
  name: 'seconds',
  title: 'Seconds',
  unit: 's',
  better: 'lower',
  role: 'time',
  words: ['faster', 'slower', 'fast'],
  margin: null,
  estimand: 'total',
  exact: false,
  fold: { kind: 'only' },
  byMs: null,
  input: { kind: 'observed', arms: {} },
  ...part,
});

const arm = (name: string) => ({ name, title: name, match: { arm: name } });

export function experiment(part: Partial<Experiment> = {}): Experiment {
  return {
    name: 'engine-vs-functions',
    question: 'Which?',
    owner: null,
    arms: [arm('engine'), arm('functions')],
    baseline: 'functions',
    treatments: ['engine'],
    design: design(),
    window: null,
    sources: {},
    driver: null,
    workload: null,
    metrics: [metric(), metric({ name: 'cost', unit: 'USD', role: 'cost' })],
    hypotheses: [],
    guardrails: [],
    decide: { confidence: 0.95 },
    secrets: [],
    text: '',
    attachments: {},
    ...part,
  };
}

export const claim = (part: Partial<Claim> = {}): Claim => ({
  id: 'h1.1',
  kind: 'better',
  role: 'hypothesis',
  sentence: 'engine is at least 10% faster than functions',
  sentenceIndex: 0,
  text: 'engine is at least 10% faster than functions',
  treatment: 'engine',
  reference: 'functions',
  metric: 'seconds',
  estimand: 'total',
  amount: { kind: 'relative', value: 0.1 },
  bound: null,
  join: 'and',
  siblings: 1,
  ...part,
});

export const comparison = (part: Partial<Comparison> = {}): Comparison => ({
  id: 'seconds:engine/functions',
  metric: 'seconds',
  treatment: 'engine',
  baseline: 'functions',
  estimand: 'total',
  n: { treatment: 45, baseline: 45, items: 15 },
  method: 'paired-t',
  line: 'interleaved: totals',
  exact: false,
  effect: null,
  unmeasured: null,
  companions: [],
  warnings: [],
  ...part,
});

export interface Linear {
  readonly treatment: number;
  readonly baseline: number;
  /** Variances of the two means and their covariance. */
  readonly vt: number;
  readonly vb: number;
  readonly cov?: number;
  readonly df?: number;
}

/** A real estimate: the linear test of x − r·y, and the Fieller set and t interval that invert it. */
export function inference({ treatment: x, baseline: y, vt, vb, cov = 0, df = 44 }: Linear): Inference {
  const se = (r: number) => Math.sqrt(Math.max(0, vt - 2 * r * cov + r * r * vb));
  const test = (r: number, threshold: number) => {
    const t = (x - r * y - threshold) / se(r);
    return { above: studentTSurvival(t, df), below: studentTSurvival(-t, df) };
  };
  const fieller = (confidence: number): Interval => {
    const q = studentTSurvivalQuantile((1 - confidence) / 2, df);
    const a = y * y - q * q * vb;
    const b = x * y - q * q * cov;
    const c = x * x - q * q * vt;
    const root = b * b - a * c;
    if (a <= 0 || root < 0) return { kind: 'unbounded' };
    return { kind: 'interval', low: (b - Math.sqrt(root)) / a, high: (b + Math.sqrt(root)) / a };
  };
  const difference = x - y;
  return {
    ratio: y > 0 ? { estimate: x / y, interval: fieller, test: (r) => test(r, 0) } : null,
    difference: {
      estimate: difference,
      interval: (confidence) => {
        const reach = studentTSurvivalQuantile((1 - confidence) / 2, df) * se(1);
        return { kind: 'interval', low: difference - reach, high: difference + reach };
      },
      test: (threshold) => test(1, threshold),
    },
    treatmentValue: x,
    baselineValue: y,
    standardError: se(1),
    df,
    details: {},
    warnings: [],
  };
}

/** A claim that was judged, for tests of what follows from verdicts. */
export const result = (
  part: Partial<Claim>,
  verdict: Verdict,
  direction: Direction | null = null,
): ClaimResult => ({
  claim: claim(part),
  comparison: null,
  verdict,
  direction,
  benefit: null,
  p: null,
  alpha: 0.025,
  reasons: [],
  moreUnits: null,
});

export const check = (part: Partial<CheckResult> = {}): CheckResult => ({
  check: 'sample-ratio',
  scope: 'experiment',
  severity: 'fatal',
  status: 'pass',
  saw: reason('seen'),
  need: reason('needed'),
  ...part,
});

export const column = (
  armName: string,
  values: readonly number[],
  part: Partial<ArmColumn> = {},
): ArmColumn => ({
  arm: armName,
  n: values.length,
  unit: values.map((_, i) => `b${String(i).padStart(3, '0')}`),
  value: Float64Array.from(values),
  per: null,
  start: Float64Array.from(values, (_, i) => i * 1000),
  order: Float64Array.from(values, () => Number.NaN),
  item: values.map((_, i) => `u${i}`),
  ...part,
});

export const table = (
  name: string,
  columns: readonly ArmColumn[],
  part: Partial<MetricTable> = {},
): MetricTable => ({
  metric: name,
  arms: new Map(columns.map((c) => [c.arm, c])),
  unmeasured: null,
  coverage: {
    expected: Math.max(0, ...columns.map(({ n }) => n)),
    seen: Object.fromEntries(columns.map((c) => [c.arm, c.n])),
    complete: Math.min(...columns.map(({ n }) => n)),
  },
  warnings: [],
  ...part,
});
