/** From a report to what can be judged again; null where the report recorded nothing. */
import { type Reason, reason } from '../model/reason.js';
import type { Report } from '../model/report.js';
import type { TradeOff } from '../model/trade-off.js';
import { type NetBenefit, signOf } from './net-benefit.js';
import type { Judgeable } from './what-if.js';

export function judgeable(report: Report): Judgeable | null {
  const { whatIf, experiment, metrics, comparisons, claims, tradeOffs = [] } = report;
  const netBenefit = netBenefits(tradeOffs, experiment.confidence, whatIf?.netBenefits);
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
    ...(netBenefit === null ? {} : { netBenefit }),
    cuts: experiment.design.warmupTrials > 0 || report.timeline?.warmupUntilMs != null,
  };
}

/** As it decided at the declared value of an hour; null: none was declared, or it could not be measured. */
function netBenefits(
  tradeOffs: readonly TradeOff[],
  confidence: number,
  elsewhere: NonNullable<Report['whatIf']>['netBenefits'] = [],
): NonNullable<Judgeable['netBenefit']> | null {
  if (tradeOffs.every(({ hourValue }) => hourValue === null)) return null;
  const of = Object.fromEntries(tradeOffs.map((one) => [one.treatment, recorded(one)]));
  return { at: confidence, of, recorded: elsewhere };
}

function recorded({ hourValue, netBenefit, work, ...about }: TradeOff): NetBenefit | Reason {
  const { costMetric, timeMetric, currency } = about;
  if (hourValue === null || netBenefit === null)
    return reason('trade-off-constant', { cost: costMetric, time: timeMetric });
  const { estimate, interval } = netBenefit;
  const per = work.text;
  return { costMetric, timeMetric, currency, hourValue, per, estimate, interval, sign: signOf(interval) };
}
