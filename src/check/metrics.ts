/** Which metrics a check looks at, in which arms, and their values as a test sees them. */
import type { ArmColumn, Evidence, MetricTable } from '../model/evidence.js';
import type { ArmName, Experiment, Metric, MetricName } from '../model/experiment.js';

/** Metrics that a claim judges; every metric with a better direction where there is no claim. */
export function judgedMetrics(experiment: Experiment): readonly Metric[] {
  const named = new Set([...experiment.hypotheses, ...experiment.guardrails].map(({ metric }) => metric));
  return experiment.metrics.filter(({ name, better }) =>
    named.size > 0 ? named.has(name) : better !== null,
  );
}

/**
 * Arms in which the metric has to be there. A metric that only prices one arm (GB-seconds of the functions) is
 * not missing in the other; one that a claim judges, or that has a better direction, is needed everywhere.
 */
export function armsNeeding(experiment: Experiment, metric: Metric): readonly ArmName[] {
  const all = experiment.arms.map(({ name }) => name);
  const judged = judgedMetrics(experiment).some(({ name }) => name === metric.name);
  if (judged || metric.better !== null) return all;
  const needed = new Set(experiment.metrics.flatMap((user) => armsUsing(user, metric.name, all)));
  return needed.size === 0 ? declaredArms(metric, all) : all.filter((arm) => needed.has(arm));
}

function armsUsing({ input }: Metric, used: MetricName, all: readonly ArmName[]): readonly ArmName[] {
  if (input.kind === 'ratio') return input.of === used || input.per === used ? all : [];
  if (input.kind !== 'rate') return [];
  return all.filter((arm) => input.arms[arm]?.some(({ usage }) => usage === used) ?? false);
}

const declaredArms = ({ input }: Metric, all: readonly ArmName[]): readonly ArmName[] =>
  input.kind === 'ratio' ? all : all.filter((arm) => Object.hasOwn(input.arms, arm));

/** The table of a metric where it can be looked at. */
export function measured({ tables }: Evidence, metric: Metric): MetricTable | null {
  const table = tables.get(metric.name);
  return table === undefined || table.unmeasured !== null ? null : table;
}

/** One number a unit; a ratio as value ÷ per. */
export function unitValues({ value, per }: ArmColumn): readonly number[] {
  return Array.from(value, (v, i) => (per === null ? v : v / per[i]));
}

/** Values worth testing: finite ones only, as row numbers. */
export const finiteRows = (values: readonly number[]): readonly number[] =>
  values.flatMap((value, i) => (Number.isFinite(value) ? [i] : []));
