/** From units to time and money: how far apart units are, when a window ends, what running the arms costs meanwhile. */
import type { ArmColumn } from '../model/evidence.js';
import type { ArmName, Experiment } from '../model/experiment.js';
import { isInSlots, paidPerKept, pilotUnits, slotMsOf } from './clock.js';
import { bucketMsOf, type Grain } from './grain.js';
import type { Extent, Pilot, UnitKind } from './plan.js';
import type { Question } from './question.js';

const DAY_MS = 86_400_000;

/** Milliseconds from one unit to the next: the bucket, the trials of a block, or what the pilot saw. */
export function everyMsOf(
  { metric, claim }: Pick<Question, 'metric' | 'claim'>,
  grain: Pick<Grain, 'unit'>,
  experiment: Experiment,
  pilot: Pilot | null,
): number | null {
  if (isInSlots(experiment))
    return slotMsOf(grain, experiment, bucketMsOf(metric, experiment), pilot, claim.treatment);
  if (grain.unit === 'buckets') return bucketMsOf(metric, experiment);
  if (pilot === null) return null;
  if (experiment.driver !== null) return fromTrials(grain.unit, experiment, pilot);
  const table = pilot.tables.get(metric.name);
  if (table === undefined) return null;
  const columns = [...table.arms.values()].filter(({ n }) => n > 1);
  const gaps = columns.map(gapOf).filter((gap) => gap > 0);
  if (gaps.length === 0) return null;
  // Keys come to all arms together; other units are on every arm.
  return grain.unit === 'keys' ? 1 / gaps.reduce((rate, gap) => rate + 1 / gap, 0) : Math.max(...gaps);
}

const gapOf = ({ start, n }: ArmColumn): number => (start[n - 1] - start[0]) / (n - 1);

/** One trial after the other; in mirrored designs the arms run at the same time. */
function fromTrials(unit: UnitKind, { design, workload }: Experiment, pilot: Pilot): number | null {
  const counted = pilot.trials.filter(({ block }) => block >= 0);
  const lengths = new Map<ArmName, number[]>();
  for (const { arm, start, end } of counted) lengths.set(arm, [...(lengths.get(arm) ?? []), end - start]);
  const means = [...lengths.values()].map((all) => all.reduce((sum, ms) => sum + ms, 0) / all.length);
  if (means.length === 0) return null;
  const sum = means.reduce((total, ms) => total + ms, 0);
  const repeats = workload?.repeats ?? 1;
  if (design.kind === 'by-key') return (sum / means.length) * repeats;
  const block = design.kind === 'mirrored' ? Math.max(...means) : sum;
  return unit === 'items' ? block * repeats : block;
}

export interface Scale {
  readonly experiment: Experiment;
  readonly pilot: Pilot | null;
  readonly items: number | null;
}

/** `atWindow`: the declared window as it stands, not one that would be long enough. */
export function extentOf(
  units: number | null,
  unit: UnitKind,
  everyMs: number | null,
  scale: Scale,
  atWindow = false,
): Extent {
  const { experiment, items } = scale;
  const { window } = experiment;
  const bare = units === null || everyMs === null ? null : units * everyMs;
  const slotted = isInSlots(experiment);
  const inWindow = window !== null && (slotted || experiment.driver === null);
  // Slots are as long as they are; rhythms are balanced by their draw, or stage by stage.
  const durationMs = bare === null || !inWindow || atWindow || slotted ? bare : wholeDays(bare);
  const endMs =
    !inWindow || durationMs === null
      ? null
      : atWindow
        ? window.toMs
        : window.fromMs + window.warmupMs + durationMs;
  return {
    units,
    unit,
    repeats: unit === 'blocks' && items !== null && units !== null ? units / items : null,
    durationMs,
    endMs,
    finalMs: endMs === null || window === null ? null : endMs + window.settleMs,
    cost: units === null ? [] : costsOf(units, unit, durationMs, scale),
  };
}

/** Whole days, and whole weeks from 7 days on: rhythms must not be cut (STATISTICS.md §3). */
function wholeDays(ms: number): number {
  const days = Math.ceil(ms / DAY_MS - 1e-9);
  return (days > 7 ? Math.ceil(days / 7) * 7 : days) * DAY_MS;
}

/** What each arm costs over so many units, by what the pilot paid per unit. */
function costsOf(units: number, unit: UnitKind, durationMs: number | null, scale: Scale): Extent['cost'] {
  const { experiment, pilot } = scale;
  if (pilot === null || pilot.mode !== 'real') return [];
  return pilot.experiment.metrics.flatMap((metric) => {
    const table = pilot.tables.get(metric.name);
    if (metric.input.kind !== 'rate' || table === undefined || table.unmeasured !== null) return [];
    const arms: [ArmName, number][] = [];
    for (const { name } of experiment.arms) {
      const column = table.arms.get(name);
      if (column === undefined || column.n === 0) return [];
      const sum = column.value.reduce((total, value) => total + value, 0);
      const rows = rowsOf(column, { units, unit, durationMs, bucketMs: table.bucketMs ?? null }, scale);
      if (rows === null) return [];
      arms.push([name, (sum / rows.had) * rows.needed]);
    }
    const total = arms.reduce((sum, [, cost]) => sum + cost, 0);
    return [{ metric: metric.name, unit: metric.unit, arms: Object.fromEntries(arms), total }];
  });
}

interface Costing {
  readonly units: number;
  readonly unit: UnitKind;
  readonly durationMs: number | null;
  readonly bucketMs: number | null;
}

/** Of an arm's cost: how much of whatever it is counted by the pilot had, and how much is needed. */
function rowsOf(
  { arm, n }: ArmColumn,
  { units, unit, durationMs, bucketMs }: Costing,
  { experiment, pilot }: Scale,
): { readonly had: number; readonly needed: number } | null {
  const { design, workload, arms, treatments } = experiment;
  if (isInSlots(experiment) && unit !== 'buckets') {
    const had = pilot === null ? null : pilotUnits(unit, pilot, treatments[0]);
    return had === null ? null : { had, needed: units * paidPerKept(experiment) };
  }
  if (bucketMs !== null) return durationMs === null ? null : { had: n, needed: durationMs / bucketMs };
  if (unit === 'keys') return { had: n, needed: units * (design.shares[arm] ?? 1 / arms.length) };
  return { had: n, needed: unit === 'items' ? units * (workload?.repeats ?? 1) : units };
}
