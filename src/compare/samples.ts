/**
 * Two arms of one metric made ready for a method: paired designs are joined unit by unit and keep what is complete
 * in both arms; by-key keeps each arm's own units. What is left out is counted and said.
 * A missing value (NaN) makes its unit incomplete; an infinite one means that the source is broken, so that
 * nothing is inferred from the metric. STATISTICS.md §1, §3.
 */
import type { Samples } from '../model/effect.js';
import type { ArmColumn, MetricTable } from '../model/evidence.js';
import type { ArmName } from '../model/experiment.js';
import { outOfRange } from '../model/range.js';
import { type Reason, reason } from '../model/reason.js';

export interface Prepared {
  readonly samples: Samples;
  readonly warnings: readonly Reason[];
}

/** Share of units that may be incomplete before it is said. */
const droppedShare = 0.05;

export function prepare(
  table: MetricTable,
  treatment: ArmName,
  baseline: ArmName,
  paired: boolean,
): Prepared | Reason {
  const x = table.arms.get(treatment);
  const y = table.arms.get(baseline);
  for (const [arm, column] of [
    [treatment, x],
    [baseline, y],
  ] as const) {
    if (column === undefined || column.n === 0)
      return reason('arm-without-data', { arm, metric: table.metric });
    const infinite = rowsWhere(
      column,
      (i) => isInfinite(column.value[i]) || isInfinite(column.per?.[i] ?? 0),
    );
    if (infinite.length > 0) {
      return reason('infinite-values', {
        arm,
        metric: table.metric,
        count: infinite.length,
        unit: column.unit[infinite[0]],
      });
    }
  }
  if (x === undefined || y === undefined)
    return reason('arm-without-data', { arm: treatment, metric: table.metric });
  for (const { arm, value, per } of [x, y]) {
    const largest = outOfRange(value) ?? (per === null ? null : outOfRange(per));
    if (largest !== null) return reason('metric-out-of-range', { arm, metric: table.metric, largest });
  }
  return paired ? joined(x, y, table.metric) : separate(x, y, table.metric);
}

function joined(x: ArmColumn, y: ArmColumn, metric: string): Prepared | Reason {
  const rowOf = new Map(y.unit.map((unit, j) => [unit, j]));
  const ofX = new Set(x.unit);
  if (ofX.size < x.n || rowOf.size < y.n) {
    return reason('unit-measured-twice', { metric, arm: rowOf.size < y.n ? y.arm : x.arm });
  }
  const keptX: number[] = [];
  const keptY: number[] = [];
  let shared = 0;
  for (let i = 0; i < x.n; i++) {
    const j = rowOf.get(x.unit[i]);
    if (j === undefined) continue;
    shared++;
    if (!isComplete(x, i) || !isComplete(y, j)) continue;
    keptX.push(i);
    keptY.push(j);
  }
  if (keptX.length === 0) return reason('no-complete-units', { metric, treatment: x.arm, baseline: y.arm });
  const seen = x.n + y.n - shared;
  return {
    samples: { paired: true, treatment: choose(x, keptX), baseline: choose(y, keptY) },
    warnings: dropped(seen - keptX.length, seen, metric),
  };
}

function separate(x: ArmColumn, y: ArmColumn, metric: string): Prepared | Reason {
  const keptX = rowsWhere(x, (i) => isComplete(x, i));
  const keptY = rowsWhere(y, (j) => isComplete(y, j));
  if (keptX.length === 0) return reason('arm-without-data', { arm: x.arm, metric });
  if (keptY.length === 0) return reason('arm-without-data', { arm: y.arm, metric });
  const lost = x.n - keptX.length + (y.n - keptY.length);
  return {
    samples: { paired: false, treatment: choose(x, keptX), baseline: choose(y, keptY) },
    warnings: dropped(lost, x.n + y.n, metric),
  };
}

const dropped = (count: number, of: number, metric: string): Reason[] =>
  count > droppedShare * of ? [reason('units-dropped', { metric, count, of, share: count / of })] : [];

function rowsWhere({ n }: ArmColumn, holds: (row: number) => boolean): number[] {
  const found: number[] = [];
  for (let i = 0; i < n; i++) if (holds(i)) found.push(i);
  return found;
}

const isInfinite = (value: number) => Math.abs(value) === Number.POSITIVE_INFINITY;
const isComplete = ({ value, per, covariate }: ArmColumn, i: number) =>
  Number.isFinite(value[i]) &&
  (covariate === undefined || Number.isFinite(covariate[i])) &&
  (per === null || Number.isFinite(per[i]));

/** The rows of a column at these positions. */
export function choose(column: ArmColumn, at: readonly number[]): ArmColumn {
  const numbers = (values: Float64Array) => {
    const chosen = new Float64Array(at.length);
    for (let k = 0; k < at.length; k++) chosen[k] = values[at[k]];
    return chosen;
  };
  return {
    arm: column.arm,
    n: at.length,
    unit: at.map((i) => column.unit[i]),
    value: numbers(column.value),
    per: column.per === null ? null : numbers(column.per),
    start: numbers(column.start),
    order: numbers(column.order),
    item: at.map((i) => column.item[i]),
    ...(column.slot === undefined ? {} : { slot: numbers(column.slot) }),
    ...(column.covariate === undefined ? {} : { covariate: numbers(column.covariate) }),
    // Of a part of the units nobody keeps it.
    ...(column.course === undefined || at.length < column.n ? {} : { course: column.course }),
  };
}
