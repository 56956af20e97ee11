/**
 * A ratio joins two metrics of one arm on the unit. `value` is the numerator and `per` the denominator as they were
 * measured, so that times × sum(value) ÷ sum(per) is the metric's value: a ratio of sums, never a mean of ratios.
 * Whoever shows or compares it multiplies by `times`; counts stay counts for proportions.
 * Only units that are complete in both parts are complete; a unit that one part lacks is seen and incomplete.
 */
import type { ArmName, Metric, RatioInput } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';
import type { ArmUnits, UnitValue } from './units.js';

type Names = { readonly metric: string; readonly arm: ArmName; readonly of: string; readonly per: string };

const join = (of: UnitValue | undefined, per: UnitValue | undefined): UnitValue => {
  const known = (of ?? per) as UnitValue;
  if (of === undefined || per === undefined || of.value === null || per.value === null)
    return { ...known, value: null };
  return {
    ...of,
    value: of.value,
    per: per.value,
    start: Math.min(of.start, per.start),
    item: of.item === of.unit ? per.item : of.item,
  };
};

/** Events among attempts: 0 ≤ events ≤ attempts, or it is no proportion. */
const notProportion = (of: ArmUnits, per: ArmUnits, names: Names): Reason | null => {
  for (const { unit, value } of of.units.values()) {
    const attempts = per.units.get(unit)?.value ?? null;
    if (value === null || attempts === null || (value >= 0 && value <= attempts)) continue;
    return reason('ratio-not-proportion', { ...names, unit, events: value, attempts });
  }
  return null;
};

export const ratioUnits = (
  metric: Metric & { readonly input: RatioInput },
  arm: ArmName,
  of: ArmUnits,
  per: ArmUnits,
): ArmUnits | Reason => {
  const { input } = metric;
  const names = { metric: metric.name, arm, of: input.of, per: input.per };
  const wrong = input.proportion ? notProportion(of, per, names) : null;
  if (wrong !== null) return wrong;
  const units = new Map<string, UnitValue>();
  for (const unit of new Set([...of.units.keys(), ...per.units.keys()]))
    units.set(unit, join(of.units.get(unit), per.units.get(unit)));
  const shared = [...of.units.keys()].some((unit) => per.units.has(unit));
  if (!shared && of.units.size > 0 && per.units.size > 0) {
    const example = (part: ArmUnits): string => [...part.units.keys()].sort()[0];
    return reason('ratio-parts-share-no-unit', { ...names, ofUnit: example(of), perUnit: example(per) });
  }
  return {
    units,
    widthMs: of.widthMs,
    warnings: [...of.warnings, ...per.warnings],
    ...(of.inTime === undefined || per.inTime === undefined
      ? {}
      : { inTime: { of: of.inTime.of, per: per.inTime.of } }),
  };
};
