/** What all commands of the shell share. */
import type { Context } from '../commands/context.js';
import type { ExitCode } from '../errors.js';

export type Action = (context: Context) => Promise<ExitCode>;

/** Gives the action its context, and the process its exit code. */
export type Run = (action: Action) => Promise<void>;

export const EXIT_CODES = `
Exit codes of run, analyze, report:
  0 adopt, keep or trade-off   10 inconclusive or running   11 invalid   12 guardrail broken
  64 file or usage   69 nothing could be measured   70 a bug   130/143 stopped by a signal`;
