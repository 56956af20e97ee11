/**
 * Expressions in PromQL. Values are bound where a label's value stands, as string literals, and never become part of
 * the language; behind =~ and !~ they are quoted for the regular expression as well.
 */
import type { Arm } from '../../../model/experiment.js';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';

export const regexQuoted = (value: string): string => value.replace(/[\\.+*?()|[\]{}^$]/gu, '\\$&');

/** Escaped for a literal in double or single quotes. */
const escaped = (value: string, quote: string): string =>
  value
    .toWellFormed()
    .replace(/\\/gu, '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(/\n/gu, '\\n')
    .replace(/\r/gu, '\\r')
    .replace(/\t/gu, '\\t');

export const literal = (value: string): string => `"${escaped(value, '"')}"`;

const LABEL = /^[A-Za-z_][A-Za-z0-9_]*$/u;
const METRIC = /^[A-Za-z_:][A-Za-z0-9_:]*$/u;

export const checkedLabel = (label: string): string => {
  if (LABEL.test(label)) return label;
  const instead = label.replace(/[^A-Za-z0-9_]/gu, '_').replace(/^(?=\d)/u, '_');
  throw new SourceProblem(reason('prometheus-label-name', { label, instead }));
};

export const checkedMetric = (metric: string): string => {
  if (METRIC.test(metric)) return metric;
  throw new SourceProblem(reason('prometheus-metric-name', { metric }));
};

/** 60,000 → `60s`; 1,500 → `1500ms` */
export const durationOf = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);

/** A part of an expression: text of the language, or the content of a string literal in these quotes. */
interface Part {
  readonly text: string;
  readonly quote: string | null;
}

export const partsOf = (promql: string): readonly Part[] => {
  const parts: Part[] = [];
  let from = 0;
  for (let i = 0; i < promql.length; i++) {
    const quote = promql[i];
    if (quote === '#') {
      // A comment runs to the end of its line; quotes inside it begin nothing.
      const end = promql.indexOf('\n', i);
      i = end < 0 ? promql.length : end;
      continue;
    }
    if (quote !== '"' && quote !== "'" && quote !== '`') continue;
    parts.push({ text: promql.slice(from, i), quote: null });
    let end = i + 1;
    while (end < promql.length && promql[end] !== quote) end += quote !== '`' && promql[end] === '\\' ? 2 : 1;
    parts.push({ text: promql.slice(i + 1, end), quote });
    i = end;
    from = end + 1;
  }
  parts.push({ text: promql.slice(from), quote: null });
  return parts;
};

const PLACEHOLDER = /\{(arm|by|match\.[\w.:/-]+)\}/gu;

/** Whether the expression is another one for each arm. */
export const namesArm = (promql: string): boolean =>
  [...promql.matchAll(PLACEHOLDER)].some(([, name]) => name !== 'by');

const boundValue = (name: string, arm: Arm): string => {
  if (name === 'arm') return arm.name;
  const label = name.slice('match.'.length);
  if (Object.hasOwn(arm.match, label)) return arm.match[label];
  throw new SourceProblem(
    reason('prometheus-no-match', { label, arm: arm.name, exist: Object.keys(arm.match) }),
  );
};

const isRegex = (before: string): boolean => /[=!]~\s*$/u.test(before);

/** The expression with `{by}`, `{arm}` and `{match.x}` bound; quotes around the latter two may be left out. */
export const bound = (promql: string, byMs: number, arm: Arm | null): string => {
  let before = '';
  return partsOf(promql)
    .map(({ text, quote }) => {
      const filled = text.replace(PLACEHOLDER, (whole, name: string, offset: number) => {
        if (name === 'by') return durationOf(byMs);
        if (arm === null) return whole;
        const value = boundValue(name, arm);
        const inRegex = isRegex(quote === null ? before + text.slice(0, offset) : before);
        const shown = inRegex ? regexQuoted(value) : value;
        if (quote === null) return literal(shown);
        if (quote !== '`') return escaped(shown, quote);
        if (shown.includes('`')) throw new SourceProblem(reason('prometheus-backtick', { value }));
        return shown;
      });
      before = quote === null ? filled : '';
      return quote === null ? filled : `${quote}${filled}${quote}`;
    })
    .join('');
};

const RANGE_UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 36e5,
  d: 864e5,
  w: 6048e5,
  y: 31_536e6,
};

/** `1h30m` → ms; null where it is none. */
const rangeMs = (text: string): number | null => {
  if (!/^(\d+(ms|[smhdwy]))+$/u.test(text)) return null;
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/gu)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * RANGE_UNIT_MS[unit],
    0,
  );
};

/** Widths of the range selectors `[5m]` and subqueries `[1h:1m]` of the expression, ms. */
export const rangesOf = (promql: string): readonly number[] =>
  partsOf(promql)
    .filter(({ quote }) => quote === null)
    .flatMap(({ text }) => [...text.matchAll(/\[\s*([0-9a-z]+)\s*(?::[^\]]*)?\]/gu)])
    .map(([, width]) => rangeMs(width))
    .filter((width) => width !== null);

export interface Selector {
  readonly metric: string;
  /** Labels that must equal a value. */
  readonly equal: readonly (readonly [label: string, value: string])[];
}

const KEYWORDS = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'and',
  'or',
  'unless',
  'bool',
  'offset',
  'inf',
  'nan',
  'start',
  'end',
  'atan2',
]);

/** Series that an expression reads; what cannot be recognised is left out. For preflight's hints only. */
export const selectorsOf = (promql: string): readonly Selector[] => {
  const literals: string[] = [];
  const flat = partsOf(promql)
    .map(({ text, quote }) => (quote === null ? text : `"${literals.push(text) - 1}"`))
    .join('')
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/giu, ' ')
    .replace(/\[[^\]]*\]/gu, ' ');
  const found: Selector[] = [];
  for (const [, metric, call, braces] of flat.matchAll(
    /(?<![\w:])([A-Za-z_:][\w:]*)(\s*\()?\s*(\{[^}]*\})?/gu,
  )) {
    if (call !== undefined || KEYWORDS.has(metric.toLowerCase())) continue;
    const equal = [...(braces ?? '').matchAll(/([A-Za-z_]\w*)\s*=\s*"(\d+)"/gu)].map(
      ([, label, index]) => [label, literals[Number(index)].replace(/\\(.)/gu, '$1')] as const,
    );
    found.push({ metric, equal });
  }
  return found;
};
