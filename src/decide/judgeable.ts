/** From a report to what can be judged again; null where the report recorded nothing. */
import type { Report } from '../model/report.js';
import type { Judgeable } from './what-if.js';

export function judgeable(report: Report): Judgeable | null {
  const { whatIf, experiment, metrics, comparisons, claims } = report;
  if (whatIf === undefined) return null;
  const claimed = new Set(claims.map(({ comparison }) => comparison));
  const used = new Set(claims.map(({ claim }) => claim.metric));
  return {
    experiment: {
      baseline: experiment.arms.find(({ baseline }) => baseline)?.name ?? '',
      treatments: experiment.arms.filter(({ baseline }) => !baseline).map(({ name }) => name),
      design: { kind: experiment.design.kind, concurrent: whatIf.concurrent },
      metrics: metrics
        .filter(({ name }) => used.has(name))
        .map(({ name, unit, better, margin, exact }) => ({ name, unit, better, margin, exact })),
    },
    claims,
    comparisons: comparisons
      .filter(({ id }) => claimed.has(id))
      .map(({ id, n, exact, unmeasured, effect }) => ({ id, n, exact, unmeasured, effect })),
    checks: report.checks,
    decision: report.decision,
    postHoc: report.postHoc ?? false,
    confidences: whatIf.confidences,
    recorded: whatIf.claims,
    prices: whatIf.prices,
  };
}
