/** Cost against time: the plane with its resamples, and the net benefit over the value of an hour. */
import type { Report } from '../../model/report.js';
import type { PricePiece, TradeOff, Work } from '../../model/trade-off.js';
import { curveChart } from '../charts/curve.js';
import { planeChart } from '../charts/plane.js';
import type { Figure } from '../charts/table.js';
import { count, estimateWithInterval, list, percent, quantity } from '../format.js';
import { sentence } from '../words.js';
import { armIndex } from './arms.js';

const HOUR_S = 3600;

const workText = ({ per, text }: Work): string =>
  per === 'ratio' && text !== '' ? `per ${text}` : 'per unit of work';

const pieceText = ({ low, high }: PricePiece, currency: string): string =>
  high === null
    ? `${quantity(low, currency)} or more`
    : `${quantity(low, currency)} to ${quantity(high, currency)}`;

/** "an hour saved costs $12.30 ($9.10 to $16.20)"; null where that question has no sense. */
export const priceText = ({ priceOfAnHour: { estimate, set }, currency }: TradeOff): string | null => {
  if (set.length === 0) return null;
  const range = list(
    set.map((piece) => pieceText(piece, currency)),
    'or',
  );
  return estimate === null || estimate < 0 ? range : `${quantity(estimate, currency)} (${range})`;
};

const sharesText = ({ cloud }: TradeOff): string => {
  if (cloud === null) return '';
  const { fasterCheaper, fasterDearer, slowerCheaper, slowerDearer } = cloud.shares;
  const part = (share: number, words: string): string[] => (share > 0 ? [`${percent(share)} ${words}`] : []);
  return list([
    ...part(fasterCheaper, 'faster and cheaper'),
    ...part(fasterDearer, 'faster and dearer'),
    ...part(slowerCheaper, 'slower and cheaper'),
    ...part(slowerDearer, 'slower and dearer'),
  ]);
};

const inSeconds = (hours: number | null): number | null => (hours === null ? null : hours * HOUR_S);

const plane = (tradeOff: TradeOff, i: number, report: Report): Figure => {
  const { cloud, extraCost, hoursSaved, currency, treatment, baseline } = tradeOff;
  const per = workText(tradeOff.work);
  const shares = sharesText(tradeOff);
  const why = tradeOff.noCloud === null ? '' : sentence(tradeOff.noCloud);
  const saved = estimateWithInterval(
    hoursSaved.estimate * HOUR_S,
    {
      ...hoursSaved.interval,
      low: inSeconds(hoursSaved.interval.low),
      high: inSeconds(hoursSaved.interval.high),
    },
    { unit: 's', signed: true },
  );
  const extra = estimateWithInterval(extraCost.estimate, extraCost.interval, {
    unit: currency,
    signed: true,
  });
  return {
    title: `Cost against time: ${treatment} instead of ${baseline}`,
    caption:
      shares === ''
        ? `The diamond is the estimate. ${why}`
        : `The diamond is the estimate; a dot is one of ${count(cloud?.resamples ?? 0)} resamples of the units: ${shares}. These are shares of resamples, not probabilities, and decide nothing.${tradeOff.hourValue === null ? '' : ' Below the dashed line the time saved is worth more than it costs.'}`,
    ...planeChart({
      id: `plane-${i}`,
      title: `Extra cost against time saved, ${per}`,
      description: `Time saved ${saved}, extra cost ${extra} ${per}. ${shares}`,
      index: armIndex(report, treatment),
      currency,
      names: { x: `saved ${per}; right is faster`, y: `more ${per}; up is dearer` },
      points: (cloud?.points ?? []).map((point) => ({
        seconds: point.hoursSaved * HOUR_S,
        money: point.extraCost,
      })),
      center: { seconds: hoursSaved.estimate * HOUR_S, money: extraCost.estimate },
      shares: cloud?.shares ?? null,
      hourValue: tradeOff.hourValue,
    }),
    table: {
      columns: ['Quantity', `Value ${per}`],
      rows: [
        ['Time saved', saved],
        ['Extra cost', extra],
        ...(priceText(tradeOff) === null ? [] : [['Price of an hour saved', priceText(tradeOff) as string]]),
        ...(cloud === null
          ? []
          : [
              ['Resamples faster and cheaper', percent(cloud.shares.fasterCheaper)],
              ['Resamples faster and dearer', percent(cloud.shares.fasterDearer)],
              ['Resamples slower and cheaper', percent(cloud.shares.slowerCheaper)],
              ['Resamples slower and dearer', percent(cloud.shares.slowerDearer)],
            ]),
      ],
    },
  };
};

const netBenefit = (tradeOff: TradeOff, i: number, report: Report): Figure[] => {
  const { curve, currency, hourValue, treatment } = tradeOff;
  if (curve.length < 2) return [];
  const per = workText(tradeOff.work);
  const price = priceText(tradeOff);
  return [
    {
      title: 'Net benefit over the value of an hour',
      caption: `What the time saved is worth, minus what it costs more, ${per}, with its ${percent(tradeOff.confidence)} interval at each value of an hour. Above 0 ${treatment} pays.${price === null ? '' : ` Shaded: the values at which either may be true, ${price} an hour.`}`,
      ...curveChart({
        id: `net-${i}`,
        title: `Net benefit of ${treatment} over the value of an hour`,
        description: price === null ? '' : `The price of an hour saved is ${price}`,
        index: armIndex(report, treatment),
        unit: currency,
        names: { x: `value of an hour, ${currency}`, y: `${per}, above 0 ${treatment} pays` },
        points: curve.map((point) => ({
          x: point.hourValue,
          y: point.estimate,
          low: point.interval.low,
          high: point.interval.high,
        })),
        declared:
          hourValue === null ? null : { x: hourValue, text: `declared: ${quantity(hourValue, currency)}` },
        open: tradeOff.priceOfAnHour.set,
      }),
      table: {
        columns: ['Value of an hour', `Net benefit ${per}`],
        rows: curve.map((point) => [
          quantity(point.hourValue, currency),
          estimateWithInterval(point.estimate, point.interval, { unit: currency, signed: true }),
        ]),
      },
    },
  ];
};

export const tradeOffFigures = (report: Report): readonly Figure[] =>
  (report.tradeOffs ?? []).flatMap((tradeOff, i) => [
    plane(tradeOff, i, report),
    ...netBenefit(tradeOff, i, report),
  ]);
