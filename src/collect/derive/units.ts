/** Points become one value per unit; finer units are summed into coarser buckets where two metrics have to meet. */
import type { ArmName, Fold, Metric, MetricName, Window } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';
import { bucketName, bucketStart, isWhole } from './bucket.js';
import type { PartsInTime } from './course.js';
import { fold } from './fold.js';
import type { Point } from './points.js';
import { sum } from './sum.js';

export interface UnitValue {
  readonly unit: string;
  /** null: seen, but incomplete. */
  readonly value: number | null;
  /** Denominator of a ratio. */
  readonly per?: number;
  readonly start: number;
  readonly order: number;
  readonly item: string;
  /** Designs in slots: where it fell. */
  readonly slot?: number;
}

export interface ArmUnits {
  readonly units: ReadonlyMap<string, UnitValue>;
  /** Width of the buckets that are the units; null: units are named. */
  readonly widthMs: number | null;
  readonly warnings: readonly Reason[];
  /** What each point adds to its unit, and when; absent: nobody asked, or nobody knows. */
  readonly inTime?: PartsInTime;
}

const grouped = <T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> => {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};

/** What all have in common, or what is said otherwise. */
const common = <T, V>(items: readonly T[], of: (item: T) => V, otherwise: V): V => {
  const first = of(items[0]);
  for (let i = 1; i < items.length; i++) if (!Object.is(of(items[i]), first)) return otherwise;
  return first;
};

type Placed = { readonly start: number; readonly order: number; readonly item: string };
const orderOf = ({ order }: Placed): number => order;
const itemOf = ({ item }: Placed): string => item;

/** What a unit is, apart from its value. */
const identity = (unit: string, points: readonly Placed[], startMs: number | null) => ({
  unit,
  start: startMs ?? points.reduce((first, { start }) => Math.min(first, start), Number.POSITIVE_INFINITY),
  order: common(points, orderOf, Number.NaN),
  item: startMs === null ? common(points, itemOf, unit) : unit,
});

const tooLong = (points: readonly Point[], widthMs: number): Point | undefined =>
  points.find(({ start, end }) => end - start > widthMs);

/** Folds points into units named by the source, or into the whole buckets of the window. */
export const foldUnits = (
  points: readonly Point[],
  by: Fold,
  widthMs: number | null,
  window: Window | null,
  names: { readonly metric: MetricName; readonly arm: ArmName },
): ReadonlyMap<string, UnitValue> | Reason => {
  const long = widthMs === null ? undefined : tooLong(points, widthMs);
  if (long !== undefined)
    return reason('point-longer-than-bucket', {
      ...names,
      pointMs: long.end - long.start,
      bucketMs: widthMs,
    });
  const units = new Map<string, UnitValue>();
  // What was growth of a counter has become amounts that are added up.
  const kind: Fold = widthMs !== null && by.kind === 'increase' ? { kind: 'sum' } : by;
  const unitOf = ({ unit, start }: Point): string | number =>
    widthMs === null ? unit : bucketStart(start, widthMs);
  for (const [group, members] of grouped(points, unitOf)) {
    const startMs = typeof group === 'number' ? group : null;
    if (startMs !== null && !isWhole(startMs, widthMs as number, window)) continue;
    const unit = typeof group === 'number' ? bucketName(group) : group;
    const value = fold(members, kind);
    if (value !== null && typeof value === 'object')
      return reason(value.code, { ...value.values, ...names, unit });
    units.set(unit, { ...identity(unit, members, startMs), value });
  }
  return units;
};

/** Folds whose values may be added up to those of a longer time. */
export const isSummable = (metric: Metric): boolean =>
  metric.input.kind === 'rate' ||
  (metric.input.kind === 'observed' && ['sum', 'increase', 'only'].includes(metric.fold.kind));

/**
 * Units summed into wider buckets. A bucket is incomplete when one of its parts is, and, where the parts are buckets
 * themselves, when one of them is missing: a gap in the finer metric is not a zero.
 */
export const coarsen = (
  fine: ArmUnits,
  widthMs: number,
  window: Window | null,
  metric: Metric,
): ArmUnits | Reason => {
  if (fine.widthMs === widthMs) return fine;
  if (!isSummable(metric))
    return reason('part-not-summable', { metric: metric.name, fold: metric.fold.kind });
  const parts = fine.widthMs === null ? null : widthMs / fine.widthMs;
  if (parts !== null && !Number.isInteger(parts))
    return reason('buckets-do-not-nest', { metric: metric.name, fineMs: fine.widthMs, coarseMs: widthMs });
  const units = new Map<string, UnitValue>();
  for (const [startMs, members] of grouped([...fine.units.values()], ({ start }) =>
    bucketStart(start, widthMs),
  )) {
    if (!isWhole(startMs, widthMs, window)) continue;
    const unit = bucketName(startMs);
    const values = members.map(({ value }) => value);
    const isComplete =
      values.every((value) => value !== null) && (parts === null || members.length === parts);
    const value = isComplete ? sum(values.map(Number).sort((a, b) => a - b)) : null;
    units.set(unit, { ...identity(unit, members, startMs), value });
  }
  return { units, widthMs, warnings: fine.warnings };
};
