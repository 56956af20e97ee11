/** What the file says under `driver: { type: commands }`. */
import { z } from 'zod';
import { DURATION } from '../duration.js';

const NAMES = /^(arm|slot|coverage|(share|percent|weight)\.[A-Za-z][A-Za-z0-9_-]*)$/;
const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** A list runs the program without a shell; a text is a line for /bin/sh, which reads "$STACKTRIAL_PERCENT_SPARK". */
const commandLine = z
  .union([z.string().trim().min(1), z.array(z.string()).min(1)], {
    error: 'expected a list [program, argument, …], or a text for the shell',
  })
  .superRefine((line, context) => {
    const parts = typeof line === 'string' ? [line] : line;
    if (typeof line !== 'string' && line[0].trim() === '') context.addIssue('the program is empty');
    parts.forEach((part, i) => {
      for (const [, name] of part.matchAll(VARIABLE)) {
        const path = typeof line === 'string' ? [] : [i];
        if (typeof line === 'string')
          context.addIssue({
            code: 'custom',
            path,
            message:
              'a shell line reads "$STACKTRIAL_PERCENT_SPARK" and the like; a list takes {{percent.spark}}',
          });
        else if (!NAMES.test(name))
          context.addIssue({
            code: 'custom',
            path,
            message: `{{${name}}} is not known here; there are {{share.ARM}}, {{percent.ARM}}, {{weight.ARM}}, {{arm}}, {{slot}}, {{coverage}}`,
          });
      }
    });
  });

export const commandsOptions = z.strictObject({
  apply: commandLine.describe('Turns the tap to the shares it is given.'),
  read: commandLine.describe(
    'Prints how the tap stands, as JSON in its last line: { "shares": { "faas": 100, "spark": 0 } } and whatever else has to be put back.',
  ),
  restore: commandLine
    .optional()
    .describe(
      'Puts back what `read` printed before, which it finds in $STACKTRIAL_SAVED; by default `apply` with those shares, and the numbers that `read` printed as weights.',
    ),
  drain: commandLine.optional().describe('Waits until the arms in $STACKTRIAL_DRAIN have no work under way.'),
  dryRun: commandLine
    .optional()
    .describe('What `run --dry-run` runs to show what `apply` would change; ends with 0, or 2 for changes.'),
  name: z
    .string()
    .min(1)
    .optional()
    .describe('Name of the tap: experiments that turn the same one must give the same name.'),
  env: z.record(z.string().regex(/^(?!STACKTRIAL_)[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  cwd: z.string().optional().describe("Working folder; by default the experiment file's folder"),
  timeout: z
    .union([z.string().regex(DURATION, 'expected a duration such as 60s or 5m'), z.number().positive()])
    .default('5m')
    .describe('Limit of each command'),
});

export type CommandsOptions = z.infer<typeof commandsOptions>;

export const fillLine = (
  line: string | readonly string[],
  values: Readonly<Record<string, string>>,
): string | readonly string[] =>
  typeof line === 'string'
    ? line
    : line.map((part) => part.replace(VARIABLE, (_, name: string) => values[name] ?? ''));
