/** A live trade-off as plain data for the report. */
import type { Estimate, IntervalData } from '../../model/effect.js';
import type { CostAgainstTime, TradeOff } from '../../model/trade-off.js';
import { estimateData } from '../effect.js';

/** Steps of the value of an hour, from 0 to twice whatever is of interest. */
const STEPS = 20;

export function tabulateTradeOff(
  live: CostAgainstTime,
  hourValue: number | null,
  confidence: number,
): TradeOff {
  const { extraCost, hoursSaved, treatment, baseline, costMetric, timeMetric, currency, work, n, method } =
    live;
  const priceOfAnHour = live.priceOfAnHour(confidence);
  const net = hourValue === null ? null : live.netBenefit(hourValue);
  const cloud = live.cloud();
  return {
    treatment,
    baseline,
    costMetric,
    timeMetric,
    currency,
    work,
    n,
    method,
    confidence,
    extraCost: estimateData(extraCost, confidence),
    hoursSaved: estimateData(hoursSaved, confidence),
    priceOfAnHour,
    hourValue,
    netBenefit: net === null ? null : estimateData(net, confidence),
    p: net === null ? null : net.test(0).above,
    curve: curveOf(live, reachOf(live, priceOfAnHour.set, hourValue), confidence),
    cloud: 'code' in cloud ? null : cloud,
    noCloud: 'code' in cloud ? cloud : null,
  };
}

function reachOf(
  { extraCost, hoursSaved }: CostAgainstTime,
  set: TradeOff['priceOfAnHour']['set'],
  hourValue: number | null,
): number {
  const price = hoursSaved.estimate === 0 ? 0 : Math.abs(extraCost.estimate / hoursSaved.estimate);
  const ends = set.flatMap(({ low, high }) => [low, high ?? low]);
  // An end far out would leave nothing to see of what is near.
  const near = ends.filter((end) => end <= 10 * Math.max(price, hourValue ?? 0));
  return 2 * Math.max(hourValue ?? 0, price, ...near);
}

function curveOf(live: CostAgainstTime, reach: number, confidence: number): TradeOff['curve'] {
  if (!(reach > 0) || !Number.isFinite(reach)) return [];
  return Array.from({ length: STEPS + 1 }, (_, k) => (reach * k) / STEPS).flatMap((hourValue) => {
    const net = live.netBenefit(hourValue);
    return net === null ? [] : [{ hourValue, estimate: net.estimate, interval: intervalAt(net, confidence) }];
  });
}

const intervalAt = (net: Estimate, confidence: number): IntervalData => {
  const found = net.interval(confidence);
  if (found.kind === 'unbounded') return { kind: 'unbounded', low: null, high: null };
  const end = (x: number) => (Number.isFinite(x) ? x : null);
  return { kind: 'interval', low: end(found.low), high: end(found.high) };
};
