/** What a claim holds its effect against, on the axis of benefits. */
import type { ClaimResult } from '../../model/decision.js';
import type { Amount } from '../../model/experiment.js';
import type { MetricReport, Report } from '../../model/report.js';
import type { Held } from '../charts/interval.js';

export const metricOf = (report: Report, name: string): MetricReport | undefined =>
  report.metrics.find((metric) => metric.name === name);

/** How the benefit of a claim is measured. */
export const scaleOfClaim = ({ claim, benefit }: ClaimResult): Amount['kind'] =>
  benefit?.scale ?? claim.amount.kind;

export const thresholdsOf = ({ claim, benefit }: ClaimResult): readonly number[] => {
  if (benefit === null) return [];
  const size = Math.abs(benefit.threshold);
  if (claim.kind === 'within') return [-size, size];
  return [claim.kind === 'not-worse' ? -size : benefit.threshold];
};

export const heldBy = (result: ClaimResult): Held | null =>
  result.benefit === null
    ? null
    : { benefit: result.benefit, thresholds: thresholdsOf(result), margin: result.benefit.margin };
