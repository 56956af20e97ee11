/** Treatment and baseline of one metric, row by row of the same unit, for designs in which every unit meets every arm. */
import type { MetricTable } from '../model/evidence.js';
import type { ArmName } from '../model/experiment.js';
import { unitValues } from './metrics.js';

export interface Pair {
  readonly treatment: number;
  readonly baseline: number;
  /** Position of the treatment's trial in the block minus the baseline's; NaN without blocks. */
  readonly orderDifference: number;
  readonly item: string;
  readonly unit: string;
}

/** Pairs whose values are both finite, in the order of the treatment's rows. */
export function pairsOf(table: MetricTable, treatment: ArmName, baseline: ArmName): readonly Pair[] {
  const [x, y] = [table.arms.get(treatment), table.arms.get(baseline)];
  if (x === undefined || y === undefined) return [];
  const [xs, ys] = [unitValues(x), unitValues(y)];
  const rowOf = new Map(y.unit.map((unit, i) => [unit, i]));
  return x.unit.flatMap((unit, i) => {
    const j = rowOf.get(unit);
    if (j === undefined || !Number.isFinite(xs[i]) || !Number.isFinite(ys[j])) return [];
    const orderDifference = x.order[i] - y.order[j];
    return [{ treatment: xs[i], baseline: ys[j], orderDifference, item: x.item[i], unit }];
  });
}
