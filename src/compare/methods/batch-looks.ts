import type { ComparePlan, Inference, Samples } from '../../model/effect.js';
import type { Method } from '../../model/ports.js';
import type { Reason } from '../../model/reason.js';
import { batchLooks as atAnyTime } from '../../stats/batch-looks.js';
import { batchLengthOfPrefix } from '../../stats/batch-prefix.js';
import { batchMeans } from '../../stats/mixture-sequence.js';
import { type Measured, measured } from '../measures.js';
import { atEveryLook, countsEvents, withRareEvents } from '../rare-events.js';
import { columnOf, type InTime, inTimeOrder } from '../series.js';

/** Paired units in time, looked at whenever somebody likes: `decide: { looks: anytime }`. */
export const batchLooks: Method = {
  title: 'Batch means, valid at all looks together',
  formula:
    'Successive paired units form batches of 3τ (τ from the shortest of the prefixes of 15, 23, 35 … units that holds 15 independent ones, so that batches never move). With n batch means xₖ − r·yₖ of mean m and population variance s² the interval is all r with |m| ≤ s·√((1 − q)(n + 1)/(q(n + 1) − 1)), q = (α²/(n + 1))^(1/n): the likelihood ratio of the t statistic, mixed over a normal effect, held against 1/α. At least 5 batches. Units of a batch that is not complete wait for the next look.',
  source: 'Wang and Ramdas 2023, arXiv 2310.03722; Fieller 1954',
  minimumUnits: 15,
  compare: inBatches,
};

function inBatches(samples: Samples, plan: ComparePlan): Inference | Reason {
  const time = inTimeOrder(samples, plan);
  const x = columnOf(time.treatment, plan, true);
  if ('code' in x) return x;
  const y = columnOf(time.baseline, plan, true);
  if ('code' in y) return y;
  // Contributions whose mean is the estimate; a total is n times the mean of the complete batches.
  const [u, v] = [x, y].map(({ value, deviation }) => deviation.map((d) => value.high + d));
  const length = batchLengthOfPrefix(u, v);
  if (typeof length !== 'number') return length;
  const found = atAnyTime(batchMeans(u, length), batchMeans(v, length));
  if ('code' in found) return found;
  const batches = Math.floor(u.length / length);
  const details = { units: u.length, batches, 'units per batch': length };
  const answer: Inference = { ...found, details, warnings: [] };
  return countsEvents(plan) ? withFewEvents(answer, time, batches * length, plan) : answer;
}

/** A few outages are no measure of how often they come, at this look or another. */
function withFewEvents(found: Inference, { treatment, baseline }: InTime, units: number, plan: ComparePlan) {
  const [x, y] = [treatment, baseline].map(({ column }) => measured(column, plan));
  if ('code' in x || 'code' in y) return found;
  const seen = ({ value, per }: Measured): Measured => ({
    value: value.subarray(0, units),
    per: per?.subarray(0, units) ?? null,
  });
  return (
    withRareEvents(found, seen(x), seen(y), {
      confidence: plan.confidence,
      paired: true,
      count: atEveryLook,
    }) ?? found
  );
}
