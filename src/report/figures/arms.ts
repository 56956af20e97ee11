/** Arms as pictures know them: by their place among the arms of the experiment, which gives colour and shape. */
import type { MetricReport, Report } from '../../model/report.js';
import { metricOf } from './held.js';

/** 0 for an arm that nobody declared. */
export const armIndex = (report: Report, arm: string): number =>
  Math.max(
    0,
    report.experiment.arms.findIndex(({ name }) => name === arm),
  );

/** Metrics that a claim is about and that have values, each once. */
export const claimedMetrics = (report: Report): readonly MetricReport[] => {
  const claimed = report.claims.map(({ claim }) => metricOf(report, claim.metric));
  const once = [...new Set(claimed.filter((metric) => metric !== undefined))];
  return once.filter((metric) => metric.arms.some(({ points }) => points.length > 0));
};
