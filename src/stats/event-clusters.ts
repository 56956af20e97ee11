/*
 * Rare events in a series: how many independent ones were there?
 *
 * Answers: two proportions (or one) whose events fell into few units, as independent attempts for Newcombe's interval.
 * Applies: units in time (buckets, batches, blocks one after the other), events (or what is no event) in at most a quarter of them. A long-run variance then
 * rests on a handful of outages: none more was seen, so it says that none more is to be feared.
 * Formula: u of T units with events; those that lie at most g = min(10, T/4u) apart are one cluster, one outage; with S_c events in
 * cluster c the design effect is ΣS²/ΣS, events that come at once, the larger of both arms' (and at least 1). It is
 * estimated from C clusters, so t(C − 1) is read for z. Strata (stages of a ramp): events count with the weight that an
 * attempt of theirs has in the combined proportion, and attempts are as many as (Σwa)²/Σw²a alike ones.
 * Measured, one-sided 2.5 %, truth at the limit (0.5 points worse), 240 and 1000 units, single units, bursts of 5 and 20
 * units and an AR(1) of .9 above a threshold, 10 or 50 % of a unit failing, 300 replicates a cell: the series alone calls
 * up to 20 % harmless, the larger p of both at most 2.3 %. With failures of 1 % of a unit it costs no power (bursts of 5 in
 * 240 units: 96 → 68 %); few large ones no longer suffice.
 * Chance merges: where failures are many enough to be seen one by one, some lie next to each other by chance. C clusters over T
 * units meet another with probability q = 1 − (1 − λ)^g, λ = (C − 1)/T, and would show 1 + λ − μ + μ(1 + q)/(1 − q),
 * μ = λ/(1 − e^−λ); the design effect is divided by it, and its degrees are those of the clusters' squares.
 * Source: design effect: Kish 1965; t for z: Korn and Graubard 1998; compound Poisson: Σ of squares over Σ.
 */
import type { ArmProportion } from './newcombe.js';
import { measuredDegrees } from './variance-component.js';

/** One value a unit, in time order. */
export interface EventCounts {
  readonly events: Float64Array;
  readonly attempts: Float64Array;
  /** How much an attempt of the unit counts, > 0, where strata are combined; absent: all alike. */
  readonly weight?: Float64Array | undefined;
}

export interface RareEvents {
  /** Attempts ÷ design effect. */
  readonly arms: readonly ArmProportion[];
  readonly clusters: number;
  readonly designEffect: number;
  /** Of the design effect. */
  readonly df: number;
}

/** Units that an outage could last of which none was seen. */
export const LONGEST_OUTAGE = 20;

/** Fewer do not tell how failures cluster: were half of all clusters outages, five in a row would be none in 3 %. */
export const FEWEST_CLUSTERS = 5;

/**
 * Independent attempts that a run is where no outage was seen: so often an outage fits into it.
 *
 * @param units pieces of the run; spanMs how long it was; outageMs declared; undefined: an outage is 20 units long
 */
export const worthWithoutOutage = (units: number, spanMs: number, outageMs: number | undefined): number =>
  outageMs === undefined ? units / LONGEST_OUTAGE : spanMs / outageMs;

/** More units with events are no longer rare ones. */
export const RARE_SHARE = 1 / 4;
const LONGEST_GAP = 10;
/** A gap is a quarter of what would lie between them, were they spread evenly. */
const SPACING = 4;

/**
 * Pairs that did the same work: what one arm had more of in each unit, as proportions of the attempts. Their difference is that
 * of the proportions, and an outage that hit both arms alike is none of either: how long it lasted is all that it tells.
 * The rest as in `rare`. Null where a unit's attempts differ between the arms.
 */
export function netOfPairs(rare: RareEvents, x: EventCounts, y: EventCounts): RareEvents | null {
  if (!x.attempts.every((count, t) => count === y.attempts[t])) return null;
  const more = (own: Float64Array, other: Float64Array) =>
    sumOf(own.map((count, t) => Math.max(0, count - other[t]))) / sumOf(x.attempts);
  const net = [more(x.events, y.events), more(y.events, x.events)];
  return { ...rare, arms: rare.arms.map(({ n }, arm) => ({ p: net[arm], n })) };
}

