/** An Architecture Decision Record in the form of MADR 4.0 (adr.github.io/madr). */
import type { ClaimResult } from '../model/decision.js';
import type { Renderer } from '../model/ports.js';
import type { Report } from '../model/report.js';
import { claimEffect, estimandTail, sideOf } from './effect-words.js';
import { markdownBlock, markdownText as md, oneLine } from './escape.js';
import { type ReportView, viewOf } from './view.js';

/** A YAML scalar that holds whatever was typed: JSON strings are YAML. */
const yaml = (text: string): string => JSON.stringify(oneLine(text));

const effectOf = (result: ClaimResult, report: Report): string => {
  const metric = report.metrics.find(({ name }) => name === result.claim.metric);
  const comparison = report.comparisons.find(({ id }) => id === result.comparison);
  const title = `${metric?.title ?? result.claim.metric}${estimandTail(result.claim.estimand)}`;
  return `${title}: ${claimEffect(result, metric, comparison) ?? 'not measured'}`;
};

/** What choosing the treatment brings, each metric once; open questions are neither good nor bad. */
const consequences = (report: Report, treatment: string): readonly string[] => {
  if (report.decision.outcome === 'invalid') return [];
  const words = { better: 'Good', worse: 'Bad', open: 'Neutral' } as const;
  const lines = report.claims
    .filter(({ claim }) => claim.treatment === treatment && claim.kind !== 'bound')
    .map((result) => {
      const side = result.benefit === null ? 'open' : sideOf(result.benefit.interval);
      return `- ${words[side]}, because ${md(effectOf(result, report))}`;
    });
  return [...new Set(lines)];
};

const chosen = (report: Report, view: ReportView): string => {
  const { outcome, treatments } = report.decision;
  const baseline = report.experiment.arms.find((arm) => arm.baseline)?.name ?? '';
  const because = `because ${md(view.sentence)}`;
  if (outcome === 'adopt')
    return `Chosen option: ${treatments.map((t) => `“${md(t)}”`).join(' or ')}, ${because}`;
  if (outcome === 'keep') return `Chosen option: “${md(baseline)}”, ${because}`;
  if (outcome === 'trade-off') return `No option is chosen by the experiment alone: ${md(view.sentence)}`;
  return `No option is chosen. ${md(view.sentence)}`;
};

/** The verdicts of an invalid run are not repeated where somebody might rely on them. */
const found = (view: ReportView, verdict: string): string => (view.caution === null ? ` (${verdict})` : '');

const drivers = (view: ReportView): readonly string[] => [
  ...view.hypotheses.map(({ text, verdict }) => `- ${md(text)}${found(view, verdict)}`),
  ...view.guardrails.map(({ text, verdict }) => `- Guardrail: ${md(text)}${found(view, verdict)}`),
];

const part = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, lines.join('\n')];

const render = (report: Report): string => {
  const view = viewOf(report);
  const { experiment, run } = report;
  const treatments = experiment.arms.filter((arm) => !arm.baseline);
  const head = [
    '---',
    // A person accepts a decision; the experiment proposes it.
    'status: proposed',
    `date: ${(run.finishedAt ?? run.startedAt).slice(0, 10)}`,
    `decision-makers: ${yaml(experiment.owner ?? 'nobody named')}`,
    '---',
  ].join('\n');
  const parts = [
    head,
    `# ${md(view.question)}`,
    '## Context and Problem Statement',
    `${md(view.question)} The experiment “${md(view.name)}” compared them: ${view.facts
      .filter(({ term }) => term !== 'Owner')
      .map(({ term, value }) => `${term.toLowerCase()} ${md(value)}`)
      .join('; ')}.`,
    ...part('## Decision Drivers', drivers(view)),
    '## Considered Options',
    view.arms
      .map(
        (arm) =>
          `- ${md(arm.name)}${arm.title === null ? '' : `: ${md(arm.title)}`}${arm.role === 'baseline' ? ' (runs today)' : ''}`,
      )
      .join('\n'),
    '## Decision Outcome',
    chosen(report, view),
    ...part(
      '',
      view.reasons.map((reason) => `- ${md(reason)}`),
    ).slice(1),
    ...treatments.flatMap(({ name }) => part(`### Consequences of ${md(name)}`, consequences(report, name))),
    ...part(
      '### Cost against time',
      view.costLines.map((line) => `- ${md(line)}`),
    ),
    ...part(
      '### What would change it',
      view.wouldChange.map((reason) => `- ${md(reason)}`),
    ),
    '### Confirmation',
    'The analysis is repeated from the stored evidence, without network, by:',
    markdownBlock(view.provenance.command, 'sh'),
    '## More Information',
    `Run ${md(run.id)}, stacktrial ${md(report.stacktrial)}, seed ${experiment.design.seed}, experiment file sha256 ${md(experiment.sha256)}. Every number: report.html and report.json beside this file.`,
  ];
  return `${parts.join('\n\n')}\n`;
};

export const adr: Renderer = {
  title: 'Architecture Decision Record (MADR)',
  extension: 'adr.md',
  render,
};
