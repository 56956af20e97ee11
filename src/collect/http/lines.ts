/** Answers in lines (NDJSON, CSV), one at a time. */
import { HttpFailure } from './failure.js';
import type { Answer } from './request.js';

const LONGEST_LINE = 64 * 2 ** 20;

/** Lines without their ends. A last line without an end is an answer cut short, unless `openEnd`. */
export async function* linesOf({ text, what }: Answer, openEnd = false): AsyncGenerator<string> {
  let rest = '';
  for await (const part of text) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() as string;
    if (rest.length > LONGEST_LINE)
      throw new HttpFailure('http-too-large', `${what}: a line is longer than ${LONGEST_LINE} characters`);
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest === '') return;
  if (!openEnd)
    throw new HttpFailure('http-truncated', `${what}: the last line of the answer has no end`, {
      hint: 'A proxy may cut long answers; ask for a shorter window.',
      retryable: true,
    });
  yield rest;
}
