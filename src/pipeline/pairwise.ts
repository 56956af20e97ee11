/** Several adoptable treatments compared with each other: the comparisons, and a sentence for each pair. Pure. */
import { compare } from '../compare/index.js';
import { type AlphaAtLook, alphaOfPair, pairReason } from '../decide/index.js';
import type { Decision } from '../model/decision.js';
import type { Comparison } from '../model/effect.js';
import type { Plugins } from '../model/ports.js';
import { createRandom } from '../stats/index.js';
import type { Judged } from './what-if.js';

export function amongAdoptable(
  decision: Decision,
  { evidence }: Pick<Judged, 'evidence'>,
  { methods }: Pick<Plugins, 'methods'>,
  atLook: AlphaAtLook,
): { readonly decision: Decision; readonly comparisons: readonly Comparison[] } {
  const { outcome, treatments } = decision;
  if (outcome !== 'adopt' || treatments.length < 2) return { decision, comparisons: [] };
  const { experiment } = evidence;
  const pairs = treatments.flatMap((baseline, i) =>
    treatments.slice(i + 1).map((treatment) => ({ treatment, baseline })),
  );
  const claimed = new Set(experiment.hypotheses.map(({ metric }) => metric));
  const metrics = experiment.metrics.filter(({ name }) => claimed.has(name));
  const alpha = alphaOfPair(experiment, pairs.length, atLook);
  const found = pairs.map(({ treatment, baseline }) => {
    const pair = {
      ...experiment,
      metrics,
      baseline,
      treatments: [treatment],
      hypotheses: [],
      guardrails: [],
    };
    const { comparisons, inferences } = compare(
      { ...evidence, experiment: pair },
      methods,
      { confidencePerComparison: () => 1 - alpha },
      createRandom(experiment.design.seed, experiment.name),
    );
    return { comparisons, said: pairReason(comparisons, inferences, experiment, alpha) };
  });
  return {
    decision: { ...decision, reasons: [...decision.reasons, ...found.map(({ said }) => said)] },
    comparisons: found.flatMap(({ comparisons }) => comparisons),
  };
}
