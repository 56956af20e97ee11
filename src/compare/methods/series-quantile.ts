import type { ComparePlan, Inference, Samples } from '../../model/effect.js';
import type { Method } from '../../model/ports.js';
import type { Reason } from '../../model/reason.js';
import { compareQuantiles } from '../../stats/quantile-comparison.js';
import { driftWarnings } from '../../stats/series-inference.js';
import { seriesQuantile as quantileOf, type SeriesQuantile } from '../../stats/series-quantile.js';
import { shareOf, valuesOf } from '../quantiles.js';
import { type ArmInTime, inTimeOrder, withDate } from '../series.js';

/** pNN of units that follow each other in time. */
export const seriesQuantile: Method = {
  title: 'Quantiles of two series',
  formula:
    'The share of units at or below the quantile varies like the mean of the indicator series 1{x ≤ q̂}; its standard error is the largest of EWC, Geyer’s and AR(1). Bounds of each arm are the order statistics at q ∓ t·SE, so no density is estimated; the arms’ bounds are joined by square-and-add, with the smaller of two correlations of the indicators where both arms ran at the same time. The series and its indicator both need enough independent information.',
  source:
    'Woodruff 1952, JASA 47:635; Wu 2005, Annals of Statistics 33:1934; Zou and Donner 2008, Statistics in Medicine 27:1693',
  minimumUnits: 10,
  compare(samples: Samples, plan: ComparePlan): Inference | Reason {
    const time = inTimeOrder(samples, plan);
    const x = armOf(time.treatment, plan, time.together);
    if ('code' in x) return withDate(x, time, plan);
    const y = armOf(time.baseline, plan, time.together);
    if ('code' in y) return withDate(y, time, plan);
    const answer = compareQuantiles(x, y, time.together);
    return {
      ...answer,
      details: { 'treatment units': x.count, 'baseline units': y.count, ...answer.details },
      warnings: driftWarnings([x.spread, y.spread]),
    };
  },
};

function armOf(arm: ArmInTime, plan: ComparePlan, together: boolean): SeriesQuantile | Reason {
  const values = valuesOf(arm.column, plan);
  if ('code' in values) return values;
  return quantileOf(values, shareOf(plan.estimand), arm.buckets, together);
}
