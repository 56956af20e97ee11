/**
 * Keys of which none failed on either arm, or all did: how often an outage comes of which none was seen?
 *
 * A bad case is taken, as for blocks (without-events.ts). Keys of trials: an outage fails 20 of them, one after the other.
 * Keys of arms side by side: it lasts as long as 20 of the 240 pieces of the run and fails all that comes, so that the run
 * is worth 12 attempts however many keys there were. Where nobody knows when keys came, each is an attempt.
 * Measured, one-sided 2.5 %, outages that fail all of one arm for 0.5–10 % of the run, 0.5 points in truth: in 35–94 % of
 * runs none is seen, and keys as attempts then call that harmless each time.
 */
import type { Samples } from '../model/effect.js';
import { type Reason, reason } from '../model/reason.js';
import { LONGEST_OUTAGE } from '../stats/event-clusters.js';
import { inTrials } from './failures-in-keys.js';

/** What so many attempts are worth where nothing varies. */
export function worthOfUnvaried(samples: Samples, attempts: number): number {
  if (inTrials(samples)) return attempts / LONGEST_OUTAGE;
  const pieces = piecesOf(samples);
  return pieces === null ? attempts : Math.min(attempts, pieces / LONGEST_OUTAGE);
}

const piecesOf = ({ treatment, baseline }: Samples): number | null =>
  treatment.course === undefined || baseline.course === undefined ? null : treatment.course.value.length;

interface Keyed {
  readonly keys: number;
  readonly attempts: number;
}

/** @param units keys of the smaller arm, and attempts of both */
export function unvaried(samples: Samples, x: Keyed, y: Keyed): Reason {
  const pieces = inTrials(samples) ? null : piecesOf(samples);
  return reason('no-variation-in-proportion', {
    units: Math.min(x.keys, y.keys),
    attempts: x.attempts + y.attempts,
    lasting: inTrials(samples) ? LONGEST_OUTAGE : 1,
    ...(pieces === null ? {} : { pieces, piecesLost: LONGEST_OUTAGE }),
  });
}
