/**
 * What a month costs at the declared volume: the cost of a unit of work × the volume, with its interval, for each arm,
 * and the difference between treatment and baseline, whose interval is the printed one of the cost, scaled. The volume
 * is declared and carries no uncertainty; it is no forecast.
 */

import { currencyOf } from '../model/currency.js';
import type { Comparison, EstimateData, Interval, IntervalData } from '../model/effect.js';
import type { MetricTable } from '../model/evidence.js';
import type { Experiment, Metric } from '../model/experiment.js';
import type { MonthlyCost } from '../model/trade-off.js';
import { ownValue } from './bounds.js';

/** Null: no volume was declared, or no cost is per unit of it. */
export function monthly(
  experiment: Experiment,
  tables: ReadonlyMap<string, MetricTable>,
  comparisons: readonly Comparison[],
  confidence: number,
): MonthlyCost | null {
  const { volume } = experiment.decide;
  const cost = costPerWork(experiment);
  if (volume === undefined || cost === null || cost.input.kind !== 'ratio') return null;
  const table = tables.get(cost.name);
  const factor = volume.value / cost.input.times;
  const arms = experiment.arms.flatMap(({ name }) => {
    const own =
      table === undefined || table.unmeasured !== null ? null : ownCost(cost, table, name, experiment);
    if (own === null) return [];
    // The comparison balances the order of the arms; each arm is shown as it stands there.
    const value = valueIn(comparisons, cost, name) ?? own.estimate;
    const interval = scaledInterval(own.interval(confidence), factor, (value - own.estimate) * factor);
    return [{ arm: name, estimate: value * factor, interval }];
  });
  const differences = comparisons.flatMap(({ metric, estimand, treatment, baseline, effect }) =>
    metric === cost.name && estimand === cost.estimand && effect !== null
      ? [{ treatment, baseline, difference: scaled(effect.difference, factor) }]
      : [],
  );
  const currency = currencyOf(cost.unit) ?? '';
  return {
    costMetric: cost.name,
    currency,
    volume: volume.value,
    volumeUnit: volume.unit,
    confidence,
    arms,
    differences,
  };
}

/** The cost that a month is reckoned from: a ratio of totals, claimed before others. */
const costPerWork = ({ metrics, hypotheses }: Experiment): Metric | null => {
  const own = metrics.filter(
    ({ role, input, estimand }) => role === 'cost' && input.kind === 'ratio' && estimand === 'total',
  );
  return own.find(({ name }) => hypotheses.some(({ metric }) => metric === name)) ?? own[0] ?? null;
};

function valueIn(comparisons: readonly Comparison[], cost: Metric, arm: string): number | null {
  const own = comparisons.find(
    ({ metric, estimand, effect, treatment, baseline }) =>
      metric === cost.name &&
      estimand === cost.estimand &&
      effect !== null &&
      [treatment, baseline].includes(arm),
  );
  if (own === undefined || own.effect === null) return null;
  return own.treatment === arm ? own.effect.treatmentValue : own.effect.baselineValue;
}

function ownCost(cost: Metric, table: MetricTable, arm: string, experiment: Experiment) {
  const column = table.arms.get(arm);
  if (column === undefined || column.n === 0) return null;
  const found = ownValue(column, cost, cost.estimand, experiment, table.bucketMs ?? null);
  return 'code' in found ? null : found.difference;
}

const times = (end: number | null, factor: number) => (end === null ? null : end * factor);

const scaledData = ({ kind, low, high }: IntervalData, factor: number): IntervalData => ({
  kind,
  low: times(low, factor),
  high: times(high, factor),
});

function scaledInterval(interval: Interval, factor: number, shift: number): IntervalData {
  if (interval.kind === 'unbounded') return { kind: 'unbounded', low: null, high: null };
  const end = (x: number) => (Number.isFinite(x) ? x * factor + shift : null);
  return { kind: 'interval', low: end(interval.low), high: end(interval.high) };
}

const scaled = ({ estimate, interval, intervals }: EstimateData, factor: number): EstimateData => ({
  estimate: estimate * factor,
  interval: scaledData(interval, factor),
  intervals: {
    '80': scaledData(intervals['80'], factor),
    '90': scaledData(intervals['90'], factor),
    '95': scaledData(intervals['95'], factor),
    '99': scaledData(intervals['99'], factor),
  },
});
