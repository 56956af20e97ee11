/** What is to be kept in mind, each thing once: the same of several metrics and arms is one sentence. */
import { type Reason, reason } from '../../model/reason.js';
import type { Report } from '../../model/report.js';
import { sentence } from '../words.js';

const OUTSIDE = 'points-outside-window';

/** Points outside the window are nearly always the same of every metric and arm: added up where they are first said. */
function gathered(reasons: readonly Reason[]): readonly Reason[] {
  const outside = reasons.filter(({ code }) => code === OUTSIDE);
  if (outside.length < 2) return reasons;
  const metrics = [...new Set(outside.map(({ values }) => String(values.metric)))];
  const count = outside.reduce((sum, { values }) => sum + Number(values.count), 0);
  const all = reason('report-points-outside-window', { metrics, count });
  const first = reasons.indexOf(outside[0]);
  return [...reasons.slice(0, first), all, ...reasons.slice(first).filter(({ code }) => code !== OUTSIDE)];
}

/** An "or" is met by being faster alone, whatever an hour was declared to be worth: adopted, and it does not pay. */
const againstAdoption = ({ decision, tradeOffs = [] }: Report): readonly Reason[] =>
  tradeOffs.flatMap(({ treatment, hourValue, netBenefit, currency, work }) => {
    const adopted = decision.perTreatment.some(
      (each) => each.treatment === treatment && each.outcome === 'adopt',
    );
    const high = netBenefit?.interval.high ?? null;
    if (!adopted || hourValue === null || netBenefit === null || high === null || high >= 0) return [];
    const { estimate, interval } = netBenefit;
    const values = { treatment, hourValue, currency, per: work.text, estimate, low: interval.low, high };
    return [reason('net-benefit-against-adoption', values)];
  });

export const warningTexts = (report: Report): readonly string[] => {
  const said = [...report.warnings, ...againstAdoption(report)];
  const reasons = [...said, ...report.comparisons.flatMap(({ warnings }) => warnings)];
  // A comparison repeats what was said of its metric.
  const once = new Map(reasons.map((one) => [JSON.stringify([one.code, one.values]), one]));
  return [...new Set(gathered([...once.values()]).map(sentence))];
};
