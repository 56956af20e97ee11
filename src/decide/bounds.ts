/**
 * Claims that hold one arm against a limit: `ARM METRIC stays below AMOUNT` (guardrails only).
 * Units in time (mirrored, observed, time buckets, slots of a switchback) are judged as a series, all others as
 * independent units: keys by key and in a ramp (one-in-course.ts), runs of several (clusters.ts).
 */
import type { ClaimResult } from '../model/decision.js';
import type { Estimate } from '../model/effect.js';
import type { ArmColumn, MetricTable } from '../model/evidence.js';
import type { Claim, Estimand, Experiment, Metric } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { judgeBound } from './bound-verdict.js';
import { bySlot, keysAsUnits } from './clusters.js';
import { known } from './exact.js';
import { minimumUnits } from './minimum-units.js';
import { type OneArm, oneArm } from './one-arm.js';
import { oneInBlocks } from './one-in-blocks.js';
import { oneInCourse } from './one-in-course.js';
import { oneInBatches, oneSeries } from './one-series.js';
import { unmeasured } from './verdicts.js';

export function boundVerdict(
  claim: Claim,
  table: MetricTable | null,
  experiment: Experiment,
  alpha: number,
): ClaimResult {
  const metric = experiment.metrics.find((candidate) => candidate.name === claim.metric);
  if (metric === undefined)
    return unmeasured(claim, null, alpha, [reason('claim-metric-unknown', { metric: claim.metric })]);
  const arm = boundedArm(claim, table, experiment, alpha);
  return 'code' in arm ? unmeasured(claim, null, alpha, [arm]) : judgeBound(claim, metric, arm, alpha);
}

/** The value that is held against the limit; `alpha` is what an exact one is known at. */
export function boundedArm(
  claim: Claim,
  table: MetricTable | null,
  experiment: Experiment,
  alpha: number,
): OneArm | Reason {
  const metric = experiment.metrics.find((candidate) => candidate.name === claim.metric);
  if (metric === undefined) return reason('claim-metric-unknown', { metric: claim.metric });
  if (table === null) return reason('claim-no-data', { metric: claim.metric, arm: claim.treatment });
  if (table.unmeasured !== null) return table.unmeasured;
  const column = table.arms.get(claim.treatment);
  if (column === undefined || column.n === 0)
    return reason('claim-no-data', { metric: claim.metric, arm: claim.treatment });
  const isFraction = claim.estimand === 'proportion' || metric.unit === 'fraction';
  if (claim.amount.kind === 'relative' && !isFraction)
    return reason('bound-limit-not-in-unit', { metric: metric.name, unit: metric.unit });
  if (metric.exact) return exactArm(column.value, alpha);
  return ownValue(column, metric, claim.estimand, experiment, table.bucketMs ?? null);
}

/** An arm's own value, its units being what the design assigned. */
export function ownValue(
  column: ArmColumn,
  { input, outageMs }: Pick<Metric, 'input' | 'outageMs'>,
  estimand: Estimand,
  experiment: Pick<Experiment, 'design' | 'workload' | 'decide'>,
  bucketMs: number | null,
): OneArm | Reason {
  const { design } = experiment;
  const workload = experiment.workload?.kind ?? null;
  const times = input.kind === 'ratio' ? input.times : 1;
  const plan = {
    estimand,
    times,
    workload: keysAsUnits(design, workload),
    ...(outageMs === undefined ? {} : { outageMs }),
  };
  const inTime = design.kind === 'observed' || design.kind === 'mirrored' || bucketMs !== null;
  if (inTime && experiment.decide.anytime === true) return oneInBatches(column, plan);
  if (design.kind === 'runs' || (design.kind === 'switchback' && bucketMs === null)) {
    const held = bySlot(column, plan);
    if ('code' in held) return held;
    // Slots follow each other in time; runs are deployed anew.
    return design.kind === 'runs' || column.slot === undefined
      ? oneArm(held.column, held.plan)
      : oneSeries(held.column, held.plan, null);
  }
  if (inTime) return oneSeries(column, plan, bucketMs);
  const isOfTrials = design.kind === 'by-key' && column.order.every(Number.isFinite);
  return design.kind === 'interleaved' || isOfTrials ? oneInBlocks(column, plan) : oneInCourse(column, plan);
}

/** An exact metric is one known number; different numbers in its rows are not exact. */
function exactArm(values: Float64Array, alpha: number): OneArm | Reason {
  const value = values[0];
  if (!values.every((other) => other === value) || !Number.isFinite(value))
    return reason('bound-exact-varies');
  const difference: Estimate = known(value, alpha);
  return { n: Math.max(minimumUnits, values.length), df: Infinity, standardError: 0, difference };
}
