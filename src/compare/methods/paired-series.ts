import type { Method } from '../../model/ports.js';
import { seriesInference } from '../series.js';

/** Both arms at the same time: mirrored batches, or time buckets observed side by side. */
export const pairedSeries: Method = {
  title: 'Series of paired units in time',
  formula:
    'Differences xₜ − r·yₜ of the same unit in time order (buckets at their place on the clock, batches one after the other). Neighbours resemble each other, so T units are worth fewer: τ units say as much as one independent value, n_eff = T/τ. The variance of the mean is measured three ways: from the ν = ⌊0.4·T^(2/3)⌋ slowest cosines of the series (EWC, Student t with ν degrees of freedom), and from n_eff by Geyer’s initial positive sequence and by a bias-corrected AR(1). The largest p of the three holds, and the interval is every r that it does not reject. Where the slowest four cosines exceed the rest (F test, p < .05), only they are used. Answered from 10 units on with n_eff ≥ 15 (below 60 units: 8).',
  source:
    'Lazarus, Lewis, Stock and Watson 2018, JBES 36:541; Geyer 1992, Statistical Science 7:473; Kendall 1954, Biometrika 41:403; Fieller 1954',
  minimumUnits: 10,
  compare: (samples, plan) => seriesInference(samples, plan),
};
