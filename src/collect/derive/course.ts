/**
 * When it was that named units came to their values: keys of arms that work side by side do not tell, and an outage of one
 * arm hits every key that is there. The points of all complete units are put into pieces of the run.
 *
 * Pieces hold equally many points of all arms together, so that a night is as long as it has traffic, and are cut alike for
 * every arm, so that what hits all of them cancels. A point that lasts belongs to its beginning; where a tenth of them last
 * longer than two pieces, or fewer than 60 pieces can be told apart, nobody knows when, and there is no course.
 */
import type { Course } from '../../model/evidence.js';
import type { ArmName, Fold } from '../../model/experiment.js';
import type { Point } from './points.js';
import type { UnitValue } from './units.js';

/** Points of an arm in parallel: what each adds to its unit's value, and which part of the unit it is. */
export interface Arrivals {
  readonly unit: readonly string[];
  readonly start: Float64Array;
  readonly lengthMs: Float64Array;
  readonly amount: Float64Array;
  readonly share: Float64Array;
}

/** Of a metric: numerator, and denominator where it is a ratio. */
export interface PartsInTime {
  readonly of: Arrivals;
  readonly per: Arrivals | null;
}

export interface ArmInTime extends PartsInTime {
  readonly units: ReadonlyMap<string, UnitValue>;
}

const PIECES = 240;
const FEWEST_PIECES = 60;
const FEWEST_POINTS_A_PIECE = 2;
const LASTING_PIECES = 2;
const LASTING_SHARE = 0.1;

/** Null where the fold does not tell what a point adds: a quantile, a maximum, growth of a counter. */
export function arrivalsOf(points: readonly Point[], { kind }: Fold): Arrivals | null {
  if (kind !== 'sum' && kind !== 'only' && kind !== 'mean') return null;
  const weightOf = ({ n }: Point) => (kind === 'mean' ? n : 1);
  const weights = new Map<string, number>();
  for (const point of points) weights.set(point.unit, (weights.get(point.unit) ?? 0) + weightOf(point));
  const share = Float64Array.from(points, (point) => weightOf(point) / (weights.get(point.unit) as number));
  return {
    unit: points.map(({ unit }) => unit),
    start: Float64Array.from(points, ({ start }) => start),
    lengthMs: Float64Array.from(points, ({ start, end }) => end - start),
    amount: Float64Array.from(points, ({ value }, i) => (value ?? 0) * (kind === 'mean' ? share[i] : 1)),
    share,
  };
}

/** The course of every arm, or of none. */
export function coursesOf(arms: ReadonlyMap<ArmName, ArmInTime>): ReadonlyMap<ArmName, Course> {
  const cut = cutsOf([...arms.values()]);
  if (cut === null) return new Map();
  const { cuts, spanMs } = cut;
  const placed = [...arms].map(([arm, own]) => ({
    arm,
    of: place(own.of, own, cuts),
    per: place(own.per ?? own.of, own, cuts),
    parts: own,
  }));
  const all = [...new Set(placed.flatMap(({ of, per }) => [...of.where, ...per.where]))].sort(
    (a, b) => a - b,
  );
  const rowOf = new Map(all.map((where, row) => [where, row]));
  const hasSlots = [...arms.values()].some(({ units }) => units.values().next().value?.slot !== undefined);
  const sums = ({ rows, where }: Rows, amounts: Float64Array): Float64Array => {
    const found = new Float64Array(all.length);
    rows.forEach((row, i) => {
      found[rowOf.get(where[i]) as number] += amounts[row];
    });
    return found;
  };
  return new Map(
    placed.map(({ arm, of, per, parts }): [ArmName, Course] => [
      arm,
      {
        value: sums(of, parts.of.amount),
        per: sums(per, parts.per === null ? parts.of.share : parts.per.amount),
        spanMs,
        ...(hasSlots ? { slot: Float64Array.from(all, (where) => Math.floor(where / PIECES)) } : {}),
      },
    ]),
  );
}

interface Rows {
  /** Points that count. */
  readonly rows: readonly number[];
  /** Slot × pieces + piece of each. */
  readonly where: readonly number[];
}

function rowsOf({ unit }: Arrivals, { units }: ArmInTime): readonly number[] {
  const rows: number[] = [];
  for (let i = 0; i < unit.length; i++) if ((units.get(unit[i])?.value ?? null) !== null) rows.push(i);
  return rows;
}

function place(arrivals: Arrivals, arm: ArmInTime, cuts: Float64Array): Rows {
  const rows = rowsOf(arrivals, arm);
  const where = rows.map((row) => {
    const slot = arm.units.get(arrivals.unit[row])?.slot ?? 0;
    return slot * PIECES + pieceAt(cuts, arrivals.start[row]);
  });
  return { rows, where };
}

/** Cuts at or before this time. */
function pieceAt(cuts: Float64Array, at: number): number {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the second and later pieces begin; what counts are attempts, where there are such. */
function cutsOf(arms: readonly ArmInTime[]): { readonly cuts: Float64Array; readonly spanMs: number } | null {
  const points = arms.flatMap((arm) => {
    const counted = arm.per ?? arm.of;
    return rowsOf(counted, arm).map((row) => ({
      start: counted.start[row],
      lengthMs: counted.lengthMs[row],
    }));
  });
  const starts = Float64Array.from(points, ({ start }) => start).sort();
  const count = Math.min(PIECES, Math.floor(starts.length / FEWEST_POINTS_A_PIECE));
  const begins = new Set(
    Array.from({ length: count }, (_, i) => starts[Math.floor((i * starts.length) / count)]),
  );
  if (begins.size < FEWEST_PIECES) return null;
  const spanMs = starts[starts.length - 1] - starts[0];
  const pieceMs = spanMs / begins.size;
  const lasting = points.filter(({ lengthMs }) => lengthMs > LASTING_PIECES * pieceMs);
  if (lasting.length > LASTING_SHARE * points.length) return null;
  return { cuts: Float64Array.from([...begins].slice(1)), spanMs };
}
