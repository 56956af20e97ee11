/** Rows of an answer as observations; the first row that is not what it should be ends it, and is named. */
import type { Observation } from '../../../model/evidence.js';
import type { Arm } from '../../../model/experiment.js';
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { bucketStart } from '../../derive/bucket.js';
import { SourceProblem } from '../../source-problem.js';
import { numberOf, timeOf } from '../file/cell.js';
import type { HttpQuery } from './options.js';
import { type FieldPlace, namesAt, type Place, parseFieldPlace, readField } from './place.js';
import { whichArm } from './which-arm.js';

/** What went by, over all pages of a query. */
export class Seen {
  rows = 0;
  /** Rows that `where` lets through. */
  wanted = 0;
  inWindow = 0;
  /** Rows of buckets that are not complete yet. */
  heldBack = 0;
  withValue = 0;
  first: number | null = null;
  last: number | null = null;
  readonly kept = new Map<string, number>();
  readonly others = new Set<string>();
  /** What a row holds, for a message. */
  example: readonly string[] = [];
}

export interface RowContext {
  readonly want: Want;
  readonly query: HttpQuery;
  /** Buckets that end later are not complete yet. */
  readonly completeUntilMs: number;
}

const place = (text: string): FieldPlace => parseFieldPlace(text) as FieldPlace;

const refused = (code: string, row: number, at: string, found: unknown): SourceProblem =>
  new SourceProblem(
    reason(code, { row, at, found: String(JSON.stringify(found) ?? 'nothing').slice(0, 80) }),
  );

const PER_MS = { s: 1e3, ms: 1, us: 1e-3, ns: 1e-6 } as const;

const instant = (found: unknown, timeUnit: HttpQuery['timeUnit'], row: number, at: string): number => {
  if (typeof found !== 'string' && typeof found !== 'number')
    throw refused('http-row-no-time', row, at, found);
  if (timeUnit === undefined || timeUnit === 'iso') {
    const ms = timeOf(String(found));
    if (ms === undefined || (timeUnit === 'iso' && typeof found === 'number'))
      throw refused('http-row-no-time', row, at, found);
    return ms;
  }
  const number = typeof found === 'number' ? found : numberOf(found);
  if (number === undefined || !Number.isFinite(number)) throw refused('http-row-no-time', row, at, found);
  return timeUnit === 's' ? Math.round(number * 1000) : Math.floor(number * PER_MS[timeUnit]);
};

const measured = (found: unknown, times: number, row: number, at: string): number | null => {
  if (found === undefined || found === null) return null;
  const number = typeof found === 'number' ? found : typeof found === 'string' ? numberOf(found) : undefined;
  if (number === undefined || Math.abs(number) === Number.POSITIVE_INFINITY)
    throw refused('http-row-not-number', row, at, found);
  return Number.isNaN(number) ? null : number * times;
};

/** A number that JSON could not carry exactly would make one unit of two. */
const nameOf = (found: unknown, row: number, at: string): string => {
  if (typeof found === 'string' && found !== '') return found;
  if (typeof found === 'boolean' || Number.isSafeInteger(found)) return String(found);
  if (typeof found === 'number' && !Number.isInteger(found)) return String(found);
  throw refused(typeof found === 'number' ? 'http-unit-not-exact' : 'http-row-no-unit', row, at, found);
};

/** Reads rows one by one; null where a row does not take part. */
export const rowReader = (
  context: RowContext,
  seen: Seen,
): ((chain: readonly Place[]) => Observation | null) => {
  const { want, query, completeUntilMs } = context;
  const { metric, window, byMs } = want;
  const at = {
    value: place(query.value),
    time: query.time === undefined ? null : place(query.time),
    end: query.end === undefined ? null : place(query.end),
    arm: query.arm === undefined ? null : place(query.arm),
  };
  const unitPath =
    query.unit ?? (byMs === null && want.unit !== null ? `$[${JSON.stringify(want.unit)}]` : null);
  const unitPlace = unitPath === null ? null : place(unitPath);
  const where = Object.entries(query.where ?? {}).map(([path, equals]) => ({
    at: place(path),
    equals: String(equals),
  }));
  const labelPlaces = Object.entries(query.labels ?? {}).map(([name, path]) => [name, place(path)] as const);
  const undated = window === null ? 0 : window.fromMs + window.warmupMs;

  const times = (chain: readonly Place[]): { start: number; end: number } => {
    const read = (field: FieldPlace | null, path: string | undefined): number | null =>
      field === null ? null : instant(readField(chain, field), query.timeUnit, seen.rows, path as string);
    const end = read(at.end, query.end);
    const start = read(at.time, query.time) ?? (end === null ? undated : end - (byMs ?? 0));
    if (end !== null && end < start)
      throw refused('http-row-ends-early', seen.rows, query.end as string, end);
    return { start, end: end ?? start };
  };
  const armOf = (chain: readonly Place[]): Arm | null => {
    if (at.arm === null) return want.arms[0];
    const found = whichArm(want.arms, readField(chain, at.arm));
    if (typeof found !== 'string') return found;
    if (seen.others.size < 50) seen.others.add(found);
    return null;
  };

  return (chain) => {
    seen.rows += 1;
    if (seen.rows === 1) seen.example = namesAt(chain[0].value);
    if (where.some(({ at: field, equals }) => String(readField(chain, field)) !== equals)) return null;
    seen.wanted += 1;
    const arm = armOf(chain);
    if (arm === null) return null;
    const { start, end } = times(chain);
    seen.first = seen.first === null || start < seen.first ? start : seen.first;
    seen.last = seen.last === null || start > seen.last ? start : seen.last;
    // A counter's first bucket needs the point before it.
    const leadInMs = want.fold.kind === 'increase' ? (byMs ?? 0) : 0;
    if (window !== null && (start < window.fromMs - leadInMs || start >= window.toMs)) return null;
    seen.inWindow += 1;
    if (byMs !== null && bucketStart(start, byMs) + byMs > completeUntilMs) {
      seen.heldBack += 1;
      return null;
    }
    const value = measured(readField(chain, at.value), query.times ?? 1, seen.rows, query.value);
    if (value !== null) seen.withValue += 1;
    const unit = unitPlace === null ? '' : nameOf(readField(chain, unitPlace), seen.rows, unitPath as string);
    const labels: Record<string, string> = {};
    for (const [name, field] of labelPlaces) {
      const found = readField(chain, field);
      if (found !== undefined && found !== null)
        labels[name] = typeof found === 'string' ? found : JSON.stringify(found);
    }
    seen.kept.set(arm.name, (seen.kept.get(arm.name) ?? 0) + 1);
    return { metric, arm: arm.name, unit, start, end, value, n: 1, estimated: false, labels };
  };
};
