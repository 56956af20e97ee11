/** A failure where there is one line for it: a row of a table, an event, the answer of a check. */
import { FileProblems } from '../errors.js';

/** Of a file with problems the first is named with its place: "2 problems in the experiment file, first 3:1 unknown key". */
export function inOneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof FileProblems) || error.problems.length === 0) return error.message;
  const [{ line, column, message }, ...others] = error.problems;
  return `${error.message}${others.length === 0 ? ',' : ', first'} ${line}:${column} ${message.replace(/\s+/g, ' ')}`;
}
