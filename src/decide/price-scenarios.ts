/**
 * What the ends of declared price ranges would make of a claim, and of the decision. Verdict and decision stay those at
 * typical prices; where an end of a range reads otherwise, that is said, with the price: it hangs on what is negotiated,
 * not on noise. A decision that the value of an hour made has no claim that says so: it is held against the ends itself.
 */
import type { ClaimResult, Decision, TreatmentDecision } from '../model/decision.js';
import type { ArmName } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { distinct } from './outcome.js';

/** All claims as they read at one end of one price range, or halfway to it (null), which changes no claim's reasons. */
export interface JudgedScenario {
  readonly rate: string;
  readonly title: string;
  readonly end: 'low' | 'high' | null;
  readonly price: number;
  readonly typical: number;
  readonly currency: string;
  readonly claims: readonly ClaimResult[];
  readonly decision: Pick<Decision, 'perTreatment'>;
}

const about = ({ rate, title, end, price, typical, currency }: JudgedScenario, verdict: string) => ({
  rate,
  title,
  end,
  price,
  typical,
  currency,
  verdict,
});

const reasonsFor = (claim: ClaimResult, scenarios: readonly JudgedScenario[]): readonly Reason[] => {
  const ends = scenarios.filter(({ end }) => end !== null);
  const there = ends.flatMap((scenario) => {
    const at = scenario.claims.find(({ claim: { id } }) => id === claim.claim.id);
    return at === undefined ? [] : [{ scenario, at }];
  });
  const touched = there.filter(({ at }) => at.benefit?.estimate !== claim.benefit?.estimate);
  const flips = there.filter(({ at }) => at.verdict !== claim.verdict);
  if (flips.length > 0)
    return flips.map(({ scenario, at }) =>
      reason('claim-price-range-changes', { ...about(scenario, at.verdict), now: claim.verdict }),
    );
  if (touched.length === 0) return [];
  const rates = [...new Set(touched.map(({ scenario }) => scenario.rate))];
  return [reason('claim-price-range-holds', { rates, verdict: claim.verdict })];
};

/** The claims, each with what the price ranges say of it; unchanged where no range touches it. */
export const withPriceScenarios = (
  claims: readonly ClaimResult[],
  scenarios: readonly JudgedScenario[],
): readonly ClaimResult[] =>
  claims.map((claim) => {
    const more = reasonsFor(claim, scenarios);
    return more.length === 0 ? claim : { ...claim, reasons: [...claim.reasons, ...more] };
  });

/**
 * The decision, with what the ends of the price ranges would make of it. `typical`: the decision before other warm-up cuts
 * were asked, as the scenarios have it. What those cuts settled hangs on no price.
 */
export function atPriceEnds(
  decision: Decision,
  typical: Pick<Decision, 'perTreatment'>,
  scenarios: readonly JudgedScenario[],
): Decision {
  if (decision.outcome === 'invalid') return decision;
  const ends = scenarios.filter(({ end }) => end !== null);
  const found = decision.perTreatment.map((one) => {
    const before = ofTreatment(typical, one.treatment);
    return before?.outcome === one.outcome ? ofEnds(before, ends) : { said: [], changes: [] };
  });
  const added = found.flatMap(({ said, changes }, i) =>
    decision.treatments.includes(decision.perTreatment[i].treatment) ? [{ said, changes }] : [],
  );
  return {
    ...decision,
    perTreatment: decision.perTreatment.map(
      (one, i): TreatmentDecision =>
        found[i].said.length === 0 ? one : { ...one, reasons: [...one.reasons, ...found[i].said] },
    ),
    reasons: distinct([...decision.reasons, ...added.flatMap(({ said }) => said)]),
    wouldChange: distinct([...decision.wouldChange, ...added.flatMap(({ changes }) => changes)]),
  };
}

const ofTreatment = ({ perTreatment }: Pick<Decision, 'perTreatment'>, treatment: ArmName) =>
  perTreatment.find((one) => one.treatment === treatment);

interface Ends {
  /** Where the value of an hour decided: whether the ends decide the same. Elsewhere the claims say so. */
  readonly said: readonly Reason[];
  readonly changes: readonly Reason[];
}

function ofEnds(typical: TreatmentDecision, ends: readonly JudgedScenario[]): Ends {
  const { treatment, outcome: now } = typical;
  const there = ends.flatMap((scenario) => {
    const at = ofTreatment(scenario.decision, treatment);
    return at === undefined ? [] : [{ scenario, at }];
  });
  const flips = there.filter(({ at }) => at.outcome !== now);
  const reasons = (code: string) =>
    flips.map(({ scenario: { rate, title, end, price, typical: usual, currency }, at: { outcome } }) =>
      reason(code, { treatment, rate, title, end, price, typical: usual, currency, outcome, now }),
    );
  const changes = reasons('change-price');
  const priced = weighed(typical);
  if (priced === null) return { said: [], changes };
  if (flips.length > 0) return { said: reasons('decision-price-range-changes'), changes };
  const touched = there.filter(({ at }) => JSON.stringify(weighed(at)) !== JSON.stringify(priced));
  const rates = [...new Set(touched.map(({ scenario }) => scenario.rate))];
  return { said: rates.length === 0 ? [] : [reason('decision-price-range-holds', { rates })], changes };
}

/** What the value of an hour said, where it decided. */
const weighed = ({ reasons }: TreatmentDecision): Reason | null =>
  reasons.find(({ code }) => code === 'net-benefit-pays' || code === 'net-benefit-costs') ?? null;
