/**
 * The published schema of report.json, schemaVersion 1: `Report` of the model as it is written, every reason with its
 * sentence. Nothing reads it at run time; the build writes it and a test holds every golden report against it.
 */
import { type ZodType, z } from 'zod';
import type { Reason } from '../model/reason.js';
import type { Report } from '../model/report.js';

/** A type as it stands in the file. */
type Written<T> = T extends readonly (infer U)[]
  ? Written<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Written<T[K]> } & (T extends Reason ? { text: string } : unknown)
    : T;

const named = <T extends ZodType>(schema: T, about: string): T => schema.describe(about) as T;
const number = z.number();
const count = z.int().min(0);
const text = z.string();
const utcMs = named(z.number(), 'UTC milliseconds');

const reason = z.strictObject({
  code: named(text, 'stable name of the sentence'),
  text: named(text, 'the sentence in English'),
  values: z.record(text, z.union([text, number, z.boolean(), z.null(), z.array(z.union([text, number]))])),
});

const estimand = z.union([
  z.enum(['total', 'mean', 'typical', 'location', 'proportion']),
  z.templateLiteral(['p', z.number()]),
]);
const amount = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('relative'), value: number }),
  z.strictObject({ kind: z.literal('points'), value: number }),
  z.strictObject({ kind: z.literal('absolute'), value: number }),
]);
const interval = named(
  z.strictObject({
    kind: z.enum(['interval', 'unbounded']),
    low: number.nullable(),
    high: number.nullable(),
  }),
  'null: unbounded on that side; kind unbounded: the set is not an interval',
);
const estimate = z.strictObject({
  estimate: number,
  interval,
  intervals: z.strictObject({ '80': interval, '90': interval, '95': interval, '99': interval }),
});

const outcome = z.enum(['adopt', 'keep', 'trade-off', 'inconclusive', 'invalid']);
const decision = z.strictObject({
  outcome,
  treatments: z.array(text),
  reasons: z.array(reason),
  perTreatment: z.array(z.strictObject({ treatment: text, outcome, reasons: z.array(reason) })),
  wouldChange: z.array(reason),
});

const claim = z.strictObject({
  id: text,
  kind: z.enum(['better', 'not-worse', 'within', 'bound']),
  role: z.enum(['hypothesis', 'guardrail']),
  sentence: text,
  sentenceIndex: count,
  text,
  treatment: text,
  reference: text.nullable(),
  metric: text,
  estimand,
  amount,
  bound: z.enum(['below', 'above']).nullable(),
  join: z.enum(['and', 'or']),
  siblings: count,
});
const benefit = z.strictObject({
  estimate: number,
  interval,
  threshold: number,
  margin: number.nullable(),
  scale: z.exactOptional(z.enum(['relative', 'points', 'absolute'])),
});
const claimResult = z.strictObject({
  claim,
  comparison: text.nullable(),
  verdict: z.enum(['supported', 'refuted', 'inconclusive', 'unmeasured']),
  direction: z.enum(['better', 'worse', 'equivalent', 'unclear']).nullable(),
  benefit: named(benefit.nullable(), 'positive favours the treatment'),
  p: named(number.nullable(), 'one-sided, at the threshold of the claim'),
  alpha: named(number, 'what p is held against'),
  reasons: z.array(reason),
  moreUnits: number.nullable(),
});

const effect = z.strictObject({
  treatmentValue: number,
  baselineValue: number,
  confidence: number,
  ratio: named(estimate.nullable(), 'treatment ÷ baseline'),
  difference: named(estimate, 'treatment − baseline, in the unit of the metric'),
  standardError: number,
  df: number.nullable(),
  p: named(number, 'two-sided, of no difference at all'),
  details: z.record(text, z.union([number, text])),
});
const comparison = z.strictObject({
  id: text,
  metric: text,
  treatment: text,
  baseline: text,
  estimand,
  n: z.strictObject({ treatment: count, baseline: count, items: count }),
  method: text.nullable(),
  line: text.nullable(),
  exact: z.boolean(),
  effect: effect.nullable(),
  unmeasured: reason.nullable(),
  companions: z.array(
    z.strictObject({
      name: text,
      estimand,
      ratio: estimate.nullable(),
      difference: estimate.nullable(),
      p: number.nullable(),
    }),
  ),
  warnings: z.array(reason),
});

