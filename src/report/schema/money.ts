/** Schema of what things cost: against time, by the month, over volume, by service. */
import { z } from 'zod';
import { count, estimate, interval, named, number, reason, text } from './basics.js';

const shares = z.strictObject({
  fasterCheaper: number,
  fasterDearer: number,
  slowerCheaper: number,
  slowerDearer: number,
});

export const tradeOff = z.strictObject({
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

export const monthly = z.strictObject({
  costMetric: text,
  currency: text,
  volume: number,
  volumeUnit: text,
  confidence: number,
  arms: z.array(z.strictObject({ arm: text, estimate: number, interval: interval.nullable() })),
  differences: z.array(z.strictObject({ treatment: text, baseline: text, difference: estimate })),
});

export const breakEven = z.strictObject({
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

export const serviceCosts = z.strictObject({
  metric: text,
  unit: text,
  services: z.array(
    z.strictObject({ service: text, costs: z.array(z.strictObject({ arm: text, cost: number })) }),
  ),
});
