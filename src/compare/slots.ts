/**
 * One value for each slot of a switchback, and for each run of several: what of the metric it holds.
 *
 * A ratio of sums keeps its parts, Σvalue over Σper; a mean keeps the sum and the number of its units. Totals are sums
 * where units have names; buckets of a slot are as many as its time holds, so that one which misses a few is not smaller
 * for it: their mean stands for the total. Typical: the mean logarithm. Quantiles: the slot's own.
 */
import type { ComparePlan, Samples } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import { preciseSum } from '../stats/double-double.js';
import { membersOf, pick } from '../stats/strata.js';
import { logsOf } from './logs.js';
import { measured } from './measures.js';
import { shareOf, valuesOf } from './quantiles.js';

export interface SlotValues {
  /** Index of each slot, in time order. */
  readonly slot: Float64Array;
  readonly value: Float64Array;
  /** What the value is divided by; null: the value is the slot's own. */
  readonly per: Float64Array | null;
}

/** Rows were put into slots of one arm each: a stage of a ramp holds both. */
export const isOfSlots = ({ paired, treatment, baseline }: Samples): boolean =>
  !paired &&
  treatment.slot !== undefined &&
  baseline.slot !== undefined &&
  treatment.slot.every((slot) => !baseline.slot?.includes(slot));

export function slotValues(column: ArmColumn, plan: ComparePlan): SlotValues | Reason {
  const { slot } = column;
  const names = slot === undefined ? column.unit : Array.from(slot, String);
  const groups = membersOf(names, column.n);
  const index = Float64Array.from(groups, ([first], i) => slot?.[first] ?? i);
  const over = (values: Float64Array) =>
    Float64Array.from(groups, (rows) => preciseSum(pick(values, rows)).high);
  const counts = Float64Array.from(groups, (rows) => rows.length);
  const ordered = (value: Float64Array, per: Float64Array | null): SlotValues =>
    inOrder({ slot: index, value, per });

  if (/^p\d/.test(plan.estimand)) {
    const found = quantiles(column, plan, groups);
    return 'code' in found ? found : ordered(found, null);
  }
  if (plan.estimand === 'typical') {
    const logs = logsOf(column, plan);
    return 'code' in logs
      ? logs
      : ordered(
          over(logs).map((sum, i) => sum / counts[i]),
          null,
        );
  }
  const rows = measured(column, plan);
  if ('code' in rows) return rows;
  if (rows.per !== null)
    return ordered(
      over(rows.value).map((sum) => plan.times * sum),
      over(rows.per),
    );
  if (plan.estimand === 'mean') return ordered(over(rows.value), counts);
  if ((plan.bucketMs ?? null) === null) return ordered(over(rows.value), null);
  const most = counts.reduce((high, n) => Math.max(high, n), 0);
  return ordered(
    over(rows.value).map((sum, i) => (sum / counts[i]) * most),
    null,
  );
}

/** The value of rank ⌈nq⌉; a slot in which the tail has not one value says nothing about it. */
function quantiles(
  column: ArmColumn,
  plan: ComparePlan,
  groups: readonly (readonly number[])[],
): Float64Array | Reason {
  const q = shareOf(plan.estimand);
  const need = Math.ceil(1 / Math.min(q, 1 - q) - 1e-9);
  const fewest = Math.min(...groups.map((rows) => rows.length));
  if (fewest < need)
    return reason('slot-too-small-for-quantile', {
      arm: column.arm,
      have: fewest,
      need,
      estimand: plan.estimand,
    });
  const values = valuesOf(column, { ...plan, workload: null });
  if ('code' in values) return values;
  return Float64Array.from(groups, (rows) => {
    const own = pick(values, rows).sort();
    return own[Math.max(0, Math.ceil(q * own.length - 1e-9) - 1)];
  });
}

function inOrder({ slot, value, per }: SlotValues): SlotValues {
  const rows = Array.from(slot.keys()).sort((i, j) => slot[i] - slot[j]);
  const sorted = (all: Float64Array) => Float64Array.from(rows, (i) => all[i]);
  return { slot: sorted(slot), value: sorted(value), per: per === null ? null : sorted(per) };
}