/** Failures that lie together by chance are part of the design effect, or are taken out of it. */
export type ChanceMerges = 'counted' | 'taken out';

/** Null where no event was seen, or where they are not rare. */
export function rareEvents(
  arms: readonly EventCounts[],
  chance: ChanceMerges = 'counted',
): RareEvents | null {
  const sums = arms.map(weighted);
  if (!sums.every(({ attempts }) => attempts > 0)) return null;
  const mostly = sums.map(({ events, attempts }) => events > attempts / 2);
  if (mostly.some((one) => one !== mostly[0])) return null;
  const counted = arms.map(({ events, attempts }) =>
    mostly[0] ? attempts.map((all, t) => all - events[t]) : events,
  );
  if (counted.some((own) => own.filter((count) => count > 0).length > RARE_SHARE * own.length)) return null;
  const found = counted.map((events, arm) => clustersOf(events, arms[arm].weight));
  const clusters = found.reduce((sum, { sizes }) => sum + sizes.length, 0);
  if (clusters === 0) return null;
  const isTakenOut = chance === 'taken out';
  const designEffect = Math.max(
    1,
    ...found.map((own, arm) => together(own.sizes) / sums[arm].single / (isTakenOut ? byChance(own) : 1)),
  );
  const degrees = Math.max(1, clusters - 1);
  // What each cluster adds to the difference.
  const shares = found.flatMap(({ sizes }, arm) => sizes.map((size) => size / sums[arm].attempts));
  return {
    arms: sums.map(({ events, attempts, single }) => ({
      p: events / attempts,
      n: attempts / single / designEffect,
    })),
    clusters,
    designEffect,
    df: isTakenOut ? measuredDegrees(Float64Array.from(shares), degrees) : degrees,
  };
}

/** Weighted sums, and what `together` is where events come one by one: Σw²a/Σwa. */
function weighted({ events, attempts, weight }: EventCounts) {
  if (weight === undefined) return { events: sumOf(events), attempts: sumOf(attempts), single: 1 };
  const all = attempts.map((count, t) => weight[t] * count);
  const sum = sumOf(all);
  const single = sumOf(all.map((count, t) => weight[t] * count)) / sum;
  return { events: sumOf(events.map((count, t) => weight[t] * count)), attempts: sum, single };
}

interface Clusters {
  /** Events of each. */
  readonly sizes: readonly number[];
  readonly gap: number;
  readonly units: number;
}

/** Units with events that lie no further apart are one cluster. */
export const gapBetween = (touched: number, units: number): number =>
  Math.max(1, Math.min(LONGEST_GAP, Math.floor(units / (SPACING * touched))));

function clustersOf(events: Float64Array, weight?: Float64Array): Clusters {
  const touched = events.filter((count) => count > 0).length;
  const gap = gapBetween(touched, events.length);
  const sizes: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  events.forEach((count, t) => {
    if (!(count > 0)) return;
    if (t - last > gap) sizes.push(0);
    sizes[sizes.length - 1] += (weight?.[t] ?? 1) * count;
    last = t;
  });
  return { sizes, gap, units: events.length };
}

/** The design effect that as many events one by one would show. */
function byChance({ sizes, gap, units }: Clusters): number {
  if (sizes.length < 2) return 1;
  const rate = (sizes.length - 1) / units;
  const each = -rate / Math.expm1(-rate);
  const goesOn = -Math.expm1(gap * Math.log1p(-rate));
  return 1 + rate - each + (each * (1 + goesOn)) / (1 - goesOn);
}

/** Events that come with a random event. */
const together = (sizes: readonly number[]): number =>
  sizes.length === 0
    ? 0
    : sizes.reduce((sum, size) => sum + size * size, 0) / sizes.reduce((sum, size) => sum + size, 0);

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
