import type { Method } from '../../model/ports.js';
import { pairedInference } from '../paired.js';

/** Interleaved blocks: totals and means. */
export const pairedT: Method = {
  title: 'Paired t test with the order effect removed',
  formula:
    'Each block gives one value per arm. Both are regressed on 1 + order (position of the treatment − position of the baseline); the intercepts are the arms at a balanced order, their residual covariance has n − 2 degrees of freedom (n − 1 where order does not apply). Test at ratio r: (X − r·Y)/SE(X − r·Y) against Student t; the interval of the ratio is the set of all r that this test does not reject.',
  source: 'Fisher 1935; Fieller 1954, JRSS B 16:175; covariance adjustment: Scheffé 1959, §6',
  minimumUnits: 5,
  compare: (samples, plan) =>
    pairedInference(samples, plan, { items: 'ignored', ratio: 'delta', degrees: 'declared' }),
};
