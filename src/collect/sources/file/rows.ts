/** Rows of text as observations; the first row that is not what it should be ends it, and is named. */
import type { Observation } from '../../../model/evidence.js';
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';
import { numberOf, timeOf } from './cell.js';
import type { Columns } from './query.js';

export interface Row {
  readonly file: string;
  /** From 1, without the header. */
  readonly row: number;
  readonly value: string | null;
  readonly unit: string | null;
  readonly time: string | null;
  readonly end: string | null;
  readonly n: string | null;
}

/** What went by, over all files of a query. */
export class Seen {
  rows = 0;
  kept = 0;
  /** Of those that were kept. */
  withValue = 0;
  first: number | null = null;
  last: number | null = null;

  at(startMs: number): void {
    if (this.first === null || startMs < this.first) this.first = startMs;
    if (this.last === null || startMs > this.last) this.last = startMs;
  }
}

const NO_LABELS = Object.freeze({});

const refuse = (code: string, row: Row, column: string | null, found: string | null): SourceProblem =>
  new SourceProblem(
    reason(code, { file: row.file, row: row.row, column, found: found?.slice(0, 80) ?? null }),
  );

const numeric = (row: Row, text: string | null, column: string | null): number | null => {
  if (text === null) return null;
  const value = numberOf(text);
  if (value === undefined || Math.abs(value) === Number.POSITIVE_INFINITY)
    throw refuse('file-not-number', row, column, text);
  return Number.isNaN(value) ? null : value;
};

const instant = (row: Row, text: string | null, column: string): number => {
  const ms = text === null ? undefined : timeOf(text);
  if (ms === undefined) throw refuse('file-not-time', row, column, text);
  return ms;
};

/** Without a time column the rows are taken to lie inside the window, after its warm-up. */
const undated = ({ window }: Want): number => (window === null ? 0 : window.fromMs + window.warmupMs);

/** A counter's first bucket needs the point before it. */
const leadInMs = ({ byMs, fold }: Want): number => (fold.kind === 'increase' ? (byMs ?? 0) : 0);

/** Reads rows one by one; null where a row lies outside the window. */
export const rowReader = (want: Want, columns: Columns, seen: Seen): ((row: Row) => Observation | null) => {
  const { metric, window } = want;
  const arm = want.arms[0].name;
  const fromMs = window === null ? Number.NEGATIVE_INFINITY : window.fromMs - leadInMs(want);
  const toMs = window === null ? Number.POSITIVE_INFINITY : window.toMs;
  return (row) => {
    seen.rows += 1;
    const start = columns.time === null ? undated(want) : instant(row, row.time, columns.time);
    const end = columns.end === null ? start : instant(row, row.end, columns.end);
    if (end < start) throw refuse('file-ends-before-start', row, columns.end, row.end);
    seen.at(start);
    if (start < fromMs || start >= toMs) return null;
    if (columns.unit !== null && row.unit === null) throw refuse('file-no-unit', row, columns.unit, null);
    const n = columns.n === null ? 1 : numeric(row, row.n, columns.n);
    if (n === null || n < 0) throw refuse('file-not-number', row, columns.n, row.n);
    seen.kept += 1;
    const value = numeric(row, row.value, columns.value);
    if (value !== null) seen.withValue += 1;
    return { metric, arm, unit: row.unit ?? '', start, end, value, n, estimated: false, labels: NO_LABELS };
  };
};
