/** What the report keeps so that its page can judge again: the claims at several confidences and prices. */
import type { PriceScenario } from '../collect/index.js';
import { type AlphaAtLook, recordClaims } from '../decide/index.js';
import type { CheckResult, ClaimResult, Decision } from '../model/decision.js';
import type { Comparison, Inference } from '../model/effect.js';
import type { Evidence } from '../model/evidence.js';
import type { ArmName } from '../model/experiment.js';
import type { Reason } from '../model/reason.js';
import type { CostAgainstTime } from '../model/trade-off.js';
import type { PriceRange, RecordedClaim, WhatIf } from '../model/what-if.js';

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

type Scenario = Omit<PriceScenario, 'experiment'> & Judged;

const offered = [0.8, 0.9, 0.95, 0.99];

export function whatIf(judged: Judged, scenarios: readonly Scenario[], atLook: AlphaAtLook): WhatIf {
  const { decide, design } = judged.evidence.experiment;
  const confidences = [...new Set([...offered, decide.confidence])].sort((a, b) => a - b);
  const record = (at: Judged) => recordClaims(at.claims, { ...at, confidences, atLook });
  const claims = record(judged);
  return { confidences, concurrent: design.concurrent, claims, prices: ranges(claims, scenarios, record) };
}

/** Stops at which a claim loses its estimate (a price of 0 on both sides) are not offered. */
function ranges(
  typical: readonly RecordedClaim[],
  scenarios: readonly Scenario[],
  record: (at: Judged) => readonly RecordedClaim[],
): readonly PriceRange[] {
  const found = new Map<string, PriceRange>();
  for (const scenario of scenarios) {
    const { card, rate, title, currency, price } = scenario;
    const key = JSON.stringify([card, rate]);
    const claims = record(scenario);
    if (claims.length !== typical.length) continue;
    const atTypical = { price: scenario.typical, claims: [] };
    const before = found.get(key) ?? { rate, title, currency, typical: scenario.typical, stops: [atTypical] };
    const other = claims.filter((claim, i) => JSON.stringify(claim) !== JSON.stringify(typical[i]));
    const stops = [...before.stops, { price, claims: other }].sort((a, b) => a.price - b.price);
    found.set(key, { ...before, stops });
  }
  return [...found.values()].filter(({ stops }) => stops.some(({ claims }) => claims.length > 0));
}
