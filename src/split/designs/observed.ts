/** Observed: traffic is split, or not, by somebody else; nothing is run, so there are no trials. */
import type { SplitDesign } from './design.js';

export const observed: SplitDesign = {
  title: 'Nothing is run or split; what the arms did is collected',
  concurrent: false,
  schedule(experiment, units) {
    const { seed, kind } = experiment.design;
    return { algorithm: 'stacktrial-1', design: kind, seed, blocks: 0, units, trials: [], refused: [] };
  },
};
