/**
 * Evidence becomes tables: one per metric, one row per unit and arm. Pure: the same evidence gives the same tables.
 * A metric that cannot be measured keeps what there is (for the report) and says why; it never has a zero instead.
 */
import type { Collected, Exclusion, ExecutedSlot, MetricTable, Schedule, Trial } from '../model/evidence.js';
import type { ArmName, Experiment, Metric, MetricName, RateInput, RatioInput } from '../model/experiment.js';
import { isPaired } from '../model/paired.js';
import { type Reason, reason } from '../model/reason.js';
import { type ArmInTime, arrivalsOf, coursesOf } from './derive/course.js';
import { coverageOf } from './derive/coverage.js';
import { isReason, type Material, materialOf } from './derive/material.js';
import { pointsOf } from './derive/points.js';
import { rateUnits } from './derive/rate.js';
import { ratioUnits } from './derive/ratio.js';
import { withShares } from './derive/shared.js';
import { inSlots } from './derive/slots.js';
import { sum } from './derive/sum.js';
import { columnOf } from './derive/table.js';
import { type ArmUnits, coarsen, foldUnits, type UnitValue } from './derive/units.js';

/** The coarsest grain of a metric's parts over all arms: a width in ms, or null where units are named. */
const widthOf = (material: Material, metric: Metric): number | null => {
  const { input } = metric;
  const parts =
    input.kind === 'observed'
      ? []
      : input.kind === 'ratio'
        ? [input.of, input.per]
        : Object.values(input.arms).flatMap((uses) => uses.map(({ usage }) => usage));
  const widths = parts.map((name) => {
    const part = material.metric(name);
    if (part === undefined || part.input.kind === input.kind || part.input.kind === 'ratio') return null;
    return widthOf(material, part);
  });
  return [metric.byMs, ...widths].reduce(
    (widest, width) => (width === null ? widest : Math.max(width, widest ?? 0)),
    null,
  );
};

const observedUnits = (material: Material, metric: Metric, arm: ArmName): ArmUnits | Reason => {
  const found = pointsOf(material, metric, arm);
  if (isReason(found)) return found;
  const { experiment } = material;
  const points = withShares(material, metric, arm, found.points);
  if (isReason(points)) return points;
  const units = foldUnits(points, metric.fold, metric.byMs, experiment.window, {
    metric: metric.name,
    arm,
  });
  if (isReason(units)) return units;
  const arrivals = isOfKeys(experiment, metric.byMs) ? arrivalsOf(points, metric.fold) : null;
  return {
    units,
    widthMs: metric.byMs,
    warnings: found.warnings,
    ...(arrivals === null ? {} : { inTime: { of: arrivals, per: null } }),
  };
};

/** Arms have named units of their own, side by side. */
const isOfKeys = ({ design }: Experiment, widthMs: number | null): boolean =>
  widthMs === null && (design.kind === 'by-key' || design.kind === 'ramp');

/** Metrics are parts of several others: the units of each are made once. */
interface Making {
  readonly material: Material;
  readonly made: Map<string, ArmUnits | Reason>;
}

const once = (
  { made }: Making,
  parts: readonly (string | number | null)[],
  make: () => ArmUnits | Reason,
): ArmUnits | Reason => {
  const name = JSON.stringify(parts);
  const known = made.get(name) ?? make();
  made.set(name, known);
  return known;
};

/** Units of a metric on an arm, at a grain at least as wide as its own. */
const unitsOf = (making: Making, metric: Metric, arm: ArmName, widthMs: number | null): ArmUnits | Reason => {
  const { material } = making;
  const meet = (units: ArmUnits, part: Metric): ArmUnits | Reason =>
    widthMs === null ? units : coarsen(units, widthMs, material.experiment.window, part);
  const { input } = metric;
  if (input.kind === 'rate')
    return once(making, [metric.name, arm, widthMs], () =>
      rateUnits(material, metric as Metric & { input: RateInput }, arm, meet),
    );
  if (input.kind === 'observed') {
    const own = once(making, [metric.name, arm], () => observedUnits(material, metric, arm));
    return isReason(own) ? own : meet(own, metric);
  }
  const parts: ArmUnits[] = [];
  for (const name of [input.of, input.per]) {
    const part = material.metric(name);
    if (part === undefined || part.input.kind === 'ratio')
      return reason('ratio-part-not-usable', { metric: metric.name, part: name });
    const units = unitsOf(making, part, arm, widthMs);
    if (isReason(units)) return units;
    parts.push(units);
  }
  return ratioUnits(metric as Metric & { input: RatioInput }, arm, parts[0], parts[1]);
};

