import type { Method } from '../../model/ports.js';
import { seriesInference } from '../series.js';

/** Cost per record, failures per attempt: ratios of sums, both arms at the same time. */
export const pairedSeriesRatio: Method = {
  title: 'Series of paired units in time, ratio of sums',
  formula:
    'R = ΣM/ΣD per arm. Each unit stands for eₜ = (Mₜ − R·Dₜ)/D̄, whose long-run variance ÷ T is that of R; the series eₜ of the treatment − r times that of the baseline is tested as a series of paired units: the largest p of EWC, Geyer’s and the AR(1) effective sample size. A proportion with events in at most a quarter of the units must hold as well when outages are counted: units with events at most min(10, T/4u) apart (u units have some) are one of C clusters, attempts are divided by ΣS²/ΣS of their sizes, and Newcombe’s interval is read at t(C − 1); the larger p holds.',
  source: 'Cochran 1977, §6; Newcombe 1998; Korn and Graubard 1998; otherwise as the series of paired units',
  minimumUnits: 10,
  compare: (samples, plan) => seriesInference(samples, plan),
};
