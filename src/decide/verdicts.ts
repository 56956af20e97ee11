/**
 * The verdict on one claim. With the benefit e oriented so that positive favours the treatment (axis.ts):
 *
 * | claim            | supported          | refuted            |
 * | at least c better| lo ≥ c (c=0: lo>0) | hi < c             |
 * | at most c worse  | lo > −c            | hi ≤ −c            |
 * | within c         | inside the band    | beyond either edge |
 *
 * else inconclusive; unmeasured where there is no estimate. Each comparison is the one-sided test at α/2 that
 * the printed interval inverts, so it exists where a Fieller set is unbounded. STATISTICS.md §4.
 */
import type { ClaimResult, Verdict } from '../model/decision.js';
import type { Comparison, Inference } from '../model/effect.js';
import type { Claim } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { type Axis, axisFor, band, benefitInterval, benefitOf, isSilent, pAbove, pBelow } from './axis.js';
import { directionOf } from './direction.js';
import { knownPair } from './exact.js';
import { exactFlip, explain } from './explain.js';
import type { Judged } from './judged.js';
import { moreUnits } from './more-units.js';
import { tooFew } from './too-few.js';

/** What of a comparison a verdict rests on, beside its inference. */
export type Compared = Pick<Comparison, 'id' | 'n' | 'exact' | 'unmeasured' | 'effect'>;

/** Judges a claim that compares two arms; `alpha` is two-sided (families.ts). Bounds: bounds.ts. */
export function verdict(
  claim: Claim,
  comparison: Compared | null,
  inference: Inference | null,
  experiment: Pick<Judged, 'metrics'>,
  alpha: number,
): ClaimResult {
  const stop = (why: Reason) => unmeasured(claim, comparison?.id ?? null, alpha, [why]);
  const metric = experiment.metrics.find((candidate) => candidate.name === claim.metric);
  if (metric === undefined) return stop(reason('claim-metric-unknown', { metric: claim.metric }));
  if (comparison === null) return stop(reason('claim-not-compared', { metric: claim.metric }));
  if (comparison.unmeasured !== null) return stop(comparison.unmeasured);
  const few = comparison.exact ? null : tooFew(comparison, inference, alpha / 2);
  if (few !== null) return stop(few);
  const pair = pairOf(comparison, inference, alpha);
  if (pair === null) return stop(reason('claim-no-estimate', { metric: claim.metric }));
  if (metric.better === null && claim.kind !== 'within') {
    return stop(reason('claim-metric-without-direction', { metric: claim.metric }));
  }
  // "Faster by any amount" is the same test on the difference, which needs no positive baseline.
  const onDifference = claim.amount.kind === 'relative' && claim.amount.value === 0 && isSilent(pair);
  const scale = onDifference ? 'absolute' : claim.amount.kind;
  const axis = axisFor(scale, pair, metric.better);
  if (axis === null) return stop(reason('claim-baseline-not-positive', { metric: claim.metric }));
  const tests = testsOf(claim, axis);
  if (tests === null) return stop(reason('claim-amount-too-large', { amount: claim.amount.value }));
  const { supports, refutes } = tests;
  if (Number.isNaN(supports.p) || Number.isNaN(refutes.p) || Number.isNaN(axis.estimate.estimate)) {
    return stop(reason('claim-no-estimate', { metric: claim.metric }));
  }

  const said = saidBy(supports, refutes, alpha / 2);
  const benefit = {
    estimate: benefitOf(axis, axis.estimate.estimate),
    interval: benefitInterval(axis, 1 - alpha),
    threshold: claim.kind === 'not-worse' ? 0 - claim.amount.value : claim.amount.value,
    margin: metric.margin?.kind === axis.scale ? metric.margin.value : null,
    scale: axis.scale,
  };
  const isUnseen = inference?.warnings.some(undeclaredOutage) ?? false;
  const more =
    said === 'inconclusive' && !comparison.exact && !isUnseen
      ? unitsToSettle(claim, axis, benefit, comparison, inference, alpha)
      : null;
  const direction = directionOf(pair, metric.better, metric.margin, alpha);
  return {
    claim,
    comparison: comparison.id,
    verdict: said,
    direction,
    benefit,
    p: comparison.exact ? null : supports.p,
    alpha: alpha / 2,
    reasons: [
      ...explain(claim, metric, {
        verdict: said,
        direction,
        benefit,
        more,
        isUnseen,
        exact: comparison.exact,
      }),
      ...(comparison.exact ? exactFlip(claim, metric, comparison, inference) : []),
    ],
    moreUnits: more,
  };
}

