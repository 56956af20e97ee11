/** `schedule:` and `notify:`, key by key. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what a user writes
import { z } from 'zod';
import { NOTICES } from '../../model/timetable.js';
import { durationMs, text } from './values.js';

const cron = (description: string) => text.describe(description);

export const scheduleShape = z.strictObject({
  look: cron('When evidence is collected and looked at, as cron writes it: "30 0 * * *".').optional(),
  pace: cron('When the next blocks are run, as cron writes it; `run` then does only these.').optional(),
  blocks: z.int().min(1).optional().describe('Blocks that one firing of pace does; default 1.'),
  settle: durationMs('After the end of the window, until cost is final: 48h.').optional(),
  timezone: text.optional().describe('Zone in which look and pace are read: Europe/Berlin; default UTC.'),
  missed: z
    .enum(['make-up', 'skip'])
    .optional()
    .describe('Firings that nobody was there for: made up when somebody is (default), or skipped.'),
  disabled: z.boolean().optional().describe('true: never on a schedule; `run` still does it by hand.'),
  jitter: durationMs('Start up to so much later, so that not all start at once: 5m.').optional(),
});

const on = z
  .array(z.enum(NOTICES))
  .min(1)
  .optional()
  .describe('decision changed, invalid, guardrail broken, source failed, run failed; default all.');

const webhookShape = z.strictObject({
  webhook: text.describe('Address that the notice is sent to; may be ${NAME}.'),
  format: z.enum(['json', 'slack', 'teams']).optional().describe('Body of the request; default json.'),
  headers: z.record(z.string(), text).optional().describe('Headers to send; values may be ${NAME}.'),
  on,
});

const commandShape = z.strictObject({
  command: z.array(text).min(1).describe('Program that is given the notice as JSON on its standard input.'),
  timeout: durationMs('How long it may take; default 30s.').optional(),
  on,
});

const grafanaShape = z.strictObject({
  grafana: text.describe('Address of Grafana, for annotations; may be ${NAME}.'),
  token: text.optional().describe('Token of a service account; may be ${NAME}.'),
  path: text.optional().describe('In front of /annotations; default /api.'),
  dashboard: text.optional().describe('Uid of the dashboard; without it, every one that asks for the tags.'),
});

export const notifyShape = z.union([webhookShape, commandShape, grafanaShape]);
