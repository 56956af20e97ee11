/** exposure, watch, rollback: what an experiment on live traffic may do at most, and how it ends. */
import { z } from 'zod';
import { amount, durationMs, share, text } from './values.js';

export const exposureShape = z.strictObject({
  share: share('Most of all traffic that arms other than the baseline may get.', 0, 1).optional(),
  units: z
    .int()
    .min(1)
    .optional()
    .describe('Most requests (or keys) that they may serve; the driver must see requests.'),
  time: durationMs('Longest that they may get traffic: 2h.').optional(),
  cost: amount('Most that they may cost, in the unit of a metric with role: cost.').optional(),
});

export const watchShape = z.strictObject({
  every: durationMs('How often tap, caps and guardrails are looked at: 30s.'),
});

const commandLine = z.array(text).min(1);

export const rollbackShape = z.union([z.enum(['restore', 'none']), z.array(commandLine).min(1)], {
  error: () => 'expected restore, none, or a list of commands, each a list',
});
