import type { Method } from '../../model/ports.js';
import { pairedInference } from '../paired.js';

/** Interleaved blocks of a fixed workload: totals and means. */
export const pairedTStratified: Method = {
  title: 'Paired t test stratified by item, with the order effect removed',
  formula:
    'The items are the workload, so only their repeats vary: variance within each item, summed over items; degrees of freedom after Satterthwaite with the bias of few repeats removed, V²/Σ(V_h²/(d_h+2)) − 2. One order effect common to all items is removed within items. Test and interval as in the paired t test.',
  source:
    'Cochran 1977, Sampling Techniques, §5; Satterthwaite 1946, Biometrics Bulletin 2:110; Fieller 1954',
  minimumUnits: 5,
  compare: (samples, plan) =>
    pairedInference(samples, plan, { items: 'strata', ratio: 'delta', degrees: 'declared' }),
};
