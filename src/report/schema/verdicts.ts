/** Schema of what was decided and compared. */
import { z } from 'zod';
import { amount, count, estimand, estimate, interval, named, number, reason, text } from './basics.js';

export const outcome = z.enum(['adopt', 'keep', 'trade-off', 'inconclusive', 'invalid']);

export const decision = z.strictObject({
  outcome,
  treatments: z.array(text),
  reasons: z.array(reason),
  perTreatment: z.array(z.strictObject({ treatment: text, outcome, reasons: z.array(reason) })),
  wouldChange: z.array(reason),
});

export const claim = z.strictObject({
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

export const claimResult = z.strictObject({
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

export const comparison = z.strictObject({
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
  exploratory: named(
    z.exactOptional(z.strictObject({ q: number, of: count })),
    'no claim asked: p corrected for how many such were looked at (Benjamini–Hochberg)',
  ),
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
