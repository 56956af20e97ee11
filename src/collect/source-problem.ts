/** How a source says that it cannot answer: an error that carries its reason, turned into `meta.problem` by collect. */
import { KnownError } from '../errors.js';
import { type Reason, reason } from '../model/reason.js';

export class SourceProblem extends Error {
  readonly reason: Reason;

  constructor(why: Reason, cause?: unknown) {
    super(`${why.code} ${JSON.stringify(why.values)}`, { cause });
    this.name = 'SourceProblem';
    this.reason = why;
  }
}

/** Any error of a source as a reason; nothing of it is lost but the stack, which goes to the log. */
export const reasonOf = (error: unknown): Reason => {
  if (error instanceof SourceProblem) return error.reason;
  if (error instanceof KnownError)
    return reason('source-failed', { message: error.message, hint: error.hint });
  const message = error instanceof Error ? error.message : String(error);
  return reason('source-failed', { message: message.split('\n', 1)[0] as string, hint: null });
};
