/**
 * What nobody claimed is exploratory: of many metrics that were looked at some move by chance. Beside its p stands the
 * share of false ones among all that are called changed at it (Benjamini and Hochberg 1995), over every comparison that no
 * sentence asked for, unmeasured ones included. It decides nothing. STATISTICS.md §5.
 */
import type { Comparison } from '../model/effect.js';
import type { Claim, Experiment } from '../model/experiment.js';
import { benjaminiHochberg } from '../stats/multiplicity.js';

export function withExploratory(
  comparisons: readonly Comparison[],
  { hypotheses, guardrails }: Pick<Experiment, 'hypotheses' | 'guardrails'>,
): readonly Comparison[] {
  const claims = [...hypotheses, ...guardrails];
  const rests = (one: Comparison) => (claim: Claim) =>
    claim.metric === one.metric &&
    claim.treatment === one.treatment &&
    claim.reference === one.baseline &&
    claim.estimand === one.estimand;
  const asked = (one: Comparison) => one.exact || claims.some(rests(one));
  const unasked = comparisons.filter((one) => !asked(one));
  if (unasked.length < 2) return comparisons;
  const adjusted = benjaminiHochberg(unasked.map(({ effect }) => effect?.p ?? Number.NaN));
  return comparisons.map((one) => {
    const place = unasked.indexOf(one);
    if (place < 0 || Number.isNaN(adjusted[place])) return one;
    return { ...one, exploratory: { q: adjusted[place], of: unasked.length } };
  });
}
