import type { ComparePlan, Inference, Samples } from '../../model/effect.js';
import type { ArmColumn } from '../../model/evidence.js';
import type { Method } from '../../model/ports.js';
import { type Reason, reason } from '../../model/reason.js';
import { type Precise, preciseAdd, preciseQuotient, preciseSum } from '../../stats/double-double.js';
import { linearInference } from '../../stats/linear-inference.js';
import { logRatioEstimate } from '../../stats/log-inference.js';
import { sumSpread, varianceOfMean } from '../../stats/sum-spread.js';
import {
  baselineComponent,
  type Satterthwaite,
  scaledComponent,
  treatmentComponent,
  type VarianceComponent,
} from '../../stats/variance-component.js';
import { itemsWithRepeats } from '../items.js';
import { commonScale, LOG_ROUNDING, logsOf, meansOf, unlogged } from '../logs.js';
import { foldedSum, orderDifference } from '../measures.js';

/** Geometric mean of unit ratios, in every design that has independent units. */
export const typical: Method = {
  title: 't test on logarithms',
  formula:
    'Mean over units of ln(treatment) − ln(baseline): paired by block with the order effect removed, stratified by item (fixed workload) or one mean an item (sample), two samples where arms have keys of their own. Ratio exp(mean ± t·SE); the difference is that of the geometric means, with its delta variance.',
  source: 'Limpert, Stahel and Abbt 2001, BioScience 51:341; degrees of freedom as in the t tests',
  minimumUnits: 5,
  compare: (samples, plan) => (samples.paired ? paired(samples, plan) : unpaired(samples, plan)),
};

/** Mean logarithms of both arms, and how they vary. */
interface Logs {
  /** What values were divided by before their logarithms were taken. */
  readonly around: number;
  readonly treatment: Precise;
  readonly baseline: Precise;
  readonly components: readonly VarianceComponent[];
  readonly satterthwaite: Satterthwaite;
  readonly details: Inference['details'];
  readonly warnings: readonly Reason[];
}

function paired(samples: Samples, plan: ComparePlan): Inference | Reason {
  const repeated = plan.workload === 'fixed' ? itemsWithRepeats(samples) : { samples, warnings: [] };
  if ('code' in repeated) return repeated;
  const kept = repeated.samples;
  const around = commonScale(kept, plan);
  const x = logsOf(kept.treatment, plan, around);
  if ('code' in x) return x;
  const y = logsOf(kept.baseline, plan, around);
  if ('code' in y) return y;
  const { item } = kept.treatment;
  const order = orderDifference(kept.treatment, kept.baseline);
  const fold = plan.workload === 'sample';
  const rows = {
    treatment: fold ? meansOf(x, item) : x,
    baseline: fold ? meansOf(y, item) : y,
    order: fold && order !== null ? foldedSum(order, item) : order,
    stratum: plan.workload === 'fixed' ? item : null,
  };
  const n = rows.treatment.length;
  const spread = sumSpread(rows);
  const mean = (values: Float64Array, shift: number) =>
    preciseQuotient(preciseAdd(preciseSum(values), shift), { high: n, low: 0 });
  return inferenceFrom(
    {
      around,
      treatment: mean(rows.treatment, spread.treatmentShift),
      baseline: mean(rows.baseline, spread.baselineShift),
      components: spread.components.map((part) => scaledComponent(part, 1 / n)),
      satterthwaite: 'corrected',
      details: { [fold ? 'items' : 'blocks']: n },
      warnings: repeated.warnings,
    },
    n,
  );
}

function unpaired(samples: Samples, plan: ComparePlan): Inference | Reason {
  const around = commonScale(samples, plan);
  const x = keyLogs(samples.treatment, plan, around);
  if ('code' in x) return x;
  const y = keyLogs(samples.baseline, plan, around);
  if ('code' in y) return y;
  const mean = (values: Float64Array) => preciseQuotient(preciseSum(values), { high: values.length, low: 0 });
  return inferenceFrom(
    {
      around,
      treatment: mean(x),
      baseline: mean(y),
      components: [
        treatmentComponent(varianceOfMean(x), x.length - 1),
        baselineComponent(varianceOfMean(y), y.length - 1),
      ],
      satterthwaite: 'plain',
      details: { 'treatment keys': x.length, 'baseline keys': y.length },
      warnings: [],
    },
    Math.min(x.length, y.length),
  );
}

function inferenceFrom(logs: Logs, n: number): Inference | Reason {
  const onLogs = linearInference({ ...logs });
  if (onLogs === null || !(onLogs.standardError > LOG_ROUNDING)) return reason('constant-data', { n });
  const [treatment, baseline] = [logs.treatment, logs.baseline].map((log) => unlogged(log, logs.around));
  const [x, y] = [treatment.high, baseline.high];
  // The difference of geometric means: each arm's logarithm weighs as much as the mean itself.
  const difference = linearInference({
    treatment,
    baseline,
    components: logs.components.map((part) => weighted(part, x, y)),
    satterthwaite: logs.satterthwaite,
  });
  if (difference === null) return reason('constant-data', { n });
  return {
    ...difference,
    ratio: logRatioEstimate(onLogs.difference.estimate, onLogs),
    df: onLogs.df,
    details: logs.details,
    warnings: logs.warnings,
  };
}

/** Var(x·u − r·y·v) where the part is Var(u − r·v). */
function weighted(part: VarianceComponent, x: number, y: number): VarianceComponent {
  const scale = y / x;
  return {
    df: part.df,
    at: (r) => x * x * part.at(r * scale),
    covariance: (r) => x * y * part.covariance(r * scale),
    baseline: y * y * part.baseline,
  };
}

function keyLogs(column: ArmColumn, plan: ComparePlan, around: number): Float64Array | Reason {
  const logs = logsOf(column, plan, around);
  return 'code' in logs || plan.workload === null ? logs : meansOf(logs, column.item);
}
