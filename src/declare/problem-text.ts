/** A problem as it is printed: `file:line:column`, the line, a caret run, the hint. No colours. */
import type { Problem } from '../errors.js';

const WIDEST = 110;
const LEAD = 40;

/** Columns that a terminal gives a character, near enough for a caret. */
const wide = (character: string): boolean =>
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
    character,
  );
const width = (text: string): number =>
  [...text].reduce((sum, character) => sum + (wide(character) ? 2 : 1), 0);

/** Tabs would move the caret; control characters could command the terminal. */
const printable = (text: string): string => text.replace(/\t/g, ' ').replace(/\p{Cc}/gu, '\ufffd');

export function problemText(problem: Problem): string {
  const { file, line, column, message, hint } = problem;
  const from =
    problem.text.length > WIDEST ? Math.max(0, Math.min(column - 1 - LEAD, problem.text.length - WIDEST)) : 0;
  const cut = problem.text.length > from + WIDEST;
  const text = `${from > 0 ? '…' : ''}${problem.text.slice(from, from + WIDEST)}${cut ? '…' : ''}`;
  const before = `${from > 0 ? '…' : ''}${problem.text.slice(from, column - 1)}`;
  const marked = problem.text.slice(column - 1, Math.min(column - 1 + problem.length, from + WIDEST));
  const gutter = `${line}`.padStart(4);
  const empty = ' '.repeat(gutter.length);
  const rows = [`${printable(file)}:${line}:${column}: ${printable(message)}`];
  if (problem.text.trim() !== '') {
    rows.push(`${gutter} | ${printable(text)}`);
    rows.push(
      `${empty} | ${' '.repeat(width(printable(before)))}${'^'.repeat(Math.max(1, width(printable(marked))))}`,
    );
  }
  if (hint !== null) rows.push(`${empty}   ${printable(hint)}`);
  return rows.join('\n');
}
