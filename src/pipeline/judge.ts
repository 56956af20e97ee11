/** One judgement of one set of evidence: check → compare → decide; and the same again where something is moved. Pure. */
import { runChecks } from '../check/index.js';
import { priceScenarios, pricesBetween } from '../collect/index.js';
import { compare, tradeOffs } from '../compare/index.js';
import { type AlphaAtLook, confidenceFor, decide, warmupSensitivity } from '../decide/index.js';
import type { Decision } from '../model/decision.js';
import type { Evidence } from '../model/evidence.js';
import type { ArmName, Experiment, MetricName } from '../model/experiment.js';
import type { Plugins } from '../model/ports.js';
import { createRandom } from '../stats/index.js';
import { derive, type RawEvidence } from './recorded.js';
import { atDeclaredVolume } from './volumes.js';
import { type Cut, otherCuts } from './warm-up.js';
import type { Judged } from './what-if.js';

export interface AnalyzeOptions {
  readonly plugins: Pick<Plugins, 'checks' | 'methods'>;
  /** Version of stacktrial that analyses. */
  readonly stacktrial: string;
  /** The experiment was written after the data were seen (`--with`): never adopt. */
  readonly postHoc?: boolean;
}

export interface Judging extends AnalyzeOptions {
  readonly look: { readonly index: number; readonly of: number };
  readonly atLook: AlphaAtLook;
}

/** check → compare → decide, on one set of evidence at one look; `before`: the same at other prices. */
export function judge(
  experiment: Experiment,
  raw: RawEvidence,
  { plugins, postHoc, look, atLook }: Judging,
  before?: Evidence,
): Judged {
  const complete = derive(experiment, raw, before);
  const checks = runChecks(complete, { ...look, postHoc: postHoc ?? false }, plugins.checks);
  const evidence = { ...complete, tables: atDeclaredVolume(complete.tables, experiment, complete.schedule) };
  const { comparisons, inferences } = compare(
    evidence,
    plugins.methods,
    { confidencePerComparison: (...pair) => confidencePer(experiment, atLook, ...pair) },
    createRandom(experiment.design.seed, experiment.name),
  );
  const claims = [...experiment.hypotheses, ...experiment.guardrails];
  const random = createRandom(experiment.design.seed, experiment.name);
  const against = tradeOffs(evidence, plugins.methods, random);
  const decided = decide(evidence, claims, comparisons, inferences, checks, {
    exploratory: postHoc ?? false,
    atLook,
    tradeOffs: against,
  });
  return { evidence, complete, checks, comparisons, inferences, tradeOffs: against, ...decided };
}

/** Prices are declared ranges, never sampling noise: everything again, at other prices of each range. */
export const atOtherPrices = (
  experiment: Experiment,
  raw: RawEvidence,
  options: Judging,
  typical: Evidence,
) =>
  [...priceScenarios(experiment), ...pricesBetween(experiment)].map(({ experiment: priced, ...about }) => ({
    ...about,
    ...judge(priced, raw, options, typical),
  }));

/** An adoption that another warm-up cut would not make is not made. */
export function settledDecision(
  declared: Decision,
  experiment: Experiment,
  raw: RawEvidence,
  options: Judging,
): Decision {
  if (declared.outcome !== 'adopt') return declared;
  const cuts = otherCuts(experiment, raw);
  if (cuts === null) return declared;
  const decision = (cut: Cut): Decision => judge(cut.experiment, cut.raw, options).decision;
  return warmupSensitivity({ declared, none: decision(cuts.none), twice: decision(cuts.twice) });
}

/** The printed interval is the one that decides: the strictest that a claim on this comparison asks for. */
const confidencePer = (
  experiment: Experiment,
  atLook: AlphaAtLook,
  metric: MetricName,
  treatment: ArmName,
): number => {
  const alone = { join: 'and', siblings: 1 } as const;
  return [...experiment.hypotheses, ...experiment.guardrails]
    .filter((claim) => claim.metric === metric && claim.treatment === treatment)
    .reduce(
      (most, claim) => Math.max(most, confidenceFor(claim, experiment, atLook)),
      confidenceFor(alone, experiment, atLook),
    );
};
