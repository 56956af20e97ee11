/** Cost = usage × rate card, usage by usage (price.ts), then added up to units. Several rates of one arm add up. */
import type { ArmName, Metric, Rate, RateInput, RateUse } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';
import { nearestFirst } from '../nearest.js';
import { isReason, type Material } from './material.js';
import { type Points, pointsOf } from './points.js';
import { fixedByTime, fixedByVolume, needsVolume, priceOf } from './price.js';
import { sameUnit } from './unit-names.js';
import { type ArmUnits, foldUnits, type UnitValue } from './units.js';

const isPerPoint = (usage: Metric): boolean => usage.fold.kind === 'sum' || usage.fold.kind === 'only';

/** Rounding and minimum of single trials cannot be recovered from values that stand for many. */
const aggregated = (
  metric: Metric,
  arm: ArmName,
  use: RateUse,
  rate: Rate,
  usage: Metric,
  { points }: Points,
) => {
  const isRounded = rate.roundUpTo !== null || rate.minimum > 0 || rate.perUnit !== 0;
  if (!isRounded || (isPerPoint(usage) && points.every(({ n }) => n === 1))) return [];
  return [reason('rate-on-aggregates', { metric: metric.name, arm, rate: use.rate, usage: usage.name })];
};

const negative = (points: Points['points']) => points.find(({ value }) => value !== null && value < 0);

type Names = {
  readonly metric: string;
  readonly arm: ArmName;
  readonly rate: string;
  readonly usage: string;
};

const whyUnusable = (use: RateUse, rate: Rate, usage: Metric, names: Names): Reason | null => {
  if (rate.fixed !== undefined)
    return use.monthly === undefined && usage.byMs === null ? reason('rate-fixed-over-nothing', names) : null;
  if (!sameUnit(rate.usage, usage.unit))
    return reason('rate-unit-mismatch', { ...names, priced: rate.usage, measured: usage.unit });
  if (rate.resident && use.utilisation === null) return reason('rate-without-utilisation', names);
  return needsVolume(rate, use) && use.monthly === undefined ? reason('rate-without-volume', names) : null;
};

const charge = (value: number, n: number, use: RateUse, rate: Rate, bucketMs: number | null): number => {
  if (rate.fixed === undefined) return priceOf(value, n, rate, use);
  const { monthly } = use;
  return monthly === undefined
    ? fixedByTime(bucketMs ?? Number.NaN, rate, use)
    : fixedByVolume(value, rate, { ...use, monthly });
};

const priced = (
  material: Material,
  metric: Metric,
  arm: ArmName,
  use: RateUse,
  rate: Rate,
): ArmUnits | Reason => {
  const usage = material.metric(use.usage);
  const names = { metric: metric.name, arm, rate: use.rate, usage: use.usage };
  if (usage === undefined || usage.input.kind !== 'observed') return reason('rate-usage-not-observed', names);
  const unusable = whyUnusable(use, rate, usage, names);
  if (unusable !== null) return unusable;
  const found = pointsOf(material, usage, arm);
  if (isReason(found)) return found;
  const below = negative(found.points);
  if (below !== undefined)
    return reason('rate-negative-usage', { ...names, unit: below.unit, value: below.value });
  const cost = (value: number | null, n: number): number | null =>
    value === null || Number.isNaN(value) ? null : charge(value, n, use, rate, usage.byMs);
  // What is paid by the hour is paid once for a bucket, however many points it has.
  const perPoint = isPerPoint(usage) && rate.fixed === undefined;
  const points = perPoint
    ? found.points.map((point) => ({ ...point, value: cost(point.value, point.n) }))
    : found.points;
  const units = foldUnits(points, usage.fold, usage.byMs, material.experiment.window, {
    metric: usage.name,
    arm,
  });
  if (isReason(units)) return units;
  const costs = perPoint
    ? units
    : new Map([...units].map(([name, unit]) => [name, { ...unit, value: cost(unit.value, 1) }]));
  const warnings = [...found.warnings, ...aggregated(metric, arm, use, rate, usage, found)];
  return { units: costs, widthMs: usage.byMs, warnings };
};

/** A unit's cost is complete when each of its parts is. */
const added = (parts: readonly ArmUnits[]): ReadonlyMap<string, UnitValue> => {
  const [first, ...others] = parts;
  const units = new Map(first.units);
  for (const other of others) {
    for (const name of new Set([...units.keys(), ...other.units.keys()])) {
      const a = units.get(name);
      const b = other.units.get(name);
      const known = (a ?? b) as UnitValue;
      const isComplete = a !== undefined && b !== undefined && a.value !== null && b.value !== null;
      units.set(name, { ...known, value: isComplete ? (a.value as number) + (b.value as number) : null });
    }
  }
  return units;
};

/** Cost of each unit of the arm, at the widest grain of its usages (`meet` brings a part to that grain). */
export const rateUnits = (
  material: Material,
  metric: Metric & { readonly input: RateInput },
  arm: ArmName,
  meet: (part: ArmUnits, usage: Metric) => ArmUnits | Reason,
): ArmUnits | Reason => {
  const uses = Object.hasOwn(metric.input.arms, arm) ? metric.input.arms[arm] : [];
  if (uses.length === 0) return reason('rate-without-usage', { metric: metric.name, arm });
  const { rates } = metric.input.card;
  const parts: ArmUnits[] = [];
  for (const use of uses) {
    if (!Object.hasOwn(rates, use.rate)) {
      const exist = nearestFirst(use.rate, Object.keys(rates));
      return reason('rate-unknown', {
        metric: metric.name,
        arm,
        rate: use.rate,
        card: metric.input.card.card,
        exist,
      });
    }
    const part = priced(material, metric, arm, use, rates[use.rate]);
    if (isReason(part)) return part;
    // Costs may always be added up, whatever the fold of the usage was.
    const met = meet(part, metric);
    if (isReason(met)) return met;
    parts.push(met);
  }
  return {
    units: added(parts),
    widthMs: parts[0].widthMs,
    warnings: parts.flatMap(({ warnings }) => warnings),
  };
};
