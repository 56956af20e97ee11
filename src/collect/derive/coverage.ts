/** How many units there should be, how many were seen, and how many can be compared. */
import type { ArmName, Metric } from '../../model/experiment.js';
import { isPaired } from '../../model/paired.js';
import { analysedFromMs, wholeBuckets } from './bucket.js';
import { type Material, sourceType } from './material.js';
import type { UnitValue } from './units.js';

/** The observed metrics that a metric is made of, with the arms that need them. */
const leaves = (material: Material, metric: Metric, arm: ArmName, depth = 0): readonly Metric[] => {
  const { input } = metric;
  if (input.kind === 'observed') return [metric];
  const names =
    input.kind === 'ratio'
      ? [input.of, input.per]
      : (Object.hasOwn(input.arms, arm) ? input.arms[arm] : []).map(({ usage }) => usage);
  return names.flatMap((name) => {
    const part = material.metric(name);
    return part === undefined || depth > 3 ? [] : leaves(material, part, arm, depth + 1);
  });
};

/** true: its units are the blocks of the schedule. */
const isByBlock = (material: Material, metric: Metric): boolean =>
  material.experiment.arms.every(({ name }) => {
    const types = leaves(material, metric, name).map((leaf) => sourceType(material, leaf, name));
    return types.length > 0 && types.every((type) => type === 'trials');
  });

type Units = ReadonlyMap<string, UnitValue>;

/** Whole buckets of what was held: a ramp owes none in burn-in, between its stages or before the first. */
const bucketsInStages = ({ experiment: { window }, slots }: Material, widthMs: number): number => {
  const [from, to] =
    window === null
      ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      : [analysedFromMs(window), window.toMs];
  return (slots?.held ?? []).reduce((count, { fromMs, toMs }) => {
    const first = Math.ceil(Math.max(from, fromMs) / widthMs);
    return count + Math.max(0, Math.floor(Math.min(to, toMs) / widthMs) - first);
  }, 0);
};

const expectedOf = (
  material: Material,
  metric: Metric,
  widthMs: number | null,
  all: ReadonlySet<string>,
): number => {
  const { window } = material.experiment;
  if (widthMs !== null && material.slots !== null && isPaired(material.experiment.design, true))
    return bucketsInStages(material, widthMs);
  if (widthMs !== null) return window === null ? all.size : wholeBuckets(window, widthMs).count;
  if (isByBlock(material, metric)) return material.blocks.size;
  const scheduled = new Set((material.schedule?.units ?? []).map(({ id }) => id));
  const isScheduled = scheduled.size > 0 && [...all].every((unit) => scheduled.has(unit));
  return isScheduled ? scheduled.size : all.size;
};

/**
 * `expected`: blocks of the schedule that are not excluded; whole buckets of the window, or of what was held
 * of it; else every unit that any arm
 * saw. `seen`: units of that arm, with a value or without. `complete`: in a paired design the units that are complete in all arms, else those that are complete in every
 * arm that saw them.
 */
export const coverageOf = (
  material: Material,
  metric: Metric,
  widthMs: number | null,
  arms: ReadonlyMap<ArmName, Units>,
): { expected: number; seen: Readonly<Record<ArmName, number>>; complete: number } => {
  const all = new Set([...arms.values()].flatMap((units) => [...units.keys()]));
  const paired = isPaired(material.experiment.design, widthMs !== null);
  const everyArm = [...arms.values()];
  const complete = [...all].filter((unit) =>
    everyArm.every((units) => {
      const found = units.get(unit);
      return found === undefined ? !paired : found.value !== null;
    }),
  ).length;
  const seen = Object.fromEntries([...arms].map(([arm, units]) => [arm, units.size]));
  return { expected: expectedOf(material, metric, widthMs, all), seen, complete };
};
