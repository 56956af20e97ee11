/**
 * What an hour or a volume would make of cost against time, from what the report holds: a price of an hour outside the
 * set of prices that fit the data is one at which the treatment certainly pays or certainly does not (the test of the
 * net benefit λ·H − ΔC at 0 is the test of the price at λ); a volume outside the break-even's interval is one at which
 * one arm is certainly cheaper. Inside, and beyond what was measured, nothing is said. STATISTICS.md §7.
 */
import type { ArmName } from '../model/experiment.js';
import type { BreakEvenReport, TradeOff } from '../model/trade-off.js';

export interface AtHourValue {
  /** λ·hours saved − extra cost, money per unit of work. */
  readonly netBenefit: number;
  readonly says: 'pays' | 'does-not-pay' | 'open';
}

/** `hourValue` λ ≥ 0, money per hour. */
export function atHourValue(
  { extraCost, hoursSaved, priceOfAnHour }: Pick<TradeOff, 'extraCost' | 'hoursSaved' | 'priceOfAnHour'>,
  hourValue: number,
): AtHourValue {
  const netBenefit = hourValue * hoursSaved.estimate - extraCost.estimate;
  const fits = priceOfAnHour.set.some(
    ({ low, high }) => hourValue >= low && (high === null || hourValue <= high),
  );
  if (fits || netBenefit === 0) return { netBenefit, says: 'open' };
  return { netBenefit, says: netBenefit > 0 ? 'pays' : 'does-not-pay' };
}

export type AtVolume =
  | { readonly says: 'cheaper'; readonly arm: ArmName }
  | { readonly says: 'open' | 'not-measured' };

type Crossing = Pick<
  BreakEvenReport,
  'kind' | 'low' | 'high' | 'from' | 'to' | 'cheaperBelow' | 'treatment' | 'baseline'
>;

export function atVolume(crossing: Crossing, volume: number): AtVolume {
  const { kind, low, high, from, to, cheaperBelow, treatment, baseline } = crossing;
  if (from === null || to === null || volume < from || volume > to) return { says: 'not-measured' };
  if ((kind !== 'interval' && kind !== 'half-line') || cheaperBelow === null) return { says: 'open' };
  if (low !== null && volume < low) return { says: 'cheaper', arm: cheaperBelow };
  if (high !== null && volume > high)
    return { says: 'cheaper', arm: cheaperBelow === treatment ? baseline : treatment };
  return { says: 'open' };
}
