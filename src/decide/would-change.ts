/** What would change the decision: the check to mend, the units to add, the smaller claim that holds. */
import type { CheckResult, ClaimResult, Outcome } from '../model/decision.js';
import { type Reason, reason } from '../model/reason.js';
import type { Judged } from './judged.js';
import { distinct } from './outcome.js';

export function wouldChange(
  outcome: Outcome,
  claims: readonly ClaimResult[],
  checks: readonly CheckResult[],
  experiment: Pick<Judged, 'metrics' | 'design'>,
): readonly Reason[] {
  if (outcome === 'invalid') {
    const broken = checks.filter((check) => check.severity === 'fatal' && check.status === 'fail');
    return distinct(broken.map((check) => reason('change-mend-check', { check: check.check })));
  }
  const unitOf = (metric: string) => experiment.metrics.find((m) => m.name === metric)?.unit ?? '';
  const perClaim = claims.flatMap((result) => changesOf(result, unitOf(result.claim.metric)));
  const noClaim = claims.some((result) => result.claim.role === 'hypothesis')
    ? []
    : [reason('change-state-a-hypothesis')];
  const { design } = experiment;
  const apart =
    design.kind === 'observed' && !design.concurrent ? [reason('change-run-at-the-same-time')] : [];
  return distinct([...noClaim, ...apart, ...perClaim]);
}

function changesOf(result: ClaimResult, unit: string): readonly Reason[] {
  const { claim, benefit, verdict } = result;
  const named = { claim: claim.text, id: claim.id };
  if (verdict === 'unmeasured') return [reason('change-measure', { ...named, metric: claim.metric })];
  if (benefit === null) return [];
  const scale = benefit.scale ?? claim.amount.kind;
  const { low } = benefit.interval;
  const values = { ...named, scale, unit, low, estimate: benefit.estimate, threshold: benefit.threshold };
  if (verdict === 'supported') {
    // How far a supported claim could have gone: beyond the interval's lower end it would not have held.
    return claim.kind === 'better' && low !== null ? [reason('change-claim-more', values)] : [];
  }
  const smaller =
    claim.kind === 'better' && low !== null && low > 0 ? [reason('change-claim-less', values)] : [];
  const tolerated =
    claim.kind === 'not-worse' && low !== null && low < 0 ? [reason('change-tolerate', values)] : [];
  const more =
    verdict === 'inconclusive' && result.moreUnits !== null
      ? [reason('change-more-units', { ...named, more: result.moreUnits })]
      : [];
  const isUnseen = result.reasons.some(({ code }) => code === 'claim-outage-unseen');
  const short =
    verdict === 'inconclusive' && result.moreUnits === null && claim.kind !== 'bound'
      ? [isUnseen ? reason('change-declare-outage', named) : reason('change-estimate-short', values)]
      : [];
  return [...more, ...smaller, ...tolerated, ...short];
}
