/**
 * The verdict on one arm held against a limit. The benefit is the room left: limit − value for "below",
 * value − limit for "above", threshold 0.
 */
import type { ClaimResult } from '../model/decision.js';
import type { Estimate, IntervalData } from '../model/effect.js';
import type { Claim, Metric } from '../model/experiment.js';
import { reason } from '../model/reason.js';
import { moreUnits } from './more-units.js';
import type { OneArm } from './one-arm.js';

/** `alpha` two-sided (families.ts). */
export function judgeBound(
  claim: Claim,
  metric: Pick<Metric, 'name' | 'unit' | 'exact'>,
  arm: OneArm,
  alpha: number,
): ClaimResult {
  const { estimate, interval, test } = arm.difference;
  const below = claim.bound === 'below';
  const limit = claim.amount.value;
  const tests = test(limit);
  const [supports, refutes] = below ? [tests.below, tests.above] : [tests.above, tests.below];
  const room = roomOf(interval(1 - alpha), limit, below);
  const distance = below ? limit - estimate : estimate - limit;
  const verdict = supports < alpha / 2 ? 'supported' : refutes <= alpha / 2 ? 'refuted' : 'inconclusive';
  const halfWidth = room.low === null ? Infinity : distance - room.low;
  const more =
    verdict === 'inconclusive' && !metric.exact
      ? moreUnits({ n: arm.n, df: arm.df, alpha, distance, halfWidth, kind: 'oneSided' })
      : null;
  const values = {
    metric: metric.name,
    arm: claim.treatment,
    unit: metric.unit,
    estimate,
    limit,
    bound: below ? 'below' : 'above',
    low: edge(room, limit, below, 'low'),
    high: edge(room, limit, below, 'high'),
  };
  return {
    claim,
    comparison: null,
    verdict,
    direction: null,
    benefit: { estimate: distance, interval: room, threshold: 0, margin: null, scale: claim.amount.kind },
    p: metric.exact ? null : supports,
    alpha: alpha / 2,
    reasons: [
      reason(`bound-${verdict}`, values),
      ...(more === null ? [] : [reason('claim-more-units', { more })]),
    ],
    moreUnits: more,
  };
}

function roomOf(interval: ReturnType<Estimate['interval']>, limit: number, below: boolean): IntervalData {
  if (interval.kind === 'unbounded') return { kind: 'unbounded', low: null, high: null };
  const [low, high] = below
    ? [limit - interval.high, limit - interval.low]
    : [interval.low - limit, interval.high - limit];
  return {
    kind: 'interval',
    low: Number.isFinite(low) ? low : null,
    high: Number.isFinite(high) ? high : null,
  };
}

/** The arm's own interval again, for the sentence. */
function edge(room: IntervalData, limit: number, below: boolean, side: 'low' | 'high'): number | null {
  const end = below ? room[side === 'low' ? 'high' : 'low'] : room[side];
  if (end === null) return null;
  return below ? limit - end : limit + end;
}
