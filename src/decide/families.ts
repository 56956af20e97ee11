/**
 * Families of claims: which α a claim is judged at, and what several claims of one sentence say together.
 *
 * `and`: every claim must hold, so each keeps the full α (intersection–union test, Berger 1982).
 * `or`: one claim is enough, so α is divided among the claims (Bonferroni), interval and test alike.
 * Guardrails are all required: full α each. With K treatments against one baseline every comparison
 * uses α/K, so that the chance of adopting any treatment wrongly stays at α. STATISTICS.md §5.
 */
import type { ClaimResult, Verdict } from '../model/decision.js';
import type { ArmName, Claim, Experiment } from '../model/experiment.js';
import { type AlphaAtLook, onlyLook } from './looks.js';

type Family = Pick<Claim, 'join' | 'siblings'>;

/** By how much α is divided for this claim: 1 where it is alone. */
function shareOfAlpha(claim: Family, experiment: Pick<Experiment, 'treatments'>): number {
  const treatments = Math.max(1, experiment.treatments.length);
  return claim.join === 'or' ? treatments * Math.max(1, claim.siblings) : treatments;
}

/** Two-sided α of the claim at this look, 0 < α < 1; its one-sided tests are held against half of it. */
export function alphaFor(
  claim: Family,
  experiment: Pick<Experiment, 'treatments' | 'decide'>,
  atLook: AlphaAtLook = onlyLook,
): number {
  return atLook((1 - experiment.decide.confidence) / shareOfAlpha(claim, experiment));
}

/** Confidence of the interval that decides this claim, and that is printed with it. */
export function confidenceFor(
  claim: Family,
  experiment: Pick<Experiment, 'treatments' | 'decide'>,
  atLook: AlphaAtLook = onlyLook,
): number {
  return 1 - alphaFor(claim, experiment, atLook);
}

/** The claims of one sentence about one treatment, and what they say together. */
export interface Sentence {
  readonly role: Claim['role'];
  readonly treatment: ArmName;
  readonly claims: readonly ClaimResult[];
  readonly verdict: Verdict;
}

/** Groups claims by role, sentence and arm, in the order of the file. */
export function sentencesOf(results: readonly ClaimResult[]): readonly Sentence[] {
  const groups = new Map<string, ClaimResult[]>();
  for (const result of results) {
    const { role, sentenceIndex, treatment } = result.claim;
    const key = JSON.stringify([role, sentenceIndex, treatment]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [result]);
    else group.push(result);
  }
  return [...groups.values()].map((claims) => ({
    role: claims[0].claim.role,
    treatment: claims[0].claim.treatment,
    claims,
    verdict: combined(claims),
  }));
}

/** A sentence missing any of its evidence is never supported by what is left, unless `or` makes one claim enough. */
function combined(claims: readonly ClaimResult[]): Verdict {
  const has = (verdict: Verdict) => claims.some((result) => result.verdict === verdict);
  const all = (verdict: Verdict) => claims.every((result) => result.verdict === verdict);
  const either = claims[0].claim.join === 'or';
  if (either ? has('supported') : all('supported')) return 'supported';
  if (either ? all('refuted') : has('refuted')) return 'refuted';
  return has('unmeasured') ? 'unmeasured' : 'inconclusive';
}
