/**
 * One decision for the experiment from those of its treatments: invalid dominates; adopt names every adoptable
 * treatment; then trade-off, then inconclusive; keep only when every treatment is to be left.
 * A treatment without any hypothesis has nothing to say beside one that has.
 */
import type { Decision, Outcome, TreatmentDecision } from '../model/decision.js';
import { type Reason, reason } from '../model/reason.js';

const precedence: readonly Outcome[] = ['invalid', 'adopt', 'trade-off', 'inconclusive', 'keep'];

export function union(perTreatment: readonly TreatmentDecision[], wouldChange: readonly Reason[]): Decision {
  const asked = perTreatment.filter((decision) => !hasNothingToSay(decision));
  const considered = asked.length > 0 ? asked : perTreatment;
  const outcome = precedence.find((candidate) => considered.some((d) => d.outcome === candidate));
  const chosen = considered.filter((decision) => decision.outcome === outcome);
  const several = outcome === 'adopt' && chosen.length > 1;
  return {
    outcome: outcome ?? 'inconclusive',
    treatments: chosen.map((decision) => decision.treatment),
    reasons: [
      ...(several ? [reason('decision-several-adoptable', { arms: chosen.map((d) => d.treatment) })] : []),
      ...distinct(chosen.flatMap((decision) => decision.reasons)),
    ],
    perTreatment,
    wouldChange,
  };
}

const hasNothingToSay = (decision: TreatmentDecision) =>
  decision.outcome === 'inconclusive' && decision.reasons.some((r) => r.code === 'decision-no-hypothesis');

/** Reasons that several treatments share (a failed check) are said once. */
export function distinct(reasons: readonly Reason[]): readonly Reason[] {
  const seen = new Map(reasons.map((r) => [JSON.stringify([r.code, r.values]), r]));
  return [...seen.values()];
}
