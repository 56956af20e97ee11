/** A metric in buckets of time: where buckets are missing, and how long the difference of the arms remembers itself. */
import type { ArmColumn, MetricTable } from '../../model/evidence.js';
import type { ArmName, Metric } from '../../model/experiment.js';
import type { SeriesShape } from '../../model/pictures.js';
import { lagSums } from '../../stats/lag-sums.js';
import { onGrid, timeGrid } from '../../stats/time-grid.js';

const MOST_GAPS = 500;
const MOST_LAGS = 40;
/** With fewer buckets an autocorrelation is chance. */
const FEWEST_BUCKETS = 20;

type Gap = SeriesShape['gaps'][number];

const gapsOf = ({ arm, start }: ArmColumn, fromMs: number, toMs: number, bucketMs: number): Gap[] => {
  const present = [...start].sort((a, b) => a - b);
  const edges = [...present.map((at) => [at, at + bucketMs] as const), [toMs, toMs] as const];
  let until = fromMs;
  return edges.flatMap(([startMs, endMs]) => {
    const gap = startMs - until >= bucketMs / 2 ? [{ arm, startMs: until, endMs: startMs }] : [];
    until = Math.max(until, endMs);
    return gap;
  });
};

/** Value of each bucket, by its start; ratios are linearised around the ratio of the arm, in the unit of the ratio. */
const deviations = ({ value, per, start }: ArmColumn, times: number): ReadonlyMap<number, number> => {
  const sum = (numbers: Float64Array): number => numbers.reduce((total, x) => total + x, 0);
  const [top, bottom] = [sum(value), per === null ? 1 : sum(per)];
  const of = (i: number): number =>
    per === null ? value[i] : (times * (value[i] - (top / bottom) * per[i]) * per.length) / bottom;
  return new Map(Array.from(start, (at, i) => [at, of(i)]));
};

const memoryOf = (
  metric: Metric,
  table: MetricTable,
  baseline: ArmName,
  bucketMs: number,
): SeriesShape['memory'] => {
  const reference = table.arms.get(baseline);
  if (reference === undefined) return [];
  const times = metric.input.kind === 'ratio' ? metric.input.times : 1;
  const base = deviations(reference, times);
  return [...table.arms.values()].flatMap((column) => {
    if (column.arm === baseline) return [];
    const differences = [...deviations(column, times)]
      .flatMap(([at, value]) => (base.has(at) ? [[at, value - (base.get(at) as number)] as const] : []))
      .filter(([, difference]) => Number.isFinite(difference))
      .sort((a, b) => a[0] - b[0]);
    if (differences.length < FEWEST_BUCKETS) return [];
    const first = differences[0][0];
    const bucket = differences.map(([at]) => Math.round((at - first) / bucketMs));
    if (bucket.some((at, i) => i > 0 && at <= bucket[i - 1])) return [];
    const grid = timeGrid(bucket.length, bucket);
    if (grid === null) return [];
    const lags = Math.min(MOST_LAGS, Math.floor(differences.length / 4));
    const sums = lagSums(
      onGrid(
        Float64Array.from(differences, ([, difference]) => difference),
        grid,
      ),
      lags,
    );
    if (!(sums[0] > 0)) return [];
    return [
      { treatment: column.arm, buckets: differences.length, lags: Array.from(sums, (s) => s / sums[0]) },
    ];
  });
};

/** Null where units are no buckets of time, or there are none. */
export const seriesShape = (metric: Metric, table: MetricTable, baseline: ArmName): SeriesShape | null => {
  const bucketMs = table.bucketMs ?? null;
  const starts = [...table.arms.values()].flatMap(({ start }) => [...start]).filter(Number.isFinite);
  if (bucketMs === null || starts.length === 0) return null;
  const fromMs = starts.reduce((least, at) => Math.min(least, at));
  const toMs = starts.reduce((most, at) => Math.max(most, at)) + bucketMs;
  const gaps = [...table.arms.values()].flatMap((column) => gapsOf(column, fromMs, toMs, bucketMs));
  return {
    bucketMs,
    fromMs,
    toMs,
    gaps: gaps.slice(0, MOST_GAPS),
    memory: memoryOf(metric, table, baseline, bucketMs),
  };
};
