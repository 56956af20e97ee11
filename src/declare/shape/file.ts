/**
 * The experiment file, key by key: the one definition behind problems, types and the JSON Schema.
 * A new key is one line here. Shapes only: what one key means for another is looked at in draft/.
 */
import { z } from 'zod';
import { decideShape, sentence } from './claims.js';
import { armShape, designShape, windowShape } from './design.js';
import { houseStyleShape } from './house-style.js';
import { metricShape } from './metric.js';
import { exposureShape, rollbackShape, watchShape } from './safety.js';
import { notifyShape, scheduleShape } from './timetable.js';
import { text } from './values.js';
import { workloadShape } from './workload.js';

/** Options of sources and drivers are held against the plug-in's own definition afterwards. */
const plugged = z.looseObject({ type: text.describe('Which kind; `stacktrial list` shows them.') });

export const fileShape = z.strictObject({
  experiment: text.describe('Name: letters, digits, - _ and dots. Reports are kept under it.'),
  question: text.describe('The question, as it was asked.'),
  owner: text.optional().describe('Who answers for it.'),
  arms: z.record(z.string(), z.union([armShape, z.null()])).describe('The stacks: name → title, labels.'),
  baseline: text.describe('The arm that runs today.'),
  design: designShape.describe('How work is assigned to arms.'),
  window: windowShape.optional().describe('Time that is looked at.'),
  sources: z
    .record(z.string(), plugged)
    .optional()
    .describe('Where measurements come from: name → type, options.'),
  driver: plugged.optional().describe('What runs a trial.'),
  workload: workloadShape.optional().describe('What the trials work on.'),
  metrics: z.record(z.string(), metricShape).describe('What is measured or computed: name → definition.'),
  hypotheses: z.array(sentence).describe('Sentences such as: spark is at least 10% faster than faas.'),
  guardrails: z.array(sentence).optional().describe('What must not get worse.'),
  decide: decideShape.optional().describe('How it is decided.'),
  exposure: exposureShape
    .optional()
    .describe('What live traffic may be exposed to at most; a cap that is reached ends the split.'),
  watch: watchShape.optional().describe('How often tap, caps and guardrails are looked at.'),
  rollback: rollbackShape
    .optional()
    .describe(
      'restore: what the tap was before; a list of commands: these, too, afterwards; none: nothing is turned.',
    ),
  schedule: scheduleShape.optional().describe('When `stacktrial schedule` works on it.'),
  notify: z
    .array(notifyShape)
    .optional()
    .describe('Who is told when a decision changes or something breaks.'),
  report: houseStyleShape.optional().describe("Colour, logo and a template of one's own."),
});

export type FileParts = Partial<z.output<typeof fileShape>>;
