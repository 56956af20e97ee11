/** How the tap stands in a slot, and how it stands when all traffic is the baseline's. Pure. */
import type { Slot } from '../../model/evidence.js';
import type { Experiment } from '../../model/experiment.js';
import type { TapSetting } from '../../model/tap.js';

const hashOf = ({ name, design }: Experiment): NonNullable<TapSetting['keys']['hash']> => ({
  name: design.hash ?? 'fnv1a',
  seed: design.seed,
  experiment: name,
});

/** By key the division of what takes part never changes: only coverage does. */
export function settingOf(experiment: Experiment, slot: Slot): TapSetting {
  const { arms, design } = experiment;
  const whole = design.kind === 'switchback';
  return {
    slot: slot.index,
    stage: slot.stage,
    shares: slot.shares,
    keys: {
      coverage: whole ? 1 : (slot.coverage ?? 1),
      shares: arms.map(({ name }) => ({
        arm: name,
        share: (whole ? slot.shares[name] : design.shares[name]) ?? 0,
      })),
      hash: hashOf(experiment),
    },
  };
}

export function allToBaseline(experiment: Experiment): TapSetting {
  const { arms, baseline, design } = experiment;
  return {
    slot: -1,
    stage: null,
    shares: Object.fromEntries(arms.map(({ name }) => [name, name === baseline ? 1 : 0])),
    keys: {
      coverage: 0,
      shares: arms.map(({ name }) => ({ arm: name, share: design.shares[name] ?? 0 })),
      hash: hashOf(experiment),
    },
  };
}
