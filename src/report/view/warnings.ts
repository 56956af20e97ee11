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

export const warningTexts = (report: Report): readonly string[] => {
  const reasons = [...report.warnings, ...report.comparisons.flatMap(({ warnings }) => warnings)];
  // A comparison repeats what was said of its metric.
  const once = new Map(reasons.map((one) => [JSON.stringify([one.code, one.values]), one]));
  return [...new Set(gathered([...once.values()]).map(sentence))];
};
