/** The report for pull requests: the decision, a table of claims, and everything else folded. */
import type { CheckStatus, Verdict } from '../model/decision.js';
import type { Renderer } from '../model/ports.js';
import { markdownBlock, markdownText as md } from './escape.js';
import { checkCounts } from './view/checks.js';
import type { ClaimView } from './view/claims.js';
import { comparisonTable } from './view/comparisons.js';
import { type ReportView, viewOf } from './view.js';

const verdictSigns: Readonly<Record<Verdict, string>> = {
  supported: '✅',
  refuted: '❌',
  inconclusive: '❔',
  unmeasured: '➖',
};
const statusSigns: Readonly<Record<CheckStatus, string>> = {
  pass: '✅',
  warn: '⚠️',
  fail: '❌',
  skipped: '➖',
};

export const markdownTable = (columns: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
};

const items = (texts: readonly string[]): string => texts.map((text) => `- ${md(text)}`).join('\n');

const section = (title: string, body: string): readonly string[] =>
  body === '' ? [] : [`### ${title}`, body];

const folded = (title: string, ...body: readonly string[]): string =>
  `<details>\n<summary>${title}</summary>\n\n${body.filter((part) => part !== '').join('\n\n')}\n\n</details>`;

const claimTable = (title: string, claims: readonly ClaimView[]): string =>
  claims.length === 0
    ? ''
    : markdownTable(
        [title, 'Effect', 'Verdict', 'Why'],
        claims.map((claim) => [
          md(claim.text),
          md(claim.effect),
          `${verdictSigns[claim.verdict]} ${claim.verdict}`,
          [...claim.reasons, ...(claim.test === null ? [] : [claim.test])].map(md).join('<br>'),
        ]),
      );

const checks = (view: ReportView): string =>
  markdownTable(
    ['Check', '', 'Saw', 'Needed'],
    view.checks.map((check) => [
      md(check.title),
      `${statusSigns[check.status]} ${check.statusText}`,
      md(check.saw),
      md(check.need),
    ]),
  );

const comparisons = (view: ReportView): string => {
  const { columns, rows } = comparisonTable(view.comparisons);
  return markdownTable(
    columns,
    rows.map((row) => row.map(md)),
  );
};

const metrics = (view: ReportView): readonly string[] =>
  view.metrics.flatMap((metric) => [
    `**${md(metric.title)}** (${md(metric.unit)}; ${md(metric.about)}). ${md(metric.computed)}${metric.unmeasured === null ? '' : ` Unmeasured: ${md(metric.unmeasured)}`}`,
    metric.rows.length === 0
      ? ''
      : markdownTable(
          metric.columns,
          metric.rows.map((row) => row.map(md)),
        ),
  ]);

const methods = (view: ReportView): string =>
  view.methods.map((m) => `- **${md(m.title)}**: ${md(m.formula)} Source: ${md(m.source)}.`).join('\n');

/** What each comparison rests on: method, line of the table that named it, units and what they are worth. */
const grounds = (view: ReportView): string =>
  view.comparisons
    .filter(({ details }) => details !== '')
    .map((c) => `- ${md(`${c.title}, ${c.pair}`)}: ${md(c.method)} (${md(c.line)}); ${md(c.details)}.`)
    .join('\n');

const provenance = ({ provenance: p }: ReportView): readonly string[] => [
  markdownBlock(p.command, 'sh'),
  markdownTable(
    ['', ''],
    [...p.facts, ...p.environment].map(({ term, value }) => [md(term), md(value)]),
  ),
  ...p.sources.flatMap((source) => [
    `**${md(source.title)}** from ${md(source.type)}, ${md(source.about)}${source.problem === null ? '' : `. Problem: ${md(source.problem)}`}`,
    markdownBlock(source.query),
  ]),
];

const render = (view: ReportView): string => {
  const parts = [
    `# ${md(view.question)}`,
    `**${md(view.label)}.** ${md(view.sentence)}`,
    items(view.reasons),
    ...view.treatments.map((t) => `**${md(t.label)}.** ${md(t.sentence)}`),
    view.caution === null ? '' : `> ${md(view.caution)}`,
    claimTable('Claim', view.hypotheses),
    claimTable('Guardrail', view.guardrails),
    ...section('Cost against time', items(view.costLines)),
    ...section('What would change the decision', items(view.wouldChange)),
    ...section('To keep in mind', items(view.warnings)),
    view.facts.map(({ term, value }) => `${term}: ${md(value)}`).join(' · '),
    folded(`Checks: ${checkCounts(view.checks)}`, checks(view)),
    folded('Comparisons', comparisons(view)),
    folded('Metrics of each arm', ...metrics(view)),
    folded(
      'Trials',
      md(view.trials.summary),
      view.trials.outcomes.length === 0
        ? ''
        : markdownTable(
            view.trials.columns.map(md),
            view.trials.outcomes.map((row) => row.map(md)),
          ),
      items(view.trials.exclusions),
    ),
    folded('Methods', methods(view), grounds(view)),
    folded('Where the numbers come from', ...provenance(view)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
};

export const markdown: Renderer = {
  title: 'For pull requests: decision and claims first, the rest folded',
  extension: 'md',
  render: (report) => render(viewOf(report)),
};
