/** A row per claim: its own words, the effect, the verdict and why. */
import type { ClaimResult, Verdict } from '../../model/decision.js';
import type { Claim } from '../../model/experiment.js';
import type { MetricReport, Report } from '../../model/report.js';
import { claimEffect } from '../effect-words.js';
import { amountText, number, pValue } from '../format.js';
import { sentence } from '../words.js';

export interface ClaimView {
  readonly id: string;
  readonly role: Claim['role'];
  readonly text: string;
  /** The whole sentence as written, where this claim is only a part of it. */
  readonly partOf: string | null;
  readonly verdict: Verdict;
  readonly effect: string;
  /** "p = 0.012 at 10% (one-sided, α = 0.025)"; null where nothing was tested. */
  readonly test: string | null;
  readonly reasons: readonly string[];
}

/** A p-value is always printed with the threshold at which it was tested. */
const testText = ({ claim, p, alpha }: ClaimResult, unit: string): string | null => {
  if (p === null) return null;
  if (claim.kind === 'bound')
    return `${pValue(p)} at the limit (one-sided, α\u00a0=\u00a0${number(alpha, 4)})`;
  const worse = claim.kind === 'not-worse' ? ' worse' : '';
  const at =
    claim.kind === 'within'
      ? `the nearer edge of ${amountText(claim.amount, unit)}`
      : claim.amount.value === 0
        ? 'no change'
        : `${amountText(claim.amount, unit)}${worse}`;
  return `${pValue(p)} at ${at} (one-sided, α\u00a0=\u00a0${number(alpha, 4)})`;
};

const metricOf = (report: Report, claim: Claim): MetricReport | undefined =>
  report.metrics.find(({ name }) => name === claim.metric);

const claimView = (result: ClaimResult, report: Report): ClaimView => {
  const { claim } = result;
  const metric = metricOf(report, claim);
  const comparison = report.comparisons.find(({ id }) => id === result.comparison);
  const effect = claimEffect(result, metric, comparison);
  return {
    id: claim.id,
    role: claim.role,
    text: claim.text,
    partOf: claim.siblings > 1 && claim.sentence !== claim.text ? claim.sentence : null,
    verdict: result.verdict,
    effect: effect ?? 'not measured',
    test: comparison?.exact === true ? null : testText(result, metric?.unit ?? ''),
    reasons: result.reasons.map(sentence),
  };
};

export const claimViews = (report: Report): readonly ClaimView[] =>
  report.claims.map((result) => claimView(result, report));
