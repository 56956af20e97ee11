/** Points become one value per unit; finer units are summed into coarser buckets where two metrics have to meet. */
import type { ArmName, Fold, Metric, MetricName, Window } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';
import { bucketName, bucketStart, isWhole } from './bucket.js';
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
}

const grouped = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};

const common = <T>(values: readonly T[], otherwise: T): T =>
  values.every((value) => Object.is(value, values[0])) ? values[0] : otherwise;

/** What a unit is, apart from its value. */
const identity = (
  unit: string,
  points: readonly { start: number; order: number; item: string }[],
  startMs: number | null,
) => ({
  unit,
  start: startMs ?? points.reduce((first, { start }) => Math.min(first, start), Number.POSITIVE_INFINITY),
  order: common(
    points.map(({ order }) => order),
    Number.NaN,
  ),
  item:
    startMs === null
      ? common(
          points.map(({ item }) => item),
          unit,
        )
      : unit,
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
  const unitOf = ({ unit, start }: Point): string =>
    widthMs === null ? unit : bucketName(bucketStart(start, widthMs));
  for (const [unit, members] of grouped(points, unitOf)) {
    const startMs = widthMs === null ? null : bucketStart(members[0].start, widthMs);
    if (startMs !== null && !isWhole(startMs, widthMs as number, window)) continue;
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
  for (const [unit, members] of grouped([...fine.units.values()], ({ start }) =>
    bucketName(bucketStart(start, widthMs)),
  )) {
    const startMs = bucketStart(members[0].start, widthMs);
    if (!isWhole(startMs, widthMs, window)) continue;
    const values = members.map(({ value }) => value);
    const isComplete =
      values.every((value) => value !== null) && (parts === null || members.length === parts);
    const value = isComplete ? sum(values.map(Number).sort((a, b) => a - b)) : null;
    units.set(unit, { ...identity(unit, members, startMs), value });
  }
  return { units, widthMs, warnings: fine.warnings };
};
