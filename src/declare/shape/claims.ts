/** Sentences of the file in their long form, and how it is decided. */
import { z } from 'zod';
import { amount, confidence, hourValue, lookAt, monthlyVolume, text } from './values.js';

const anyAmount = amount('Amount, or any.');

const claimShape = {
  metric: text.describe('Metric that is compared.'),
  at: text.optional().describe('Quantile: p99.'),
  better: z
    .union([z.literal('any'), anyAmount])
    .optional()
    .describe('At least this much better, or any.'),
  notWorse: anyAmount.optional().describe('At most this much worse.'),
};

export const joinedShape = z.strictObject(claimShape);

/** A sentence in its long form; exactly one of better, notWorse, within, below, above, and, or. */
export const longShape = z.strictObject({
  treatment: text.describe('Arm that the claim is about.'),
  than: text.optional().describe('The baseline.'),
  ...claimShape,
  metric: claimShape.metric.optional(),
  within: anyAmount.optional().describe('Equal within this amount.'),
  below: anyAmount.optional().describe('guardrails: a limit on this arm.'),
  above: anyAmount.optional().describe('guardrails: a limit on this arm.'),
  and: z.array(joinedShape).min(2).optional().describe('Several claims: all must hold.'),
  or: z.array(joinedShape).min(2).optional().describe('Several claims: one is enough.'),
});

export const sentence = z.union([text, longShape]);

const looksWords = () => 'expected anytime, or a list such as [50%, 100%]';

export const decideShape = z.strictObject({
  confidence: confidence.optional(),
  looks: z
    .union([z.literal('anytime', { error: looksWords }), z.array(lookAt).min(1)], { error: looksWords })
    .optional()
    .describe(
      'When it is analysed, and may stop: [50%, 100%] of the units or the window, or dates in the window; anytime: whenever run is called, with wider intervals. Without it, once, at the end.',
    ),
  hourValue: hourValue.optional(),
  volume: monthlyVolume.optional(),
});
