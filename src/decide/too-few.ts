/** May there be a verdict at all with so many units? STATISTICS.md §2. */
import type { Comparison, Inference } from '../model/effect.js';
import { DRAWN_SCHEDULES, fewestSlots, isWithinSchedules } from '../model/fewest-slots.js';
import { type Reason, reason } from '../model/reason.js';
import { minimumUnits } from './minimum-units.js';

/** A randomisation test needs as many schedules as its level asks for; every other test a fixed number of units. */
export function tooFew(
  { n: { treatment, baseline } }: Pick<Comparison, 'n'>,
  inference: Pick<Inference, 'smallestP'> | null,
  level: number,
): Reason | null {
  const n = Math.min(treatment, baseline);
  const smallest = inference?.smallestP;
  if (smallest === undefined)
    return n < minimumUnits ? reason('too-few-units-to-decide', { n, needed: minimumUnits }) : null;
  if (smallest <= level) return null;
  if (!isWithinSchedules(level))
    return reason('level-below-schedules', { n, smallest: 1 / (DRAWN_SCHEDULES + 1), level });
  return reason('too-few-schedules-to-decide', {
    n,
    smallest,
    level,
    needed: Math.max(n + 1, fewestSlots(level)),
  });
}
