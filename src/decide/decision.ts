/**
 * The decision for one treatment against the baseline: the first rule that holds (STATISTICS.md §7).
 *
 * 1 invalid      a fatal check failed
 * 2 keep         a guardrail is refuted
 * 3 adopt        at least one required sentence, all supported, all guardrails supported, and nothing forbids it
 * 4 trade-off    of the required metrics one is better beyond its margin and one is worse beyond its margin; where they
 *                are cost and time and an hour has a declared value, its net benefit decides (net-benefit.ts)
 * 5 keep         a required sentence is refuted, or everything is equivalent
 * 6 inconclusive all else, missing evidence included
 *
 * "Everything is equivalent" keeps the baseline only while some required sentence is not supported: where all are
 * supported and only a guardrail's evidence is missing, more evidence can still lead to adopt, so it is inconclusive.
 */
import type { CheckResult, ClaimResult, TreatmentDecision } from '../model/decision.js';
import type { ArmName } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { type Sentence, sentencesOf } from './families.js';
import type { Judged } from './judged.js';
import { isTraded, type NetBenefit, priced } from './net-benefit.js';

export interface Grounds {
  readonly experiment: Pick<Judged, 'baseline' | 'design'>;
  readonly claims: readonly ClaimResult[];
  readonly checks: readonly CheckResult[];
  /** Declared after the data were seen (`analyze --with`): never adopt. */
  readonly exploratory: boolean;
  /** What it pays at the declared value of an hour. Absent: none was declared. */
  readonly netBenefit?: (treatment: ArmName) => NetBenefit | Reason;
}

export function decideTreatment(treatment: ArmName, grounds: Grounds): TreatmentDecision {
  const { outcome, reasons } = firstRule(treatment, grounds);
  const scope = outcome === 'invalid' ? [] : limitOf(grounds.experiment.design);
  return { treatment, outcome, reasons: [...reasons, ...scope] };
}

type Ruling = Pick<TreatmentDecision, 'outcome' | 'reasons'>;

function firstRule(treatment: ArmName, grounds: Grounds): Ruling {
  const broken = grounds.checks.filter((check) => check.severity === 'fatal' && check.status === 'fail');
  if (broken.length > 0) {
    return { outcome: 'invalid', reasons: broken.flatMap((check) => [reasonOfCheck(check), check.saw]) };
  }

  const sentences = sentencesOf(grounds.claims).filter((sentence) => sentence.treatment === treatment);
  const required = sentences.filter((sentence) => sentence.role === 'hypothesis');
  const guardrails = sentences.filter((sentence) => sentence.role === 'guardrail');
  const refutedGuardrails = guardrails.filter((sentence) => sentence.verdict === 'refuted');
  if (refutedGuardrails.length > 0) {
    return { outcome: 'keep', reasons: refutedGuardrails.map((s) => about('decision-guardrail-refuted', s)) };
  }

  const allSupported = required.length > 0 && required.every((sentence) => sentence.verdict === 'supported');
  const safe = guardrails.every((sentence) => sentence.verdict === 'supported');
  const obstacles = obstaclesTo(treatment, grounds, required);
  if (allSupported && safe && obstacles.length === 0) {
    return { outcome: 'adopt', reasons: [reason('decision-all-supported', tally(required, guardrails))] };
  }

  const { baseline } = grounds.experiment;
  const claims = required.flatMap((s) => s.claims).filter(({ claim }) => claim.reference === baseline);
  const inDirection = (direction: ClaimResult['direction']) =>
    [...new Set(claims.filter((c) => c.direction === direction).map((c) => c.claim.metric))].toSorted();
  const [better, worse] = [inDirection('better'), inDirection('worse')];
  if (better.length > 0 && worse.length > 0) {
    const traded = reason('decision-trade-off', { better, worse });
    const others = required.filter((s) =>
      s.claims.some(({ claim }) => !isTraded(claim.metric, better, worse)),
    );
    const met = safe && obstacles.length === 0 && others.every(({ verdict }) => verdict === 'supported');
    const unmet = [...others, ...guardrails].filter(({ verdict }) => verdict !== 'supported');
    const open = [...obstacles, ...unmet.map((s) => about('decision-open', s))];
    return priced(traded, { better, worse, met, open }, grounds.netBenefit?.(treatment));
  }

  const refuted = required.filter((sentence) => sentence.verdict === 'refuted');
  if (refuted.length > 0) {
    return { outcome: 'keep', reasons: refuted.map((s) => about('decision-claim-refuted', s)) };
  }
  if (claims.length > 0 && !allSupported && claims.every((claim) => claim.direction === 'equivalent')) {
    const metrics = inDirection('equivalent');
    return { outcome: 'keep', reasons: [reason('decision-all-equivalent', { metrics })] };
  }
  const open = [...required, ...guardrails].filter((sentence) => sentence.verdict !== 'supported');
  return { outcome: 'inconclusive', reasons: [...obstacles, ...open.map((s) => about('decision-open', s))] };
}

/** What forbids adopting whatever the claims say. */
function obstaclesTo(
  treatment: ArmName,
  { checks, experiment, exploratory }: Grounds,
  required: readonly Sentence[],
): readonly Reason[] {
  const againstBaseline = required.some((sentence) =>
    sentence.claims.some((result) => result.claim.reference === experiment.baseline),
  );
  const { design } = experiment;
  return [
    ...(againstBaseline ? [] : [reason('decision-no-hypothesis', { baseline: experiment.baseline })]),
    ...(design.kind === 'observed' && !design.concurrent ? [reason('decision-not-concurrent')] : []),
    ...(exploratory ? [reason('decision-exploratory')] : []),
    ...(failsMore(treatment, checks) ? [reason('decision-fails-more', { treatment })] : []),
  ];
}

/** A stack that fails more often than the one of today is not adopted for what it does when it works. */
const failsMore = (treatment: ArmName, checks: readonly CheckResult[]): boolean =>
  checks.some(({ check, saw }) => {
    const { failsMore: arms } = saw.values;
    return check === 'failures' && Array.isArray(arms) && arms.includes(treatment);
  });

/** Designs that cannot tell the stack from its one deployment say so; several runs are several deployments. */
const limitOf = (design: Judged['design']): readonly Reason[] =>
  design.kind === 'interleaved' || design.kind === 'runs'
    ? []
    : [reason('decision-these-deployments', { design: design.kind })];

const reasonOfCheck = (check: CheckResult) => reason('decision-check-failed', { check: check.check });

const about = (code: string, sentence: Sentence): Reason =>
  reason(code, {
    sentence: sentence.claims[0].claim.sentence,
    verdict: sentence.verdict,
    claims: sentence.claims.map((result) => result.claim.id),
  });

const tally = (required: readonly Sentence[], guardrails: readonly Sentence[]) => ({
  claims: required.flatMap((sentence) => sentence.claims).filter((c) => c.verdict === 'supported').length,
  guardrails: guardrails.length,
});
