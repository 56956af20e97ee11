/** What would be said under the assumptions: the decision in one live line, the claims below it. */
import type { ClaimResult, Decision } from '../../model/decision.js';
import type { Reason } from '../../model/reason.js';
import type { Report } from '../../model/report.js';
import { claimEffect } from '../effect-words.js';
import { headline } from '../headline.js';
import { decideWords } from '../words/decide.js';
import type { Words } from '../words/types.js';
import { element, isolated } from './dom.js';

const signs = { supported: '✓', refuted: '✕', inconclusive: '?', unmeasured: '–' } as const;

const words: Words = decideWords;

/** Reasons of other stages (checks, sources) do not change with what is assumed; the report says them. */
const sentences = (reasons: readonly Reason[]): readonly string[] =>
  reasons.flatMap(({ code, values }) => (Object.hasOwn(words, code) ? [words[code](values)] : []));

const chip = (verdict: ClaimResult['verdict']): HTMLElement =>
  element(
    'span',
    { class: `chip is-${verdict}` },
    element('span', { 'aria-hidden': 'true' }, signs[verdict]),
    ` ${verdict}`,
  );

const row = (result: ClaimResult, declared: ClaimResult, report: Report): HTMLElement => {
  const metric = report.metrics.find(({ name }) => name === result.claim.metric);
  const comparison = report.comparisons.find(({ id }) => id === result.comparison);
  const effect = claimEffect(result, metric, comparison) ?? 'not measured';
  const changed = result.verdict === declared.verdict ? [] : [` (declared: ${declared.verdict})`];
  return element(
    'li',
    {},
    element('p', { class: 'words' }, isolated(result.claim.text)),
    element('p', {}, chip(result.verdict), ...changed, ' ', isolated(effect)),
    element('p', { class: 'small' }, isolated(sentences(result.reasons).join(' '))),
  );
};

export interface Shown {
  readonly claims: readonly ClaimResult[];
  readonly decision: Decision;
}

export interface Result {
  readonly region: HTMLElement;
  /** null: a field holds no number. */
  show(assumed: Shown | null, isDeclared: boolean): void;
}

export function result(report: Report): Result {
  const status = element('p', { role: 'status', class: 'assumed' });
  const claims = element('ul', { class: 'assumed-claims' });
  const declared = headline(report);
  return {
    region: element('div', { class: 'assumed-result' }, status, claims),
    show(assumed, isDeclared) {
      if (assumed === null) {
        status.textContent = 'A field holds no number that can be used.';
        claims.replaceChildren();
        return;
      }
      const { label, sentence } = headline({ ...report, ...assumed });
      const before = isDeclared ? 'At the declared values' : 'If that were so';
      const same = !isDeclared && label === declared.label ? ' (as at the declared values)' : '';
      status.replaceChildren(`${before}: `, element('strong', {}, label), `${same}. `, isolated(sentence));
      claims.replaceChildren(...assumed.claims.map((one, i) => row(one, report.claims[i], report)));
    },
  };
}
