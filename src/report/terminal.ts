/** The report for a terminal: decision, claims, what would change it, checks that did not pass. */
import pc from 'picocolors';
import type { CheckStatus, Outcome, Verdict } from '../model/decision.js';
import type { Renderer } from '../model/ports.js';
import type { Report } from '../model/report.js';
import { oneLine } from './escape.js';
import { wrapped } from './terminal/wrap.js';
import { checkCounts } from './view/checks.js';
import type { ClaimView } from './view/claims.js';
import { viewOf } from './view.js';

export interface TerminalOptions {
  readonly colour: boolean;
  readonly width?: number;
}

type Paint = (text: string) => string;

interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly outcome: Readonly<Record<Outcome, Paint>>;
  readonly verdict: Readonly<Record<Verdict, Paint>>;
  readonly status: Readonly<Record<CheckStatus, Paint>>;
}

const palette = (colour: boolean): Palette => {
  const { bold, dim, green, red, yellow, blue } = pc.createColors(colour);
  return {
    bold,
    dim,
    outcome: { adopt: green, keep: blue, 'trade-off': yellow, inconclusive: yellow, invalid: red },
    verdict: { supported: green, refuted: red, inconclusive: yellow, unmeasured: dim },
    status: { pass: green, warn: yellow, fail: red, skipped: dim },
  };
};

const signs: Readonly<Record<Verdict, string>> = {
  supported: '✓',
  refuted: '✗',
  inconclusive: '?',
  unmeasured: '–',
};
const statusSigns: Readonly<Record<CheckStatus, string>> = { pass: '✓', warn: '!', fail: '✗', skipped: '–' };

/** Text under a hanging indent, clean of what a terminal would obey. */
const hang = (first: string, indent: number, text: string, width: number): readonly string[] => {
  const lines = wrapped(oneLine(text), width - indent);
  return lines.map((line, i) => (i === 0 ? first + line : ' '.repeat(indent) + line));
};

const claimLines = (claim: ClaimView, paint: Palette, width: number): readonly string[] => [
  ...hang(`  ${paint.verdict[claim.verdict](signs[claim.verdict])} `, 4, claim.text, width),
  ...hang('    ', 4, `${claim.verdict}: ${claim.effect}`, width).map((line) =>
    line.replace(claim.verdict, paint.verdict[claim.verdict](claim.verdict)),
  ),
  ...claim.reasons.flatMap((why) => hang('    ', 4, why, width)).map(paint.dim),
];

const block = (title: string, lines: readonly string[], paint: Palette): readonly string[] =>
  lines.length === 0 ? [] : ['', paint.bold(title), ...lines];

export const renderTerminal = (report: Report, { colour, width = 80 }: TerminalOptions): string => {
  const view = viewOf(report);
  const paint = palette(colour);
  const notable = view.checks.filter(({ status }) => status === 'fail' || status === 'warn');
  const unseen = view.checks.filter(({ status, severity }) => status === 'skipped' && severity !== 'warning');
  const bullets = (texts: readonly string[]): readonly string[] =>
    texts.flatMap((text) => hang('  - ', 4, text, width));
  const lines = [
    ...wrapped(oneLine(view.question), width).map(paint.bold),
    '',
    paint.outcome[view.outcome](paint.bold(oneLine(view.label).toUpperCase())),
    ...wrapped(oneLine(view.sentence), width),
    ...bullets(view.reasons),
    ...view.treatments.flatMap((t) => hang('  - ', 4, t.sentence, width)),
    ...(view.caution === null ? [] : ['', ...wrapped(view.caution, width)]),
    ...block(
      'Claims',
      view.hypotheses.flatMap((claim) => claimLines(claim, paint, width)),
      paint,
    ),
    ...block(
      'Guardrails',
      view.guardrails.flatMap((claim) => claimLines(claim, paint, width)),
      paint,
    ),
    ...block('Cost against time', bullets(view.costLines), paint),
    ...block('What would change the decision', bullets(view.wouldChange), paint),
    ...block('To keep in mind', bullets(view.warnings), paint),
    '',
    paint.bold(`Checks: ${checkCounts(view.checks)}`),
    ...notable.flatMap((check) =>
      hang(
        `  ${paint.status[check.status](statusSigns[check.status])} `,
        4,
        `${check.title}: ${check.saw}`,
        width,
      ),
    ),
    ...(unseen.length === 0
      ? []
      : hang(
          `  ${paint.status.skipped(statusSigns.skipped)} `,
          4,
          `Skipped: ${[...new Set(unseen.map(({ title }) => title))].join(', ')}`,
          width,
        )),
  ];
  return `${lines.join('\n')}\n`;
};

export const terminal: Renderer = {
  title: 'Terminal, 80 columns, without colour',
  extension: 'txt',
  render: (report) => renderTerminal(report, { colour: false }),
};
