/**
 * report.json: every number of the report, for machines. Numbers that are not whole have 12 significant digits and
 * keys have a fixed order, so that the same evidence gives the same bytes on every machine and version of Node.
 */
import type { Renderer } from '../model/ports.js';
import type { Reason } from '../model/reason.js';
import { sentence } from './words.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const SIGNIFICANT = 12;
/** Objects and lists of plain values up to this length stay on one line. */
const LINE = 110;

const leading = [
  'schemaVersion',
  'stacktrial',
  'experiment',
  'run',
  'look',
  'decision',
  'claims',
  'comparisons',
  'metrics',
  'checks',
  'whatIf',
  'timeline',
  'running',
  'services',
  'trials',
  'exclusions',
  'methods',
  'sources',
  'warnings',
  'id',
  'name',
  'code',
  'text',
  'title',
  'outcome',
  'verdict',
  'estimate',
  'low',
  'high',
];

const rank = (key: string): number => {
  const place = leading.indexOf(key);
  return place < 0 ? leading.length : place;
};

const byKey = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);

const isReason = (value: object): value is Reason => {
  const keys = Object.keys(value);
  return keys.length === 2 && 'code' in value && 'values' in value && typeof value.code === 'string';
};

const rounded = (x: number, path: string): number | string => {
  if (!Number.isFinite(x)) {
    // What a method wants known may be infinite (degrees of freedom); anything else must say null by itself.
    if (/\.(details|values)\b/.test(path)) return String(x);
    throw new Error(`report.json cannot hold ${x} at ${path}`);
  }
  return Number.isInteger(x) || Math.abs(x) >= 1e11 ? x : Number(x.toPrecision(SIGNIFICANT));
};

/** Plain, rounded, ordered; reasons get their sentence. */
const canonical = (value: unknown, path: string): Json => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return rounded(value, path);
  if (Array.isArray(value)) return value.map((item, i) => canonical(item, `${path}[${i}]`));
  if (typeof value !== 'object') throw new Error(`report.json cannot hold a ${typeof value} at ${path}`);
  const plain: Record<string, unknown> = isReason(value) ? { ...value, text: sentence(value) } : { ...value };
  const keys = Object.keys(plain).filter((key) => plain[key] !== undefined);
  return Object.fromEntries(keys.sort(byKey).map((key) => [key, canonical(plain[key], `${path}.${key}`)]));
};

/** A string or number of JSON that no HTML page can mistake for markup, and that no reader sees in another order. */
const scalar = (value: Json): string =>
  JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029')
    .replace(/\p{Bidi_Control}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const flat = (value: Json): string => {
  if (value === null || typeof value !== 'object') return scalar(value);
  if (isList(value)) return `[${value.map(flat).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${scalar(key)}: ${flat(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
};

/** Is it short and shallow enough to be read on one line? */
const isSmall = (value: Json, depth = 2): boolean => {
  if (value === null || typeof value !== 'object') return true;
  const items = Object.values(value);
  return depth > 0 && items.length <= 16 && items.every((item) => isSmall(item, depth - 1));
};

const print = (value: Json, indent: string): string => {
  if (value === null || typeof value !== 'object') return scalar(value);
  if (isSmall(value)) {
    const one = flat(value);
    if (one.length <= LINE) return one;
  }
  const inner = `${indent}  `;
  const lines = isList(value)
    ? value.map((item) => inner + print(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${scalar(key)}: ${print(item, inner)}`);
  const [open, close] = isList(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
};

/** On one line, safe inside the script element of a page. */
export const compactJson = (report: unknown): string => flat(canonical(report, 'report'));

/** The document as it is written, for schema and comparison. */
export const reportDocument = (report: unknown): Json => canonical(report, 'report');

export const json: Renderer = {
  title: 'Every number and reason, for machines; its schema is published',
  extension: 'json',
  render: (report) => `${print(reportDocument(report), '')}\n`,
};
