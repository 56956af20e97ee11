/** How a failure is put to a person: what, where, what to do. A stack trace only for a bug, and only with --verbose. */
import { problemText } from '../declare/index.js';
import { type ExitCode, FileProblems, KnownError } from '../errors.js';
import { harmless } from '../progress.js';

export interface ErrorOutput {
  write(text: string): void;
  readonly colour: boolean;
  readonly verbose: boolean;
}

const causes = (error: unknown): string => {
  const lines: string[] = [];
  for (let cause = (error as { cause?: unknown }).cause; cause !== undefined && lines.length < 5; ) {
    lines.push(`  caused by: ${cause instanceof Error ? cause.message : String(cause)}`);
    cause = (cause as { cause?: unknown }).cause;
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
};

export function printError(error: unknown, output: ErrorOutput): ExitCode {
  const red = (text: string): string => (output.colour ? `\u001b[31m${text}\u001b[39m` : text);
  if (error instanceof FileProblems) {
    for (const problem of error.problems) output.write(`${problemText(problem)}\n\n`);
    output.write(`${red(error.message)}\n`);
    return error.exit;
  }
  if (error instanceof KnownError) {
    output.write(`${red('stacktrial:')} ${harmless(error.message)}\n`);
    if (error.hint !== null) output.write(`  ${harmless(error.hint)}\n`);
    if (output.verbose) output.write(harmless(causes(error)));
    return error.exit;
  }
  const message = harmless(error instanceof Error ? error.message : String(error));
  output.write(`${red('stacktrial: this is a bug:')} ${message}\n`);
  if (output.verbose && error instanceof Error) output.write(`${harmless(error.stack ?? '')}\n`);
  else
    output.write(
      '  Run again with --verbose and report what it prints. Evidence that was collected is kept.\n',
    );
  return 70;
}
