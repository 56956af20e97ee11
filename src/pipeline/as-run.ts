/**
 * `--aa` and `--inject`: the baseline takes the place of every arm, so that the whole flow can be asked what it
 * says where there is no difference, or a known one. Pure, and applied again by `analyze` from the run's mode.
 */
import { KnownError } from '../errors.js';
import type { RunInfo } from '../model/evidence.js';
import type { Experiment, Metric, ObservedInput, RateInput } from '../model/experiment.js';

type PerArm = Readonly<Record<string, unknown>>;

const everywhere = <T>(
  experiment: Experiment,
  perArm: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> =>
  Object.fromEntries(experiment.arms.map(({ name }) => [name, perArm[experiment.baseline] as T]));

const pricedAsBaseline = (experiment: Experiment, metric: Metric): Metric => {
  const { input } = metric;
  if (input.kind === 'rate')
    return { ...metric, input: { ...input, arms: everywhere(experiment, input.arms) } satisfies RateInput };
  if (input.kind === 'observed')
    return {
      ...metric,
      input: { ...input, arms: everywhere(experiment, input.arms) } satisfies ObservedInput,
    };
  return metric;
};

/** The experiment as this run carries it out: itself, or with the baseline on every arm. */
export function asRun(experiment: Experiment, run: Pick<RunInfo, 'mode' | 'window'>): Experiment {
  if (run.mode === 'real')
    return run.window === undefined ? experiment : { ...experiment, window: run.window };
  if (experiment.driver === null || experiment.exposure !== undefined)
    throw new KnownError(
      'usage',
      '--aa and --inject need an experiment whose trials stacktrial runs itself',
      {
        hint: 'Only experiments with a driver can put the baseline on every arm.',
      },
    );
  const arms = experiment.driver.options.arms as PerArm;
  return {
    ...experiment,
    driver: {
      ...experiment.driver,
      options: { ...experiment.driver.options, arms: everywhere(experiment, arms) },
    },
    metrics: experiment.metrics.map((metric) => pricedAsBaseline(experiment, metric)),
  };
}
