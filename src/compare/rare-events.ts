/** A proportion whose failures are few: the test of the design and the count of outages must agree. */
import type { ComparePlan, Estimate, Inference } from '../model/effect.js';
import { reason } from '../model/reason.js';
import { type EventCounts, type RareEvents, rareEvents } from '../stats/event-clusters.js';
import { mixtureReference } from '../stats/mixture-sequence.js';
import { newcombe, newcombeFrom, type ProportionInference } from '../stats/newcombe.js';
import { widest } from '../stats/widest.js';
import type { Measured } from './measures.js';

/** Counts of events; a mean of the units' own fractions is none. */
export const countsEvents = ({ proportion, estimand }: ComparePlan): boolean =>
  proportion && estimand !== 'mean';

type Counting = (rare: RareEvents) => ProportionInference;

const once: Counting = ({ arms: [x, y], df }) => newcombe(x, y, df);

/** Where somebody looks whenever they like. */
export const atEveryLook: Counting = ({ arms: [x, y], clusters }) =>
  newcombeFrom(x, y, mixtureReference(clusters));

/** What `weight` is: stats/event-clusters.ts. */
type Counted = Measured & Pick<EventCounts, 'weight'>;

/**
 * The larger p, and so the wider interval, of the design's own and of Newcombe's on independent events; null where events
 * are not rare, or none was seen. Rows in time order.
 */
export function withRareEvents(
  found: Inference,
  x: Counted,
  y: Counted,
  confidence: number,
  count: Counting = once,
): Inference | null {
  if (x.per === null || y.per === null) return null;
  const counts = ({ value, per, weight }: Counted) => ({ events: value, attempts: per ?? value, weight });
  const rare = rareEvents([counts(x), counts(y)]);
  if (rare === null) return null;
  const counted = count(rare);
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
