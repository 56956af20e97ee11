import type { Method } from '../../model/ports.js';
import { bothArms, meanOf, unpairedInference } from '../by-key.js';
import { withMeansInCourse } from '../means-in-course.js';

/** By key: totals and means per key; also one value per independent run. */
export const welch: Method = {
  title: 'Welch t test',
  formula:
    'Mean per key (a total is compared as total per key, since arms hold different numbers of keys). Test at ratio r: (x̄ − r·ȳ)/√(s²ₓ/nₓ + r²·s²ᵧ/nᵧ) against Student t with Satterthwaite degrees of freedom at that r; the interval of the ratio is the set of all r that this test does not reject. Arms side by side must differ in pieces of the run of equal traffic as well, as pairs and, where neighbours are alike, as a series.',
  source: 'Welch 1947, Biometrika 34:28; Satterthwaite 1946; Fieller 1954, JRSS B 16:175',
  minimumUnits: 5,
  compare(samples, plan) {
    const arms = bothArms(samples, plan);
    if ('code' in arms) return arms;
    return withMeansInCourse(unpairedInference(meanOf(arms[0]), meanOf(arms[1])), samples, plan);
  },
};
