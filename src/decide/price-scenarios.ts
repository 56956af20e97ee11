/**
 * What the ends of declared price ranges would make of a claim. The verdict stays the one at typical prices; where an
 * end of a range reads otherwise, the claim says so, with the price: it hangs on what is negotiated, not on noise.
 */
import type { ClaimResult } from '../model/decision.js';
import { type Reason, reason } from '../model/reason.js';

/** All claims as they read at one end of one price range, or halfway to it (null), which changes no claim's reasons. */
export interface JudgedScenario {
  readonly rate: string;
  readonly title: string;
  readonly end: 'low' | 'high' | null;
  readonly price: number;
  readonly typical: number;
  readonly currency: string;
  readonly claims: readonly ClaimResult[];
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
