/** What a metric is computed from, and what is computed from it. */
import type { ArmName, Experiment, Metric, MetricName } from '../model/experiment.js';

/** The metrics that a metric names. */
const named = ({ input }: Metric, arm: ArmName): readonly MetricName[] => {
  if (input.kind === 'observed') return [];
  if (input.kind === 'ratio') return [input.of, input.per];
  return (Object.hasOwn(input.arms, arm) ? input.arms[arm] : []).map(({ usage }) => usage);
};

/** A metric and all that it is computed from on an arm, each once. */
export const partsOf = ({ metrics }: Experiment, metric: Metric, arm: ArmName): readonly Metric[] => {
  const all = new Set([metric]);
  // A set that grows while it is walked is walked to its end.
  for (const one of all)
    for (const name of named(one, arm)) {
      const part = metrics.find((candidate) => candidate.name === name);
      if (part !== undefined) all.add(part);
    }
  return [...all];
};

/** A metric and all that is computed from it on any arm. */
export const dependentsOf = (experiment: Experiment, name: MetricName): readonly Metric[] =>
  experiment.metrics.filter((metric) =>
    experiment.arms.some((arm) => partsOf(experiment, metric, arm.name).some((part) => part.name === name)),
  );
