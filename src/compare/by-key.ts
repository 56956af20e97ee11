/** What the methods for by-key designs have in common: each arm has keys of its own, one row a key. */
import type { ComparePlan, Inference, Samples } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import { type Precise, preciseQuotient, preciseScale, preciseSum } from '../stats/double-double.js';
import { linearInference } from '../stats/linear-inference.js';
import { ratioContributions } from '../stats/ratio-contributions.js';
import { centred, varianceOfMean } from '../stats/sum-spread.js';
import { baselineComponent, measuredDegrees, treatmentComponent } from '../stats/variance-component.js';
import { folded, type Measured, measured } from './measures.js';

/** One row a key: repeats of the same item are no further keys. */
export function keys(column: ArmColumn, plan: ComparePlan): Measured | Reason {
  const rows = measured(column, plan);
  if ('code' in rows || plan.workload === null) return rows;
  if (new Set(column.item).size === column.n) return rows;
  const sums = folded(rows, column.item, rows.per === null);
  // Without a denominator each key counts once, with the mean of its repeats.
  return rows.per === null && sums.per !== null
    ? { value: sums.value.map((v, i) => v / (sums.per as Float64Array)[i]), per: null }
    : sums;
}

/** One arm's estimate with the variance of it and the degrees of freedom of that. */
export interface ArmEstimate {
  readonly value: Precise;
  readonly variance: number;
  readonly df: number;
  readonly n: number;
}

export function meanOf({ value }: Measured): ArmEstimate {
  const n = value.length;
  const mean = preciseQuotient(preciseSum(value), { high: n, low: 0 });
  return { value: mean, variance: varianceOfMean(value), df: n - 1, n };
}

/** ΣM/ΣD; null where ΣD is not positive. */
export function ratioOf(
  { value, per }: Measured,
  times: number,
  kind: 'delta' | 'jackknife',
): ArmEstimate | null {
  const found = per === null ? null : ratioContributions(value, per, null, kind);
  if (found === null) return null;
  const n = value.length;
  const { ratio, contributions } = found;
  // Contributions add up to the estimate: the variance of their sum is n² times that of their mean.
  const variance = varianceOfMean(contributions) * n * n * times * times;
  const df = kind === 'delta' ? n - 1 : measuredDegrees(centred(contributions), n - 1);
  return { value: preciseScale(ratio, times), variance, df, n };
}

/** Welch's test and Fieller's interval from two independent arms. */
export function unpairedInference(x: ArmEstimate, y: ArmEstimate): Inference | Reason {
  const inference = linearInference({
    treatment: x.value,
    baseline: y.value,
    components: [treatmentComponent(x.variance, x.df), baselineComponent(y.variance, y.df)],
    satterthwaite: 'plain',
  });
  if (inference === null) return reason('constant-data', { n: Math.min(x.n, y.n) });
  return { ...inference, details: { 'treatment keys': x.n, 'baseline keys': y.n }, warnings: [] };
}

/** Both arms' keys, or why there are none. */
export function bothArms(samples: Samples, plan: ComparePlan): readonly [Measured, Measured] | Reason {
  const x = keys(samples.treatment, plan);
  if ('code' in x) return x;
  const y = keys(samples.baseline, plan);
  return 'code' in y ? y : [x, y];
}
