/**
 * By key: each unit runs on the one arm to which the hash of its key belongs (../assignment.ts), the same for ever.
 * A unit without a key is refused: all keyless units would hash alike and land on one arm.
 * On a tap there are no units beforehand: what comes is divided for one long slot.
 */
import type { PlannedTrial, Schedule, Unit } from '../../model/evidence.js';
import type { Experiment } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';
import { assigner } from '../assignment.js';
import { requireUnits, trialId } from './blocks.js';
import type { SplitDesign } from './design.js';
import { sharesAt } from './ramp.js';
import { startOf } from './switchback.js';
import { unitPasses } from './unit-passes.js';

export const byKey: SplitDesign = {
  title: 'Each unit on the one arm that the hash of its key names',
  concurrent: false,
  schedule(experiment, units, createRandom, startMs = 0): Schedule {
    if (experiment.workload === null) return oneSlot(experiment, startMs);
    requireUnits(experiment, units);
    const { design, workload } = experiment;
    const assignment = assignByKey(experiment, units);
    const enrolled = units.filter((unit) => assignment.arms.has(unit.id));
    const random = (name: string) => createRandom(design.seed, 'schedule', name);
    const trials: PlannedTrial[] = [];
    const blocks = enrolled.length * (workload?.repeats ?? 1);
    for (const arm of experiment.arms) {
      const own = enrolled.filter((unit) => assignment.arms.get(unit.id) === arm.name);
      if (own.length === 0) continue;
      const warmups = unitPasses(own, design.warmupTrials, random(`warm-up units of ${arm.name}`));
      for (const turn of warmups) trials.push(planned('w', trials.length, turn, arm.name));
    }
    if (enrolled.length > 0) {
      unitPasses(enrolled, blocks, random('units')).forEach((turn, index) => {
        trials.push(planned('b', index, turn, assignment.arms.get(turn.unit.id) as string));
      });
    }
    return {
      algorithm: 'stacktrial-1',
      design: design.kind,
      seed: design.seed,
      blocks,
      units,
      trials,
      refused: assignment.refused,
    };
  },
};

function oneSlot(experiment: Experiment, startMs: number): Schedule {
  const { design, window } = experiment;
  const from = startOf(experiment, startMs);
  const to = design.lastsMs === undefined ? window?.toMs : from + design.lastsMs;
  const slot = {
    index: 0,
    startMs: from,
    endMs: to ?? from,
    shares: sharesAt(experiment, design.coverage),
    burnInMs: design.burnInMs ?? 0,
    burnOutMs: 0,
    stage: null,
    coverage: design.coverage,
  };
  return {
    algorithm: 'stacktrial-1',
    design: design.kind,
    seed: design.seed,
    blocks: 1,
    units: [],
    trials: [],
    refused: [],
    ...(to === undefined ? {} : { slots: [slot] }),
  };
}

/** Which arm each unit belongs to, and which units take no part. */
export function assignByKey(
  experiment: Experiment,
  units: readonly Unit[],
): {
  readonly arms: ReadonlyMap<string, string>;
  readonly refused: readonly { unit: string; reason: Reason }[];
} {
  const { design, workload } = experiment;
  const assign = assigner(experiment);
  const arms = new Map<string, string>();
  const refused: { unit: string; reason: Reason }[] = [];
  for (const unit of units) {
    const key = keyOf(unit, workload?.key ?? null);
    if (key === null) {
      refused.push({
        unit: unit.id,
        reason: reason('unit-without-key', { unit: unit.id, key: workload?.key ?? null }),
      });
      continue;
    }
    const { arm } = assign(key);
    if (arm !== null) arms.set(unit.id, arm);
    else {
      const values = { unit: unit.id, coverage: design.coverage };
      refused.push({ unit: unit.id, reason: reason('unit-outside-coverage', values) });
    }
  }
  return { arms, refused };
}

/** `$.path`: read by listUnits from the unit's first record; a name: a covariate; null: the unit's own name. */
function keyOf(unit: Unit, key: string | null): string | null {
  if (key === null) return unit.id;
  if (key.startsWith('$')) return unit.key === undefined || unit.key === '' ? null : unit.key;
  const covariate = unit.covariates[key];
  return covariate === undefined || !Number.isFinite(covariate) ? null : String(covariate);
}

function planned(
  letter: 'w' | 'b',
  index: number,
  turn: { unit: Unit; repeat: number },
  arm: string,
): PlannedTrial {
  const block = letter === 'w' ? -1 : index;
  return {
    id: trialId(letter, index, 0, arm),
    block,
    order: 0,
    unit: turn.unit.id,
    repeat: turn.repeat,
    arm,
  };
}
