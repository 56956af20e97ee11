/**
 * A proportion over keys of two arms that work side by side (a source or a tap names them): an outage of one arm hits every
 * key that is there. Keys that come and go (sessions, orders, requests) then fail in a row; keys that stay fail a little
 * each. Either way they are no independent witnesses of how often that happens, so what the keys show must hold on the
 * pieces of the run as well, into which all their attempts fall by their own time (collect/derive/course.ts).
 *
 * How long a key lives does not matter: an interval is as wide as keys demand (each is one unit, however often it came)
 * and as time demands, whichever is wider.
 * - Failures in at most a quarter of the pieces: their clusters, as wherever units follow each other (stats/event-clusters.ts),
 *   less what lies together by chance. Fewer than five clusters do not tell how long failures last, and none tells nothing:
 *   the pieces are worth a twentieth of their number (rare-events.ts).
 * - More frequent ones: the pieces as pairs, since load and what hits both arms are the same for both; where neighbours
 *   are alike, as a series in time as well, which is not answered where it holds too little.
 * Where nobody knows when, keys count as independent, and the report says so.
 */
import type { ComparePlan, Inference, Samples } from '../model/effect.js';
import { type Reason, reason } from '../model/reason.js';
import { worthWithoutOutage } from '../stats/event-clusters.js';
import { inPieces, piecesOf } from './in-pieces.js';
import { withRareEvents } from './rare-events.js';
import { workWeights } from './stages.js';

export function withFailuresInCourse(
  found: Inference,
  samples: Samples,
  plan: ComparePlan,
): Inference | Reason {
  const pieces = piecesOf(samples, plan);
  if (pieces === null) return { ...found, warnings: [...found.warnings, reason('keys-independent-in-time')] };
  const { columns, stages } = pieces;
  const counted = (arm: 'treatment' | 'baseline') => ({
    value: columns[arm].value,
    per: columns[arm].per,
    weight: workWeights(stages, arm, columns[arm].n),
  });
  return (
    withRareEvents(found, counted('treatment'), counted('baseline'), {
      confidence: plan.confidence,
      paired: false,
      chance: 'taken out',
      worth: ({ value }) =>
        worthWithoutOutage(value.length, samples.treatment.course?.spanMs ?? 0, plan.outageMs),
    }) ?? inPieces(found, pieces, 1)
  );
}
