/**
 * The expression that is asked, and how its series are told apart. A point at time t of increase(x[step]) or of a
 * …_over_time(x[step]) is about the bucket [t − step, t): the expressions made here look back exactly one bucket, so
 * neighbouring points share no sample and a series that went stale is not counted again.
 */
import type { Arm, Fold } from '../../../model/experiment.js';
import type { Want } from '../../../model/ports.js';
import { type Reason, reason } from '../../../model/reason.js';
import { refuseNested } from '../../nested-arms.js';
import { SourceProblem } from '../../source-problem.js';
import type { PrometheusQuery } from './options.js';
import {
  bound,
  checkedLabel,
  checkedMetric,
  durationOf,
  literal,
  namesArm,
  rangesOf,
  regexQuoted,
} from './promql.js';

export interface Expression {
  readonly promql: string;
  readonly arms: readonly Arm[];
  /** false: every series of the answer belongs to the one arm. */
  readonly byLabels: boolean;
  /** What makes its points worth less. */
  readonly warnings: readonly Reason[];
}

const refuse = (code: string, values: Parameters<typeof reason>[1]): never => {
  throw new SourceProblem(reason(code, values));
};

const looksLikeCounter = (metric: string): boolean => /_(total|count|sum|bucket)$/u.test(metric);

/** The function over the range that a fold of a gauge means. */
const overTime = (metric: string, fold: Fold): ((range: string) => string) => {
  switch (fold.kind) {
    case 'mean':
      return (range) => `avg_over_time(${range})`;
    case 'max':
    case 'min':
    case 'last':
      return (range) => `${fold.kind}_over_time(${range})`;
    case 'quantile':
      return (range) => `quantile_over_time(${fold.q}, ${range})`;
    default:
      return refuse('prometheus-gauge-fold', { metric, fold: fold.kind });
  }
};

const equals = (labels: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(labels).map(([label, value]) => `${checkedLabel(label)}=${literal(value)}`);

const sameLabels = (arms: readonly Arm[]): boolean => {
  const labels = arms.map(({ match }) => Object.keys(match).sort().join());
  return labels.every((names) => names === labels[0] && names !== '');
};

/** Series of any of the arms; which of them is seen from the labels of each. */
const anyOf = (arms: readonly Arm[]): readonly string[] =>
  Object.keys(arms[0].match).map((label) => {
    const values = [...new Set(arms.map(({ match }) => match[label]))];
    return values.length === 1
      ? `${checkedLabel(label)}=${literal(values[0])}`
      : `${checkedLabel(label)}=~${literal(values.map(regexQuoted).join('|'))}`;
  });

const declared = (query: PrometheusQuery, want: Want, byMs: number, arms: readonly Arm[]): Expression => {
  const metric = checkedMetric(query.metric as string);
  const isCounter = query.counter === true;
  if (query.counter === undefined && looksLikeCounter(metric))
    refuse('prometheus-counter-unsaid', { series: metric });
  if (isCounter && want.fold.kind !== 'sum' && want.fold.kind !== 'only')
    refuse('prometheus-counter-fold', { metric, fold: want.fold.kind });
  const byLabels = arms.length > 1;
  const matchers = [...(byLabels ? anyOf(arms) : equals(arms[0].match)), ...equals(query.where ?? {})];
  const range = `${metric}{${matchers.join(',')}}[${durationOf(byMs)}]`;
  const values = isCounter ? `increase(${range})` : overTime(metric, want.fold)(range);
  const aggregate = query.aggregate ?? (isCounter ? 'sum' : undefined);
  const kept = byLabels ? ` by (${Object.keys(arms[0].match).join(', ')}) ` : '';
  const promql = aggregate === undefined ? values : `${aggregate}${kept}(${values})`;
  return { promql, arms, byLabels, warnings: [] };
};

const raw = (
  query: PrometheusQuery,
  want: Want,
  byMs: number,
  arms: readonly Arm[],
  perArm: boolean,
): Expression => {
  const promql = bound(query.promql as string, byMs, perArm ? arms[0] : null);
  if (want.fold.kind === 'increase')
    refuse('prometheus-counter-fold', { metric: want.metric, fold: 'increase' });
  const names = { metric: want.metric, promql };
  const ranges = rangesOf(promql);
  const widest = ranges.reduce((widest, ms) => Math.max(widest, ms), 0);
  const warnings = [
    // A value that is merely looked up is repeated for five minutes after the series ended, and between scrapes.
    ...(ranges.length === 0 ? [reason('prometheus-lookback', names)] : []),
    ...(widest > byMs ? [reason('prometheus-overlap', { ...names, rangeMs: widest, byMs })] : []),
    ...(ranges.length > 0 && widest < byMs
      ? [reason('prometheus-range-short', { ...names, rangeMs: widest, byMs })]
      : []),
  ];
  return { promql, arms, byLabels: !perArm && arms.length > 1, warnings };
};

/** One expression for all arms where labels tell them apart, else one for each. @throws SourceProblem */
export const expressions = (query: PrometheusQuery, want: Want): readonly Expression[] => {
  const { byMs, arms } = want;
  if (byMs === null) return refuse('prometheus-needs-by', { metric: want.metric });
  if (want.window === null) return refuse('prometheus-needs-window', { metric: want.metric });
  if (query.promql === undefined || !namesArm(query.promql)) refuseNested(arms);
  if (query.promql === undefined) {
    if (arms.length > 1 && sameLabels(arms)) return [declared(query, want, byMs, arms)];
    return arms.map((arm) => declared(query, want, byMs, [arm]));
  }
  if (!namesArm(query.promql)) {
    if (arms.length > 1 && !sameLabels(arms))
      return refuse('prometheus-arms-not-told-apart', {
        metric: want.metric,
        arms: arms.map(({ name }) => name),
      });
    return [raw(query, want, byMs, arms, false)];
  }
  return arms.map((arm) => raw(query, want, byMs, [arm], true));
};
