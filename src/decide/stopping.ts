/**
 * Does an experiment end at this look? (STATISTICS.md §6, §7)
 *
 * A look judges every claim at its own α, so each decision it leads to was paid for. It ends the experiment when no
 * later look could rightly say something else:
 *   invalid     always: more of what is broken mends nothing;
 *   adopt       all required claims and all guardrails are supported, at this same look;
 *   keep        a guardrail is refuted; or a required claim is, and no trade-off can come of it any more, because the
 *               required claims rest on one metric or none of theirs is unclear;
 *   trade-off   once no guardrail is open, as a refuted one would still turn it into keep; not while the net benefit at
 *               the declared value of an hour may still decide it;
 *   inconclusive never.
 * With several treatments it ends when this holds for each that has a hypothesis.
 */
import type { ClaimResult, Decision, TreatmentDecision } from '../model/decision.js';
import type { ArmName } from '../model/experiment.js';
import { sentencesOf } from './families.js';

export function endsHere(
  { outcome, perTreatment }: Pick<Decision, 'outcome' | 'perTreatment'>,
  claims: readonly ClaimResult[],
  baseline: ArmName,
): boolean {
  if (outcome === 'invalid') return true;
  const required = (treatment: ArmName) =>
    claims.filter(
      ({ claim }) =>
        claim.role === 'hypothesis' && claim.treatment === treatment && claim.reference === baseline,
    );
  const asked = perTreatment.filter(({ treatment }) => required(treatment).length > 0);
  const all = asked.length > 0 ? asked : perTreatment;
  return all.length > 0 && all.every((decision) => settled(decision, claims, required(decision.treatment)));
}

/** The value of an hour has not decided yet, or something else is missing to adopt what pays. */
const stillOpen = new Set(['net-benefit-open', 'net-benefit-pays']);

function settled(
  { treatment, outcome, reasons }: TreatmentDecision,
  claims: readonly ClaimResult[],
  required: readonly ClaimResult[],
): boolean {
  if (outcome === 'adopt') return true;
  if (outcome === 'inconclusive' || outcome === 'invalid') return false;
  const guardrails = sentencesOf(claims).filter(
    (sentence) => sentence.role === 'guardrail' && sentence.treatment === treatment,
  );
  if (outcome === 'trade-off' && reasons.some(({ code }) => stillOpen.has(code))) return false;
  if (outcome === 'trade-off') return guardrails.every(({ verdict }) => verdict === 'supported');
  if (guardrails.some(({ verdict }) => verdict === 'refuted')) return true;
  const metrics = new Set(required.map(({ claim }) => claim.metric));
  return metrics.size < 2 || required.every(({ direction }) => direction !== null && direction !== 'unclear');
}
