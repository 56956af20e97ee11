import type { ComparePlan } from '../../model/effect.js';
import type { ArmColumn } from '../../model/evidence.js';
import type { Method } from '../../model/ports.js';
import { type Reason, reason } from '../../model/reason.js';
import { cuped as adjusted, type CupedArm } from '../../stats/cuped.js';
import { membersOf } from '../../stats/strata.js';
import { measured } from '../measures.js';

export const cuped: Method = {
  title: 'Welch t test, adjusted for what was known before (CUPED)',
  formula:
    'What a unit was before the experiment explains part of how units differ: θ = Σ(Y − Ȳ)(X − X̄)/Σ(X − X̄)², pooled within arms, and each arm’s mean is moved to the common mean of X. Test and interval as in Welch’s, with the variance of Y − θX, a degree of freedom for θ, and its error where the arms’ X differ.',
  source: 'Deng, Xu, Kohavi and Walker 2013, WSDM; analysis of covariance: Cochran 1957; Fieller 1954',
  minimumUnits: 5,
  compare(samples, plan) {
    const x = armOf(samples.treatment, plan);
    if ('code' in x) return x;
    const y = armOf(samples.baseline, plan);
    if ('code' in y) return y;
    const found = adjusted(x, y);
    if ('code' in found) return found;
    const details = { 'treatment keys': x.value.length, 'baseline keys': y.value.length, ...found.details };
    return { ...found, details, warnings: [] };
  },
};

/** One row a key: repeats of a key count with their mean. */
function armOf(column: ArmColumn, plan: ComparePlan): CupedArm | Reason {
  const { covariate } = column;
  if (covariate === undefined) return reason('metric-without-data', { metric: 'adjust' });
  const rows = measured(column, plan);
  if ('code' in rows) return rows;
  const groups = membersOf(column.item, column.n);
  const mean = (values: Float64Array) =>
    Float64Array.from(groups, (own) => own.reduce((sum, i) => sum + values[i], 0) / own.length);
  return { value: mean(rows.value), covariate: mean(covariate) };
}
