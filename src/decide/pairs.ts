/**
 * Several treatments that can be adopted are held against each other, on the metrics of their hypotheses: which one to
 * take is a choice among good ones, so this describes and decides nothing. Each of the P pairs is judged at α/P.
 */
import type { Comparison, Inference } from '../model/effect.js';
import type { Experiment } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { directionOf } from './direction.js';
import { type AlphaAtLook, onlyLook } from './looks.js';

/** Two-sided α of one pair. */
export const alphaOfPair = (
  { decide }: Pick<Experiment, 'decide'>,
  pairs: number,
  atLook: AlphaAtLook = onlyLook,
): number => atLook((1 - decide.confidence) / Math.max(1, pairs));

/** What the comparisons of one pair say, a sentence for all of them. */
export function pairReason(
  comparisons: readonly Comparison[],
  inferences: ReadonlyMap<string, Inference>,
  { metrics }: Pick<Experiment, 'metrics'>,
  alpha: number,
): Reason {
  const [first] = comparisons;
  const said = comparisons.map(({ id, metric: name }) => {
    const metric = metrics.find((candidate) => candidate.name === name);
    const inference = inferences.get(id);
    const direction =
      metric === undefined || inference === undefined
        ? 'unmeasured'
        : (directionOf(inference, metric.better, metric.margin, alpha) ?? 'unclear');
    return { name, direction };
  });
  const on = (direction: string) => said.filter((one) => one.direction === direction).map(({ name }) => name);
  return reason('decision-pair', {
    treatment: first.treatment,
    baseline: first.baseline,
    better: on('better'),
    worse: on('worse'),
    equivalent: on('equivalent'),
    open: [...on('unclear'), ...on('unmeasured')],
  });
}
