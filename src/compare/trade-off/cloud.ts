/**
 * Units made ready for the cost–time cloud: each unit's part of extra cost and hours saved, in the money and hours of
 * one unit of work, so that their mean is the estimate. Repeats of a sample's item are folded; in a fixed workload units
 * differ only from their own item's mean; series are drawn in blocks.
 */
import type { ComparePlan, Samples } from '../../model/effect.js';
import { type Reason, reason } from '../../model/reason.js';
import type { CloudData } from '../../model/trade-off.js';
import { politisWhite } from '../../stats/block-length.js';
import { type Cloud, type CloudUnits, pairedCloud, unpairedCloud } from '../../stats/cost-time-cloud.js';
import type { Random } from '../../stats/random.js';
import { membersOf } from '../../stats/strata.js';
import { folded } from '../measures.js';
import { isOfSlots } from '../slots.js';

const SHOWN = 500;

/** `costs` and `times`: the same rows, once with the cost and once with the hours as values. */
export function cloudOf(
  costs: Samples,
  times: Samples,
  plan: ComparePlan,
  random: Random,
): CloudData | Reason {
  // Slots are few, and their buckets are not units.
  if (isOfSlots(costs)) return reason('trade-off-no-cloud-of-slots');
  const inTime = (plan.bucketMs ?? null) !== null;
  const unitsOf = (arm: 'treatment' | 'baseline'): CloudUnits | Reason => {
    const [cost, hours] = [partsOf(costs, arm, plan), partsOf(times, arm, plan)];
    if (cost === null || hours === null) return reason('denominator-not-positive', { arm: costs[arm].arm });
    return { cost, hours };
  };
  const [x, y] = [unitsOf('treatment'), unitsOf('baseline')];
  if ('code' in x) return x;
  if ('code' in y) return y;
  if (!costs.paired) {
    const length = inTime ? Math.max(blockOf(x), blockOf(y)) : 1;
    return data(unpairedCloud(x, y, random, length), length);
  }
  const gap = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - b[i]);
  const order = orderOf(costs);
  const sorted = (values: Float64Array) => Float64Array.from(order ?? values.keys(), (i) => values[i]);
  const units = { cost: gap(x.cost, y.cost), hours: gap(y.hours, x.hours) };
  const timed = inTime ? { cost: sorted(units.cost), hours: sorted(units.hours) } : units;
  const length = inTime ? blockOf(timed) : 1;
  return data(pairedCloud(timed, random, length), length);
}

const orderOf = ({ treatment }: Samples): readonly number[] =>
  [...treatment.start.keys()].sort((i, j) => treatment.start[i] - treatment.start[j] || i - j);

const blockOf = ({ cost, hours }: CloudUnits): number =>
  [cost, hours].reduce((longest, series) => {
    const found = politisWhite(series);
    return 'code' in found ? longest : Math.max(longest, found.circular);
  }, 1);

/** Each unit's part: the mean of the parts is the arm's value for one unit of work. */
function partsOf(samples: Samples, arm: 'treatment' | 'baseline', plan: ComparePlan): Float64Array | null {
  const { value, per, item } = samples[arm];
  const rows = plan.workload === 'sample' ? folded({ value, per }, item, per === null) : { value, per };
  const n = rows.value.length;
  const below = rows.per === null ? n : rows.per.reduce((sum, d) => sum + d, 0);
  if (!(below > 0)) return null;
  const level = rows.value.reduce((sum, v) => sum + v, 0) / below;
  const times = plan.times;
  const parts = rows.value.map((v, i) => times * (level + (n * (v - level * (rows.per?.[i] ?? 1))) / below));
  return plan.workload === 'fixed' ? withinItems(parts, item) : parts;
}

/** Only what repeats of one item differ by is chance; r repeats know r/(r−1) of their scatter. */
function withinItems(parts: Float64Array, item: readonly string[]): Float64Array {
  const level = parts.reduce((sum, v) => sum + v, 0) / parts.length;
  const within = new Float64Array(parts.length);
  for (const rows of membersOf(item, parts.length)) {
    const mean = [...rows].reduce((sum, i) => sum + parts[i], 0) / rows.length;
    const stretch = rows.length > 1 ? Math.sqrt(rows.length / (rows.length - 1)) : 0;
    for (const i of rows) within[i] = level + stretch * (parts[i] - mean);
  }
  return within;
}

function data(cloud: Cloud | Reason, blockLength: number): CloudData | Reason {
  if ('code' in cloud) return cloud;
  const resamples = cloud.extraCost.length;
  const step = Math.max(1, Math.ceil(resamples / SHOWN));
  const points = Array.from({ length: Math.ceil(resamples / step) }, (_, k) => ({
    extraCost: cloud.extraCost[k * step],
    hoursSaved: cloud.hoursSaved[k * step],
  }));
  return { points, shares: cloud.shares, resamples, blockLength };
}
