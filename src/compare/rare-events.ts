/** A proportion whose failures are few: the test of the design and the count of outages must agree. */
import type { ComparePlan, Estimate, Inference } from '../model/effect.js';
import { reason } from '../model/reason.js';
import {
  type ChanceMerges,
  type EventCounts,
  FEWEST_CLUSTERS,
  LONGEST_OUTAGE,
  netOfPairs,
  type RareEvents,
  rareEvents,
} from '../stats/event-clusters.js';
import { mixtureReference } from '../stats/mixture-sequence.js';
import { newcombe, newcombeFrom, type ProportionInference } from '../stats/newcombe.js';
import { widest } from '../stats/widest.js';
import type { Measured } from './measures.js';

/** Counts of events; a mean of the units' own fractions is none. */
export const countsEvents = ({ proportion, estimand }: ComparePlan): boolean =>
  proportion && estimand !== 'mean';

interface RareOptions {
  readonly confidence: number;
  /** Row t of both arms is the same unit: what hit both alike cancels from the difference. */
  readonly paired: boolean;
  readonly count?: Counting;
  readonly chance?: ChanceMerges;
  /** Independent attempts that an arm is where no outage was seen; by default a twentieth of its units. */
  readonly worth?: (arm: Counted) => number;
}

type Counting = (rare: RareEvents) => ProportionInference;

const once: Counting = ({ arms: [x, y], df }) => newcombe(x, y, df);

/** Where somebody looks whenever they like. */
export const atEveryLook: Counting = ({ arms: [x, y], clusters }) =>
  newcombeFrom(x, y, mixtureReference(clusters));

/** As where no failure was seen at all. */
const unseen = ([x, y]: RareEvents['arms'], units: readonly number[]): ProportionInference =>
  newcombe({ p: x.p, n: units[0] }, { p: y.p, n: units[1] }, Number.POSITIVE_INFINITY);

const ofUnits = ({ value }: Counted): number => value.length / LONGEST_OUTAGE;

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
  { confidence, paired, count = once, chance = 'counted', worth = ofUnits }: RareOptions,
): Inference | null {
  if (x.per === null || y.per === null) return null;
  const counts = ({ value, per, weight }: Counted) => ({ events: value, attempts: per ?? value, weight });
  const arms = [counts(x), counts(y)] as const;
  const rare = rareEvents(arms, chance);
  if (rare === null) return null;
  const counted = count(rare);
  const few = rare.clusters < FEWEST_CLUSTERS ? [unseen(rare.arms, [x, y].map(worth))] : [];
  const all = [counted, ...few];
  const ratios = all.flatMap(({ ratio }) => (ratio === null ? [] : [ratio]));
  const both = found.ratio === null || ratios.length < all.length ? null : [found.ratio, ...ratios];
  // A ratio has no net: what both arms share is part of both its values.
  const net = paired ? netOfPairs(rare, ...arms) : null;
  const { clusters, designEffect } = rare;
  const difference = widest([
    found.difference,
    (net === null ? counted : count(net)).difference,
    ...few.map((one) => one.difference),
  ]);
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
