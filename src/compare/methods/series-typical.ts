import type { ComparePlan, Inference, Samples } from '../../model/effect.js';
import type { Method } from '../../model/ports.js';
import { type Reason, reason } from '../../model/reason.js';
import { exponentialEstimate } from '../../stats/exponential-estimate.js';
import { meanColumn, type SeriesColumn } from '../../stats/series-column.js';
import { commonScale, LOG_ROUNDING, logsOf, meansOf, unlogged } from '../logs.js';
import { type ArmInTime, compareColumns, foldsItems, inTimeOrder, sizes, withDate } from '../series.js';

/** Geometric mean of unit ratios where units follow each other in time. */
export const seriesTypical: Method = {
  title: 'Series of logarithms in time',
  formula:
    'ln(treatment) − ln(baseline) of the same unit in time order (each arm’s own series where they were observed one after the other), tested as a series: the largest p of EWC, Geyer’s and the AR(1) effective sample size. Ratio: e to the mean difference and its ends; the difference is that of the geometric means, linearised.',
  source: 'Limpert, Stahel and Abbt 2001, BioScience 51:341; otherwise as the series of paired units',
  minimumUnits: 10,
  compare: typicalOfSeries,
};

function typicalOfSeries(samples: Samples, plan: ComparePlan): Inference | Reason {
  const time = inTimeOrder(samples, plan);
  const around = commonScale(samples, plan);
  const x = logColumn(time.treatment, plan, around);
  if ('code' in x) return x;
  const y = logColumn(time.baseline, plan, around);
  if ('code' in y) return y;
  // A ratio of logarithms has no meaning: the gap is asked by itself, against nothing, and so gated by itself.
  const nothing = meanColumn(new Float64Array(x.deviation.length));
  const onLogs = time.together ? compareColumns(gapOf(x, y), nothing, time) : compareColumns(x, y, time);
  if ('code' in onLogs) return withDate(onLogs, time, plan);
  if (!(onLogs.standardError > LOG_ROUNDING)) return reason('constant-data', { n: x.deviation.length });
  const means = compareColumns(geometric(x, around), geometric(y, around), time);
  if ('code' in means) return withDate(means, time, plan);
  return {
    ...means,
    ratio: exponentialEstimate(onLogs.difference),
    df: onLogs.df,
    details: { ...sizes(x, y, time), ...onLogs.details },
    warnings: [
      ...onLogs.warnings,
      ...means.warnings.filter(({ code }) => code === 'difference-without-information'),
    ],
  };
}

function logColumn(arm: ArmInTime, plan: ComparePlan, around: number): SeriesColumn | Reason {
  const logs = logsOf(arm.column, plan, around);
  if ('code' in logs) return logs;
  return meanColumn(foldsItems(plan, arm) ? meansOf(logs, arm.column.item) : logs);
}

const gapOf = (x: SeriesColumn, y: SeriesColumn): SeriesColumn => ({
  value: { high: x.value.high - y.value.high, low: x.value.low - y.value.low },
  deviation: x.deviation.map((d, t) => d - y.deviation[t]),
});

/** The geometric mean with its linearised deviations. */
function geometric({ value, deviation }: SeriesColumn, around: number): SeriesColumn {
  const mean = unlogged(value, around);
  return { value: mean, deviation: deviation.map((d) => d * mean.high) };
}
