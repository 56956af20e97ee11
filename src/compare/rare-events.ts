/** A proportion of units in time whose failures are few: the series and the count of its outages must agree. */
import type { Estimate, Inference } from '../model/effect.js';
import { reason } from '../model/reason.js';
import { rareEvents } from '../stats/event-clusters.js';
import { newcombe } from '../stats/newcombe.js';
import { widest } from '../stats/widest.js';
import type { Measured } from './measures.js';

/** The larger p, and so the wider interval, of the series and of Newcombe's on independent events. */
export function withRareEvents(found: Inference, x: Measured, y: Measured, confidence: number): Inference {
  if (x.per === null || y.per === null) return found;
  const rare = rareEvents([
    { events: x.value, attempts: x.per },
    { events: y.value, attempts: y.per },
  ]);
  if (rare === null) return found;
  const counted = newcombe(rare.arms[0], rare.arms[1], rare.df);
  const both = found.ratio === null || counted.ratio === null ? null : [found.ratio, counted.ratio];
  const { clusters, designEffect } = rare;
  const difference = widest([found.difference, counted.difference]);
  const isWider = reach(difference, confidence) > 1.05 * reach(found.difference, confidence);
  return {
    ...found,
    difference,
    ratio: both === null ? found.ratio : widest(both),
    details: { ...found.details, 'clusters of events': clusters, 'design effect of events': designEffect },
    warnings: isWider ? [...found.warnings, reason('few-events-in-time', { clusters })] : found.warnings,
  };
}

const reach = (estimate: Estimate, confidence: number): number => {
  const found = estimate.interval(confidence);
  return found.kind === 'unbounded' ? Number.POSITIVE_INFINITY : found.high - found.low;
};
