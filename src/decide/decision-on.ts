/** The decision on claims that were judged: per treatment, for all of them, and what would change it. */
import type { CheckResult, ClaimResult, Decision } from '../model/decision.js';
import { decideTreatment, type Grounds } from './decision.js';
import type { Judged } from './judged.js';
import { union } from './outcome.js';
import { wouldChange } from './would-change.js';

/** `exploratory`: the claims were written after the data were seen, never adopt. `netBenefit`: where an hour has a declared value. */
export function decisionOn(
  experiment: Judged,
  claims: readonly ClaimResult[],
  checks: readonly CheckResult[],
  exploratory: boolean,
  netBenefit?: Grounds['netBenefit'],
): Decision {
  const grounds = { experiment, claims, checks, exploratory, ...(netBenefit && { netBenefit }) };
  const perTreatment = experiment.treatments.map((treatment) => decideTreatment(treatment, grounds));
  const decision = union(perTreatment, []);
  return { ...decision, wouldChange: wouldChange(decision.outcome, claims, checks, experiment) };
}
