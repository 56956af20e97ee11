/** The worlds of the golden reports: one for each thing that a decision can be. */
import type { Outcome } from '../../../src/model/decision.js';
import { type Reason, reason } from '../../../src/model/reason.js';
import type { MetricReport, Report } from '../../../src/model/report.js';
import {
  check,
  claimResult,
  comparison,
  interval,
  metricReport,
  noise,
  report,
  START,
  trialPoints,
  whatIfOf,
} from './build.js';
import * as money from './money.js';

const pair = ['engine', 'functions'] as const;
const blocks = Array.from({ length: 45 }, (_, i) => i);

/** Batch sizes repeat every 15 blocks. */
const sizes = blocks.map((i) => 0.4 + ((i * 7) % 15) / 15);
const slow = sizes.map((size, i) => 0.11 + 0.2 * size + 0.03 * noise(i));
const timed = (factor: number): number[] => slow.map((x, i) => x * factor * (0.93 + 0.14 * noise(i + 100)));

const timeOf = (factor: number): MetricReport =>
  metricReport(
    {
      name: 'seconds',
      title: 'Wall time',
      unit: 's',
      better: 'lower',
      role: 'time',
      words: ['faster', 'slower', 'fast'],
      margin: { kind: 'relative', value: 0.03 },
      values: [timed(factor), slow],
    },
    pair,
  );
const costOf = (factor: number): MetricReport =>
  metricReport(
    {
      name: 'cost_per_million',
      title: 'Cost per million records',
      unit: 'USD/1M records',
      better: 'lower',
      role: 'cost',
      words: ['cheaper', 'dearer', 'cheap'],
      margin: { kind: 'relative', value: 0.03 },
      values: [
        slow.map((x, i) => x * 0.0021 * factor * (0.95 + 0.1 * noise(i + 7))),
        slow.map((x) => x * 0.0021),
      ],
    },
    pair,
  );
const failuresOf = (treatment: number): MetricReport =>
  metricReport(
    {
      name: 'error_rate',
      title: 'Error rate',
      unit: 'fraction',
      better: 'lower',
      estimand: 'proportion',
      values: [
        blocks.map((i) => treatment * (0.5 + noise(i))),
        blocks.map((i) => 0.002 * (0.5 + noise(i + 5))),
      ],
    },
    pair,
  );

const sentence = 'engine is at least 10% faster and cheaper than functions';

interface World {
  readonly name: string;
  readonly outcome: Outcome;
  /** r of time and of cost with their intervals; null: unmeasured. */
  readonly time: readonly [number, number, number] | null;
  readonly cost: readonly [number, number, number] | null;
  readonly verdicts: readonly [Verdict3, Verdict3];
  readonly guardrail?: 'supported' | 'refuted';
}
type Verdict3 = readonly [
  'supported' | 'refuted' | 'inconclusive' | 'unmeasured',
  ('better' | 'worse' | 'equivalent' | 'unclear')?,
];

const benefit = (r: readonly [number, number, number]): readonly [number, number, number] => [
  1 - r[0],
  1 - r[2],
  1 - r[1],
];

const why = (w: World): Reason => {
  const reasons: Readonly<Record<Outcome, Reason>> = {
    adopt: reason('decision-all-supported', { claims: 2, guardrails: 1 }),
    keep:
      w.guardrail === 'refuted'
        ? reason('decision-guardrail-refuted', {
            sentence: 'engine is at most 0.5 points worse than functions on error_rate',
          })
        : reason('decision-claim-refuted', { sentence }),
    'trade-off': reason('decision-trade-off', { better: ['Wall time'], worse: ['Cost per million records'] }),
    inconclusive: reason('decision-open', { sentence, verdict: w.verdicts[1][0] }),
    invalid: reason('decision-check-failed', { check: 'sample-ratio' }),
  };
  return reasons[w.outcome];
};

