/**
 * Claims that hold one arm against a limit: `ARM METRIC stays below AMOUNT` (guardrails only).
 * The benefit is the room left: limit − value for "below", value − limit for "above", threshold 0.
 * Units in time (mirrored, observed, time buckets) are judged as a series, all others as independent units.
 */
import type { ClaimResult } from '../model/decision.js';
import type { Estimate, IntervalData } from '../model/effect.js';
import type { MetricTable } from '../model/evidence.js';
import type { Claim, Experiment } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { known } from './exact.js';
import { moreUnits } from './more-units.js';
import { minimumUnits, type OneArm, oneArm } from './one-arm.js';
import { oneSeries } from './one-series.js';
import { unmeasured } from './verdicts.js';

export function boundVerdict(
  claim: Claim,
  table: MetricTable | null,
  experiment: Experiment,
  alpha: number,
): ClaimResult {
  const stop = (why: Reason) => unmeasured(claim, null, alpha, [why]);
  const metric = experiment.metrics.find((candidate) => candidate.name === claim.metric);
  if (metric === undefined) return stop(reason('claim-metric-unknown', { metric: claim.metric }));
  if (table === null) return stop(reason('claim-no-data', { metric: claim.metric, arm: claim.treatment }));
  if (table.unmeasured !== null) return stop(table.unmeasured);
  const column = table.arms.get(claim.treatment);
  if (column === undefined || column.n === 0) {
    return stop(reason('claim-no-data', { metric: claim.metric, arm: claim.treatment }));
  }
  const isFraction = claim.estimand === 'proportion' || metric.unit === 'fraction';
  if (claim.amount.kind === 'relative' && !isFraction) {
    return stop(reason('bound-limit-not-in-unit', { metric: metric.name, unit: metric.unit }));
  }
  const { design } = experiment;
  const workload = experiment.workload?.kind ?? null;
  const times = metric.input.kind === 'ratio' ? metric.input.times : 1;
  const plan = { estimand: claim.estimand, times, workload: design.kind === 'interleaved' ? workload : null };
  const bucketMs = table.bucketMs ?? null;
  const inTime = design.kind === 'observed' || design.kind === 'mirrored' || bucketMs !== null;
  const arm = metric.exact
    ? exactArm(column.value, alpha)
    : inTime
      ? oneSeries(column, plan, bucketMs)
      : oneArm(column, plan);
  if ('code' in arm) return stop(arm);

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

/** An exact metric is one known number; different numbers in its rows are not exact. */
function exactArm(values: Float64Array, alpha: number): OneArm | Reason {
  const value = values[0];
  if (!values.every((other) => other === value) || !Number.isFinite(value))
    return reason('bound-exact-varies');
  const difference: Estimate = known(value, alpha);
  return { n: Math.max(minimumUnits, values.length), df: Infinity, standardError: 0, difference };
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
