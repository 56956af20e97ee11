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
import type { ArmColumn, Course } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import { linearInference } from '../stats/linear-inference.js';
import { neighbours } from '../stats/neighbours.js';
import { pairedSeries } from '../stats/paired-series.js';
import { meanColumn, type SeriesColumn } from '../stats/series-column.js';
import { jointComponent } from '../stats/variance-component.js';
import { widest } from '../stats/widest.js';
import { asSeriesToo } from './failures-in-blocks.js';
import { withRareEvents } from './rare-events.js';
import { stagedSeries } from './staged-series.js';
import { type Stage, stagesOf, workWeights } from './stages.js';

/** Pieces that a stage of a ramp needs. */
const FEWEST = 3;

export function withFailuresInCourse(
  found: Inference,
  { treatment, baseline }: Samples,
  plan: ComparePlan,
): Inference | Reason {
  const blind = { ...found, warnings: [...found.warnings, reason('keys-independent-in-time')] };
  if (treatment.course === undefined || baseline.course === undefined) return blind;
  const columns = {
    treatment: piecesOf(treatment.arm, treatment.course),
    baseline: piecesOf(baseline.arm, baseline.course),
  };
  // Without a ramp all of the run is one stage.
  const staged = stagesOf(columns.treatment, columns.baseline, plan, FEWEST);
  if ('code' in staged) return blind;
  const { stages } = staged;
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
    }) ?? inPieces(found, stages, columns)
  );
}

/** Pieces as units. */
function piecesOf(arm: string, { value, per, slot }: Course): ArmColumn {
  const n = value.length;
  const unit = Array.from({ length: n }, (_, piece) => `${piece}`);
  return {
    arm,
    n,
    unit,
    value,
    per,
    start: Float64Array.from(unit.keys()),
    order: new Float64Array(n).fill(Number.NaN),
    item: unit,
    ...(slot === undefined ? {} : { slot }),
  };
}

/** Both arms piece by piece, and as series where neighbours are alike. */
function inPieces(
  found: Inference,
  stages: readonly Stage[],
  columns: Readonly<Record<'treatment' | 'baseline', ArmColumn>>,
): Inference | Reason {
  const rows = stages.flatMap(({ treatment }) => treatment.rows).sort((a, b) => a - b);
  const column = (arm: 'treatment' | 'baseline') =>
    stagedSeries(stages, arm, columns, rows, { times: 1, estimand: 'proportion' });
  const [x, y] = pairOf(column('treatment'), column('baseline'));
  const n = rows.length;
  const pieces = linearInference({
    treatment: x.value,
    baseline: y.value,
    components: [jointComponent(x.deviation, y.deviation, 1 / (n * (n - 1)), n - 1)],
    satterthwaite: 'plain',
  });
  const wider = pieces === null ? found : withWider(found, pieces);
  const { alike, correlation } = neighbours(x.deviation.map((d, t) => d - y.deviation[t]));
  if (!alike) return wider;
  return asSeriesToo(wider, pairedSeries(x, y), { correlation, unit: 'piece', units: n });
}

/** An arm that never fails has no series of its own: their difference is held against nothing, and there is no ratio. */
function pairOf(x: SeriesColumn, y: SeriesColumn): readonly [SeriesColumn, SeriesColumn] {
  if (x.value.high > 0 && y.value.high > 0) return [x, y];
  const value = { high: x.value.high - y.value.high, low: x.value.low - y.value.low };
  const deviation = x.deviation.map((d, t) => d - y.deviation[t]);
  return [{ value, deviation }, meanColumn(new Float64Array(deviation.length))];
}

function withWider(found: Inference, other: Pick<Inference, 'ratio' | 'difference'>): Inference {
  const both = found.ratio === null || other.ratio === null ? null : [found.ratio, other.ratio];
  return {
    ...found,
    difference: widest([found.difference, other.difference]),
    ratio: both === null ? found.ratio : widest(both),
  };
}
