import type { ComparePlan } from '../../model/effect.js';
import type { ArmColumn } from '../../model/evidence.js';
import type { Method } from '../../model/ports.js';
import type { Reason } from '../../model/reason.js';
import { compareIndependentQuantiles } from '../../stats/quantile-bootstrap.js';
import { keys } from '../by-key.js';
import { shareOf } from '../quantiles.js';

/** By key: quantiles over keys. */
export const keyQuantile: Method = {
  title: 'Quantiles over keys, bootstrap in closed form',
  formula:
    'The value of rank ⌈nq⌉ of each arm’s keys. Over all resamples of keys that value’s distribution is known from the binomial distribution, so nothing is drawn; p is the share of pairs of resampled quantiles on the wrong side of the threshold, and the interval is every threshold that it does not reject. Needs z²q/(1 − q) keys an arm (73 for p95, 381 for p99).',
  source: 'Efron 1979, Annals of Statistics 7:1, §3; Hutson and Ernst 2000, JRSS B 62:89',
  minimumUnits: 6,
  compare(samples, plan) {
    const x = valuesOf(samples.treatment, plan);
    if ('code' in x) return x;
    const y = valuesOf(samples.baseline, plan);
    if ('code' in y) return y;
    const answer = compareIndependentQuantiles(x, y, shareOf(plan.estimand));
    if ('code' in answer) return answer;
    return {
      ...answer,
      df: Number.POSITIVE_INFINITY,
      details: { 'treatment keys': x.length, 'baseline keys': y.length },
      warnings: [],
    };
  },
};

function valuesOf(column: ArmColumn, plan: ComparePlan): Float64Array | Reason {
  const rows = keys(column, { ...plan, estimand: 'mean' });
  return 'code' in rows ? rows : rows.value;
}
