/**
 * Known failures: what a user can do something about. Anything else is a bug (exit 70).
 * The message says what happened, the hint what to do; the cause is kept for --verbose.
 */
/** 1, 2 and 3 are `check`'s, which speaks the language of Nagios and Consul. */
export type ExitCode = 0 | 1 | 2 | 3 | 10 | 11 | 12 | 64 | 69 | 70 | 129 | 130 | 143;

/** A problem at a place in a file, 1-based line and column. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string | null;
  /** The line as it stands, for the caret. */
  readonly text: string;
  /** Length of the caret run, at least 1. */
  readonly length: number;
}

/**
 * A failure about which the user can do something.
 *
 * @example
 * ```ts
 * const error = new KnownError('no-window', 'The window is missing.', { hint: 'Declare `window: { from, to }`.' });
 * error.exit; // → 64
 * error.hint; // → "Declare `window: { from, to }`."
 * ```
 */
export class KnownError extends Error {
  readonly code: string;
  readonly hint: string | null;
  readonly exit: ExitCode;

  constructor(
    code: string,
    message: string,
    options: { hint?: string; cause?: unknown; exit?: ExitCode } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'KnownError';
    this.code = code;
    this.hint = options.hint ?? null;
    this.exit = options.exit ?? 64;
  }
}

/**
 * All problems of an experiment file at once, each at its line and column.
 *
 * @example
 * ```ts
 * const noCards = () => Promise.reject(new Error('this experiment names no other file'));
 * const wrong = declare({ text: 'experiment: x\nqestion: y', file: 'x.yaml' }, plugins, noCards);
 * const error = await wrong.catch((thrown: unknown) => thrown);
 * error instanceof FileProblems; // → true
 * error instanceof FileProblems ? error.problems.at(-1)?.message : null; // → "unknown key \"qestion\""
 * ```
 */
export class FileProblems extends KnownError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(
      'file',
      `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in the experiment file`,
    );
    this.problems = problems;
  }
}
