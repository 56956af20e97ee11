/**
 * The claims judged again under other assumptions, from what a report recorded: another confidence, another amount in a
 * claim, a price elsewhere in its range. Verdict and decision are those of verdicts.ts and decision.ts; only the
 * estimates are replayed instead of computed.
 *
 * A recorded estimate answers a test at a place that was recorded with its p; anywhere else with what the interval at
 * the claim's α says: beyond its ends p is 0, at an end α/2, inside neither side is rejected. Of a set that is not an
 * interval nothing is said beyond the recorded places. None of this is the decision: that was made at the declared
 * values, which are the only ones that were chosen before the data were seen.
 */
import type { CheckResult, ClaimResult, Decision } from '../model/decision.js';
import type { Estimate, Inference } from '../model/effect.js';
import { type Reason, reason } from '../model/reason.js';
import type {
  PriceRange,
  PriceStop,
  RecordedClaim,
  RecordedEstimate,
  RecordedNetBenefit,
} from '../model/what-if.js';
import { judgeBound } from './bound-verdict.js';
import { decisionOn } from './decision-on.js';
import { known } from './exact.js';
import type { Judged, JudgedMetric } from './judged.js';
import { type NetBenefit, signOf } from './net-benefit.js';
import { union } from './outcome.js';
import { type Compared, verdict } from './verdicts.js';

/** What a report holds of a decision, as far as it is needed to make it again. */
export interface Judgeable {
  readonly experiment: Judged;
  readonly claims: readonly ClaimResult[];
  readonly comparisons: readonly Compared[];
  readonly checks: readonly CheckResult[];
  readonly decision: Decision;
  readonly postHoc: boolean;
  readonly confidences: readonly number[];
  readonly recorded: readonly RecordedClaim[];
  readonly prices: readonly PriceRange[];
  /** At the declared value of an hour, for the confidence `at`, and recorded for all; absent: none was declared. */
  readonly netBenefit?: {
    readonly at: number;
    readonly of: Readonly<Record<string, NetBenefit | Reason>>;
    readonly recorded: readonly RecordedNetBenefit[];
  };
  /** A warm-up cut was declared: the analysis would judge an adoption at other cuts too. */
  readonly cuts: boolean;
}

export interface Assumed {
  /** Index of one of the recorded confidences. */
  readonly confidence: number;
  /** Claim id → amount instead of the declared one, in the scale of the claim. */
  readonly amounts: Readonly<Record<string, number>>;
  /** Index of a price range and of one of its stops; null: all prices typical. */
  readonly price: { readonly range: number; readonly stop: number } | null;
}

export function judgeAgain(
  report: Judgeable,
  assumed: Assumed,
): { readonly claims: readonly ClaimResult[]; readonly decision: Decision } {
  const stop = assumed.price === null ? null : report.prices[assumed.price.range].stops[assumed.price.stop];
  const records = new Map([...report.recorded, ...(stop?.claims ?? [])].map((record) => [record.id, record]));
  const claims = report.claims.map((result) => {
    const record = records.get(result.claim.id);
    return record === undefined ? result : again(result, record, report, assumed);
  });
  const netBenefit =
    report.netBenefit && ((treatment: string) => paidBy(treatment, report, stop, assumed.confidence));
  const decision = decisionOn(report.experiment, claims, report.checks, report.postHoc, netBenefit);
  return { claims, decision: withWhatStands(decision, report) };
}

/** The net benefit of a treatment at a price and a confidence: as it decided, or as it was recorded elsewhere. */
function paidBy(
  treatment: string,
  { netBenefit: net, confidences }: Judgeable,
  stop: PriceStop | null,
  confidence: number,
): NetBenefit | Reason {
  const declared = net?.of[treatment] ?? reason('trade-off-not-measured', {});
  if ('code' in declared) return declared;
  const moved = stop?.netBenefits?.find((one) => one.treatment === treatment);
  if (moved === undefined && confidences[confidence] === net?.at) return declared;
  const found = moved ?? net?.recorded.find((one) => one.treatment === treatment);
  if (found === undefined) return reason('net-benefit-not-recorded', {});
  const interval = found.intervals[confidence];
  return { ...declared, estimate: found.estimate, interval, sign: signOf(interval) };
}

