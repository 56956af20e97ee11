/**
 * claims → verdicts → decision. Pure, and free of Node: the report page can run it too.
 * `decide` is the one entry point; the rest is exported for the pipeline's α and the warm-up rule.
 */
import type { CheckResult, ClaimResult, Decision } from '../model/decision.js';
import type { Comparison, Inference } from '../model/effect.js';
import type { Evidence } from '../model/evidence.js';
import type { ArmName, Claim, Experiment } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import type { CostAgainstTime } from '../model/trade-off.js';
import { boundVerdict } from './bounds.js';
import { decisionOn } from './decision-on.js';
import { alphaFor } from './families.js';
import type { AlphaAtLook } from './looks.js';
import { netBenefitAt } from './net-benefit.js';
import { unmeasured, verdict } from './verdicts.js';

export { withBreakEven } from './break-even.js';
export { confidenceFor } from './families.js';
export { type Harm, type HarmGrounds, type HarmVerdict, harm } from './harm.js';
export { afterCap, afterHarm } from './harm-stop.js';
export { judgeable } from './judgeable.js';
export { type AlphaAtLook, alphaAtLook, type Boundary, boundaries, type LooksSoFar } from './looks.js';
export { monthly } from './monthly.js';
export { recordNetBenefits } from './net-benefit.js';
export { alphaOfPair, pairReason } from './pairs.js';
export { atPriceEnds, type JudgedScenario, withPriceScenarios } from './price-scenarios.js';
export { recordClaims } from './record.js';
export { endsHere } from './stopping.js';
export { type WarmupDecisions, warmupSensitivity } from './warm-up.js';
export { type Assumed, type Judgeable, judgeAgain } from './what-if.js';

export interface DecideOptions {
  /** Hypotheses that were written after the data were seen (`analyze --with`): never adopt. */
  readonly exploratory?: boolean;
  /** What the look that is analysed may spend of a claim's α. Absent: the only look. */
  readonly atLook?: AlphaAtLook;
  /** Cost against time of each treatment, or why there is none. */
  readonly tradeOffs?: ReadonlyMap<ArmName, CostAgainstTime | Reason>;
}

/**
 * Judges every claim and decides. `inferences` are the live estimates by comparison id; a comparison without one
 * (failed source, too few units) makes its claims unmeasured.
 */
export function decide(
  evidence: Pick<Evidence, 'experiment' | 'tables'>,
  claims: readonly Claim[],
  comparisons: readonly Comparison[],
  inferences: ReadonlyMap<string, Inference>,
  checks: readonly CheckResult[],
  options: DecideOptions = {},
): { readonly claims: readonly ClaimResult[]; readonly decision: Decision } {
  const { experiment } = evidence;
  const results = claims.map((claim): ClaimResult => {
    const alpha = alphaFor(claim, experiment, options.atLook);
    const failed = checks.filter(
      (check) =>
        check.severity === 'fatal-for-metric' && check.status === 'fail' && check.scope === claim.metric,
    );
    const comparison =
      comparisons.find(
        (candidate) =>
          candidate.metric === claim.metric &&
          candidate.treatment === claim.treatment &&
          candidate.baseline === claim.reference &&
          candidate.estimand === claim.estimand,
      ) ?? null;
    if (failed.length > 0) {
      const why = failed.flatMap((check) => [
        reason('claim-check-failed', { check: check.check, metric: claim.metric }),
        check.saw,
      ]);
      return unmeasured(claim, comparison?.id ?? null, alpha, why);
    }
    if (claim.kind === 'bound') {
      return boundVerdict(claim, evidence.tables.get(claim.metric) ?? null, experiment, alpha);
    }
    const inference = comparison === null ? null : (inferences.get(comparison.id) ?? null);
    return verdict(claim, comparison, inference, experiment, alpha);
  });

  return {
    claims: results,
    decision: decisionOn(
      experiment,
      results,
      checks,
      options.exploratory ?? false,
      pricedBy(experiment, options),
    ),
  };
}

/** What each treatment pays at the declared value of an hour; undefined where none was declared. */
function pricedBy({ decide: { confidence, hourValue }, treatments }: Experiment, options: DecideOptions) {
  if (hourValue === undefined) return undefined;
  const alone = { join: 'and', siblings: 1 } as const;
  const alpha = alphaFor(alone, { decide: { confidence }, treatments }, options.atLook);
  return (treatment: ArmName) => netBenefitAt(options.tradeOffs?.get(treatment), hourValue, alpha);
}
