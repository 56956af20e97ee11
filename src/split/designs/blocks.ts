/** Blocks of one unit on every arm, warm-up first: what interleaved and mirrored have in common. */
import { KnownError } from '../../errors.js';
import type { PlannedTrial, Schedule, Unit } from '../../model/evidence.js';
import type { Experiment } from '../../model/experiment.js';
import { armOrders } from './arm-orders.js';
import type { CreateRandom } from './design.js';
import { unitPasses } from './unit-passes.js';

export function scheduleBlocks(
  experiment: Experiment,
  units: readonly Unit[],
  createRandom: CreateRandom,
): Schedule {
  requireUnits(experiment, units);
  const { design, workload } = experiment;
  const arms = experiment.arms.map((arm) => arm.name);
  const blocks = design.blocks ?? units.length * (workload?.repeats ?? 1);
  const stream = (name: string) => createRandom(design.seed, 'schedule', name);

  const warmups = armOrders(arms, design.warmupTrials, stream('warm-up orders'));
  const warmupTurns = unitPasses(units, design.warmupTrials, stream('warm-up units'));
  const orders = armOrders(arms, blocks, stream('orders'));
  const turns = unitPasses(units, blocks, stream('units'));
  const trials: PlannedTrial[] = [];
  const add = (letter: 'w' | 'b', index: number, order: readonly string[], turn: (typeof turns)[number]) => {
    order.forEach((arm, position) => {
      trials.push({
        id: trialId(letter, index, position, arm),
        block: letter === 'w' ? -1 : index,
        order: position,
        unit: turn.unit.id,
        repeat: turn.repeat,
        arm,
      });
    });
  };
  warmups.forEach((order, index) => {
    add('w', index, order, warmupTurns[index]);
  });
  orders.forEach((order, index) => {
    add('b', index, order, turns[index]);
  });
  return {
    algorithm: 'stacktrial-1',
    design: design.kind,
    seed: design.seed,
    blocks,
    units,
    trials,
    refused: [],
  };
}

export function trialId(letter: 'w' | 'b', index: number, position: number, arm: string): string {
  return `${letter}${String(index).padStart(3, '0')}.${position}.${arm}`;
}

export function requireUnits(experiment: Experiment, units: readonly Unit[]): void {
  if (units.length === 0) {
    throw new KnownError('no-units', `The workload of ${experiment.name} has no units.`, {
      hint: 'Check `workload: files:`; at least one file must match.',
    });
  }
  const seen = new Set<string>();
  for (const { id } of units) {
    if (seen.has(id)) throw new KnownError('duplicate-unit', `The unit ${id} is listed twice.`);
    seen.add(id);
  }
}
