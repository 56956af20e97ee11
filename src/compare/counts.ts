/** How many units a comparison has, and how many of them decide. */
import type { ComparePlan, Comparison, Samples } from '../model/effect.js';
import type { Prepared } from './samples.js';
import { isOfSlots } from './slots.js';

export function countsOf({ samples }: Prepared, { workload }: ComparePlan): Comparison['n'] {
  const { treatment, baseline, paired } = samples;
  if (isOfSlots(samples)) {
    const [x, y] = [treatment, baseline].map(({ slot }) => new Set(slot).size) as [number, number];
    return { treatment: x, baseline: y, items: x + y };
  }
  const items =
    workload === null
      ? paired
        ? treatment.unit
        : [...treatment.unit, ...baseline.unit]
      : [...treatment.item, ...baseline.item];
  return { treatment: treatment.n, baseline: baseline.n, items: new Set(items).size };
}

/**
 * Units whose number the method's minimum counts: the smaller arm's; items where items stand for others; keys, however
 * often each took part.
 */
export function unitsThatDecide(
  n: Comparison['n'],
  { workload, bucketMs }: ComparePlan,
  samples: Samples,
): number {
  const { treatment, baseline, paired } = samples;
  if (paired) return workload === 'sample' ? n.items : Math.min(n.treatment, n.baseline);
  const repeated = workload !== null || treatment.covariate !== undefined || treatment.slot !== undefined;
  if (isOfSlots(samples) || (bucketMs ?? null) !== null || !repeated)
    return Math.min(n.treatment, n.baseline);
  return Math.min(...[treatment, baseline].map(({ item }) => new Set(item).size));
}
