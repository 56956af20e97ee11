/** Names and values as they stand in SQL: names are quoted, values go beside the text as $1, $2 … */
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';

export type Param = string | number | boolean;

/** A name in double quotes. */
export const quoted = (name: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the one character that PostgreSQL cannot hold.
  if (/\u0000/u.test(name))
    throw new SourceProblem(reason('sql-name-unusable', { name: JSON.stringify(name) }));
  return `"${name.toWellFormed().replaceAll('"', '""')}"`;
};

/** `analytics.orders` → `"analytics"."orders"` */
export const quotedTable = (table: string): string => table.split('.').map(quoted).join('.');

/** Parameters of one statement; a value that comes twice is sent once. */
export class Bound {
  readonly values: Param[] = [];

  add(value: Param): string {
    const known = this.values.indexOf(value);
    return `$${known < 0 ? this.values.push(value) : known + 1}`;
  }

  /** UTC ms. */
  time(ms: number): string {
    return `${this.add(new Date(ms).toISOString())}::timestamptz`;
  }
}

/** Strings, names and comments, in which nothing can be bound; placeholders; a semicolon at the end. */
const TOKEN =
  /[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|\{(from|to|every|arm|match\.[^}]*)\}/gu;
const PLACEHOLDER = /\{(?:from|to|every)\}/u;

export interface Filling {
  readonly metric: string;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly byMs: number | null;
}

/** A SELECT of the user with its placeholders bound. @throws SourceProblem where one has nothing to stand for */
export const filled = (
  text: string,
  { metric, fromMs, toMs, byMs }: Filling,
): { text: string; params: Param[] } => {
  const bound = new Bound();
  const refuse = (code: string, placeholder: string): never => {
    throw new SourceProblem(reason(code, { metric, placeholder }));
  };
  const time = (ms: number | null, placeholder: string): string =>
    ms === null ? refuse('sql-needs-window', placeholder) : bound.time(ms);
  const sent = text.replace(TOKEN, (token: string, _tag: unknown, placeholder: string | undefined) => {
    if (placeholder === undefined) {
      const inside = token.startsWith('--') || token.startsWith('/*') ? null : PLACEHOLDER.exec(token);
      return inside === null ? token : refuse('sql-placeholder-quoted', inside[0]);
    }
    if (placeholder === 'from') return time(fromMs, token);
    if (placeholder === 'to') return time(toMs, token);
    if (placeholder !== 'every') return refuse('sql-placeholder-arm', token);
    return byMs === null ? refuse('sql-needs-by', token) : `${bound.add(`${byMs} milliseconds`)}::interval`;
  });
  return { text: sent.trim().replace(/;\s*$/u, ''), params: bound.values };
};
