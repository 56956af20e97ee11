/**
 * A split that was ended because a guardrail was seen broken: who did harm is not adopted, whatever the evidence that
 * was gathered until then says, because it was gathered until harm was seen. Pure.
 */
import type { Decision, TreatmentDecision } from '../model/decision.js';
import type { ArmName } from '../model/experiment.js';
import type { Reason } from '../model/reason.js';
import { union } from './outcome.js';

export function afterHarm(decision: Decision, harmful: readonly ArmName[], why: Reason): Decision {
  const perTreatment = decision.perTreatment.map(
    (one): TreatmentDecision =>
      harmful.includes(one.treatment)
        ? { ...one, outcome: one.outcome === 'invalid' ? 'invalid' : 'keep', reasons: [why, ...one.reasons] }
        : one,
  );
  return { ...union(perTreatment, []), wouldChange: decision.wouldChange };
}

/** A cap that was reached says nothing about the arms; the reader must know that the split ended there. */
export const afterCap = (decision: Decision, why: Reason): Decision => ({
  ...decision,
  reasons: [...decision.reasons, why],
});
