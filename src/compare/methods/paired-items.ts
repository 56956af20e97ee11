import type { ComparePlan, Estimate, Samples } from '../../model/effect.js';
import type { Method } from '../../model/ports.js';
import { preciseSum } from '../../stats/double-double.js';
import { logRatioEstimate } from '../../stats/log-inference.js';
import { type LogContributions, logContributions } from '../../stats/log-jackknife.js';
import { sumSpread } from '../../stats/sum-spread.js';
import { withFailuresInBlocks } from '../failures-in-blocks.js';
import { folded, foldedSum, type Measured, measured, orderDifference } from '../measures.js';
import { pairedInference } from '../paired.js';

/**
 * Interleaved blocks of a sample workload. With t(n−1) the jackknifed log ratio claims too much where a few items
 * hold much of the work; with measured degrees of freedom it keeps what it says. False claims at 5 %, lognormal
 * σ = 1 sizes, noise 10 % and 50 % of size: n = 10: 8.2 and 8.4 % → 6.7 and 6.5 %; n = 30: 7.0 and 6.8 % → 5.0 and
 * 4.7 %; sizes uniform 1–10, n = 15: 5.9 and 6.0 % → 5.4 and 5.2 %.
 */
export const pairedItems: Method = {
  title: 'Jackknife of the log ratio over items',
  formula:
    'Repeats are folded into items first: n is the number of distinct items. Each item is left out in turn; θ = ln(X/Y) has the jackknife standard error √((n−1)/n·Σ(θ₋ᵢ − θ̄)²), with the order effect removed. Interval exp(θ ± t·SE), t with 3/Σs² − 2 degrees of freedom, s the shares of the items in that sum of squares (at most n − 1, about n − 2 where no item dominates). The absolute difference is the paired t interval over items: it also carries which sizes were drawn.',
  source: 'Efron and Stein 1981, Annals of Statistics 9:586; degrees of freedom: Satterthwaite 1946',
  minimumUnits: 5,
  compare(samples, plan) {
    const linear = pairedInference(samples, plan, {
      items: 'units',
      ratio: 'jackknife',
      degrees: 'measured',
    });
    if ('code' in linear) return linear;
    const log = linear.ratio === null ? null : logRatio(samples, plan);
    const found = log === null ? linear : { ...linear, ratio: log.estimate, df: log.df };
    return withFailuresInBlocks(found, samples, plan);
  },
};

/** Null where a total is not positive without one of the items: Fieller's interval stands then. */
function logRatio(samples: Samples, plan: ComparePlan): { estimate: Estimate; df: number } | null {
  const x = measured(samples.treatment, plan);
  const y = measured(samples.baseline, plan);
  if ('code' in x || 'code' in y) return null;
  const { item } = samples.treatment;
  const isMean = plan.estimand === 'mean';
  const theta = thetaOf(folded(x, item, isMean), folded(y, item, isMean));
  if (theta === null) return null;
  const order = orderDifference(samples.treatment, samples.baseline);
  const rows = {
    treatment: theta.contributions,
    baseline: new Float64Array(theta.contributions.length),
    order: order === null ? null : foldedSum(order, item),
    stratum: null,
  };
  const { components, treatmentShift } = sumSpread(rows, 'measured');
  const standardError = Math.sqrt(components[0].at(1));
  const df = components[0].df(1);
  if (!(standardError > 2 ** -50)) return null;
  return { estimate: logRatioEstimate(theta.logRatio + treatmentShift, { standardError, df }), df };
}

/** ln(X/Y): of two sums, or of two ratios of sums. */
function thetaOf(x: Measured, y: Measured): LogContributions | null {
  if (x.per === null || y.per === null || sameValues(x.per, y.per)) return logContributions(x.value, y.value);
  const ofX = logContributions(x.value, x.per);
  const ofY = logContributions(y.value, y.per);
  if (ofX === null || ofY === null) return null;
  return {
    logRatio: ofX.logRatio - ofY.logRatio,
    contributions: ofX.contributions.map((c, i) => c - ofY.contributions[i]),
  };
}

/** The same denominators cancel. */
const sameValues = (a: Float64Array, b: Float64Array): boolean =>
  preciseSum(a).high === preciseSum(b).high && a.every((value, i) => value === b[i]);
