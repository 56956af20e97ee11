/** What the file says under `driver: { type: command }`. */
import { z } from 'zod';
import { JSON_PATH } from '../json-path.js';
import { DURATION } from './duration.js';
import { namesIn, TEMPLATE_NAMES } from './template.js';

const PER_ARM_NAMES: readonly string[] = ['arm'];

/** A list runs the program without a shell; a text is a line for /bin/sh. */
const commandLine = (names: readonly string[]) =>
  z
    .union([z.string().trim().min(1), z.array(z.string()).min(1)], {
      error: 'expected a list [program, argument, …], or a text for the shell',
    })
    .superRefine((line, context) => {
      if (typeof line === 'string') {
        if (namesIn(line).length > 0) {
          context.addIssue(
            'a shell line reads "$STACKTRIAL_UNIT" (_PATH, _BLOCK, _TRIAL, _ARM, _REPEAT) instead of {{unit}}; a list takes {{unit}}',
          );
        }
        return;
      }
      if (line[0].trim() === '') context.addIssue('the program is empty');
      line.forEach((part, i) => {
        for (const message of unknownNames(part, names)) {
          context.addIssue({ code: 'custom', message, path: [i] });
        }
      });
    });

const duration = z.union([
  z.string().regex(DURATION, 'expected a duration such as 500ms, 60s or 5m'),
  z.number().positive(),
]);
const jsonPath = z.string().regex(JSON_PATH, 'expected a path such as $.records');

const environment = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'not a name of an environment variable'),
    z.union([z.string(), z.number(), z.boolean()]),
  )
  .superRefine((env, context) => {
    for (const [name, value] of Object.entries(env)) {
      if (name.startsWith('STACKTRIAL_')) {
        context.addIssue({
          code: 'custom',
          message: 'names with STACKTRIAL_ are set by stacktrial',
          path: [name],
        });
      }
      for (const message of unknownNames(String(value), TEMPLATE_NAMES)) {
        context.addIssue({ code: 'custom', message, path: [name] });
      }
    }
  });

const arm = z
  .strictObject({
    command: commandLine(TEMPLATE_NAMES).optional().describe('A fresh process for every trial'),
    resident: commandLine(PER_ARM_NAMES)
      .optional()
      .describe('One process for all trials: one JSON line in, one out per trial'),
    setup: commandLine(PER_ARM_NAMES).optional().describe('Once, before the first trial'),
    prepare: commandLine(TEMPLATE_NAMES).optional().describe('Before each trial, not timed'),
    conclude: commandLine(TEMPLATE_NAMES).optional().describe('After each trial, not timed'),
    cleanup: commandLine(PER_ARM_NAMES).optional().describe('On every way out'),
    env: environment.default({}),
    cwd: z.string().optional().describe("Working folder; by default the experiment file's folder"),
    timeout: duration.default('60s').describe('Limit of one trial'),
    stepTimeout: duration.default('5m').describe('Limit of setup, prepare, conclude and cleanup, each'),
  })
  .superRefine((options, context) => {
    if ((options.command === undefined) === (options.resident === undefined)) {
      context.addIssue('an arm needs either `command` or `resident`');
    }
    if (options.resident === undefined) return;
    for (const [name, value] of Object.entries(options.env)) {
      for (const message of unknownNames(String(value), PER_ARM_NAMES)) {
        context.addIssue({ code: 'custom', message, path: ['env', name] });
      }
    }
  });

const failureRule = z
  .strictObject({
    exit: z.number().int().min(1).max(255).optional(),
    stderr: z.string().min(1).refine(isRegExp, 'not a regular expression').optional(),
    class: z.enum(['harness', 'environment']),
  })
  .refine((rule) => rule.exit !== undefined || rule.stderr !== undefined, 'a rule needs `exit` or `stderr`');

export const commandOptions = z.strictObject({
  arms: z.record(z.string(), arm),
  output: z
    .strictObject({ count: jsonPath, checksum: jsonPath })
    .optional()
    .describe('Where the answer holds the number of records and their checksum: arms must agree on both'),
  answer: z
    .enum(['json', 'none'])
    .optional()
    .describe('json: a trial without a JSON object as its last line has failed'),
  failures: z
    .array(failureRule)
    .default([])
    .describe('Failures that are not the stack’s; the same rules for every arm'),
});

export type CommandOptions = z.infer<typeof commandOptions>;
export type ArmOptions = CommandOptions['arms'][string];
export type FailureRule = CommandOptions['failures'][number];

function unknownNames(text: string, names: readonly string[]): readonly string[] {
  return namesIn(text)
    .filter((name) => !names.includes(name))
    .map(
      (name) =>
        `{{${name}}} is not known here; there ${names.length === 1 ? 'is' : 'are'} ${names.map((each) => `{{${each}}}`).join(', ')}`,
    );
}

function isRegExp(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
