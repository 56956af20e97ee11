/** What tables are derived from, indexed once. */
import type { Collected, Exclusion, ExecutedSlot, Schedule, Trial } from '../../model/evidence.js';
import type { ArmName, Experiment, Metric, MetricName } from '../../model/experiment.js';
import type { Reason } from '../../model/reason.js';
import { type Slots, slotFinder, slotsOf } from '../../model/slots.js';
import { blockId, countingTrials } from '../attempts.js';

export interface Material {
  readonly experiment: Experiment;
  readonly schedule: Schedule | null;
  metric(name: MetricName): Metric | undefined;
  collected(metric: MetricName, arm: ArmName): Collected | undefined;
  isExcluded(unit: string): boolean;
  /** Position of the arm's trial in the block; NaN where there is none. */
  order(unit: string, arm: ArmName): number;
  /** By key, the key is what was assigned: units that share one are one cluster. Else the unit itself. */
  item(unit: string): string;
  /** The slot in which a unit of the arm fell; null: it takes no part. Undefined: the design has no slots. */
  readonly slotOf:
    | ((arm: ArmName, unit: string, startMs: number, lengthMs: number) => number | null)
    | undefined;
  /** Whole buckets of this width in the slots of the arm, by slot. */
  readonly bucketsIn: (slot: number, widthMs: number) => number;
  readonly slots: Slots | null;
  /** Blocks that were to be run and are not excluded. */
  readonly blocks: ReadonlySet<string>;
}

/** Parts of a key cannot run into each other: names may hold any character. */
const key = (...parts: readonly string[]): string => JSON.stringify(parts);

const keysOf = ({ design, workload }: Experiment, schedule: Schedule | null): ReadonlyMap<string, string> => {
  const name = workload?.key ?? null;
  if (design.kind !== 'by-key' || name === null || schedule === null) return new Map();
  return new Map(
    schedule.units.flatMap((unit): [string, string][] => {
      const own = name.startsWith('$') ? unit.key : unit.covariates[name];
      return own === undefined ? [] : [[unit.id, String(own)]];
    }),
  );
};

export const materialOf = (
  experiment: Experiment,
  schedule: Schedule | null,
  trials: readonly Trial[],
  collected: readonly Collected[],
  exclusions: readonly Exclusion[],
  executed?: readonly ExecutedSlot[],
): Material => {
  const metrics = new Map(experiment.metrics.map((metric) => [metric.name, metric]));
  const answers = new Map(collected.map((one) => [key(one.meta.metric, one.meta.arm), one]));
  const excluded = new Set(exclusions.map(({ block }) => blockId(block)));
  const planned = (schedule?.trials ?? countingTrials(trials)).filter(({ block }) => block >= 0);
  const orders = new Map(planned.map(({ block, arm, order }) => [key(blockId(block), arm), order]));
  const keys = keysOf(experiment, schedule);
  const slots = slotsOf(schedule, executed);
  const find = slots === null ? null : slotFinder(slots);
  const blockOf = new Map(planned.map(({ id, block }) => [id, block]));
  const ofTrials = schedule?.draws !== undefined && slots === null;
  const slotOf: Material['slotOf'] =
    find !== null
      ? (arm, _unit, startMs, lengthMs) => find(arm, startMs, lengthMs)?.index ?? null
      : ofTrials
        ? (_arm, unit) => blockOf.get(unit) ?? null
        : undefined;
  const held = new Map(slots?.held.map((slot) => [slot.index, slot]));
  return {
    slots,
    slotOf,
    bucketsIn(slot, widthMs) {
      const { fromMs, toMs } = held.get(slot) ?? { fromMs: 0, toMs: 0 };
      return Math.max(0, Math.floor(toMs / widthMs) - Math.ceil(fromMs / widthMs));
    },
    experiment,
    schedule,
    item: (unit) => keys.get(unit) ?? unit,
    metric: (name) => metrics.get(name),
    collected: (metric, arm) => answers.get(key(metric, arm)),
    isExcluded: (unit) => excluded.has(unit),
    order: (unit, arm) => orders.get(key(unit, arm)) ?? Number.NaN,
    blocks: new Set(planned.map(({ block }) => blockId(block)).filter((block) => !excluded.has(block))),
  };
};

/** The type of the source that measures an observed metric on an arm; undefined where it is not observed there. */
export const sourceType = ({ experiment }: Material, metric: Metric, arm: ArmName): string | undefined => {
  if (metric.input.kind !== 'observed' || !Object.hasOwn(metric.input.arms, arm)) return undefined;
  const { source } = metric.input.arms[arm];
  return Object.hasOwn(experiment.sources, source) ? experiment.sources[source].type : source;
};

export const isReason = (found: object): found is Reason => 'code' in found;