const whatWouldChange = (w: World): readonly Reason[] => {
  const claim = 'engine is cheaper than functions';
  const reasons: Readonly<Record<Outcome, readonly Reason[]>> = {
    adopt: [
      reason('change-claim-more', {
        claim: 'engine is at least 10% faster than functions',
        scale: 'relative',
        unit: 's',
        low: 0.76,
      }),
    ],
    keep: [],
    'trade-off': [],
    inconclusive:
      w.verdicts[1][0] === 'unmeasured'
        ? [reason('change-measure', { claim, metric: 'cost_per_million' })]
        : [reason('change-more-units', { claim, more: 38 })],
    invalid: [reason('change-mend-check', { check: 'sample-ratio' })],
  };
  return reasons[w.outcome];
};

const world = (w: World, more: Partial<Report> = {}): Report => {
  const time = timeOf(w.time?.[0] ?? 1);
  const cost = costOf(w.cost?.[0] ?? 1);
  const errors = failuresOf(w.guardrail === 'refuted' ? 0.034 : 0.002);
  const sided = (r: readonly [number, number, number] | null) =>
    r === null ? {} : { benefit: benefit(r), p: 0.0004 };
  const direction = (v: Verdict3) => (v[1] === undefined ? {} : { direction: v[1] });
  const more1 = (v: Verdict3) => (v[0] === 'inconclusive' ? { moreUnits: 38 } : {});
  return report(w.name, pair, {
    metrics: [time, cost, errors],
    comparisons: [
      comparison(time, pair, w.time, 1e-12),
      comparison(cost, pair, w.cost, 0.0021),
      comparison(errors, pair, w.guardrail === 'refuted' ? [17, 12.1, 24.6] : [1.02, 0.71, 1.41], 0.42),
    ],
    claims: [
      claimResult(time, pair, {
        id: 'h1.1',
        text: 'engine is at least 10% faster than functions',
        sentence,
        siblings: 2,
        amount: { kind: 'relative', value: 0.1 },
        verdict: w.verdicts[0][0],
        ...direction(w.verdicts[0]),
        ...sided(w.time),
        ...more1(w.verdicts[0]),
      }),
      claimResult(cost, pair, {
        id: 'h1.2',
        text: 'engine is cheaper than functions',
        sentence,
        siblings: 2,
        verdict: w.verdicts[1][0],
        ...direction(w.verdicts[1]),
        ...sided(w.cost),
        ...more1(w.verdicts[1]),
      }),
      claimResult(errors, pair, {
        id: 'g1.1',
        role: 'guardrail',
        kind: 'not-worse',
        text: 'engine is at most 0.5 points worse than functions on error_rate',
        amount: { kind: 'points', value: 0.005 },
        verdict: w.guardrail ?? 'supported',
        benefit: w.guardrail === 'refuted' ? [-0.032, -0.041, -0.023] : [0.0001, -0.0004, 0.0006],
        p: w.guardrail === 'refuted' ? 0.9999 : 3.1e-8,
      }),
    ],
    decision: {
      outcome: w.outcome,
      treatments: ['engine'],
      reasons: [why(w)],
      perTreatment: [{ treatment: 'engine', outcome: w.outcome, reasons: [why(w)] }],
      wouldChange: whatWouldChange(w),
    },
    trials: trialPoints(pair, [timed(w.time?.[0] ?? 1), slow]),
    ...more,
  });
};

const win: World = {
  name: 'clear-win',
  outcome: 'adopt',
  time: [0.22, 0.2, 0.24],
  cost: [0.88, 0.85, 0.91],
  verdicts: [
    ['supported', 'better'],
    ['supported', 'better'],
  ],
};

const withLosses = (trials: Report['trials']): Report['trials'] => [
  ...trials
    .slice(0, 2)
    .map((t, i) => ({ ...t, id: `w000.${i}.${t.arm}`, block: -1, wallSeconds: (t.wallSeconds ?? 0) * 2.2 })),
  ...trials.map((t) => {
    if (t.block === 12)
      return {
        ...t,
        excluded: true,
        ...(t.order === 0 ? { outcome: 'harness' as const, wallSeconds: null } : {}),
      };
    if (t.block === 20 && t.arm === 'functions')
      return { ...t, outcome: 'sut-timeout' as const, wallSeconds: null };
    return t;
  }),
  ...trials
    .filter((t) => t.block === 30)
    .map((t) => ({ ...t, superseded: true, wallSeconds: (t.wallSeconds ?? 0) * 1.3 })),
];

