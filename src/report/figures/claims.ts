/** A small picture for each claim that has an effect; relative ones share one axis, so that they compare. */
import type { ClaimResult } from '../../model/decision.js';
import type { Report } from '../../model/report.js';
import { claimChart } from '../charts/claim.js';
import { domainOf, MOST_RELATIVE } from '../charts/interval.js';
import { claimEffect, claimStyle } from '../effect-words.js';
import { number, quantity, type Style } from '../format.js';
import { heldBy, metricOf, scaleOfClaim } from './held.js';

/** Sizes lose their sign, the side says it; a limit keeps it. */
const labelOf =
  (style: Style, signed: boolean) =>
  (value: number): string => {
    const shown = signed ? value : Math.abs(value);
    return style.unit === 'fraction'
      ? `${number(shown * 100)}${style.after ?? '%'}`
      : quantity(shown, style.unit);
  };

const onSharedAxis = (result: ClaimResult): boolean =>
  scaleOfClaim(result) === 'relative' && result.claim.kind !== 'bound';

export const claimPictures = (report: Report): ReadonlyMap<string, string> => {
  const relative = report.claims.filter(onSharedAxis).map(heldBy);
  const shared = domainOf(
    relative.filter((held) => held !== null),
    MOST_RELATIVE,
  );
  const pictures = new Map<string, string>();
  report.claims.forEach((result, i) => {
    const held = heldBy(result);
    if (held === null) return;
    const { claim } = result;
    const metric = metricOf(report, claim.metric);
    const comparison = report.comparisons.find(({ id }) => id === result.comparison);
    const bound = claim.kind === 'bound';
    const picture = claimChart({
      id: `claim-${i}`,
      title: claim.text,
      description: claimEffect(result, metric, comparison) ?? '',
      held,
      domain: onSharedAxis(result) ? shared : domainOf([held]),
      label: labelOf(claimStyle(result, metric), bound),
      zero: bound ? `limit ${quantity(claim.amount.value, metric?.unit ?? '')}` : 'same',
    });
    pictures.set(claim.id, picture);
  });
  return pictures;
};
