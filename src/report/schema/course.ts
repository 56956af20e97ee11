/** Schema of how it went and how it could have gone: time, looks, watching, what if. */
import { z } from 'zod';
import { count, interval, named, number, reason, text, utcMs } from './basics.js';

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
  smallestP: named(
    z.exactOptional(number),
    'randomisation tests: the smallest one-sided p that their draw allows',
  ),
  baselineValue: number.nullable(),
  ratio: recordedEstimate.nullable(),
  difference: recordedEstimate.nullable(),
});

const watchStrip = z.strictObject({
  exposed: named(
    z.array(z.strictObject({ fromMs: utcMs, toMs: utcMs, share: number })),
    'traffic of all arms but the baseline, slot by slot',
  ),
  guardrails: z.array(
    z.strictObject({
      claim: text,
      stretches: named(
        z.array(
          z.strictObject({
            fromMs: utcMs,
            toMs: utcMs,
            outcome: z.enum(['harm', 'no harm seen', 'cannot say']),
            polls: count,
          }),
        ),
        'polls in a row that were told the same',
      ),
    }),
  ),
});

export const watch = z.strictObject({
  polls: z.int(),
  lastAt: text,
  units: z.int().nullable(),
  stop: z.strictObject({ why: z.enum(['harm', 'cap', 'end']), at: text, reason }).nullable(),
  strip: z.exactOptional(watchStrip),
});

const netBenefits = z.exactOptional(
  named(
    z.array(z.strictObject({ treatment: text, estimate: number, intervals: z.array(interval) })),
    'hourValue × hours saved − extra cost at each of the confidences',
  ),
);

export const whatIf = z.strictObject({
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
        z.array(z.strictObject({ price: number, claims: z.array(recordedClaim), netBenefits })),
        'one price moved, all others typical; what it changes',
      ),
    }),
  ),
  netBenefits,
});

export const timeline = z.strictObject({
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

export const runningEstimate = z.strictObject({
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

export const lookTaken = z.strictObject({
  at: text,
  plannedFraction: number,
  units: count,
  maximum: count,
  information: named(number, 'units ÷ maximum'),
  confidence: named(number, 'of the intervals of this look'),
  alphaSpent: named(number, 'two-sided, up to and with this look'),
});
