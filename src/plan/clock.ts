/** How long designs in slots, stages and runs take: from one unit (of each arm) to the next, and what is declared. */
import type { ArmName, Experiment } from '../model/experiment.js';
import type { Grain } from './grain.js';
import type { Pilot } from './plan.js';
import { bucketsIn, lengthOf, treatedPart } from './ramp.js';

/** Do slots, stages or runs say how long this takes? */
export const isInSlots = ({ design: { kind } }: Experiment): boolean =>
  kind === 'switchback' || kind === 'ramp' || kind === 'runs';

/** Milliseconds from one unit of each arm to the next; null where nothing says it. */
export function slotMsOf(
  grain: Pick<Grain, 'unit'>,
  experiment: Experiment,
  bucketMs: number | null,
  pilot: Pilot | null,
  treatment: ArmName,
): number | null {
  const { design, arms } = experiment;
  if (grain.unit === 'slots') {
    const { slotMs = null } = design.switching ?? {};
    return slotMs === null ? perPass(arms.length, pilot) : arms.length * slotMs;
  }
  if (grain.unit === 'runs') {
    const periods = design.periods ?? pilot?.experiment.design.periods;
    if (periods === undefined) return null;
    const from = Math.min(...periods.map(({ fromMs }) => fromMs));
    return (Math.max(...periods.map(({ toMs }) => toMs)) - from) / (periods.length / arms.length);
  }
  if (bucketMs !== null) {
    const buckets = bucketsIn(experiment, bucketMs);
    return buckets === 0 ? null : lengthOf(experiment) / buckets;
  }
  const keys = pilot === null ? null : keysIn(pilot, treatment);
  return pilot === null || keys === null ? null : lengthOf(pilot.experiment) / keys;
}

/** All keys of the traffic, told by those that met the treatment. */
function keysIn({ inferences, experiment }: Pilot, treatment: ArmName): number | null {
  const counts = [...inferences.values()].flatMap(({ details }) => {
    const keys = details['treatment keys'];
    return typeof keys === 'number' ? [keys] : [];
  });
  return counts.length === 0 ? null : Math.max(...counts) / treatedPart(experiment, treatment);
}

/** One pass of the workload on each arm, as long as the pilot's were. */
function perPass(arms: number, pilot: Pilot | null): number | null {
  const blocks = new Map<number, { from: number; to: number }>();
  for (const { block, start, end } of pilot?.trials ?? []) {
    if (block < 0) continue;
    const { from, to } = blocks.get(block) ?? { from: start, to: end };
    blocks.set(block, { from: Math.min(from, start), to: Math.max(to, end) });
  }
  const lengths = [...blocks.values()].map(({ from, to }) => to - from);
  return lengths.length === 0 ? null : (arms * lengths.reduce((sum, ms) => sum + ms, 0)) / lengths.length;
}

/** Units that the file declares; null where it does not say. */
export function declaredInSlots(
  grain: Pick<Grain, 'unit'>,
  { design, arms, window }: Experiment,
  everyMs: number | null,
): number | null {
  if (grain.unit === 'slots') {
    const { slotMs = null, slots = null } = design.switching ?? {};
    if (slots !== null) return Math.floor(slots / arms.length);
    if (window === null || slotMs === null) return null;
    return Math.floor((window.toMs - window.fromMs - window.warmupMs) / slotMs / arms.length + 1e-9);
  }
  if (grain.unit === 'runs') {
    const { periods } = design;
    if (periods === undefined) return null;
    return Math.min(...arms.map(({ name }) => periods.filter(({ arm }) => arm === name).length));
  }
  if (everyMs === null) return null;
  const length = (design.stages ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);
  return Math.floor(length / everyMs + 1e-9);
}

/** Units that the pilot had, of each arm (keys: of all arms), by which its cost is divided; null: it had none. */
export function pilotUnits(unit: Grain['unit'], pilot: Pilot, treatment: ArmName): number | null {
  if (unit === 'keys') return keysIn(pilot, treatment);
  const counts = [...pilot.tables.values()].flatMap(({ arms }) =>
    [...arms.values()].map(({ slot, unit: names }) => new Set<string | number>(slot ?? names).size),
  );
  return counts.length === 0 ? null : Math.max(...counts);
}

/** What burn-in and burn-out leave out is paid for all the same. */
export function paidPerKept({ design: { switching } }: Experiment): number {
  if (switching === undefined || switching.slotMs === null) return 1;
  return switching.slotMs / (switching.slotMs - switching.burnInMs - switching.burnOutMs);
}
