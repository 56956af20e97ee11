/** The values of the metrics that claims are about: as distributions, and over time. */
import type { ArmSummary, MetricReport, Report } from '../../model/report.js';
import { distributionChart } from '../charts/distribution.js';
import { seriesChart } from '../charts/series.js';
import type { Figure, NumberTable } from '../charts/table.js';
import { number, plural, quantity, scaleOf } from '../format.js';
import { metricOf } from './held.js';

/** More pictures would hide the page; the numbers of every metric are in its table. */
const MOST_DISTRIBUTIONS = 12;
const MOST_SERIES = 4;

interface ArmValues {
  /** Position among the arms of the experiment: gives colour and shape. */
  readonly index: number;
  readonly title: string;
  readonly summary: ArmSummary;
}

const armsOf = (metric: MetricReport, report: Report): readonly ArmValues[] =>
  metric.arms.map((summary) => {
    const index = report.experiment.arms.findIndex(({ name }) => name === summary.arm);
    return { index: Math.max(0, index), title: summary.arm, summary };
  });

/** Metrics that a claim is about and that have values, each once. */
const shownMetrics = (report: Report): readonly MetricReport[] => {
  const claimed = report.claims.map(({ claim }) => metricOf(report, claim.metric));
  const once = [...new Set(claimed.filter((metric) => metric !== undefined))];
  return once.filter((metric) => metric.arms.some(({ points }) => points.length > 0));
};

const quantileTable = (metric: MetricReport): NumberTable => {
  const magnitude = Math.max(0, ...metric.arms.flatMap(({ quantiles }) => quantiles.map(Math.abs)));
  const scale = scaleOf(metric.unit, magnitude);
  return {
    columns: ['Arm', 'Min', 'p5', 'p25', 'Median', 'p75', 'p95', 'Max'],
    rows: metric.arms.map(({ arm, quantiles }) => [
      arm,
      ...(quantiles.length === 0
        ? Array.from({ length: 7 }, () => '–')
        : quantiles.map((x) => `${scale.before}${number(x * scale.factor, 4)}${scale.after}`)),
    ]),
  };
};

const distribution = (metric: MetricReport, i: number, report: Report): Figure => ({
  title: metric.title,
  caption:
    'A dot is a unit. The box spans the middle half, the line in it is the median, the whiskers reach from p5 to p95.',
  wide: distributionChart({
    id: `dist-${i}`,
    title: `${metric.title} of every unit, by arm`,
    description: metric.arms
      .map(({ arm, quantiles }) => {
        const median = quantiles[3];
        return `${arm}: ${median === undefined ? 'no values' : `median ${quantity(median, metric.unit)}`}`;
      })
      .join('; '),
    unit: metric.unit,
    arms: armsOf(metric, report),
  }),
  narrow: null,
  table: quantileTable(metric),
});

export const distributions = (report: Report): readonly Figure[] =>
  shownMetrics(report)
    .slice(0, MOST_DISTRIBUTIONS)
    .map((metric, i) => distribution(metric, i, report));

export const overTime = (report: Report): readonly Figure[] =>
  shownMetrics(report)
    .slice(0, MOST_SERIES)
    .map((metric, i) => ({
      title: `${metric.title} over time`,
      caption: 'A point is a unit, placed at its start.',
      ...seriesChart({
        id: `series-${i}`,
        title: `${metric.title} over time, by arm`,
        description: metric.arms.map(({ arm, n }) => `${arm}: ${plural(n, 'unit')}`).join('; '),
        unit: metric.unit,
        arms: armsOf(metric, report),
      }),
      table: quantileTable(metric),
    }));
