/** One arm's proportion whose events are few: the count of its outages must agree (stats/event-clusters.ts). */
import type { ArmColumn } from '../model/evidence.js';
import type { Estimate } from '../stats/estimate.js';
import {
  type ChanceMerges,
  FEWEST_CLUSTERS,
  LONGEST_OUTAGE,
  type RareEvents,
  rareEvents,
} from '../stats/event-clusters.js';
import { mixtureReference } from '../stats/mixture-sequence.js';
import { type ArmProportion, newcombe, newcombeFrom } from '../stats/newcombe.js';
import { widest } from '../stats/widest.js';

/** An arm that has nothing to be compared with. */
const nothing: ArmProportion = { p: 0, n: Number.POSITIVE_INFINITY };

type Counting = (rare: RareEvents) => { readonly difference: Estimate };

export const once: Counting = ({ arms, df }) => newcombe(arms[0], nothing, df);

/** Where somebody looks whenever they like. */
export const atEveryLook: Counting = ({ arms, clusters }) =>
  newcombeFrom(arms[0], nothing, mixtureReference(clusters));

/** The larger p of both; null where events are not rare, or none was seen. Rows in time order. */
export function withFewEvents(
  difference: Estimate,
  { value, per }: Pick<ArmColumn, 'value' | 'per'>,
  count: Counting = once,
  chance: ChanceMerges = 'counted',
  worth?: number,
): Estimate | null {
  const rare = per === null ? null : rareEvents([{ events: value, attempts: per }], chance);
  if (rare === null) return null;
  // So few do not tell how long failures last: no more is known than where none was seen.
  const few = rare.clusters < FEWEST_CLUSTERS ? [withoutEvents(rare.arms[0].p, value.length, worth)] : [];
  return widest([difference, count(rare).difference, ...few]);
}

/** None of n units failed, or nothing but failures: an outage that was not seen could have lasted. */
export const withoutEvents = (p: number, units: number, worth = units / LONGEST_OUTAGE): Estimate =>
  newcombe({ p, n: worth }, nothing, Number.POSITIVE_INFINITY).difference;
