/** Several claims: how they share the power, and what the longest of them needs. STATISTICS.md §5. */
import type { Claim, Experiment } from '../model/experiment.js';
import { extentOf, type Scale } from './extent.js';
import type { ClaimPlan, Extent } from './plan.js';

export type Planned = { readonly claim: Claim; readonly plan: ClaimPlan };

/** Required sentences whose claims must all hold count each claim; where one is enough, once. At most over treatments. */
export function obligationsOf({ hypotheses, guardrails, treatments, metrics }: Experiment): number {
  const exact = new Set(metrics.filter((one) => one.exact).map(({ name }) => name));
  const counts = treatments.map((treatment) => {
    const own = [...hypotheses, ...guardrails].filter(
      (claim) => claim.treatment === treatment && !exact.has(claim.metric),
    );
    return new Set(own.map(obligationOf)).size;
  });
  return Math.max(1, ...counts);
}

const obligationOf = (claim: Claim): string =>
  claim.join === 'or' ? `${claim.role} ${claim.sentenceIndex} ${claim.treatment}` : claim.id;

const lengthOf = ({ units, everyMs }: { units: number; everyMs: number | null }): number =>
  everyMs === null ? units : units * everyMs;

interface Need {
  readonly units: number;
  readonly unit: ClaimPlan['unit'];
  readonly everyMs: number | null;
}

/** The longest of what is needed; units of different lengths are compared as time. */
export function totalOf(planned: readonly Planned[], power: '80' | '90', scale: Scale): Extent {
  const groups = new Map<string, ClaimPlan[]>();
  for (const { claim, plan } of planned)
    groups.set(obligationOf(claim), [...(groups.get(obligationOf(claim)) ?? []), plan]);
  const needs = [...groups.values()].map((group): Need | null => {
    const known = group.flatMap(({ needed, unit, everyMs }) => {
      const units = needed[power];
      return units === null ? [] : [{ units, unit, everyMs }];
    });
    return known.length === 0 ? null : known.reduce((a, b) => (lengthOf(b) < lengthOf(a) ? b : a));
  });
  const first = planned[0]?.plan.unit ?? 'units';
  const known = needs.filter((need) => need !== null);
  const comparable =
    known.every(({ unit }) => unit === known[0]?.unit) || known.every(({ everyMs }) => everyMs !== null);
  if (known.length === 0 || known.length < needs.length || !comparable)
    return extentOf(null, first, null, scale);
  const most = known.reduce((a, b) => (lengthOf(b) > lengthOf(a) ? b : a));
  return extentOf(most.units, most.unit, most.everyMs, scale);
}

/** What the file declares, counted as the total is. */
export function declaredExtent(claims: readonly ClaimPlan[], total: Extent, scale: Scale): Extent | null {
  const same = claims.find(({ unit, declared }) => unit === total.unit && declared !== null);
  if (same === undefined || same.declared === null) return null;
  return extentOf(same.declared.units, same.unit, same.everyMs, scale, true);
}
