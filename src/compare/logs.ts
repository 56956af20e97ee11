/** Logarithms of one arm's unit values, for the typical ratio. */
import type { ComparePlan } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import { preciseSum } from '../stats/double-double.js';
import { membersOf, pick } from '../stats/strata.js';
import { measured } from './measures.js';

export function logsOf(column: ArmColumn, plan: ComparePlan): Float64Array | Reason {
  const rows = measured(column, { ...plan, estimand: 'mean' });
  if ('code' in rows) return rows;
  const wrong = column.unit.filter((_, i) => !(rows.value[i] > 0));
  if (wrong.length > 0) {
    return reason('typical-needs-positive-values', { arm: column.arm, count: wrong.length, unit: wrong[0] });
  }
  return rows.value.map(Math.log);
}

/** One mean an item, in order of first appearance. */
export const meansOf = (values: Float64Array, item: readonly string[]): Float64Array =>
  Float64Array.from(
    membersOf(item, values.length),
    (rows) => preciseSum(pick(values, rows)).high / rows.length,
  );
