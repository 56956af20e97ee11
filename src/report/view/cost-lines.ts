/** Cost against time, the cost of a month and the break-even, a sentence each. */
import type { EstimateData } from '../../model/effect.js';
import type { Report } from '../../model/report.js';
import type { BreakEvenReport, MonthlyCost, TradeOff } from '../../model/trade-off.js';
import { estimateWithInterval, list, number, percent, quantity, workAmount } from '../format.js';
import { sentence } from '../words.js';

export const costLines = (report: Report): readonly string[] => [
  ...(report.tradeOffs ?? []).flatMap(tradeOffLines),
  ...(report.monthly === undefined ? [] : monthlyLines(report.monthly)),
  ...(report.breakEvens ?? []).map(breakEvenLine),
];

const withRange = (
  { estimate, interval }: Pick<EstimateData, 'estimate' | 'interval'>,
  unit: string,
  signed = false,
): string => estimateWithInterval(estimate, interval, { unit, signed });

const inSeconds = ({ estimate, interval }: EstimateData): Pick<EstimateData, 'estimate' | 'interval'> => {
  const seconds = (hours: number | null): number | null => (hours === null ? null : hours * 3600);
  return {
    estimate: estimate * 3600,
    interval: { ...interval, low: seconds(interval.low), high: seconds(interval.high) },
  };
};

/** Extra cost and hours saved have the same sign: one arm is faster and dearer. Else there is no price to speak of. */
const isTrade = ({ extraCost, hoursSaved }: TradeOff): boolean =>
  extraCost.estimate * hoursSaved.estimate > 0;

function tradeOffLines(t: TradeOff): readonly string[] {
  const money = (x: number) => quantity(x, t.currency);
  const per = t.work.text === '' ? 'per unit' : `per ${t.work.text}`;
  const names = `${t.treatment} against ${t.baseline}`;
  const both = `${names}: extra cost ${withRange(t.extraCost, t.currency, true)}, time saved ${withRange(inSeconds(t.hoursSaved), 's', true)}, ${per}, at ${percent(t.confidence)}.`;
  const { estimate, set } = t.priceOfAnHour;
  const pieces = set.map(({ low, high }) =>
    high === null ? `${money(low)} or more` : `${money(low)} to ${money(high)}`,
  );
  const price =
    !isTrade(t) || estimate === null
      ? []
      : [
          `An hour ${t.hoursSaved.estimate > 0 ? 'saved costs' : 'lost saves'} ${money(estimate)} (${pieces.length === 0 ? 'no price fits' : list(pieces, 'or')}).`,
        ];
  const net =
    t.netBenefit === null || t.hourValue === null
      ? []
      : [
          `At ${money(t.hourValue)} for an hour saved, the net benefit of ${t.treatment} is ${withRange(t.netBenefit, t.currency)} ${per}.`,
        ];
  const shares = t.cloud === null || !isTrade(t) ? [] : [cloudLine(t.cloud)];
  return [both, ...price, ...net, ...shares];
}

const cloudLine = ({ shares, resamples }: NonNullable<TradeOff['cloud']>): string =>
  `Of ${number(resamples)} resamples ${percent(shares.fasterCheaper)} are faster and cheaper, ${percent(shares.fasterDearer)} faster and dearer, ${percent(shares.slowerCheaper)} slower and cheaper, ${percent(shares.slowerDearer)} slower and dearer: shares of resamples, which decide nothing.`;

function monthlyLines({
  currency,
  volume,
  volumeUnit,
  arms,
  differences,
  confidence,
}: MonthlyCost): readonly string[] {
  const money = (x: number) => quantity(x, currency);
  const own = arms.map(
    ({ arm, estimate, interval }) =>
      `${arm} ${interval === null ? money(estimate) : withRange({ estimate, interval }, currency)}`,
  );
  const gaps = differences.map(
    ({ treatment, baseline, difference }) =>
      `${treatment} − ${baseline} ${withRange(difference, currency, true)}`,
  );
  return [
    `A month of ${workAmount(volume, volumeUnit)} costs, at ${percent(confidence)}: ${[...own, ...gaps].join('; ')}.`,
  ];
}

const other = ({ treatment, baseline }: BreakEvenReport, arm: string): string =>
  arm === treatment ? baseline : treatment;

/** "faas is cheaper below 41 million records a month" */
export function breakEvenLine(b: BreakEvenReport): string {
  const volume = (x: number) => `${workAmount(x, b.volumeUnit)}${b.monthly ? ' a month' : ' a run'}`;
  const names = `${b.treatment} against ${b.baseline}`;
  const why = b.why === null ? '' : ` ${sentence(b.why)}`;
  const cheaper = b.cheaperBelow;
  if (cheaper === null) return `${names}:${why}`;
  if (b.kind === 'no-line' && b.bracket !== null)
    return `${cheaper} is cheaper at ${volume(b.bracket.low)} and ${other(b, cheaper)} at ${volume(b.bracket.high)}.${why}`;
  if (b.low !== null && b.high !== null)
    return `${cheaper} is cheaper below ${volume(b.low)}, ${other(b, cheaper)} above ${volume(b.high)}${b.estimate === null ? '' : `; the lines cross at ${volume(b.estimate)}`}.`;
  if (b.low !== null)
    return `${cheaper} is cheaper below ${volume(b.low)}; where ${other(b, cheaper)} becomes cheaper lies beyond what was measured.`;
  return `${other(b, cheaper)} is cheaper above ${b.high === null ? '' : volume(b.high)}; where ${cheaper} becomes cheaper lies below what was measured.`;
}