const tradeOff = world({
  name: 'trade-off',
  outcome: 'trade-off',
  time: [0.22, 0.2, 0.24],
  cost: [1.12, 1.09, 1.15],
  verdicts: [
    ['supported', 'better'],
    ['refuted', 'worse'],
  ],
});

const empty = (metric: MetricReport, arm: string): MetricReport => ({
  ...metric,
  unmeasured: reason('empty-arm', { metric: metric.name, arm, seen: 0 }),
  arms: metric.arms.map((a) =>
    a.arm === arm
      ? {
          arm,
          n: 0,
          value: null,
          total: null,
          mean: null,
          standardDeviation: null,
          quantiles: [],
          points: [],
        }
      : a,
  ),
});

const missing = world({
  name: 'missing-arm',
  outcome: 'inconclusive',
  time: [0.22, 0.2, 0.24],
  cost: null,
  verdicts: [['supported', 'better'], ['unmeasured']],
});

const constant = (metric: MetricReport): MetricReport => ({
  ...metric,
  unmeasured: reason('bound-zero-variance', { arm: 'engine', n: 45 }),
  arms: metric.arms.map((a) => ({
    ...a,
    mean: 0.05,
    standardDeviation: 0,
    quantiles: a.quantiles.map(() => 0.05),
    points: a.points.map((p) => ({ ...p, value: 0.05 })),
  })),
});
const flat = world({
  name: 'zero-variance',
  outcome: 'inconclusive',
  time: null,
  cost: null,
  verdicts: [['unmeasured'], ['unmeasured']],
});

const hostile = `</script><img onerror=alert(1) src=x> | \`tick\` *star* [link](http://evil.example) & "quote" 'single'`;
const rightToLeft = `\u202Eשלום עולם مرحبا 🚀🧪 ${'long '.repeat(40)}`;
const ugly = (): Report => {
  const base = world(win);
  return {
    ...base,
    experiment: {
      ...base.experiment,
      name: 'ugly-strings',
      question: hostile,
      owner: `@everyone #1 \u001b[31mred\u001b[0m <b>${rightToLeft}</b>`,
      arms: base.experiment.arms.map((arm) => ({ ...arm, title: arm.baseline ? hostile : rightToLeft })),
    },
    metrics: base.metrics.map((metric, i) => ({ ...metric, title: i === 0 ? hostile : rightToLeft })),
    claims: base.claims.map((result) => ({
      ...result,
      claim: { ...result.claim, text: `${result.claim.text} ${hostile}` },
    })),
    sources: base.sources.map((source) => ({
      ...source,
      query: 'from("x")\n```\n</code></pre><script>alert(1)</script>',
    })),
    run: { ...base.run, environment: { [hostile]: rightToLeft } },
    warnings: [reason('report-points-thinned', { metrics: [hostile], shown: 1000 })],
  };
};

const invalidSplit = world({ ...win, name: 'broken-split', outcome: 'invalid' });

