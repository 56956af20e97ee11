/**
 * Raw queries with placeholders. Times and widths are our own and stand in the text; what comes from arms is bound:
 * in Flux as a string literal, in InfluxQL and SQL as a parameter that travels beside the text.
 */
import type { Arm } from '../../../model/experiment.js';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';
import type { Dialect } from './options.js';
import {
  Bound,
  durationLiteral,
  durationText,
  fluxEscaped,
  fluxString,
  timeLiteral,
  timeText,
} from './text.js';

type Kind = 'code' | 'string' | 'name' | 'regex' | 'comment';

interface Part {
  readonly kind: Kind;
  /** Without its quotes. */
  readonly text: string;
}

/** Where the part that begins at `at` ends (after its end mark), or null where none begins. */
const partAt = (dialect: Dialect, text: string, at: number): { kind: Kind; end: number } | null => {
  const rest = (mark: string): number => {
    const found = text.indexOf(mark, at + 2);
    return found < 0 ? text.length : found + mark.length;
  };
  const shut = (quote: string, escapes: boolean): number => {
    let end = at + 1;
    for (; end < text.length; end++) {
      if (escapes && text[end] === '\\') end += 1;
      else if (!escapes && text[end] === quote && text[end + 1] === quote) end += 1;
      else if (text[end] === quote) break;
    }
    return Math.min(end + 1, text.length);
  };
  const two = text.slice(at, at + 2);
  if (two === (dialect === 'flux' ? '//' : '--')) return { kind: 'comment', end: rest('\n') };
  if (two === '/*' && dialect !== 'flux') return { kind: 'comment', end: rest('*/') };
  const character = text[at];
  if (character === '"')
    return { kind: dialect === 'flux' ? 'string' : 'name', end: shut('"', dialect !== 'sql') };
  if (character === "'" && dialect !== 'flux') return { kind: 'string', end: shut("'", dialect !== 'sql') };
  if (character === '/' && dialect !== 'sql' && beginsRegex(text.slice(0, at)))
    return { kind: 'regex', end: shut('/', true) };
  return null;
};

/** A slash after an operand divides. */
const beginsRegex = (before: string): boolean =>
  !/[\w)\]"']\s*$/u.test(before) || /\b(from|by|key|in)\s+$/iu.test(before);

const partsOf = (dialect: Dialect, text: string): readonly Part[] => {
  const parts: Part[] = [];
  let from = 0;
  for (let at = 0; at < text.length; ) {
    const part = partAt(dialect, text, at);
    if (part === null) {
      at += 1;
      continue;
    }
    parts.push(
      { kind: 'code', text: text.slice(from, at) },
      { kind: part.kind, text: text.slice(at, part.end) },
    );
    at = part.end;
    from = part.end;
  }
  parts.push({ kind: 'code', text: text.slice(from) });
  return parts.filter((part) => part.text !== '');
};

const PLACEHOLDER = /\{(from|to|every|arm|match\.[\w.:/-]+)\}/gu;
const isOurs = (name: string): boolean => name === 'from' || name === 'to' || name === 'every';

const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(PLACEHOLDER)].map(([, name]) => name);

/** Whether the query is another one for each arm. */
export const namesArm = (dialect: Dialect, text: string): boolean =>
  partsOf(dialect, text).some(
    ({ kind, text: part }) => kind !== 'comment' && placeholders(part).some((name) => !isOurs(name)),
  );

export interface Filling {
  readonly metric: string;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly byMs: number | null;
  /** null: the query names no arm. */
  readonly arm: Arm | null;
}

const refuse = (code: string, values: Parameters<typeof reason>[1]): never => {
  throw new SourceProblem(reason(code, values));
};

const armValue = (name: string, { arm, metric }: Filling): string => {
  // Only queries that name no arm are filled without one.
  const known = arm as Arm;
  if (name === 'arm') return known.name;
  const label = name.slice('match.'.length);
  if (Object.hasOwn(known.match, label)) return known.match[label];
  return refuse('influxdb-no-match', { metric, label, arm: known.name, exist: Object.keys(known.match) });
};

const needed = (ms: number | null, name: string, { metric }: Filling): number =>
  ms ?? refuse(name === 'every' ? 'influxdb-needs-by' : 'influxdb-needs-window', { metric });

const msOf = (name: string, filling: Filling): number =>
  needed(name === 'every' ? filling.byMs : name === 'from' ? filling.fromMs : filling.toMs, name, filling);

const textOf = (name: string, filling: Filling): string => {
  if (!isOurs(name)) return armValue(name, filling);
  return name === 'every' ? durationText(msOf(name, filling)) : timeText(msOf(name, filling));
};

const inCode = (dialect: Dialect, name: string, filling: Filling, bound: Bound): string => {
  if (name === 'every') return durationLiteral(dialect, msOf(name, filling));
  if (isOurs(name)) return timeLiteral(dialect, msOf(name, filling));
  const value = armValue(name, filling);
  return dialect === 'flux' ? fluxString(value) : bound.add(value);
};

const regexQuoted = (value: string): string =>
  value
    .toWellFormed()
    .replace(/[\\.+*?()|[\]{}^$/]/gu, '\\$&')
    .replace(/\n/gu, '\\n')
    .replace(/\r/gu, '\\r');

/** What the content of a literal means: SQL doubles its quotes, InfluxQL has backslashes. */
const meaning = (dialect: Dialect, content: string): string =>
  dialect === 'sql'
    ? content.replaceAll("''", "'")
    : content.replace(/\\(.)/gsu, (_whole, character: string) => (character === 'n' ? '\n' : character));

const filledPart = (dialect: Dialect, { kind, text }: Part, filling: Filling, bound: Bound): string => {
  const names = placeholders(text);
  if (names.length === 0 || kind === 'comment') return text;
  const filled = (how: (name: string) => string): string =>
    text.replace(PLACEHOLDER, (_whole, name: string) => how(name));
  if (kind === 'code') return filled((name) => inCode(dialect, name, filling, bound));
  if (kind === 'regex') return filled((name) => regexQuoted(textOf(name, filling)));
  if (kind === 'name') return refuse('influxdb-placeholder-in-name', { metric: filling.metric, text });
  if (dialect === 'flux') return filled((name) => fluxEscaped(textOf(name, filling)));
  if (names.every(isOurs)) return filled((name) => textOf(name, filling));
  const content = text.slice(1, -1);
  let whole = '';
  let from = 0;
  for (const match of content.matchAll(PLACEHOLDER)) {
    whole += meaning(dialect, content.slice(from, match.index)) + textOf(match[1], filling);
    from = match.index + match[0].length;
  }
  return bound.add(whole + meaning(dialect, content.slice(from)));
};

export interface Filled {
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
}

/** @throws SourceProblem where a placeholder stands where no value can be bound, or has no value */
export const filled = (dialect: Dialect, text: string, filling: Filling): Filled => {
  const bound = new Bound();
  const whole = partsOf(dialect, text).map((part) => filledPart(dialect, part, filling, bound));
  return { text: whole.join(''), params: bound.values };
};