function again(
  { claim: declared, comparison: id }: ClaimResult,
  record: RecordedClaim,
  { experiment, comparisons }: Judgeable,
  { confidence, amounts }: Assumed,
): ClaimResult {
  const value = amounts[declared.id] ?? declared.amount.value;
  const claim = { ...declared, amount: { ...declared.amount, value } };
  const alpha = record.alphas[confidence];
  const metric = experiment.metrics.find(({ name }) => name === claim.metric);
  if (claim.kind === 'bound' && metric !== undefined)
    return judgeBound(claim, metric, replayedArm(record, metric, confidence), alpha);
  const comparison = comparisons.find((candidate) => candidate.id === id) ?? null;
  const { treatmentValue, baselineValue } = record;
  const values = { treatmentValue, baselineValue: baselineValue ?? Number.NaN };
  const effect = comparison?.effect == null ? null : { ...comparison.effect, ...values };
  const compared = comparison === null ? null : { ...comparison, effect };
  return verdict(claim, compared, replayed(record, values, confidence), experiment, alpha);
}

function replayed(
  record: RecordedClaim,
  values: Pick<Inference, 'treatmentValue' | 'baselineValue'>,
  confidence: number,
): Inference | null {
  const { ratio, difference, alphas, df, smallestP } = record;
  if (difference === null) return null; // exact: its two values are all there is
  const estimate = (recorded: RecordedEstimate) => replay(recorded, confidence, alphas[confidence]);
  return {
    ...values,
    ratio: ratio === null ? null : estimate(ratio),
    difference: estimate(difference),
    standardError: Number.NaN,
    df: df ?? Infinity,
    ...(smallestP === undefined ? {} : { smallestP }),
    details: {},
    warnings: [],
  };
}

function replayedArm(record: RecordedClaim, metric: JudgedMetric, confidence: number) {
  const { difference, alphas, df, n, treatmentValue } = record;
  const alpha = alphas[confidence];
  const exact = metric.exact || difference === null;
  return {
    n: n ?? 0,
    df: df ?? Infinity,
    standardError: Number.NaN,
    difference: exact ? known(treatmentValue, alpha) : replay(difference, confidence, alpha),
  };
}

/** Numbers that went through JSON: the same place to eleven digits. */
const samePlace = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-11 * Math.max(1, Math.abs(a), Math.abs(b));

const sides = (x: number, end: number, half: number): number =>
  samePlace(x, end) ? half : x < end ? 0 : 0.5;

function replay({ estimate, intervals, tests }: RecordedEstimate, level: number, alpha: number): Estimate {
  const set = intervals[level];
  const [low, high] = [set.low ?? -Infinity, set.high ?? Infinity];
  return {
    estimate,
    interval: () => (set.kind === 'unbounded' ? { kind: 'unbounded' } : { kind: 'interval', low, high }),
    test: (at) => {
      const recorded = tests.find((test) => samePlace(test.at, at));
      if (recorded !== undefined) return recorded;
      if (set.kind === 'unbounded') return { above: 0.5, below: 0.5 };
      return { above: sides(at, low, alpha / 2), below: sides(-at, -high, alpha / 2) };
    },
  };
}

/**
 * Where another warm-up cut would not adopt, that stands whatever else is assumed: the cuts were not judged again. So does
 * keep, where the split was ended because this treatment did harm. What was not adopted was not judged at other cuts.
 */
function withWhatStands(assumed: Decision, { decision: declared, cuts }: Judgeable): Decision {
  const perTreatment = assumed.perTreatment.map((decision) => {
    const before = declared.perTreatment.find(({ treatment }) => treatment === decision.treatment);
    const has = (code: string) => before?.reasons.some((one) => one.code === code) ?? false;
    const stands =
      has('split-stopped-harm') || (decision.outcome === 'adopt' && has('decision-warm-up-sensitive'));
    if (stands && before !== undefined) return before;
    if (!cuts || decision.outcome !== 'adopt' || before?.outcome === 'adopt') return decision;
    return { ...decision, reasons: [...decision.reasons, reason('what-if-cuts-not-judged', {})] };
  });
  return union(perTreatment, assumed.wouldChange);
}
