/** The values of the metrics that claims are about: as distributions, and over time. */
import type { ArmSummary, MetricReport, Report } from '../../model/report.js';
import { distributionChart } from '../charts/distribution.js';
import { seriesChart } from '../charts/series.js';
import type { Figure, NumberTable } from '../charts/table.js';
import { count, number, plural, quantity, scaleOf } from '../format.js';
import { armIndex, claimedMetrics } from './arms.js';

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
  metric.arms.map((summary) => ({ index: armIndex(report, summary.arm), title: summary.arm, summary }));

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
    'A dot is a unit. The box spans the middle half, the line in it is the median, the whiskers reach from p5 to p95. Below: how many of the units are at most so large.',
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
  claimedMetrics(report)
    .slice(0, MOST_DISTRIBUTIONS)
    .map((metric, i) => distribution(metric, i, report));

const timeCaption = ({ timeline }: Report): string => {
  const slots = timeline?.slots ?? [];
  if (slots.some(({ stage }) => stage !== null))
    return ' Above: the stages, with the part of all keys that takes part.';
  const burn = slots.some(({ burnInMs, burnOutMs }) => burnInMs > 0 || burnOutMs > 0);
  if (slots.length > 0)
    return ` Above: the slots, in the colour of the arm that had the traffic.${burn ? ' Shaded: dropped at the ends of a slot.' : ''}`;
  return '';
};

export const overTime = (report: Report): readonly Figure[] =>
  claimedMetrics(report)
    .slice(0, MOST_SERIES)
    .map((metric, i) => ({
      title: `${metric.title} over time`,
      caption: `A point is a unit, placed at its start.${timeCaption(report)}`,
      ...seriesChart({
        id: `series-${i}`,
        title: `${metric.title} over time, by arm`,
        description: metric.arms.map(({ arm, n }) => `${arm}: ${plural(n, 'unit')}`).join('; '),
        unit: metric.unit,
        arms: armsOf(metric, report),
        timeline: report.timeline ?? null,
        indexOf: (arm) => armIndex(report, arm),
        looks: (report.look.taken ?? []).map(({ at }, look) => ({
          at: Date.parse(at),
          text: `look ${count(look + 1)}`,
        })),
        bucketMs: metric.series?.bucketMs ?? null,
      }),
      table: quantileTable(metric),
    }));
