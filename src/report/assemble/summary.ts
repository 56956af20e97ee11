/** One metric of one arm in a few numbers: descriptive, no inference. */
import { mean, quantileSorted, sampleStandardDeviation, sum } from 'simple-statistics';
import type { ArmColumn } from '../../model/evidence.js';
import type { Estimand, Metric } from '../../model/experiment.js';
import type { ArmSummary } from '../../model/report.js';

/** Most points that a picture gets; the numbers are always computed from all of them. */
export const POINTS_SHOWN = 1_000;

const SHOWN_QUANTILES = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1] as const;

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

/** Value of the declared estimand for this arm alone; null where it does not exist. */
const armValue = (
  estimand: Estimand,
  column: ArmColumn,
  values: readonly number[],
  times: number,
): number | null => {
  if (values.length === 0) return null;
  if (estimand === 'mean') return finite(mean([...values]));
  if (estimand === 'typical') {
    return values.every((value) => value > 0) ? finite(Math.exp(mean(values.map((x) => Math.log(x))))) : null;
  }
  if (estimand === 'total' || estimand === 'proportion') {
    if (column.per === null) return finite(sum([...values]));
    return finite((sum(Array.from(column.value)) / sum(Array.from(column.per))) * times);
  }
  const q = Number(estimand.slice(1)) / 100;
  return finite(quantileSorted(sorted(values), q));
};

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** At most POINTS_SHOWN row numbers, evenly taken. */
const rowsShown = (rows: readonly number[]): readonly number[] =>
  rows.length <= POINTS_SHOWN
    ? rows
    : Array.from(
        { length: POINTS_SHOWN },
        (_, i) => rows[Math.floor((i * rows.length) / POINTS_SHOWN)] as number,
      );

/** Quantiles are type 7 (the default of R and numpy); a unit without a denominator has no value of its own. */
export const summarise = (metric: Metric, column: ArmColumn): ArmSummary => {
  const times = metric.input.kind === 'ratio' ? metric.input.times : 1;
  const unitValues = Array.from(column.value, (value, i) =>
    column.per === null ? value : (value / (column.per[i] as number)) * times,
  );
  const rows = unitValues.flatMap((value, i) => (Number.isFinite(value) ? [i] : []));
  const values = rows.map((i) => unitValues[i] as number);
  const ascending = sorted(values);
  return {
    arm: column.arm,
    n: column.n,
    value: armValue(metric.estimand, column, values, times),
    total: column.per === null && values.length > 0 ? finite(sum(values)) : null,
    mean: values.length > 0 ? finite(mean(values)) : null,
    standardDeviation: values.length > 1 ? finite(sampleStandardDeviation(values)) : null,
    quantiles: values.length > 0 ? SHOWN_QUANTILES.map((q) => quantileSorted(ascending, q)) : [],
    points: rowsShown(rows).map((i) => ({
      at: column.start[i] as number,
      unit: column.unit[i] as string,
      value: unitValues[i] as number,
    })),
  };
};
