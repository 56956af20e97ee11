/** Hand-made reports: every number is written here, so that a golden file shows what the report does with it. */
import type { CheckResult, ClaimResult, Decision, Direction, Verdict } from '../../../src/model/decision.js';
import type { Comparison, EstimateData, IntervalData } from '../../../src/model/effect.js';
import type { Amount, Better, Claim, Estimand } from '../../../src/model/experiment.js';
import { type Reason, reason } from '../../../src/model/reason.js';
import type { ArmSummary, MetricReport, Report, TrialPoint } from '../../../src/model/report.js';
import type { RecordedClaim, RecordedEstimate, WhatIf } from '../../../src/model/what-if.js';

export const interval = (low: number | null, high: number | null): IntervalData => ({
  kind: 'interval',
  low,
  high,
});
export const unbounded: IntervalData = { kind: 'unbounded', low: null, high: null };

const widen = (i: IntervalData, by: number, around: number): IntervalData =>
  i.kind === 'unbounded' || i.low === null || i.high === null
    ? i
    : interval(around + (i.low - around) * by, around + (i.high - around) * by);

export const estimateData = (estimate: number, at95: IntervalData): EstimateData => ({
  estimate,
  interval: at95,
  intervals: {
    '80': widen(at95, 0.65, estimate),
    '90': widen(at95, 0.84, estimate),
    '95': at95,
    '99': widen(at95, 1.31, estimate),
  },
});

/** A sequence between 0 and 1 that looks like noise and is the same everywhere. */
export const noise = (i: number): number =>
  (((i + 1) * 0.754877666) % 1) * 0.6 + (((i + 3) * 0.569840291) % 1) * 0.4;

const quantile = (sorted: readonly number[], q: number): number => {
  const place = (sorted.length - 1) * q;
  const [low, high] = [Math.floor(place), Math.ceil(place)];
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
};

export const START = Date.UTC(2026, 10, 2, 9, 30);

