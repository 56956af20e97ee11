/**
 * Two arms piece by piece of the run that they shared (model: Course), as what lasts in time demands it of any estimate
 * over their keys: the wider interval of the keys' own and of the pieces'.
 *
 * Applies: ratios of sums and means, of which a piece holds its part. Formula: what each piece adds to an arm's value (stage by
 * stage in a ramp) makes pairs x_t − r·y_t, since what hits both arms at once is no difference; Student t, and where
 * neighbours are alike (stats/neighbours.ts) the series in time as well, which is not answered where it holds too little.
 */
import type { ComparePlan, Inference, Samples } from '../model/effect.js';
import type { ArmColumn, Course } from '../model/evidence.js';
import type { Reason } from '../model/reason.js';
import { linearInference } from '../stats/linear-inference.js';
import { neighbours } from '../stats/neighbours.js';
import { pairedSeries } from '../stats/paired-series.js';
import { meanColumn, type SeriesColumn } from '../stats/series-column.js';
import { jointComponent } from '../stats/variance-component.js';
import { widest } from '../stats/widest.js';
import { asSeriesToo } from './failures-in-blocks.js';
import { stagedSeries } from './staged-series.js';
import { type Stage, stagesOf } from './stages.js';

/** Pieces that a stage of a ramp needs. */
const FEWEST = 3;

export interface Pieces {
  readonly columns: Readonly<Record<'treatment' | 'baseline', ArmColumn>>;
  /** Without a ramp all of the run is one. */
  readonly stages: readonly Stage[];
}

/** Null where nobody knows when the keys of an arm came. */
export function piecesOf({ treatment, baseline }: Samples, plan: ComparePlan): Pieces | null {
  if (treatment.course === undefined || baseline.course === undefined) return null;
  const columns = {
    treatment: columnOf(treatment.arm, treatment.course),
    baseline: columnOf(baseline.arm, baseline.course),
  };
  const asked = { ...plan, estimand: 'total', proportion: false, workload: null } as const;
  const staged = stagesOf(columns.treatment, columns.baseline, asked, FEWEST);
  return 'code' in staged ? null : { columns, stages: staged.stages };
}

/** Pieces as units. */
function columnOf(arm: string, { value, per, slot }: Course): ArmColumn {
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

/** `times`: factor of a ratio. */
export function inPieces(found: Inference, { columns, stages }: Pieces, times: number): Inference | Reason {
  const rows = stages.flatMap(({ treatment }) => treatment.rows).sort((a, b) => a - b);
  const column = (arm: 'treatment' | 'baseline') =>
    stagedSeries(stages, arm, columns, rows, { times, estimand: 'total' });
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

/** An arm that is 0 throughout has no series of its own: their difference is held against nothing, and there is no ratio. */
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
