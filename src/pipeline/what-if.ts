/** What the report keeps so that its page can judge again: the claims at several confidences and prices. */
import type { PriceScenario } from '../collect/index.js';
import { type AlphaAtLook, confidenceFor, recordClaims, recordNetBenefits } from '../decide/index.js';
import type { CheckResult, ClaimResult, Decision } from '../model/decision.js';
import type { Comparison, Inference } from '../model/effect.js';
import type { Evidence } from '../model/evidence.js';
import type { ArmName } from '../model/experiment.js';
import type { Reason } from '../model/reason.js';
import type { CostAgainstTime } from '../model/trade-off.js';
import type { PriceRange, RecordedClaim, RecordedNetBenefit, WhatIf } from '../model/what-if.js';

/** Everything that one analysis found. */
export interface Judged {
  /** At the declared volume, where there is one. */
  readonly evidence: Evidence;
  /** At all volumes. */
  readonly complete: Evidence;
  readonly checks: readonly CheckResult[];
  readonly comparisons: readonly Comparison[];
  readonly inferences: ReadonlyMap<string, Inference>;
  /** Cost against time of each treatment, or why there is none. */
  readonly tradeOffs: ReadonlyMap<ArmName, CostAgainstTime | Reason>;
  readonly claims: readonly ClaimResult[];
  readonly decision: Decision;
}

export type Scenario = Omit<PriceScenario, 'experiment'> & Judged;

/** What a page replays at one price. */
interface Recorded {
  readonly claims: readonly RecordedClaim[];
  readonly netBenefits: readonly RecordedNetBenefit[];
}

const offered = [0.8, 0.9, 0.95, 0.99];

export function whatIf(judged: Judged, scenarios: readonly Scenario[], atLook: AlphaAtLook): WhatIf {
  const { decide, design } = judged.evidence.experiment;
  const confidences = [...new Set([...offered, decide.confidence])].sort((a, b) => a - b);
  const alone = { join: 'and', siblings: 1 } as const;
  const { treatments } = judged.evidence.experiment;
  const alphas = confidences.map(
    (confidence) => 1 - confidenceFor(alone, { treatments, decide: { confidence } }, atLook),
  );
  const { hourValue } = decide;
  const record = (at: Judged): Recorded => ({
    claims: recordClaims(at.claims, { ...at, confidences, atLook }),
    netBenefits:
      hourValue === undefined ? [] : recordNetBenefits([...at.tradeOffs.values()], hourValue, alphas),
  });
  const typical = record(judged);
  return {
    confidences,
    concurrent: design.concurrent,
    claims: typical.claims,
    prices: ranges(typical, scenarios, record),
    ...paid(typical.netBenefits),
  };
}

const paid = (netBenefits: readonly RecordedNetBenefit[]) =>
  netBenefits.length === 0 ? {} : { netBenefits };

/** Stops at which a claim loses its estimate (a price of 0 on both sides) are not offered. */
function ranges(
  typical: Recorded,
  scenarios: readonly Scenario[],
  record: (at: Judged) => Recorded,
): readonly PriceRange[] {
  const found = new Map<string, PriceRange>();
  for (const scenario of scenarios) {
    const { card, rate, title, currency, price } = scenario;
    const key = JSON.stringify([card, rate]);
    const { claims, netBenefits } = record(scenario);
    if (claims.length !== typical.claims.length) continue;
    const atTypical = { price: scenario.typical, claims: [] };
    const before = found.get(key) ?? { rate, title, currency, typical: scenario.typical, stops: [atTypical] };
    const other = differing(claims, typical.claims);
    const stop = { price, claims: other, ...paid(differing(netBenefits, typical.netBenefits)) };
    const stops = [...before.stops, stop].sort((a, b) => a.price - b.price);
    found.set(key, { ...before, stops });
  }
  return [...found.values()].filter(({ stops }) =>
    stops.some(({ claims, netBenefits = [] }) => claims.length > 0 || netBenefits.length > 0),
  );
}

const differing = <T>(there: readonly T[], typical: readonly T[]): readonly T[] => {
  const known = new Set(typical.map((one) => JSON.stringify(one)));
  return there.filter((one) => !known.has(JSON.stringify(one)));
};
