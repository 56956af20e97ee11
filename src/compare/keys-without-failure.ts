/**
 * Keys of which none failed on either arm, or all did: how often an outage comes of which none was seen?
 *
 * A bad case is taken, as for blocks (without-events.ts). Keys of trials: an outage fails 20 of them, one after the other.
 * Keys of arms side by side: it lasts as long as 20 of the 240 pieces of the run and fails all that comes, so that the run
 * is worth 12 attempts however many keys there were; or as long as the metric declares (`outage: 30s`), and a run of a day
 * is worth 2,880. Where nobody knows when keys came, each is an attempt.
 * Measured, one-sided 2.5 %, outages that fail all of one arm for 0.5–10 % of the run, 0.5 points in truth: in 35–94 % of
 * runs none is seen, and keys as attempts then call that harmless each time.
 */
import type { ComparePlan, Samples } from '../model/effect.js';
import type { Course } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import { LONGEST_OUTAGE, worthWithoutOutage } from '../stats/event-clusters.js';
import { inTrials } from './failures-in-keys.js';

/** What so many attempts are worth where nothing varies. */
export function worthOfUnvaried(samples: Samples, attempts: number, { outageMs }: ComparePlan): number {
  if (inTrials(samples)) return attempts / LONGEST_OUTAGE;
  const course = courseOf(samples);
  if (course === null) return attempts;
  return Math.min(attempts, worthWithoutOutage(course.value.length, course.spanMs, outageMs));
}

const courseOf = ({ treatment, baseline }: Samples): Course | null =>
  treatment.course === undefined || baseline.course === undefined ? null : treatment.course;

interface Keyed {
  readonly keys: number;
  readonly attempts: number;
}

/** What is said of it. */
export function unvaried(samples: Samples, x: Keyed, y: Keyed, { outageMs }: ComparePlan): Reason {
  const isOfTrials = inTrials(samples);
  const course = isOfTrials ? null : courseOf(samples);
  const values = {
    units: Math.min(x.keys, y.keys),
    attempts: x.attempts + y.attempts,
    lasting: isOfTrials ? LONGEST_OUTAGE : 1,
  };
  if (course === null) return reason('no-variation-in-proportion', values);
  const worth = worthWithoutOutage(course.value.length, course.spanMs, outageMs);
  return reason('no-variation-in-proportion', {
    ...values,
    worth,
    outageShare: 1 / worth,
    declared: outageMs !== undefined,
  });
}
