/**
 * Warm-up: the declared cut decides. Where cutting nothing, or twice as much, leads to another decision for a
 * treatment, adopt becomes inconclusive: what would be adopted is a choice of the cut, not of the stack.
 * A cut that could not be computed is said, and changes nothing. STATISTICS.md §8; reference/benchmarking.md §5.
 */
import type { Decision, TreatmentDecision } from '../model/decision.js';
import { type Reason, reason } from '../model/reason.js';
import { union } from './outcome.js';

export interface WarmupDecisions {
  readonly declared: Decision;
  /** The decision with no cut and with twice the cut; null where the data do not allow it. */
  readonly none: Decision | null;
  readonly twice: Decision | null;
}

export function warmupSensitivity({ declared, none, twice }: WarmupDecisions): Decision {
  const perTreatment = declared.perTreatment.map((decision): TreatmentDecision => {
    if (decision.outcome !== 'adopt') return decision;
    const withNone = outcomeFor(decision, none);
    const withTwice = outcomeFor(decision, twice);
    const stable = [withNone, withTwice].every((outcome) => outcome === null || outcome === 'adopt');
    if (!stable) {
      const sensitive = reason('decision-warm-up-sensitive', { none: withNone, twice: withTwice });
      return { ...decision, outcome: 'inconclusive', reasons: [sensitive] };
    }
    return { ...decision, reasons: [...decision.reasons, ...unknownCuts(none, twice)] };
  });
  return union(perTreatment, declared.wouldChange);
}

function outcomeFor({ treatment }: TreatmentDecision, other: Decision | null) {
  if (other === null) return null;
  return other.perTreatment.find((decision) => decision.treatment === treatment)?.outcome ?? 'inconclusive';
}

function unknownCuts(none: Decision | null, twice: Decision | null): readonly Reason[] {
  const cuts = [...(none === null ? ['none'] : []), ...(twice === null ? ['twice'] : [])];
  return cuts.length === 0 ? [] : [reason('decision-warm-up-cut-not-varied', { cuts })];
}
