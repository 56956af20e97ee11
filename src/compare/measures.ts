/**
 * One arm's rows as what a method sums: values, or numerators over denominators.
 * A mean of a ratio metric is the mean of the units' own ratios; a total is Σvalue, or Σvalue/Σper.
 * In a sample workload the item was drawn and not the repeat: repeats are folded into items first (STATISTICS.md §1).
 */
import type { ComparePlan } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import { preciseSum } from '../stats/double-double.js';
import { membersOf, pick } from '../stats/strata.js';

export interface Measured {
  readonly value: Float64Array;
  /** Null where the estimate is a sum or mean of values. */
  readonly per: Float64Array | null;
}

/** Rows as the estimand wants them. */
export function measured(column: ArmColumn, plan: ComparePlan): Measured | Reason {
  const { value, per } = column;
  if (plan.proportion && (plan.estimand === 'proportion' || plan.estimand === 'total')) {
    if (per === null) return reason('proportion-needs-counts', { arm: column.arm });
    const wrong = column.unit.filter((_, i) => value[i] < 0 || value[i] > per[i]);
    if (wrong.length > 0) {
      return reason('proportion-out-of-range', { arm: column.arm, count: wrong.length, unit: wrong[0] });
    }
  }
  if (plan.estimand === 'proportion' && per === null)
    return reason('proportion-needs-counts', { arm: column.arm });
  if (per === null || plan.estimand === 'total' || plan.estimand === 'proportion') return { value, per };
  const empty = column.unit.filter((_, i) => !(per[i] > 0));
  if (empty.length > 0) {
    return reason('unit-without-denominator', { arm: column.arm, count: empty.length, unit: empty[0] });
  }
  return { value: value.map((v, i) => (plan.times * v) / per[i]), per: null };
}

/** Rows of one item summed into one row. A mean becomes Σvalue/Σrepeats. */
export function folded({ value, per }: Measured, item: readonly string[], isMean: boolean): Measured {
  const groups = membersOf(item, value.length);
  const sums = (values: Float64Array) =>
    Float64Array.from(groups, (rows) => preciseSum(pick(values, rows)).high);
  const repeats = isMean ? Float64Array.from(groups, (rows) => rows.length) : null;
  return { value: sums(value), per: per === null ? repeats : sums(per) };
}

/** Σ of each item's values, e.g. of order differences. */
export function foldedSum(values: Float64Array, item: readonly string[]): Float64Array {
  return Float64Array.from(membersOf(item, values.length), (rows) => preciseSum(pick(values, rows)).high);
}

/** Position of the treatment − position of the baseline in each block; null where blocks have no order. */
export function orderDifference(treatment: ArmColumn, baseline: ArmColumn): Float64Array | null {
  const difference = treatment.order.map((place, i) => place - baseline.order[i]);
  return difference.every(Number.isFinite) ? difference : null;
}
