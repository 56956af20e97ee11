/** Sentences of Prometheus and its relatives. */
import { count, duration, list, plural, timestamp } from '../../format.js';
import type { Words } from '../types.js';
import { asked, instead } from './asked.js';

export const prometheusWords = {
  'prometheus-arm-ambiguous': (v) =>
    `${asked(v)}a series fits ${list(v.arms)} alike. Give the arms labels under match that tell them apart.`,
  'prometheus-arm-missing': (v) =>
    `${asked(v)}no series of the answer has ${v.label}="${v.value}".${instead(v.exist)} Correct match of the arm, or the expression.`,
  'prometheus-arms-not-told-apart': (v) =>
    `${asked(v)}${list(v.arms)} have different labels under match, so one expression cannot tell them apart. Put {match.<label>} into the expression.`,
  'prometheus-backtick': (v) =>
    `${asked(v)}${v.value} holds a backtick and cannot stand between backticks. Use double quotes in the expression.`,
  'prometheus-counter-fold': (v) =>
    `${asked(v)}every bucket holds what the counter added in it, so fold: ${v.fold} would be wrong. Write fold: sum, and use metric: with counter: true or increase(…[{by}]).`,
  'prometheus-counter-unsaid': (v) =>
    `${asked(v)}${v.series} looks like a counter. Say counter: true for what was added per bucket, or counter: false for its level.`,
  'prometheus-gauge-fold': (v) =>
    `${v.metric} is asked as a gauge, and fold: ${v.fold} of a gauge depends on how often it was scraped. Write fold: mean, max, min, last or p99, or counter: true.`,
  'prometheus-infinite': (v) =>
    `${asked(v)}the value at ${timestamp(v.atMs)} is ${v.found}. Divide by what cannot be 0.`,
  'prometheus-label-name': (v) =>
    `${v.label} cannot be a label in Prometheus. There it is usually called ${v.instead}: give the arm that label.`,
  'prometheus-label-not-kept': (v) =>
    `${asked(v)}the series of the answer have no label ${v.label}, by which arms are told apart.${instead(v.exist)} Keep it: sum by (${v.label}) (…).`,
  'prometheus-lookback': (v) =>
    `${asked(v)}the expression only looks values up (${v.promql}), and the server repeats a last value for up to 5 minutes. Neighbouring buckets may hold one measurement; use avg_over_time(…[{by}]).`,
  'prometheus-metric-name': (v) => `${v.metric} cannot be the name of a metric in Prometheus.`,
  'prometheus-nan': (v) =>
    `${asked(v)}${count(v.points)} of ${plural(v.of, 'bucket')} ${v.points === 1 ? 'is' : 'are'} NaN, such as 0 ÷ 0, and count${v.points === 1 ? 's' : ''} as missing.`,
  'prometheus-native-histogram': (v) =>
    `${asked(v)}the answer holds native histograms and not numbers (${v.series}). Wrap the expression in histogram_quantile(…), histogram_avg(…) or histogram_sum(…).`,
  'prometheus-needs-by': (v) =>
    `${asked(v)}Prometheus keeps time series and not units of work. Give the metric by:, such as by: 5m.`,
  'prometheus-needs-window': (v) => `${asked(v)}nothing says for which time. Give the experiment a window.`,
  'prometheus-no-combination': (v) =>
    `${asked(v)}series of ${v.series} have ${list(v.labels)}, but none has all of them at once.`,
  'prometheus-no-label': (v) =>
    `${asked(v)}no series of ${v.series} has a label ${v.label}.${instead(v.exist)}`,
  'prometheus-no-match': (v) =>
    `${asked(v)}{match.${v.label}} stands in the expression, and ${v.arm} has no ${v.label} under match.${instead(v.exist)}`,
  'prometheus-no-matrix': (v) =>
    `${asked(v)}the server answered with a ${v.found} instead of a range of values. Use an expression that gives numbers.`,
  'prometheus-no-metric': (v) =>
    `${asked(v)}there is no metric ${v.series} in the window.${instead(v.exist)}`,
  'prometheus-no-points': (v) =>
    `${asked(v)}the server has series but no value in any bucket${v.byMs === undefined || v.byMs === null ? '' : ` of ${duration(v.byMs)}`}. Wider buckets may help: increase() needs two scrapes in each.`,
  'prometheus-no-value': (v) =>
    `${asked(v)}no series of ${v.series} has ${v.label}="${v.value}".${instead(v.exist)} Correct match of the arm, or where.`,
  'prometheus-not-its-api': (v) =>
    `${asked(v)}${v.address} does not answer as Prometheus does. Check url: a prefix such as /prometheus may be missing.`,
  'prometheus-nothing-yet': (v) => `${asked(v)}no bucket of the window is complete yet. Look again later.`,
  'prometheus-overlap': (v) =>
    `${asked(v)}the expression looks back ${duration(v.rangeMs)} in buckets of ${duration(v.byMs)} (${v.promql}), so neighbouring buckets share measurements. Write [{by}].`,
  'prometheus-point-twice': (v) => `${asked(v)}the server gave two values for ${timestamp(v.atMs)}.`,
  'prometheus-range-short': (v) =>
    `${asked(v)}the expression looks back ${duration(v.rangeMs)} in buckets of ${duration(v.byMs)} (${v.promql}), so part of every bucket is never seen. Write [{by}].`,
  'prometheus-refused': (v) => `${asked(v)}the server refused the expression (${v.errorType}): ${v.error}`,
  'prometheus-several-series': (v) =>
    `${asked(v)}${plural(v.series, 'series', 'series')} answer for one arm; they differ in ${list(v.differ)}. Aggregate them: aggregate: sum, or sum by (…) in the expression.`,
  'prometheus-warnings': (v) =>
    `${asked(v)}the server warned that its answer may not be whole: ${list(v.warnings)}. Look at the server before you rely on this metric.`,
} satisfies Words;