const shares = z.strictObject({
  fasterCheaper: number,
  fasterDearer: number,
  slowerCheaper: number,
  slowerDearer: number,
});
const tradeOff = z.strictObject({
  treatment: text,
  baseline: text,
  costMetric: text,
  timeMetric: text,
  currency: text,
  work: z.strictObject({ per: z.enum(['ratio', 'unit']), text }),
  n: count,
  method: text,
  confidence: number,
  extraCost: named(estimate, 'treatment − baseline, money per unit of work'),
  hoursSaved: named(estimate, 'baseline − treatment, hours per unit of work'),
  priceOfAnHour: z.strictObject({
    estimate: number.nullable(),
    set: named(
      z.array(z.strictObject({ low: number, high: number.nullable() })),
      'prices of an hour that are not rejected; null: without upper end',
    ),
  }),
  hourValue: named(number.nullable(), 'declared, money per hour'),
  netBenefit: named(estimate.nullable(), 'hourValue × hours saved − extra cost, per unit of work'),
  p: number.nullable(),
  curve: z.array(z.strictObject({ hourValue: number, estimate: number, interval })),
  cloud: z
    .strictObject({
      points: z.array(z.strictObject({ extraCost: number, hoursSaved: number })),
      shares: named(shares, 'of resamples; no probabilities'),
      resamples: count,
      blockLength: number,
    })
    .nullable(),
  noCloud: reason.nullable(),
});
const monthly = z.strictObject({
  costMetric: text,
  currency: text,
  volume: number,
  volumeUnit: text,
  confidence: number,
  arms: z.array(z.strictObject({ arm: text, estimate: number, interval: interval.nullable() })),
  differences: z.array(z.strictObject({ treatment: text, baseline: text, difference: estimate })),
});
const breakEven = z.strictObject({
  treatment: text,
  baseline: text,
  costMetric: text,
  currency: text,
  confidence: number,
  volumeUnit: text,
  monthly: named(z.boolean(), 'volumes are those of a month'),
  decidedAt: number.nullable(),
  kind: z.enum(['interval', 'half-line', 'none', 'no-line', 'unmeasured']),
  low: number.nullable(),
  high: number.nullable(),
  estimate: number.nullable(),
  cheaperBelow: text.nullable(),
  why: reason.nullable(),
  from: number.nullable(),
  to: number.nullable(),
  lines: z.array(z.strictObject({ arm: text, atFrom: number, atTo: number })),
  differences: z.array(
    z.strictObject({ volume: number, estimate: number.nullable(), interval: interval.nullable() }),
  ),
  bracket: z.strictObject({ low: number, high: number }).nullable(),
  runs: z.array(z.strictObject({ arm: text, volume: number, cost: number })),
});

const seriesShape = z.strictObject({
  bucketMs: number,
  fromMs: utcMs,
  toMs: utcMs,
  gaps: named(
    z.array(z.strictObject({ arm: text, startMs: utcMs, endMs: utcMs })),
    'buckets without a value, joined where they touch',
  ),
  memory: named(
    z.array(z.strictObject({ treatment: text, buckets: count, lags: z.array(number) })),
    'autocorrelation at lags 0, 1, … of the difference to the baseline',
  ),
});

const metric = z.strictObject({
  name: text,
  title: text,
  unit: text,
  better: z.enum(['lower', 'higher']).nullable(),
  role: text.nullable(),
  words: z.array(text),
  margin: amount.nullable(),
  estimand,
  exact: z.boolean(),
  computed: reason,
  unmeasured: reason.nullable(),
  series: z.exactOptional(seriesShape),
  arms: z.array(
    z.strictObject({
      arm: text,
      n: count,
      value: number.nullable(),
      total: number.nullable(),
      mean: number.nullable(),
      standardDeviation: number.nullable(),
      quantiles: named(
        z.array(number),
        'min, p5, p25, p50, p75, p95, max of the unit values, type 7; or none',
      ),
      points: named(
        z.array(z.strictObject({ at: utcMs, unit: text, value: number })),
        'at most 1,000, evenly taken',
      ),
    }),
  ),
});

const failure = z.enum([
  'sut-error',
  'sut-timeout',
  'sut-oom',
  'launch',
  'harness',
  'environment',
  'aborted',
]);
const trial = z.strictObject({
  id: text,
  arm: text,
  block: named(z.int(), 'from 0; −1 for warm-up'),
  order: count,
  unit: text,
  start: utcMs,
  wallSeconds: number.nullable(),
  outcome: z.union([z.literal('ok'), failure]),
  superseded: z.boolean(),
  excluded: z.boolean(),
});

const experiment = z.strictObject({
  name: text,
  question: text,
  owner: text.nullable(),
  arms: z.array(z.strictObject({ name: text, title: text, baseline: z.boolean() })),
  design: z.strictObject({
    kind: z.enum(['interleaved', 'mirrored', 'by-key', 'observed', 'switchback', 'ramp', 'runs']),
    seed: number,
    blocks: count,
    warmupTrials: count,
  }),
  workload: z.strictObject({ kind: z.enum(['fixed', 'sample']), units: count, repeats: count }).nullable(),
  window: z.strictObject({ from: text, to: text }).nullable(),
  confidence: number,
  sha256: text,
});

const source = z.strictObject({
  metric: text,
  arm: text,
  source: text,
  type: text,
  query: text,
  startedAt: utcMs,
  finishedAt: utcMs,
  serverVersion: text.nullable(),
  observations: count,
  sha256: text,
  problem: reason.nullable(),
});

