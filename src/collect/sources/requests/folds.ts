/**
 * Requests folded as they come, so that a question asked again and again about a running split reads each once: per
 * query a cell for each unit (or bucket of time) in each slot, from which the metric's own fold makes the same value as
 * from all of its points. What is kept grows with the units, not with the requests. Folds that need every point
 * (quantiles, counters, `only`) are not kept here: those are read whole.
 */
import type { Observation, Request } from '../../../model/evidence.js';
import type { Query } from '../../../model/ports.js';
import { bucketStart } from '../../derive/bucket.js';
import { isTime, measured, type RequestsQuery, unitOf } from './measured.js';

export interface RequestFolds {
  /** A request that counts, once; `slot`: in whose time it came. */
  add(request: Request, slot: number): void;
  /** null: this query is not folded. */
  observations(asked: Query): readonly Observation[] | null;
}

interface Cell {
  readonly unit: string;
  start: number;
  n: number;
  /** Neumaier's compensated sum. */
  sum: number;
  lost: number;
  least: number;
  most: number;
  /** The last one in time, and what it said; null: it counts with the longest. */
  lastAt: number;
  last: number | null;
  /** Failed ones that count with the longest of all. */
  waiting: number;
  /** One that says nothing makes the unit incomplete. */
  isIncomplete: boolean;
}

interface Fold {
  readonly asked: Query;
  readonly arm: string;
  readonly given: RequestsQuery;
  readonly cells: Map<string, Cell>;
}

const FOLDED = new Set(['sum', 'mean', 'max', 'min', 'last']);

export function requestFolds(queries: readonly Query[]): RequestFolds {
  const folds = queries
    .filter(({ want }) => FOLDED.has(want.fold.kind))
    .map(
      (asked): Fold => ({
        asked,
        arm: asked.want.arms[0].name,
        given: asked.request.query as RequestsQuery,
        cells: new Map(),
      }),
    );
  let n = 0;
  let longest = 0;
  return {
    add(request, slot) {
      n += 1;
      longest = Math.max(longest, (request.ms.total ?? 0) / 1000);
      for (const fold of folds) if (request.assigned === fold.arm) addTo(fold, request, slot, n);
    },
    observations(asked) {
      const fold = folds.find((one) => isSame(one.asked, asked));
      if (fold === undefined) return null;
      const own = isTime(fold.given.field) ? longest : 0;
      return [...fold.cells.values()].map((cell) => observationOf(cell, fold, own));
    },
  };
}

const isSame = (a: Query, b: Query): boolean =>
  a.want.metric === b.want.metric && a.want.arms[0].name === b.want.arms[0].name && a.text === b.text;

function addTo({ asked, given, cells }: Fold, request: Request, slot: number, n: number): void {
  const { byMs } = asked.want;
  const unit = byMs === null ? unitOf(request, given, n) : '';
  const key = JSON.stringify([slot, byMs === null ? unit : bucketStart(request.at, byMs)]);
  const cell = cells.get(key) ?? emptyCell(unit, request.at);
  cells.set(key, cell);
  cell.n += 1;
  cell.start = Math.min(cell.start, request.at);
  const value = measured(request, given);
  if (value === null) cell.isIncomplete = true;
  else if (value === undefined) cell.waiting += 1;
  else take(cell, value);
  if (value !== null && request.at >= cell.lastAt) {
    cell.lastAt = request.at;
    cell.last = value ?? null;
  }
}

const emptyCell = (unit: string, at: number): Cell => ({
  unit,
  start: at,
  n: 0,
  sum: 0,
  lost: 0,
  least: Number.POSITIVE_INFINITY,
  most: Number.NEGATIVE_INFINITY,
  lastAt: Number.NEGATIVE_INFINITY,
  last: null,
  waiting: 0,
  isIncomplete: false,
});

function take(cell: Cell, value: number): void {
  const next = cell.sum + value;
  cell.lost += Math.abs(cell.sum) >= Math.abs(value) ? cell.sum - next + value : value - next + cell.sum;
  cell.sum = next;
  cell.least = Math.min(cell.least, value);
  cell.most = Math.max(cell.most, value);
}

function observationOf(cell: Cell, { asked, arm }: Fold, longest: number): Observation {
  return {
    metric: asked.want.metric,
    arm,
    unit: cell.unit,
    start: cell.start,
    end: cell.start,
    value: cell.isIncomplete ? null : cellValue(cell, asked.want.fold.kind, longest),
    n: cell.n,
    estimated: false,
    labels: {},
  };
}

function cellValue(cell: Cell, kind: string, longest: number): number {
  const sum = cell.sum + cell.lost + cell.waiting * longest;
  if (kind === 'sum') return sum;
  if (kind === 'mean') return sum / cell.n;
  if (kind === 'last') return cell.last ?? longest;
  const waits = cell.waiting > 0 ? [longest] : [];
  return kind === 'max' ? Math.max(cell.most, ...waits) : Math.min(cell.least, ...waits);
}
