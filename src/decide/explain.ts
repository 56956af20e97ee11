/** Why a claim got its verdict, as reasons: what the interval says, and what could be claimed instead. */
import type { ClaimResult, Direction, Verdict } from '../model/decision.js';
import type { Comparison, Inference } from '../model/effect.js';
import type { Claim } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { axisFor, band } from './axis.js';
import { knownPair } from './exact.js';
import type { JudgedMetric } from './judged.js';

type Benefit = NonNullable<ClaimResult['benefit']>;

interface Said {
  readonly verdict: Verdict;
  readonly direction: Direction | null;
  readonly benefit: Benefit;
  readonly more: number | null;
  /** No failure was seen by key, and how long outages last is not declared. */
  readonly isUnseen: boolean;
  readonly exact: boolean;
}

export function explain(claim: Claim, metric: JudgedMetric, said: Said): readonly Reason[] {
  const { verdict, benefit, direction, exact, more, isUnseen } = said;
  const scale = benefit.scale ?? claim.amount.kind;
  const values = {
    kind: claim.kind,
    metric: metric.name,
    scale,
    unit: metric.unit,
    amount: claim.amount.value,
    threshold: benefit.threshold,
    estimate: benefit.estimate,
    low: benefit.interval.low,
    high: benefit.interval.high,
  };
  const reasons: Reason[] = [reason(exact ? `claim-exact-${verdict}` : `claim-${verdict}`, values)];
  if (claim.kind === 'better' && verdict === 'supported' && direction === 'equivalent' && metric.margin) {
    const margin = metric.margin.value;
    reasons.push(
      reason('claim-supported-but-equivalent', { margin, scale: metric.margin.kind, unit: metric.unit }),
    );
  }
  const low = benefit.interval.low;
  if (claim.kind === 'better' && verdict !== 'supported' && low !== null && low > 0) {
    reasons.push(reason('claim-smaller-would-hold', { low, scale, unit: metric.unit }));
  }
  if (verdict === 'inconclusive') {
    const short = isUnseen ? reason('claim-outage-unseen') : reason('claim-estimate-short', values);
    reasons.push(more === null ? short : reason('claim-more-units', { more }));
  }
  return reasons;
}

/** For exact metrics: the relative move of the treatment's number that would turn the answer. */
export function exactFlip(
  claim: Claim,
  metric: JudgedMetric,
  comparison: Pick<Comparison, 'effect'>,
  inference: Inference | null,
): readonly Reason[] {
  const values = comparison.effect ?? inference;
  if (values === null || !(values.treatmentValue > 0)) return [reason('exact-flip-unknown')];
  const { treatmentValue, baselineValue } = values;
  const pair = knownPair(treatmentValue, baselineValue, 0);
  const axis = axisFor(pair.ratio === null ? 'absolute' : claim.amount.kind, pair, metric.better);
  if (axis === null) return [reason('exact-flip-unknown')];
  const c = claim.amount.value;
  const edges = claim.kind === 'within' ? band(axis, c) : null;
  const thresholds = edges !== null ? [edges.low, edges.high] : [claim.kind === 'better' ? c : -c];
  const moves = thresholds.map((threshold) => {
    const place = axis.origin + axis.sign * threshold;
    const turning = axis.scale === 'relative' ? place * baselineValue : baselineValue + place;
    return turning / treatmentValue - 1;
  });
  const move = moves.reduce((nearest, next) => (Math.abs(next) < Math.abs(nearest) ? next : nearest));
  // A price cannot fall by more than all of it.
  return move > -1
    ? [reason('exact-flip', { move, metric: metric.name })]
    : [reason('exact-flip-impossible')];
}
