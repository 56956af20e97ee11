/**
 * The published schema of report.json, schemaVersion 1: `Report` of the model as it is written, every reason with its
 * sentence. Nothing reads it at run time; the build writes it and a test holds every golden report against it.
 */
import { type ZodType, z } from 'zod';
import type { Report } from '../model/report.js';
import { count, named, number, reason, text, type Written } from './schema/basics.js';
import { lookTaken, runningEstimate, timeline, watch, whatIf } from './schema/course.js';
import { experiment, failure, metric, source, trial } from './schema/measured.js';
import { breakEven, monthly, serviceCosts, tradeOff } from './schema/money.js';
import { claimResult, comparison, decision } from './schema/verdicts.js';

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