/** Keys without a failure: a run of which no number of units makes more, as long as nobody says how long outages last. */
const undeclaredOutage = ({ code, values }: Reason): boolean =>
  code === 'no-variation-in-proportion' && values.declared === false;

/** A claim that cannot be judged: never a pass, never a zero. */
export function unmeasured(
  claim: Claim,
  comparison: string | null,
  alpha: number,
  reasons: readonly Reason[],
): ClaimResult {
  return {
    claim,
    comparison,
    verdict: 'unmeasured',
    direction: null,
    benefit: null,
    p: null,
    alpha: alpha / 2,
    reasons,
    moreUnits: null,
  };
}

/** An exact metric has numbers and no inference; every other claim needs an inference. */
export function pairOf(
  comparison: Compared,
  inference: Inference | null,
  alpha: number,
): Pick<Inference, 'ratio' | 'difference'> | null {
  if (!comparison.exact) return inference;
  const values = comparison.effect ?? inference;
  if (values === null) return null;
  if (!Number.isFinite(values.treatmentValue) || !Number.isFinite(values.baselineValue)) return null;
  return knownPair(values.treatmentValue, values.baselineValue, alpha);
}

interface Tested {
  readonly p: number;
  /** The interval's end may touch the threshold (≥) or must pass it (>). */
  readonly touching: boolean;
}

const holds = (test: Tested, half: number) => (test.touching ? test.p <= half : test.p < half);

function saidBy(supports: Tested, refutes: Tested, half: number): Verdict {
  if (holds(supports, half)) return 'supported';
  return holds(refutes, half) ? 'refuted' : 'inconclusive';
}

/** The two tests of a claim's row in the table; null where the amount has no meaning on this axis. */
function testsOf(claim: Claim, axis: Axis): { supports: Tested; refutes: Tested } | null {
  const c = claim.amount.value;
  if (claim.kind === 'better') {
    const supports = { p: pAbove(axis, c), touching: c > 0 };
    return { supports, refutes: { p: pBelow(axis, c), touching: false } };
  }
  if (claim.kind === 'not-worse') {
    const supports = { p: pAbove(axis, -c), touching: false };
    return { supports, refutes: { p: pBelow(axis, -c), touching: true } };
  }
  const edges = band(axis, c);
  if (edges === null) return null;
  return {
    supports: { p: Math.max(pAbove(axis, edges.low), pBelow(axis, edges.high)), touching: false },
    refutes: { p: Math.min(pAbove(axis, edges.high), pBelow(axis, edges.low)), touching: true },
  };
}

function unitsToSettle(
  claim: Claim,
  axis: Axis,
  benefit: NonNullable<ClaimResult['benefit']>,
  comparison: Compared,
  inference: Inference | null,
  alpha: number,
): number | null {
  const { low, high } = benefit.interval;
  const common = {
    n: Math.min(comparison.n.treatment, comparison.n.baseline),
    df: inference?.df ?? Infinity,
    alpha,
  };
  const below = low === null ? Infinity : benefit.estimate - low;
  if (claim.kind !== 'within') {
    const distance = benefit.estimate - benefit.threshold;
    return moreUnits({ ...common, distance, halfWidth: below, kind: 'oneSided' });
  }
  const edges = band(axis, claim.amount.value);
  if (edges === null) return null;
  const above = high === null ? Infinity : high - benefit.estimate;
  const sides = [
    moreUnits({ ...common, distance: benefit.estimate - edges.low, halfWidth: below, kind: 'within' }),
    moreUnits({ ...common, distance: edges.high - benefit.estimate, halfWidth: above, kind: 'within' }),
  ];
  return sides[0] === null || sides[1] === null ? null : Math.max(sides[0], sides[1]);
}