const recordedEstimate = z.strictObject({
  estimate: number,
  intervals: named(z.array(interval), 'at 1 − alphas'),
  tests: named(
    z.array(z.strictObject({ at: number, above: number, below: number })),
    'one-sided p at the places that claim and margin ask for',
  ),
});
const recordedClaim = z.strictObject({
  id: text,
  alphas: named(z.array(number), 'two-sided, of this claim at each of the confidences'),
  n: count.nullable(),
  df: named(number.nullable(), 'null: infinite'),
  treatmentValue: number,
  baselineValue: number.nullable(),
  ratio: recordedEstimate.nullable(),
  difference: recordedEstimate.nullable(),
});
const watch = z.strictObject({
  polls: z.int(),
  lastAt: text,
  units: z.int().nullable(),
  stop: z.strictObject({ why: z.enum(['harm', 'cap']), at: text, reason }).nullable(),
});

const whatIf = z.strictObject({
  confidences: z.array(number),
  concurrent: z.boolean(),
  claims: named(z.array(recordedClaim), 'those that were measured'),
  prices: z.array(
    z.strictObject({
      rate: text,
      title: text,
      currency: text,
      typical: number,
      stops: named(
        z.array(z.strictObject({ price: number, claims: z.array(recordedClaim) })),
        'one price moved, all others typical; the claims that it changes',
      ),
    }),
  ),
});

const timeline = z.strictObject({
  warmupUntilMs: utcMs.nullable(),
  slots: z.array(
    z.strictObject({
      index: count,
      startMs: utcMs,
      endMs: utcMs,
      arm: named(text.nullable(), 'null: the traffic is shared'),
      stage: count.nullable(),
      coverage: number.nullable(),
      burnInMs: number,
      burnOutMs: number,
      outcome: named(z.enum(['ok', 'cut-off', 'failed']).nullable(), 'null: nobody recorded it'),
    }),
  ),
});
const runningEstimate = z.strictObject({
  comparison: text,
  scale: z.enum(['ratio', 'difference']),
  points: z.array(
    z.strictObject({
      units: count,
      estimate: number,
      interval,
      confidence: number,
      look: named(count.nullable(), 'null: nothing may be decided here'),
    }),
  ),
});
const serviceCosts = z.strictObject({
  metric: text,
  unit: text,
  services: z.array(
    z.strictObject({ service: text, costs: z.array(z.strictObject({ arm: text, cost: number })) }),
  ),
});

const lookTaken = z.strictObject({
  at: text,
  plannedFraction: number,
  units: count,
  maximum: count,
  information: named(number, 'units ÷ maximum'),
  confidence: named(number, 'of the intervals of this look'),
  alphaSpent: named(number, 'two-sided, up to and with this look'),
});

export const reportDocumentSchema: ZodType<Written<Report>> = z.strictObject({
  schemaVersion: z.literal(1),
  stacktrial: text,
  experiment,
  run: z.strictObject({
    id: text,
    startedAt: text,
    finishedAt: text.nullable(),
    mode: z.enum(['real', 'aa', 'inject']),
    inject: number.nullable(),
    resumed: count,
    environment: z.record(text, text),
  }),
  look: z.strictObject({
    index: count,
    of: count,
    taken: z.exactOptional(named(z.array(lookTaken), 'declared looks so far; the last is this one')),
    stoppedEarly: z.exactOptional(z.boolean()),
    anytime: z.exactOptional(named(z.boolean(), 'intervals hold at all looks together')),
    reopenedAt: z.exactOptional(named(text, 'late bills were read again, once')),
  }),
  postHoc: z.exactOptional(named(z.boolean(), 'the experiment was written after the data were seen')),
  decision,
  claims: z.array(claimResult),
  comparisons: z.array(comparison),
  tradeOffs: z.exactOptional(named(z.array(tradeOff), 'cost against time, one for each treatment')),
  breakEvens: z.exactOptional(named(z.array(breakEven), 'over a declared volume factor')),
  monthly: z.exactOptional(named(monthly, 'cost of a month at the declared volume')),
  metrics: z.array(metric),
  checks: z.array(
    z.strictObject({
      check: text,
      scope: text,
      severity: z.enum(['fatal', 'fatal-for-metric', 'warning']),
      status: z.enum(['pass', 'warn', 'fail', 'skipped']),
      saw: reason,
      need: reason,
    }),
  ),
  whatIf: z.exactOptional(named(whatIf, 'from which the page judges again under other assumptions')),
  timeline: z.exactOptional(timeline),
  running: z.exactOptional(
    named(z.array(runningEstimate), 'how each claimed estimate settled; decides nothing'),
  ),
  services: z.exactOptional(named(z.array(serviceCosts), 'bills by service')),
  watch: z.exactOptional(named(watch, 'what was seen while live traffic was divided')),
  trials: z.array(trial),
  exclusions: z.array(
    z.strictObject({ block: z.int(), rule: text, outcome: failure, trial: text, arm: text }),
  ),
  methods: z.array(
    z.strictObject({ id: text, title: text, formula: text, source: text, usedBy: z.array(text) }),
  ),
  sources: z.array(source),
  warnings: z.array(reason),
});

/** JSON Schema (2020-12) of report.json. */
export const reportSchema = (): object => ({
  title: 'stacktrial report',
  ...z.toJSONSchema(reportDocumentSchema),
});
