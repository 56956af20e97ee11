/**
 * Switchback: one arm at a time has all of the traffic, slot by slot, in drawn order. Right where only one system can
 * be live: one cluster, one queue. What an arm leaves behind in the next slot is cut off by burn-in.
 * Source: Bojinov, Simchi-Levi and Zhao 2023 (Management Science 69:3759); reference/splitting.md §2.1.
 */
import type { PlannedTrial, Schedule, Slot, SlotDraw, Unit } from '../../model/evidence.js';
import type { Experiment, Switching } from '../../model/experiment.js';
import { requireUnits, trialId } from './blocks.js';
import type { CreateRandom, SplitDesign } from './design.js';
import { drawSlots } from './slot-draws.js';
import { unitPasses } from './unit-passes.js';

export const switchback: SplitDesign = {
  title: 'All traffic to one arm at a time, slot by slot, in drawn order',
  concurrent: false,
  schedule(experiment, units, createRandom, startMs = 0): Schedule {
    const { design } = experiment;
    const switching = design.switching as Switching;
    const arms = experiment.arms.map(({ name }) => name);
    const count = slotCount(experiment, switching);
    const random = createRandom(design.seed, 'schedule', 'slots');
    const draws = drawSlots(arms, count, switching.slotMs, random);
    const base = { design: design.kind, seed: design.seed, units, refused: [], draws };
    if (switching.slotMs === null) {
      requireUnits(experiment, units);
      const trials = trialsOf(experiment, units, draws, createRandom);
      return { ...base, algorithm: 'stacktrial-1', blocks: count, trials };
    }
    const first = startOf(experiment, startMs);
    const slots = draws.map(({ arm }, index) => slotOf(index, first, arm, arms, switching));
    return { ...base, algorithm: 'stacktrial-1', blocks: count, trials: [], slots };
  },
};

/** As many of each arm; what is over at the end of the window stays unused. */
function slotCount({ arms, window }: Experiment, { slotMs, slots }: Switching): number {
  if (slots !== null || slotMs === null || window === null) return slots ?? 0;
  const fit = Math.floor((window.toMs - window.fromMs - window.warmupMs) / slotMs);
  return fit - (fit % arms.length);
}

/** Slots begin where the window's warm-up ends; without a window, when they are started. */
export const startOf = ({ window }: Experiment, startMs: number): number =>
  window === null ? startMs : window.fromMs + window.warmupMs;

function slotOf(
  index: number,
  first: number,
  arm: string,
  arms: readonly string[],
  { slotMs, burnInMs, burnOutMs }: Switching,
): Slot {
  const startMs = first + index * (slotMs as number);
  return {
    index,
    startMs,
    endMs: startMs + (slotMs as number),
    shares: Object.fromEntries(arms.map((name) => [name, name === arm ? 1 : 0])),
    burnInMs,
    burnOutMs,
    stage: null,
  };
}

/** A slot of trials: every unit of the workload, `repeats` times, on the slot's arm. */
function trialsOf(
  { design, workload }: Experiment,
  units: readonly Unit[],
  draws: readonly SlotDraw[],
  createRandom: CreateRandom,
): readonly PlannedTrial[] {
  const turns = units.length * (workload?.repeats ?? 1);
  return draws.flatMap(({ arm }, block) =>
    unitPasses(units, turns, createRandom(design.seed, 'schedule', `units of slot ${block}`)).map(
      ({ unit, repeat }, order) => ({
        id: trialId('b', block, order, arm),
        block,
        order,
        unit: unit.id,
        repeat,
        arm,
      }),
    ),
  );
}
