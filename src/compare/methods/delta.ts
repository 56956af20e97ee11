import type { Method } from '../../model/ports.js';
import { reason } from '../../model/reason.js';
import { bothArms, ratioOf, unpairedInference } from '../by-key.js';
import { pairedInference } from '../paired.js';

/** Companion of the jackknife: the textbook variance of a ratio. */
export const delta: Method = {
  title: 'Delta method',
  formula:
    'R = ΣM/ΣD per arm, each unit contributing (M − R·D)/ΣD; Fieller interval with n − 1 degrees of freedom (paired; n − 2 with order) or Welch’s (by key). Too narrow where denominators differ much; where it agrees with the jackknife, no single unit carries the result.',
  source: 'Cochran 1977, §6; Deng, Knoblich and Lu 2018, KDD; Fieller 1954',
  minimumUnits: 5,
  compare(samples, plan) {
    if (samples.paired) {
      const items = plan.workload === 'sample' ? 'units' : 'ignored';
      return pairedInference(samples, plan, { items, ratio: 'delta', degrees: 'declared' });
    }
    const arms = bothArms(samples, plan);
    if ('code' in arms) return arms;
    const x = ratioOf(arms[0], plan.times, 'delta');
    const y = ratioOf(arms[1], plan.times, 'delta');
    if (x === null || y === null) {
      return reason('denominator-not-positive', {
        arm: (x === null ? samples.treatment : samples.baseline).arm,
      });
    }
    return unpairedInference(x, y);
  },
};
