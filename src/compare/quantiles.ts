/** What the methods for quantiles have in common: which quantile, and one value a unit. */
import type { ComparePlan } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import type { Estimand } from '../model/experiment.js';
import type { Reason } from '../model/reason.js';
import { meansOf } from './logs.js';
import { measured } from './measures.js';

/** `p99.9` → 0.999. */
export const shareOf = (estimand: Estimand): number => Number(`${estimand.slice(1)}e-2`);

/** A ratio metric gives each unit's own ratio; repeats of an item of a sample workload give their mean. */
export function valuesOf(column: ArmColumn, plan: ComparePlan): Float64Array | Reason {
  const rows = measured(column, { ...plan, estimand: 'mean' });
  if ('code' in rows) return rows;
  const repeated = plan.workload === 'sample' && new Set(column.item).size < column.n;
  return repeated ? meansOf(rows.value, column.item) : rows.value;
}