export const armSummary = (arm: string, values: readonly number[], value: number | null): ArmSummary => {
  const sorted = [...values].sort((a, b) => a - b);
  const n = values.length;
  const mean = n === 0 ? null : values.reduce((a, b) => a + b, 0) / n;
  const squares = mean === null ? 0 : values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
  return {
    arm,
    n,
    value,
    total: n === 0 ? null : values.reduce((a, b) => a + b, 0),
    mean,
    standardDeviation: n > 1 ? Math.sqrt(squares / (n - 1)) : null,
    quantiles: n === 0 ? [] : [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map((q) => quantile(sorted, q)),
    points: values.map((x, i) => ({
      at: START + i * 4_000,
      unit: `b${String(i).padStart(3, '0')}`,
      value: x,
    })),
  };
};

export interface MetricSpec {
  readonly name: string;
  readonly title?: string;
  readonly unit: string;
  readonly better: Better | null;
  readonly role?: string;
  readonly words?: readonly string[];
  readonly margin?: Amount;
  readonly estimand?: Estimand;
  /** Unit values: treatment, baseline. */
  readonly values: readonly [readonly number[], readonly number[]];
  readonly unmeasured?: Reason;
}

export const metricReport = (spec: MetricSpec, arms: readonly [string, string]): MetricReport => {
  const sum = (xs: readonly number[]): number | null =>
    xs.length === 0 ? null : xs.reduce((a, b) => a + b, 0);
  const value = (xs: readonly number[]): number | null =>
    spec.estimand === 'proportion' ? (sum(xs) ?? 0) / xs.length : sum(xs);
  return {
    name: spec.name,
    title: spec.title ?? spec.name,
    unit: spec.unit,
    better: spec.better,
    role: spec.role ?? null,
    words: spec.words ?? [],
    margin: spec.margin ?? null,
    estimand: spec.estimand ?? 'total',
    exact: false,
    computed: reason('computed-observed', {
      metric: spec.name,
      fold: 'only',
      bucketMs: null,
      arms: [...arms],
      sources: ['trials', 'trials'],
      types: ['trials', 'trials'],
      measured: [spec.name, spec.name],
    }),
    unmeasured: spec.unmeasured ?? null,
    arms: [
      armSummary(arms[1], spec.values[1], value(spec.values[1])),
      armSummary(arms[0], spec.values[0], value(spec.values[0])),
    ],
  };
};

/** r and its interval, with an absolute effect that agrees. */
export const comparison = (
  metric: MetricReport,
  pair: readonly [string, string],
  ratio: readonly [number, number, number] | null,
  p: number,
  more: Partial<Comparison> = {},
): Comparison => {
  const value = (arm: string): number => metric.arms.find((a) => a.arm === arm)?.value ?? 0;
  const baseline = value(pair[1]);
  const n = Math.max(0, ...metric.arms.map((a) => a.n));
  const effect: Comparison['effect'] =
    ratio === null
      ? null
      : {
          treatmentValue: ratio[0] * baseline,
          baselineValue: baseline,
          confidence: 0.95,
          ratio: estimateData(ratio[0], interval(ratio[1], ratio[2])),
          difference: estimateData(
            (ratio[0] - 1) * baseline,
            interval((ratio[1] - 1) * baseline, (ratio[2] - 1) * baseline),
          ),
          standardError: ((ratio[2] - ratio[1]) / 4) * baseline,
          df: n - 2,
          p,
          details: { orderEffect: 0.00123, df: n - 2 },
        };
  return {
    id: `${metric.name}:${pair[0]}/${pair[1]}`,
    metric: metric.name,
    treatment: pair[0],
    baseline: pair[1],
    estimand: metric.estimand,
    n: { treatment: n, baseline: n, items: 15 },
    method: 'paired-t',
    line: 'interleaved, totals, fixed workload: paired t within items',
    exact: false,
    effect,
    unmeasured: ratio === null ? reason('empty-arm', { metric: metric.name, arm: pair[1], seen: 0 }) : null,
    companions:
      effect === null
        ? []
        : [
            {
              name: 'sign-flip',
              estimand: 'total',
              ratio: null,
              difference: effect.difference,
              p: Math.max(p, 1 / 4096),
            },
          ],
    warnings: [],
    ...more,
  };
};

export interface ClaimSpec {
  readonly id?: string;
  readonly kind?: Claim['kind'];
  readonly role?: Claim['role'];
  readonly text: string;
  readonly sentence?: string;
  readonly siblings?: number;
  readonly amount?: Amount;
  readonly verdict: Verdict;
  readonly direction?: Direction;
  /** Benefit and its interval on the claim's scale. */
  readonly benefit?: readonly [number, number, number];
  readonly p?: number;
  readonly moreUnits?: number;
  readonly reasons?: readonly Reason[];
}

const reasonsOf = (metric: MetricReport, spec: ClaimSpec): readonly Reason[] => {
  if (spec.benefit === undefined) return [reason('claim-no-estimate', { metric: metric.name })];
  const [estimate, low, high] = spec.benefit;
  const amount = spec.amount ?? { kind: 'relative', value: 0 };
  const scale = { scale: amount.kind, unit: metric.unit };
  return [
    reason(`claim-${spec.verdict}`, {
      kind: spec.kind ?? 'better',
      amount: amount.value,
      estimate,
      low,
      high,
      ...scale,
    }),
    ...(spec.moreUnits === undefined ? [] : [reason('claim-more-units', { more: spec.moreUnits })]),
  ];
};

export const claimResult = (
  metric: MetricReport,
  pair: readonly [string, string],
  spec: ClaimSpec,
): ClaimResult => {
  const amount = spec.amount ?? { kind: 'relative', value: 0 };
  const kind = spec.kind ?? 'better';
  return {
    claim: {
      id: spec.id ?? `${spec.role === 'guardrail' ? 'g' : 'h'}1.1`,
      kind,
      role: spec.role ?? 'hypothesis',
      sentence: spec.sentence ?? spec.text,
      sentenceIndex: 0,
      text: spec.text,
      treatment: pair[0],
      reference: pair[1],
      metric: metric.name,
      estimand: metric.estimand,
      amount,
      bound: null,
      join: 'and',
      siblings: spec.siblings ?? 1,
    },
    comparison: `${metric.name}:${pair[0]}/${pair[1]}`,
    verdict: spec.verdict,
    direction: spec.direction ?? null,
    benefit:
      spec.benefit === undefined
        ? null
        : {
            estimate: spec.benefit[0],
            interval: interval(spec.benefit[1], spec.benefit[2]),
            threshold: kind === 'not-worse' ? 0 - amount.value : amount.value,
            margin: metric.margin?.kind === amount.kind ? metric.margin.value : null,
            scale: amount.kind,
          },
    p: spec.p ?? null,
    alpha: 0.025,
    reasons: spec.reasons ?? reasonsOf(metric, spec),
    moreUnits: spec.moreUnits ?? null,
  };
};

const saw: Readonly<Record<string, readonly [Reason, Reason]>> = {
  'sample-ratio': [
    reason('sample-ratio-saw-schedule', {
      arms: ['functions', 'engine'],
      counts: [45, 45],
      planned: [45, 45],
      missing: 0,
      foreign: 0,
      first: null,
    }),
    reason('sample-ratio-need-schedule'),
  ],
  'output-parity': [reason('output-parity-same', { units: 15, trials: 90 }), reason('output-parity-need')],
  'order-effect': [
    reason('order-effect-saw', {
      metric: 'seconds',
      relative: true,
      effect: 0.0042,
      unit: 's',
      pairs: 45,
      p: 0.61,
    }),
    reason('order-effect-need', { limit: 0.01 }),
  ],
  'effective-n': [
    reason('effective-n-saw', {
      metric: 'seconds',
      treatment: 'engine',
      units: 45,
      effectiveN: 16.2,
      tau: 2.8,
    }),
    reason('effective-n-need'),
  ],
  skew: [
    reason('skew-saw', { metric: 'seconds', lambda: 0.271, limit: 0.2, treatment: 'engine' }),
    reason('skew-need', { limit: 0.2 }),
  ],
  coverage: [
    reason('coverage-saw', {
      metric: 'seconds',
      arms: ['functions', 'engine'],
      counts: [45, 45],
      expected: [45, 45],
      complete: 45,
      missing: 0,
    }),
    reason('coverage-need', { warnAbove: 0.05, failAbove: 0.2 }),
  ],
};

export const check = (name: string, more: Partial<CheckResult> = {}): CheckResult => ({
  check: name,
  scope: 'experiment',
  severity: 'fatal',
  status: 'pass',
  saw: saw[name][0],
  need: saw[name][1],
  ...more,
});

/** Blocks of both arms, in alternating order. */
export const trialPoints = (
  pair: readonly [string, string],
  seconds: readonly [readonly number[], readonly number[]],
): TrialPoint[] =>
  seconds[0].flatMap((_, block) =>
    [0, 1].map((order): TrialPoint => {
      const which = (block + order) % 2;
      return {
        id: `b${String(block).padStart(3, '0')}.${order}.${pair[which]}`,
        arm: pair[which],
        block,
        order,
        unit: `orders-${String((block % 15) + 1).padStart(2, '0')}.csv`,
        start: START + block * 4_000 + order * 2_000,
        wallSeconds: seconds[which][block],
        outcome: 'ok',
        superseded: false,
        excluded: false,
      };
    }),
  );

const LEVELS = ['80', '90', '95', '99'] as const;

const recorded = (data: EstimateData | null): RecordedEstimate | null =>
  data === null
    ? null
    : { estimate: data.estimate, intervals: LEVELS.map((level) => data.intervals[level]), tests: [] };

/** value = place + sign × benefit, for a claim that is not relative. */
const placed = ({ benefit }: ClaimResult, place: number, sign: 1 | -1): EstimateData | null => {
  if (benefit === null) return null;
  const ends = [benefit.interval.low ?? 0, benefit.interval.high ?? 0].map((e) => place + sign * e);
  return estimateData(place + sign * benefit.estimate, interval(Math.min(...ends), Math.max(...ends)));
};

/** What a real analysis would have recorded behind these claims, from the numbers that are written in them. */
export const whatIfOf = (
  claims: readonly ClaimResult[],
  comparisons: readonly Comparison[],
  metrics: readonly MetricReport[],
): WhatIf => ({
  confidences: [0.8, 0.9, 0.95, 0.99],
  concurrent: true,
  prices: [],
  claims: claims
    .filter(({ benefit }) => benefit !== null)
    .map((result): RecordedClaim => {
      const { claim } = result;
      const compared = comparisons.find(({ id }) => id === result.comparison);
      const effect = compared?.effect ?? null;
      const known = { id: claim.id, alphas: [0.2, 0.1, 0.05, 0.01], df: effect?.df ?? 43 };
      if (claim.kind === 'bound') {
        const value = placed(result, claim.amount.value, claim.bound === 'below' ? -1 : 1);
        const single = { treatmentValue: value?.estimate ?? 0, baselineValue: null, ratio: null };
        return { ...known, n: 45, ...single, difference: recorded(value) };
      }
      const lower = metrics.find(({ name }) => name === claim.metric)?.better === 'lower';
      const difference =
        claim.amount.kind === 'relative' ? effect?.difference : placed(result, 0, lower ? -1 : 1);
      return {
        ...known,
        n: null,
        treatmentValue: effect?.treatmentValue ?? 0,
        baselineValue: effect?.baselineValue ?? 0,
        ratio: compared?.exact === true ? null : recorded(effect?.ratio ?? null),
        difference: compared?.exact === true ? null : recorded(difference ?? null),
      };
    }),
});

export const report = (
  name: string,
  pair: readonly [string, string],
  parts: Pick<Report, 'metrics' | 'claims' | 'comparisons'> & { decision: Decision } & Partial<Report>,
): Report => ({
  schemaVersion: 1,
  stacktrial: '0.1.0',
  experiment: {
    name,
    question: 'Does the resident engine aggregate the order batches faster and at lower cost than functions?',
    owner: 'data-platform',
    arms: [
      { name: pair[1], title: 'A fresh process per batch', baseline: true },
      { name: pair[0], title: 'DuckDB kept warm', baseline: false },
    ],
    design: { kind: 'interleaved', seed: 20191104, blocks: 45, warmupTrials: 1 },
    workload: { kind: 'fixed', units: 15, repeats: 3 },
    window: null,
    confidence: 0.95,
    sha256: '3f1c0d5a7b9e2c4d6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6',
  },
  run: {
    id: '20261102T093000Z-7f3a',
    startedAt: new Date(START).toISOString(),
    finishedAt: new Date(START + 41_000).toISOString(),
    mode: 'real',
    inject: null,
    resumed: 0,
    environment: { node: 'v22.12.0', platform: 'linux x64', cpus: '2', memory: '8.0 GiB' },
  },
  look: { index: 1, of: 1 },
  checks: [
    check('sample-ratio'),
    check('output-parity'),
    check('order-effect', { severity: 'warning' }),
    check('skew', { severity: 'warning', scope: parts.metrics[0]?.name ?? 'experiment', status: 'warn' }),
    check('coverage', { severity: 'fatal-for-metric', scope: parts.metrics[0]?.name ?? 'experiment' }),
  ],
  whatIf: whatIfOf(parts.claims, parts.comparisons, parts.metrics),
  trials: [],
  exclusions: [],
  methods: [
    {
      id: 'paired-t',
      title: 'Paired t within items',
      formula:
        'd = x − y per block, the mean of d over its standard error, df n − 2 because the order effect is removed.',
      source: 'Student 1908; Fieller 1954',
      usedBy: parts.comparisons.map(({ id }) => id),
    },
  ],
  sources: parts.metrics.flatMap((metric) =>
    pair.map((arm) => ({
      metric: metric.name,
      arm,
      source: 'trials',
      type: 'trials',
      query: `field: ${metric.name}`,
      startedAt: START,
      finishedAt: START + 42_000,
      serverVersion: null,
      observations: 45,
      sha256: '9a'.repeat(32),
      problem: null,
    })),
  ),
  warnings: [],
  ...parts,
});
