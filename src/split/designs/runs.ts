/** Runs: each arm was deployed anew several times, by somebody else; a deployment is one unit. Nothing is run here. */
import type { Schedule, Slot } from '../../model/evidence.js';
import type { SplitDesign } from './design.js';

export const runs: SplitDesign = {
  title: 'Several deployments of each arm, one value each; what they did is collected',
  concurrent: false,
  schedule({ arms, design }, units): Schedule {
    const slots = (design.periods ?? []).map(
      ({ arm, fromMs, toMs }, index): Slot => ({
        index,
        startMs: fromMs,
        endMs: toMs,
        shares: Object.fromEntries(arms.map(({ name }) => [name, name === arm ? 1 : 0])),
        burnInMs: 0,
        burnOutMs: 0,
        stage: null,
      }),
    );
    return {
      algorithm: 'stacktrial-1',
      design: design.kind,
      seed: design.seed,
      blocks: slots.length,
      units,
      trials: [],
      refused: [],
      ...(slots.length === 0 ? {} : { slots }),
    };
  },
};
