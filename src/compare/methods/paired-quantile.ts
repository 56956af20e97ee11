import type { Method } from '../../model/ports.js';
import { comparePairedQuantiles } from '../../stats/paired-quantiles.js';
import { shareOf, valuesOf } from '../quantiles.js';

/** Interleaved blocks: the difference of the arms' own quantiles, blocks resampled whole. */
export const pairedQuantile: Method = {
  title: 'Quantiles, blocks resampled',
  formula:
    'The value of rank ⌈nq⌉ of each arm; 10,000 resamples of whole blocks give the distribution of their difference and ratio, p = (1 + k)/(B + 1), and the interval is every threshold that it does not reject. Needs z²q/(1 − q) blocks (73 for p95, 381 for p99), so that some value bounds the quantile. It is the difference of two quantiles, not the quantile of the differences. The effect of order is not removed.',
  source: 'Efron and Tibshirani 1993, §8.3; Phipson and Smyth 2010, SAGMB 9:39',
  minimumUnits: 6,
  compare(samples, plan, random) {
    const x = valuesOf(samples.treatment, plan);
    if ('code' in x) return x;
    const y = valuesOf(samples.baseline, plan);
    if ('code' in y) return y;
    const answer = comparePairedQuantiles(x, y, shareOf(plan.estimand), random);
    if ('code' in answer) return answer;
    return { ...answer, df: Number.POSITIVE_INFINITY, details: { blocks: x.length }, warnings: [] };
  },
};
