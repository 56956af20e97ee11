/** The decision in one sentence, with effect and interval: what the meeting will quote. Never "proved". */
import type { Outcome } from '../model/decision.js';
import type { ArmName } from '../model/experiment.js';
import type { Report } from '../model/report.js';
import { list, percent, plural, timestamp } from './format.js';
import { type Clause, claimClause } from './headline/clause.js';
import { titleOfId } from './title.js';

export interface Headline {
  /** "Adopt engine", "Trade-off": fits a heading. */
  readonly label: string;
  readonly sentence: string;
}

/** Claims spelled out in the sentence; the rest is counted. */
const SPELLED_OUT = 3;

const baselineOf = (report: Report): ArmName =>
  report.experiment.arms.find(({ baseline }) => baseline)?.name ?? 'the baseline';

const label = (outcome: Outcome, treatments: readonly ArmName[], report: Report): string => {
  const labels: Readonly<Record<Outcome, string>> = {
    adopt: `Adopt ${list(treatments, 'or')}`,
    keep: `Keep ${baselineOf(report)}`,
    'trade-off': 'Trade-off',
    inconclusive: 'Inconclusive',
    invalid: 'Invalid',
  };
  return labels[outcome];
};

/** "is faster (…) and costs less (…), but is worse on …": "but" where the side changes. */
const joined = (clauses: readonly Clause[]): string =>
  clauses.reduce((text, clause, i) => {
    if (i === 0) return clause.text;
    const before = clauses[i - 1];
    const and = before.text.includes(', ') ? ', and ' : ' and ';
    return `${text}${clause.side === before.side ? and : ', but '}${clause.text}`;
  }, '');

/** What was found on the claims, and on which side the last of them lies. */
const claimed = (treatment: ArmName, report: Report): Clause => {
  const seen = new Set<string>();
  const hypotheses = report.claims.filter(({ claim }) => {
    const key = JSON.stringify([claim.metric, claim.estimand, claim.kind, claim.amount]);
    const fresh = claim.role === 'hypothesis' && claim.treatment === treatment && !seen.has(key);
    if (fresh) seen.add(key);
    return fresh;
  });
  if (hypotheses.length === 0) return { side: 'open', text: `${treatment} has no hypothesis` };
  const clauses = hypotheses.slice(0, SPELLED_OUT).map((result, i) => claimClause(result, report, i === 0));
  const more = hypotheses.length - clauses.length;
  return {
    side: clauses[clauses.length - 1].side,
    text: `${treatment} ${joined(clauses)}${more === 0 ? '' : ` (and ${plural(more, 'more claim')})`}`,
  };
};

/** @param before the clauses that it is said after: one "but" a sentence */
const broken = (treatment: ArmName, report: Report, before: Clause): string => {
  const texts = report.claims
    .filter(
      ({ claim, verdict }) =>
        claim.role === 'guardrail' && claim.treatment === treatment && verdict === 'refuted',
    )
    .map(({ claim }) => `“${claim.text}”`);
  if (texts.length === 0) return '';
  const and = before.side === 'worse' || before.text.includes(', but ');
  return `, ${and ? 'and' : 'but'} breaks the ${texts.length === 1 ? 'guardrail' : 'guardrails'} ${list(texts)}`;
};

const treatmentSentence = (treatment: ArmName, outcome: Outcome, report: Report): string => {
  const end = label(outcome, [treatment], report);
  const said = claimed(treatment, report);
  return `${said.text}${broken(treatment, report, said)}: ${end.charAt(0).toLowerCase()}${end.slice(1)}`;
};

const invalid = (report: Report): string => {
  const failed = report.checks.filter(({ severity, status }) => severity === 'fatal' && status === 'fail');
  const names = [...new Set(failed.map(({ check }) => titleOfId(check).toLowerCase()))];
  const why = names.length === 0 ? '' : `: the check ${list(names.map((name) => `“${name}”`))} failed`;
  return `This run cannot decide anything${why}`;
};

/** For whom the sentence holds: two deployments, an early look, a rehearsal; first of all, a question that came after the data. */
const qualifiers = ({ decision, experiment, look, run, postHoc }: Report): string => {
  const texts = [
    ...(postHoc === true ? ['post hoc: written after the data were seen; cannot be adopt'] : []),
    ...(['interleaved', 'runs'].includes(experiment.design.kind) || decision.outcome === 'invalid'
      ? []
      : ['for these two deployments']),
    ...(look.of > 1 ? [`look ${look.index} of ${look.of}`] : []),
    ...(look.reopenedAt === undefined ? [] : [`bills read again on ${timestamp(look.reopenedAt)}`]),
    ...(look.stoppedEarly === true && decision.outcome !== 'invalid'
      ? ['an early stop: its estimate is biased outward']
      : []),
    ...(run.mode === 'aa' ? ['a rehearsal: both arms run the same stack'] : []),
    ...(run.mode === 'inject' ? [`a rehearsal with ${percent(run.inject)} injected`] : []),
  ];
  return texts.length === 0 ? '' : ` — ${texts.join(', ')}`;
};

export const headline = (report: Report): Headline => {
  const { decision } = report;
  const about =
    decision.treatments.length > 0 ? decision.treatments : decision.perTreatment.map((d) => d.treatment);
  const sentences = about.map((treatment) => {
    const own = decision.perTreatment.find((d) => d.treatment === treatment)?.outcome ?? decision.outcome;
    return treatmentSentence(treatment, own, report);
  });
  const text =
    decision.outcome === 'invalid' || sentences.length === 0 ? invalid(report) : sentences.join('; ');
  return { label: label(decision.outcome, about, report), sentence: `${text}${qualifiers(report)}.` };
};

/** One sentence per treatment, for experiments with several. */
export const treatmentHeadlines = (
  report: Report,
): readonly { readonly label: string; readonly sentence: string }[] =>
  report.decision.perTreatment.map(({ treatment, outcome }) => ({
    label: label(outcome, [treatment], report),
    sentence: `${outcome === 'invalid' ? invalid(report) : treatmentSentence(treatment, outcome, report)}.`,
  }));