const isObservedOn = (metric: Metric, arm: ArmName): boolean =>
  metric.input.kind !== 'observed' || Object.hasOwn(metric.input.arms, arm);

const isComplete = ({ value }: UnitValue): boolean => value !== null;

/** Why an arm with units has nothing to compare. */
const emptiness = (metric: Metric, arm: ArmName, units: ArmUnits['units']): Reason | null => {
  const complete = [...units.values()].filter(isComplete);
  if (complete.length === 0) return reason('empty-arm', { metric: metric.name, arm, seen: units.size });
  if (metric.input.kind !== 'ratio') return null;
  const total = sum(complete.map(({ per }) => per ?? Number.NaN));
  return total > 0
    ? null
    : reason('ratio-nothing-to-divide-by', { metric: metric.name, arm, per: metric.input.per, total });
};

const noCommonUnit = (metric: Metric, arms: ReadonlyMap<ArmName, ArmUnits['units']>): Reason => {
  const examples = [...arms].map(([arm, units]) => `${arm}: ${[...units.keys()].sort()[0]}`);
  return reason('no-common-unit', { metric: metric.name, examples });
};

const unique = (reasons: readonly Reason[]): readonly Reason[] => [
  ...new Map(reasons.map((one) => [JSON.stringify([one.code, one.values]), one])).values(),
];

const tableOf = (making: Making, metric: Metric): MetricTable => {
  const { material } = making;
  const { experiment } = material;
  const widthMs = widthOf(material, metric);
  const units = new Map<ArmName, ArmUnits['units']>();
  const inTime = new Map<ArmName, ArmInTime>();
  const problems: Reason[] = [];
  const warnings: Reason[] = [];
  for (const { name: arm } of experiment.arms) {
    const found = isObservedOn(metric, arm)
      ? unitsOf(making, metric, arm, widthMs)
      : reason('not-observed-on-arm', { metric: metric.name, arm });
    if (isReason(found)) {
      problems.push(found);
      units.set(arm, new Map());
      continue;
    }
    const placed = inSlots(material, arm, found.units, widthMs);
    units.set(arm, placed);
    warnings.push(...found.warnings);
    if (found.inTime !== undefined) inTime.set(arm, { ...found.inTime, units: placed });
    const empty = emptiness(metric, arm, placed);
    if (empty !== null) problems.push(empty);
  }
  const coverage = coverageOf(material, metric, widthMs, units);
  if (problems.length === 0 && coverage.complete === 0 && isPaired(experiment.design, widthMs !== null))
    problems.push(noCommonUnit(metric, units));
  if (widthMs !== null && experiment.window === null)
    warnings.push(reason('buckets-without-window', { metric: metric.name }));
  const courses = inTime.size === experiment.arms.length ? coursesOf(inTime) : null;
  return {
    metric: metric.name,
    arms: new Map(
      [...units].map(([arm, all]) => [
        arm,
        columnOf(arm, all.values(), metric.input.kind === 'ratio', courses?.get(arm)),
      ]),
    ),
    unmeasured: problems[0] ?? null,
    coverage,
    warnings: unique([...problems.slice(1), ...warnings]),
    bucketMs: widthMs,
  };
};

/** The table of every metric, in file order. `schedule` is null where nothing was run by us; `known` are taken as they are. */
export const deriveTables = (
  experiment: Experiment,
  schedule: Schedule | null,
  trials: readonly Trial[],
  collected: readonly Collected[],
  exclusions: readonly Exclusion[],
  executed?: readonly ExecutedSlot[],
  known: ReadonlyMap<MetricName, MetricTable> = new Map(),
): ReadonlyMap<MetricName, MetricTable> => {
  const material = materialOf(experiment, schedule, trials, collected, exclusions, executed);
  const making = { material, made: new Map<string, ArmUnits | Reason>() };
  return new Map(
    experiment.metrics.map((metric) => [metric.name, known.get(metric.name) ?? tableOf(making, metric)]),
  );
};
