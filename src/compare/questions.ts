/** Which pairs of arms are asked about which metric. */
import type { Evidence } from '../model/evidence.js';
import type { ArmName, Estimand, Metric } from '../model/experiment.js';

export interface Question {
  readonly metric: Metric;
  readonly treatment: ArmName;
  readonly baseline: ArmName;
  readonly estimand: Estimand;
}

/** `seconds:engine/functions`; with its estimand where that is not the metric's own: `seconds@p99:engine/functions`. */
export const idOf = ({ metric, treatment, baseline, estimand }: Question): string =>
  `${metric.name}${estimand === metric.estimand ? '' : `@${estimand}`}:${treatment}/${baseline}`;

export function questionsOf({ experiment }: Pick<Evidence, 'experiment'>): readonly Question[] {
  const found = new Map<string, Question>();
  const ask = (question: Question) => {
    if (!found.has(idOf(question))) found.set(idOf(question), question);
  };
  for (const treatment of experiment.treatments) {
    for (const metric of experiment.metrics) {
      if (metric.better === null) continue;
      ask({ metric, treatment, baseline: experiment.baseline, estimand: metric.estimand });
    }
  }
  for (const claim of [...experiment.hypotheses, ...experiment.guardrails]) {
    const metric = experiment.metrics.find(({ name }) => name === claim.metric);
    if (metric === undefined || claim.reference === null) continue;
    ask({ metric, treatment: claim.treatment, baseline: claim.reference, estimand: claim.estimand });
  }
  return [...found.values()];
}
