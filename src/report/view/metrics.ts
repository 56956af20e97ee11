/** Each metric per arm: what was measured, before any comparison. One scale per metric, so that rows compare. */
import type { ArmSummary, MetricReport, Report } from '../../model/report.js';
import { amountText, count, number, scaleOf } from '../format.js';
import { sentence } from '../words.js';

export interface MetricView {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly about: string;
  readonly computed: string;
  readonly unmeasured: string | null;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const columns = ['Arm', 'Units', 'Value', 'Mean', 'Std. dev.', 'Min', 'p5', 'Median', 'p95', 'Max'];

const row = (arm: ArmSummary, factor: number): readonly string[] => {
  const text = (x: number | null | undefined): string =>
    x === null || x === undefined ? '–' : number(x * factor, 4);
  const [min, p5, , median, , p95, max] = arm.quantiles;
  return [
    arm.arm,
    count(arm.n),
    text(arm.value),
    text(arm.mean),
    text(arm.standardDeviation),
    ...[min, p5, median, p95, max].map(text),
  ];
};

const about = (metric: MetricReport): string => {
  const better = metric.better === null ? [] : [`${metric.better} is better`];
  const margin = metric.margin === null ? [] : [`margin ${amountText(metric.margin, metric.unit)}`];
  return [metric.estimand, ...better, ...margin, ...(metric.exact ? ['exact'] : [])].join(' · ');
};

const metricView = (metric: MetricReport): MetricView => {
  const magnitude = Math.max(0, ...metric.arms.flatMap((arm) => arm.quantiles.map(Math.abs)));
  const scale = scaleOf(metric.unit, magnitude);
  return {
    name: metric.name,
    title: metric.title,
    unit: scale.name,
    about: about(metric),
    computed: sentence(metric.computed),
    unmeasured: metric.unmeasured === null ? null : sentence(metric.unmeasured),
    columns,
    rows: metric.arms.map((arm) => row(arm, scale.factor)),
  };
};

export const metricViews = (report: Report): readonly MetricView[] => report.metrics.map(metricView);

/** All in one table, a row per arm, for reports with very many metrics. */
export const metricTable = (
  views: readonly MetricView[],
): { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] } => ({
  columns: ['Metric', 'Unit', ...columns],
  rows: views.flatMap(({ title, unit, unmeasured, rows }) =>
    rows.length === 0
      ? [[title, unit, unmeasured ?? '–', ...columns.slice(1).map(() => '–')]]
      : rows.map((row) => [title, unit, ...row]),
  ),
});
