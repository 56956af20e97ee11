import type { Method } from '../../model/ports.js';
import { seriesInference } from '../series.js';

/** Arms observed one after the other: nothing is shared unit by unit, and time itself is confounded with the arm. */
export const unpairedSeries: Method = {
  title: 'Two series, each by itself',
  formula:
    'Mean per unit of each arm (a total is compared per unit, since arms hold different numbers of units; a ratio of sums is linearised as (Mₜ − R·Dₜ)/D̄). The variance of each mean is measured from its own series by EWC, Geyer’s and the AR(1) effective sample size, and added, with Satterthwaite degrees of freedom at each r; the largest p of the three holds. Both arms need n_eff ≥ 15.',
  source:
    'Lazarus, Lewis, Stock and Watson 2018, JBES 36:541; Geyer 1992; Satterthwaite 1946, Biometrics Bulletin 2:110; Fieller 1954',
  minimumUnits: 10,
  compare: (samples, plan) => seriesInference(samples, plan),
};
