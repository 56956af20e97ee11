/**
 * The series that claims rest on, as the checks of series look at them: treatment against baseline in time order, with
 * the very functions that the comparison uses, so that a check and a verdict see the same τ, n_eff and drift.
 */
import type { ArmColumn, Evidence, MetricTable } from '../model/evidence.js';
import type { ArmName, Estimand, Experiment, Metric } from '../model/experiment.js';
import type { Reason } from '../model/reason.js';
import { bucketNumbers } from '../stats/bucket-numbers.js';
import { pairedSeries } from '../stats/paired-series.js';
import { meanColumn, ratioColumn, type SeriesColumn } from '../stats/series-column.js';
import type { SeriesInference } from '../stats/series-inference.js';
import { unpairedSeries } from '../stats/unpaired-series.js';
import { judgedMetrics } from './metrics.js';

export interface SeriesSeen {
  readonly treatment: ArmName;
  readonly units: number;
  readonly answer: SeriesInference | Reason;
}

/** Units of this metric follow each other in time. */
export const isInTime = ({ design }: Experiment, table: MetricTable | undefined): boolean =>
  design.kind === 'mirrored' ||
  design.kind === 'observed' ||
  (design.kind === 'by-key' && (table?.bucketMs ?? null) !== null);

/** Metrics that a claim judges on a series of means, totals or ratios; quantiles and logarithms have gates of their own. */
export const seriesMetrics = ({ experiment, tables }: Evidence): readonly Metric[] =>
  judgedMetrics(experiment).filter(
    (metric) =>
      !metric.exact &&
      isInTime(experiment, tables.get(metric.name)) &&
      estimandsOf(experiment, metric).some((estimand) => estimand !== 'typical' && !/^p\d/.test(estimand)),
  );

const estimandsOf = ({ hypotheses, guardrails }: Experiment, metric: Metric): readonly Estimand[] => {
  const claimed = [...hypotheses, ...guardrails].filter((claim) => claim.metric === metric.name);
  return claimed.length === 0 ? [metric.estimand] : claimed.map(({ estimand }) => estimand);
};

/** Only where every claim on the metric rests on this series does its failing fail them all. */
export const decidesAlone = (experiment: Experiment, metric: Metric): boolean =>
  estimandsOf(experiment, metric).every((estimand) => estimand !== 'typical' && !/^p\d/.test(estimand));

export function seriesOf(evidence: Evidence, metric: Metric, table: MetricTable): readonly SeriesSeen[] {
  const { treatments, baseline, design } = evidence.experiment;
  const apart = design.kind === 'observed' && !design.concurrent;
  const y = table.arms.get(baseline);
  return treatments.flatMap((treatment): SeriesSeen[] => {
    const x = table.arms.get(treatment);
    if (x === undefined || y === undefined) return [];
    const width = table.bucketMs ?? null;
    const pairs = apart ? null : together(x, y);
    const xs = pairs === null ? rowsOf(x) : pairs.map(([i]) => i);
    const ys = pairs === null ? rowsOf(y) : pairs.map(([, j]) => j);
    const [own, other] = [columnOf(x, xs, metric), columnOf(y, ys, metric)];
    if (own === null || other === null || xs.length === 0 || ys.length === 0) return [];
    const [at, atOther] = [placed(x, xs, width), placed(y, ys, width)];
    const answer = apart ? unpairedSeries(own, other, at, atOther) : pairedSeries(own, other, at);
    return [{ treatment, units: Math.min(xs.length, ys.length), answer }];
  });
}

const isComplete = ({ value, per }: ArmColumn, i: number): boolean =>
  Number.isFinite(value[i]) && (per === null || Number.isFinite(per[i]));

const rowsOf = (column: ArmColumn): number[] =>
  Array.from({ length: column.n }, (_, i) => i)
    .filter((i) => isComplete(column, i))
    .sort((a, b) => column.start[a] - column.start[b]);

/** Rows of both arms that are the same unit, by the mean of both starts. */
function together(x: ArmColumn, y: ArmColumn): readonly (readonly [number, number])[] {
  const rowOf = new Map(y.unit.map((unit, j) => [unit, j]));
  const middle = ([i, j]: readonly [number, number]) => x.start[i] / 2 + y.start[j] / 2;
  return x.unit
    .flatMap((unit, i): [number, number][] => {
      const j = rowOf.get(unit);
      return j === undefined || !isComplete(x, i) || !isComplete(y, j) ? [] : [[i, j]];
    })
    .sort((a, b) => middle(a) - middle(b));
}

function columnOf({ value, per }: ArmColumn, rows: readonly number[], metric: Metric): SeriesColumn | null {
  const pick = (all: Float64Array) => Float64Array.from(rows, (i) => all[i]);
  if (per === null) return meanColumn(pick(value));
  return metric.estimand === 'mean'
    ? meanColumn(Float64Array.from(rows, (i) => value[i] / per[i]))
    : ratioColumn(pick(value), pick(per));
}

const placed = ({ start }: ArmColumn, rows: readonly number[], width: number | null): Float64Array | null =>
  bucketNumbers(
    Float64Array.from(rows, (i) => start[i]),
    width,
  );
