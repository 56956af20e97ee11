/**
 * Costs that the arms share and none is tagged with. A bill reports the whole amount for every arm, labelled
 * `shared` with how it is divided; each arm bears its part of it: an equal one, or in proportion to what a metric
 * (`by: records`) adds up to on each arm over the analysed window. The parts add up to what was billed.
 */
import type { ArmName, Metric, MetricName } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';
import { isReason, type Material } from './material.js';
import { type Point, pointsOf } from './points.js';
import { sum } from './sum.js';
import { foldUnits, isSummable } from './units.js';

const totalOf = (material: Material, metric: Metric, arm: ArmName): number | Reason => {
  const found = pointsOf(material, metric, arm);
  if (isReason(found)) return found;
  const { window } = material.experiment;
  const units = foldUnits(found.points, metric.fold, metric.byMs, window, { metric: metric.name, arm });
  if (isReason(units)) return units;
  return sum([...units.values()].map(({ value }) => value ?? 0).sort((a, b) => a - b));
};

/** Part of a shared cost that an arm bears, 0 … 1. */
const partOf = (
  material: Material,
  names: { readonly metric: MetricName; readonly shared: string },
  by: MetricName | null,
  arm: ArmName,
): number | Reason => {
  const { arms } = material.experiment;
  if (by === null) return 1 / arms.length;
  const metric = material.metric(by);
  if (metric === undefined || metric.input.kind !== 'observed' || !isSummable(metric))
    return reason('shared-by-not-usable', { ...names, by });
  const totals: number[] = [];
  for (const { name } of arms) {
    const total = totalOf(material, metric, name);
    if (typeof total !== 'number') return total;
    totals.push(total);
  }
  const all = sum(totals);
  if (!(all > 0) || totals.some((total) => total < 0))
    return reason('shared-by-nothing', { ...names, by, total: all });
  return totals[arms.findIndex(({ name }) => name === arm)] / all;
};

/** The points with each shared amount reduced to the part of this arm. */
export const withShares = (
  material: Material,
  metric: Metric,
  arm: ArmName,
  points: readonly Point[],
): readonly Point[] | Reason => {
  const parts = new Map<MetricName | null, number>();
  for (const { shared } of points) {
    if (shared === null || parts.has(shared.by)) continue;
    const part = partOf(material, { metric: metric.name, shared: shared.title }, shared.by, arm);
    if (typeof part !== 'number') return part;
    parts.set(shared.by, part);
  }
  if (parts.size === 0) return points;
  return points.map((point) =>
    point.shared === null || point.value === null
      ? point
      : { ...point, value: point.value * (parts.get(point.shared.by) as number) },
  );
};
