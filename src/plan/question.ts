/**
 * What a claim asks of the data: at which place its test stands, where the truth is expected, at which level.
 *
 * Benefits are positive where they favour the treatment, as in the verdicts: r = 1 ± e for relative amounts, the
 * difference ± e for points and units. "At least N %" tests that the effect exceeds N %, so the expected effect must lie
 * above: threshold + margin where nothing else is said. "At most N % worse" and "within N %" are planned for arms that
 * do not differ. STATISTICS.md §4.
 */
import type { Amount, Claim, Experiment, Metric, MetricName } from '../model/experiment.js';
import type { ClaimPlan } from './plan.js';

export interface Question {
  readonly claim: Claim;
  readonly metric: Metric;
  /** One-sided. */
  readonly alpha: number;
  readonly scale: Amount['kind'];
  /** Place of "no difference": 1 for a ratio, 0 for a difference. */
  readonly origin: number;
  /** 1 where higher is better, −1 where lower is better. */
  readonly sign: 1 | -1;
  /** Benefits that must be exceeded (`low`) and stayed below (`high`, for "within"); null: that side is open. */
  readonly edges: { readonly low: number; readonly high: number | null };
  readonly expected: number | null;
  readonly expectedFrom: ClaimPlan['expectedFrom'];
}

/** Place of a benefit on the axis of the test. */
export const placeOf = ({ origin, sign }: Pick<Question, 'origin' | 'sign'>, benefit: number): number =>
  origin + sign * benefit;

/** α of a claim, one-sided: divided by the treatments, and under `or` by the claims of the sentence (§5). */
export function alphaOf(claim: Pick<Claim, 'join' | 'siblings'>, experiment: Experiment): number {
  const siblings = claim.join === 'or' ? Math.max(1, claim.siblings) : 1;
  return (1 - experiment.decide.confidence) / 2 / siblings / Math.max(1, experiment.treatments.length);
}

export function questionOf(
  claim: Claim,
  metric: Metric,
  experiment: Experiment,
  expect: ReadonlyMap<MetricName, Amount>,
): Question {
  const scale = claim.amount.kind;
  const sign = metric.better === 'lower' ? -1 : 1;
  const edges = edgesOf(claim, sign);
  const base = {
    claim,
    metric,
    alpha: alphaOf(claim, experiment),
    scale,
    origin: scale === 'relative' ? 1 : 0,
    sign,
    edges,
  } as const;
  // The room that is left to the limit; where it is expected, only evidence says.
  if (claim.kind === 'bound') return { ...base, origin: 0, sign: 1, expected: null, expectedFrom: null };
  const told = expect.get(metric.name);
  if (told !== undefined && told.kind === scale)
    return { ...base, expected: told.value, expectedFrom: 'option' };
  if (claim.kind !== 'better') return { ...base, expected: 0, expectedFrom: 'no-difference' };
  const { margin } = metric;
  return margin?.kind === scale
    ? { ...base, expected: edges.low + margin.value, expectedFrom: 'margin' }
    : { ...base, expected: null, expectedFrom: null };
}

/** As the verdicts judge them; "within" on a ratio is 1 − c … 1/(1 − c), the same when the arms are swapped. */
function edgesOf({ kind, amount: { kind: scale, value: c } }: Claim, sign: 1 | -1): Question['edges'] {
  if (kind === 'better') return { low: c, high: null };
  if (kind === 'not-worse') return { low: 0 - c, high: null };
  if (kind === 'bound') return { low: 0, high: null };
  if (scale !== 'relative') return { low: -c, high: c };
  const far = c < 1 ? 1 / (1 - c) - 1 : Number.POSITIVE_INFINITY;
  return sign > 0 ? { low: -c, high: far } : { low: -far, high: c };
}

/** Does the expected effect lie where the claim would be supported? */
export const isReachable = ({ expected, edges }: Question): boolean =>
  expected === null || (expected > edges.low && (edges.high === null || expected < edges.high));

/** Can the expectation be a ratio at all: a lower-is-better benefit of 100 % leaves nothing. */
export const isPossible = (question: Question): boolean =>
  question.expected === null || question.scale !== 'relative' || placeOf(question, question.expected) > 0;
