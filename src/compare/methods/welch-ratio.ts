import type { Method } from '../../model/ports.js';
import { reason } from '../../model/reason.js';
import { bothArms, ratioOf, unpairedInference } from '../by-key.js';
import { withMeansInCourse } from '../means-in-course.js';

/** By key: ratios of sums. */
export const welchRatio: Method = {
  title: 'Jackknife of ratios over keys',
  formula:
    'R = ΣM/ΣD per arm; each key contributes what R loses without it. Degrees of freedom per arm are 3/Σs² − 2, s the shares of the keys in the sum of squares, at most n − 1; test and interval as in the Welch t test. Pieces of the run as there.',
  source: 'Efron and Stein 1981, Annals of Statistics 9:586; Satterthwaite 1946; Welch 1947; Fieller 1954',
  minimumUnits: 5,
  compare(samples, plan) {
    const arms = bothArms(samples, plan);
    if ('code' in arms) return arms;
    const x = ratioOf(arms[0], plan.times, 'jackknife');
    if (x === null) return reason('denominator-not-positive', { arm: samples.treatment.arm });
    const y = ratioOf(arms[1], plan.times, 'jackknife');
    if (y === null) return reason('denominator-not-positive', { arm: samples.baseline.arm });
    return withMeansInCourse(unpairedInference(x, y), samples, plan);
  },
};
