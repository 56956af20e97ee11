/** Schema of what was declared, run and measured. */
import { z } from 'zod';
import { amount, count, estimand, named, number, reason, text, utcMs } from './basics.js';

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

export const metric = z.strictObject({
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

export const failure = z.enum([
  'sut-error',
  'sut-timeout',
  'sut-oom',
  'launch',
  'harness',
  'environment',
  'aborted',
]);

export const trial = z.strictObject({
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

export const experiment = z.strictObject({
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

export const source = z.strictObject({
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
