/** The report as plain text, piece by piece: what every form lays out in its own way. Escaping is the form's work. */
import type { Outcome } from '../model/decision.js';
import { reason } from '../model/reason.js';
import type { Report } from '../model/report.js';
import { headline, treatmentHeadlines } from './headline.js';
import { type CheckView, checkViews } from './view/checks.js';
import { type ClaimView, claimViews } from './view/claims.js';
import { type ComparisonView, comparisonViews } from './view/comparisons.js';
import { costLines } from './view/cost-lines.js';
import { type ArmView, armViews, type Fact, facts } from './view/facts.js';
import { type MetricView, metricViews } from './view/metrics.js';
import { hourWouldDecide, type MoneyView, moneyView } from './view/money.js';
import { type ProvenanceView, provenance } from './view/provenance.js';
import { type TrialsView, trialsView } from './view/trials.js';
import { warningTexts } from './view/warnings.js';
import { sentence } from './words.js';

export interface ReportView {
  readonly name: string;
  readonly question: string;
  readonly outcome: Outcome;
  readonly label: string;
  readonly sentence: string;
  readonly reasons: readonly string[];
  /** One line per treatment where there are several; else empty. */
  readonly treatments: readonly {
    readonly label: string;
    readonly sentence: string;
    readonly reasons: readonly string[];
  }[];
  /** Said before any claim where the effects may not be used. */
  readonly caution: string | null;
  readonly hypotheses: readonly ClaimView[];
  readonly guardrails: readonly ClaimView[];
  readonly wouldChange: readonly string[];
  /** Cost against time, the cost of a month, the break-even. */
  readonly costLines: readonly string[];
  readonly warnings: readonly string[];
  readonly arms: readonly ArmView[];
  readonly facts: readonly Fact[];
  readonly checks: readonly CheckView[];
  readonly comparisons: readonly ComparisonView[];
  readonly metrics: readonly MetricView[];
  readonly methods: Report['methods'];
  /** null: the experiment counts no money. */
  readonly money: MoneyView | null;
  readonly trials: TrialsView;
  readonly provenance: ProvenanceView;
}

/** Every sentence once, in the order in which it was first said. */
const once = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

export const viewOf = (report: Report): ReportView => {
  const { decision } = report;
  const claims = claimViews(report);
  const several = decision.perTreatment.length > 1;
  const lines = treatmentHeadlines(report);
  return {
    name: report.experiment.name,
    question: report.experiment.question,
    outcome: decision.outcome,
    ...headline(report),
    reasons: once(decision.reasons.map(sentence)),
    treatments: several
      ? decision.perTreatment.map((each, i) => ({ ...lines[i], reasons: once(each.reasons.map(sentence)) }))
      : [],
    caution: decision.outcome === 'invalid' ? sentence(reason('report-invalid-effects')) : null,
    hypotheses: claims.filter(({ role }) => role === 'hypothesis'),
    guardrails: claims.filter(({ role }) => role === 'guardrail'),
    wouldChange: once([...decision.wouldChange.map(sentence), ...hourWouldDecide(report)]),
    costLines: costLines(report),
    warnings: warningTexts(report),
    arms: armViews(report),
    facts: facts(report),
    checks: checkViews(report),
    comparisons: comparisonViews(report),
    metrics: metricViews(report),
    methods: report.methods,
    money: moneyView(report),
    trials: trialsView(report),
    provenance: provenance(report),
  };
};