/** Series instead of trials, a limit on one arm, an exact price, a second look. */
const mirrored = (): Report => {
  const base = world({ ...win, name: 'mirrored' });
  const limit = base.claims[0];
  const mirroredReport: Report = {
    ...base,
    experiment: {
      ...base.experiment,
      design: { kind: 'mirrored', seed: 7, blocks: 0, warmupTrials: 0 },
      workload: null,
      window: { from: '2026-11-01T00:00:00.000Z', to: '2026-11-15T00:00:00.000Z' },
    },
    look: {
      index: 2,
      of: 3,
      taken: [9, 14].map((i, look) => ({
        at: new Date(START + i * 9_000).toISOString(),
        plannedFraction: (look + 1) / 3,
        units: (look + 1) * 15,
        maximum: 45,
        information: (look + 1) / 3,
        confidence: look === 0 ? 0.9998 : 0.988,
        alphaSpent: look === 0 ? 0.0002 : 0.0121,
      })),
    },
    timeline: money.timeline,
    services: [money.services],
    running: [money.running('seconds:engine/functions', 0.22, 0.02, [9, 19])],
    metrics: base.metrics.map((metric) => ({ ...metric, series: money.series })),
    checks: [
      check('coverage', { severity: 'fatal-for-metric', scope: 'seconds', status: 'warn' }),
      check('effective-n', { severity: 'fatal-for-metric', scope: 'seconds' }),
    ],
    trials: [],
    comparisons: base.comparisons.map((c, i) => (i === 1 ? { ...c, exact: true } : c)),
    claims: [
      ...base.claims.slice(0, 2),
      {
        ...limit,
        claim: {
          ...limit.claim,
          id: 'g1.1',
          role: 'guardrail',
          kind: 'bound',
          text: 'engine seconds stays below 90 ms',
          sentence: 'engine seconds stays below 90 ms',
          reference: null,
          amount: { kind: 'absolute', value: 0.09 },
          bound: 'below',
          siblings: 1,
        },
        comparison: null,
        direction: null,
        benefit: {
          estimate: 0.024,
          interval: interval(0.02, 0.028),
          threshold: 0,
          margin: null,
          scale: 'absolute',
        },
        reasons: [
          reason('bound-supported', {
            metric: 'seconds',
            arm: 'engine',
            unit: 's',
            estimate: 0.066,
            limit: 0.09,
            bound: 'below',
            low: 0.062,
            high: 0.07,
          }),
        ],
      },
    ],
  };
  const { claims, comparisons, metrics } = mirroredReport;
  return { ...mirroredReport, whatIf: whatIfOf(claims, comparisons, metrics) };
};

export const worlds: Readonly<Record<string, Report>> = {
  'clear-win': world(win),
  'clear-loss': world({
    name: 'clear-loss',
    outcome: 'keep',
    time: [1.41, 1.33, 1.49],
    cost: [1.12, 1.09, 1.15],
    verdicts: [
      ['refuted', 'worse'],
      ['refuted', 'worse'],
    ],
  }),
  equivalent: world({
    name: 'equivalent',
    outcome: 'keep',
    time: [1.003, 0.99, 1.016],
    cost: [0.988, 0.981, 0.995],
    verdicts: [
      ['refuted', 'equivalent'],
      ['supported', 'equivalent'],
    ],
  }),
  'less-than-claimed': world({
    name: 'less-than-claimed',
    outcome: 'keep',
    time: [0.94, 0.93, 0.951],
    cost: [0.88, 0.85, 0.91],
    verdicts: [
      ['refuted', 'better'],
      ['supported', 'better'],
    ],
  }),
  inconclusive: world({
    name: 'inconclusive',
    outcome: 'inconclusive',
    time: [0.91, 0.83, 1.0004],
    cost: [0.97, 0.86, 1.08],
    verdicts: [
      ['inconclusive', 'unclear'],
      ['inconclusive', 'unclear'],
    ],
  }),
  'guardrail-refuted': world({ ...win, name: 'guardrail-refuted', outcome: 'keep', guardrail: 'refuted' }),
  'broken-split': {
    ...invalidSplit,
    checks: [
      check('sample-ratio', {
        status: 'fail',
        saw: reason('sample-ratio-saw-schedule', {
          arms: ['functions', 'engine'],
          counts: [45, 39],
          planned: [45, 45],
          missing: 6,
          foreign: 0,
          first: 'b031.0.engine',
        }),
      }),
      ...invalidSplit.checks.slice(1),
    ],
  },
  'missing-arm': {
    ...missing,
    metrics: missing.metrics.map((m) => (m.name === 'cost_per_million' ? empty(m, 'functions') : m)),
  },
  'zero-variance': { ...flat, metrics: flat.metrics.map((m, i) => (i < 2 ? constant(m) : m)) },
  'trade-off': {
    ...tradeOff,
    trials: withLosses(tradeOff.trials),
    tradeOffs: [money.tradeOff],
    breakEvens: [money.breakEven],
    monthly: money.monthly,
    running: [
      money.running('seconds:engine/functions', 0.22, 0.02, []),
      money.running('cost_per_million:engine/functions', 1.12, 0.03, []),
    ],
    exclusions: [
      { block: 12, rule: 'harness-failure', outcome: 'harness', trial: 'b012.0.engine', arm: 'engine' },
    ],
  },
  mirrored: mirrored(),
  'ugly-strings': ugly(),
};
