/** Each check with what it saw and what it needed; what failed comes first. */
import type { CheckResult, CheckStatus, Severity } from '../../model/decision.js';
import type { Report } from '../../model/report.js';
import { plural } from '../format.js';
import { titleOfId } from '../title.js';
import { sentence } from '../words.js';

export interface CheckView {
  /** What the view is of, for a picture. */
  readonly result: CheckResult;
  readonly title: string;
  /** Title of the metric; null for the whole experiment. */
  readonly metric: string | null;
  readonly status: CheckStatus;
  /** "failed", "warning", "passed", "skipped". */
  readonly statusText: string;
  readonly severity: Severity;
  /** What failing means. */
  readonly consequence: string;
  readonly saw: string;
  readonly need: string;
}

const order: readonly CheckStatus[] = ['fail', 'warn', 'pass', 'skipped'];
const statusTexts: Readonly<Record<CheckStatus, string>> = {
  fail: 'failed',
  warn: 'warning',
  pass: 'passed',
  skipped: 'skipped',
};
const consequences: Readonly<Record<Severity, string>> = {
  fatal: 'makes the run invalid',
  'fatal-for-metric': 'leaves the metric unmeasured',
  warning: 'is a warning',
};

const checkView = (result: CheckResult, report: Report): CheckView => ({
  result,
  title: titleOfId(result.check),
  metric:
    result.scope === 'experiment'
      ? null
      : (report.metrics.find(({ name }) => name === result.scope)?.title ?? result.scope),
  status: result.status,
  statusText: statusTexts[result.status],
  severity: result.severity,
  consequence: consequences[result.severity],
  saw: sentence(result.saw),
  need: sentence(result.need),
});

export const checkViews = (report: Report): readonly CheckView[] =>
  order.flatMap((status) =>
    report.checks.filter((result) => result.status === status).map((result) => checkView(result, report)),
  );

/** "0 failed, 1 warning, 7 passed, 2 skipped". */
export const checkCounts = (checks: readonly Pick<CheckView, 'status'>[]): string => {
  const n = (status: CheckStatus): number => checks.filter((check) => check.status === status).length;
  const skipped = n('skipped') > 0 ? `, ${n('skipped')} skipped` : '';
  return `${n('fail')} failed, ${plural(n('warn'), 'warning')}, ${n('pass')} passed${skipped}`;
};
