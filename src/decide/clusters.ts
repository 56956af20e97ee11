/**
 * What of one arm's rows counts as a unit where an arm alone is held against a limit, as in the comparison of two arms:
 * by key and in a ramp the key, however often it took part; of several runs the run; of a switchback the slot. Rows inside
 * resemble each other, and as many units as there are rows would be claimed (STATISTICS.md §1, §2).
 *
 * A slot's or run's ratio of sums keeps both its parts, a mean its sum and count, a quantile is the slot's own, of which
 * the mean is held against the limit.
 */
import type { ArmColumn } from '../model/evidence.js';
import type { Design } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { preciseSum } from '../stats/double-double.js';
import { membersOf, pick } from '../stats/strata.js';
import type { OneArmPlan } from './one-arm.js';
import { isQuantile, shareOf, unitValues } from './unit-values.js';

export interface Clustered {
  readonly column: ArmColumn;
  readonly plan: OneArmPlan;
}

/** Rows of a slot or of a run as one row. */
export function bySlot(column: ArmColumn, plan: OneArmPlan): Clustered | Reason {
  const { slot, per, value, start } = column;
  if (slot === undefined) return { column, plan };
  const groups = membersOf(Array.from(slot, String), column.n);
  const sums = (values: Float64Array) =>
    Float64Array.from(groups, (rows) => preciseSum(pick(values, rows)).high);
  const held = (own: Float64Array, over: Float64Array | null): ArmColumn => ({
    arm: column.arm,
    n: groups.length,
    unit: groups.map(([first]) => String(slot[first])),
    value: own,
    per: over,
    start: Float64Array.from(groups, (rows) => Math.min(...pick(start, rows))),
    order: new Float64Array(groups.length).fill(Number.NaN),
    item: groups.map(([first]) => String(slot[first])),
  });
  if (isQuantile(plan.estimand)) {
    const own = quantiles(column, plan, groups);
    return 'code' in own ? own : { column: held(own, null), plan: { ...plan, estimand: 'mean', times: 1 } };
  }
  const counts = () => Float64Array.from(groups, (rows) => rows.length);
  const over = per !== null ? sums(per) : plan.estimand === 'mean' ? counts() : null;
  return { column: held(sums(value), over), plan };
}

/** The value of rank ⌈nq⌉; a slot in which the tail has not one value says nothing about it. */
function quantiles(
  column: ArmColumn,
  { estimand, times }: OneArmPlan,
  groups: readonly (readonly number[])[],
): Float64Array | Reason {
  const q = shareOf(estimand);
  const need = Math.ceil(1 / Math.min(q, 1 - q) - 1e-9);
  const have = Math.min(...groups.map((rows) => rows.length));
  if (have < need) return reason('slot-too-small-for-quantile', { arm: column.arm, have, need, estimand });
  const values = Float64Array.from(unitValues(column, times));
  return Float64Array.from(groups, (rows) => {
    const own = pick(values, rows).sort();
    return own[Math.max(0, Math.ceil(q * own.length - 1e-9) - 1)];
  });
}

/** By key and in a ramp repeats of a key are no further keys. */
export const keysAsUnits = (
  { kind }: Pick<Design, 'kind'>,
  workload: OneArmPlan['workload'],
): OneArmPlan['workload'] => {
  if (kind === 'interleaved') return workload;
  return kind === 'ramp' || (kind === 'by-key' && workload !== null) ? 'sample' : null;
};
