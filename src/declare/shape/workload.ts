/** `workload:` of the file. */
import { z } from 'zod';
import { count, durationMs, text } from './values.js';

const volumeShape = z.strictObject({
  of: z.enum(['records', 'bytes']).describe('What of a unit is its volume.'),
  at: z.number().positive().describe('The volume at which the claims are judged; some units must have it.'),
  each: durationMs(
    'A unit is the work of so long a time: the break-even is then said by the month.',
  ).optional(),
});

export const workloadShape = z.strictObject({
  kind: z
    .enum(['fixed', 'sample'])
    .describe('fixed: these units are the workload; sample: they stand for others.'),
  files: text.describe('The units: a pattern such as batches/*.csv.'),
  prepare: z.array(text).min(1).optional().describe('Command that is run before units are listed.'),
  repeats: count(1).optional().describe('How often each unit is run on each arm.'),
  key: text.optional().describe('by-key: path or covariate that holds the key of a unit.'),
  volume: volumeShape
    .optional()
    .describe('interleaved: units have different volumes, over which a break-even is sought.'),
});
