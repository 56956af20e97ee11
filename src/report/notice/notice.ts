/** What is worth telling somebody: the difference between what was known before and what a report says now. */

import type { Report } from '../../model/report.js';
import type { Notice } from '../../model/timetable.js';
import { headline } from '../headline.js';
import { sentence } from '../words.js';
import { failedSources } from './failed-sources.js';

/** What is sent; the same fields for every form. */
export interface NoticeText {
  readonly notices: readonly Notice[];
  readonly experiment: string;
  readonly question: string;
  readonly run: string;
  /** "Adopt spark"; for a run that failed, that it did. */
  readonly label: string;
  readonly sentence: string;
  /** Label of the report before; null: there was none. */
  readonly before: string | null;
  readonly outcome: string | null;
  readonly reasons: readonly string[];
  /** One line for a list of messages. */
  readonly text: string;
  /** Where the report is, as this machine names it. */
  readonly report: string;
}

const isBroken = (report: Report | null): boolean =>
  report?.claims.some(({ claim, verdict }) => claim.role === 'guardrail' && verdict === 'refuted') ?? false;

/** A source that failed before, and still does, is no news. */
const newlyFailed = (before: Report | null, now: Report): readonly string[] => {
  const key = ({ metric, arm }: { metric: string; arm: string }): string => `${metric} ${arm}`;
  const old = new Set(before === null ? [] : failedSources(before).map(key));
  return failedSources(now)
    .filter((source) => !old.has(key(source)))
    .map(({ problem }) => (problem === null ? '' : sentence(problem)));
};

/** What is new in `now`; `notices` is empty where nothing is. */
export function noticeOf(before: Report | null, now: Report, report: string): NoticeText {
  const { label, sentence: said } = headline(now);
  const earlier = before === null ? null : headline(before).label;
  const failed = newlyFailed(before, now);
  const news: readonly (readonly [Notice, boolean])[] = [
    ['decision', earlier !== label],
    ['invalid', now.decision.outcome === 'invalid' && before?.decision.outcome !== 'invalid'],
    ['guardrail', isBroken(now) && !isBroken(before)],
    ['source', failed.length > 0],
  ];
  const { name, question } = now.experiment;
  const changed = earlier === null || earlier === label ? '' : `, before: ${earlier.toLowerCase()}`;
  return {
    notices: news.flatMap(([notice, is]) => (is ? [notice] : [])),
    experiment: name,
    question,
    run: now.run.id,
    label,
    sentence: said,
    before: earlier,
    outcome: now.decision.outcome,
    reasons: [...now.decision.reasons.map(sentence), ...failed],
    text: `${name}: ${label}${changed}`,
    report,
  };
}

/** A run that ended without a report. */
export const failureNotice = (
  { name, question }: { readonly name: string; readonly question: string },
  before: Report | null,
  why: string,
  report: string,
): NoticeText => ({
  notices: ['failed'],
  experiment: name,
  question,
  run: '',
  label: 'Failed',
  sentence: why,
  before: before === null ? null : headline(before).label,
  outcome: null,
  reasons: [],
  text: `${name}: the run failed`,
  report,
});

/** Seen between looks, on accumulating evidence: no effect is known yet. */
export const harmNotice = (
  { name, question }: { readonly name: string; readonly question: string },
  guardrails: readonly string[],
  report: string,
): NoticeText => ({
  notices: ['guardrail'],
  experiment: name,
  question,
  run: '',
  label: 'Guardrail broken',
  sentence: `While it runs, harm is seen: ${guardrails.map((text) => `“${text}”`).join(', ')} does not hold.`,
  before: null,
  outcome: null,
  reasons: [],
  text: `${name}: a guardrail is broken while it runs`,
  report,
});
