/** The decision report as one page: no network, no script but its own, everything that a user typed escaped. */
import type { PageStyle } from '../model/house-style.js';
import type { Renderer } from '../model/ports.js';
import type { Report } from '../model/report.js';
import { armClass, marker } from './charts/marker.js';
import type { Figure } from './charts/table.js';
import { checkPicture } from './figures/checks.js';
import { MOST_ROWS, shownComparisons } from './figures/forest.js';
import { type Figures, figuresOf } from './figures.js';
import { plural } from './format.js';
import { page } from './page-templates.js';
import { css, cssHash, script, scriptHash } from './templates.generated.js';
import { checkCounts } from './view/checks.js';
import type { ClaimView } from './view/claims.js';
import { comparisonTable } from './view/comparisons.js';
import { intervalConfidences } from './view/facts.js';
import { metricTable } from './view/metrics.js';
import { type ReportView, viewOf } from './view.js';
import { whatIfData } from './what-if-data.js';

const signs = {
  supported: '✓',
  refuted: '✕',
  inconclusive: '?',
  unmeasured: '–',
  pass: '✓',
  warn: '!',
  fail: '✕',
  skipped: '–',
} as const;

/** The sentence that several claims are part of stands over the first of them. */
const claimRow = (claim: ClaimView, i: number, all: readonly ClaimView[], figures: Figures) => ({
  ...claim,
  heading: claim.partOf === all[i - 1]?.partOf ? null : claim.partOf,
  sign: signs[claim.verdict],
  picture: figures.claims.get(claim.id) ?? null,
});

const figureData = (figure: Figure) => ({
  ...figure,
  table: { columns: figure.table.columns, rows: figure.table.rows },
});

const checkRow = (check: ReportView['checks'][number], i: number, report: Report) => ({
  ...check,
  sign: signs[check.status],
  picture: checkPicture(check.result, `check-${i}`, report),
});

type CheckRow = ReturnType<typeof checkRow>;

/** A check that passed for several metrics is one row, what it saw of each behind it; a picture keeps its own. */
const gathered = (rows: readonly CheckRow[]) => {
  const byTitle = new Map<string, CheckRow[]>();
  for (const row of rows) {
    const key = row.picture === null ? row.title : `${row.title} ${row.metric}`;
    byTitle.set(key, [...(byTitle.get(key) ?? []), row]);
  }
  return [...byTitle.values()].map((same) =>
    same.length === 1
      ? same[0]
      : {
          ...same[0],
          metric: null,
          saw: null,
          seenOf: plural(same.length, 'result'),
          each: same.map(({ saw }) => saw),
        },
  );
};

/** Colour and shape by which every picture shows this arm. */
const armMark = (i: number): string =>
  `<svg class="chart mark" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true"><path class="${armClass(i)}" d="${marker(i, 7, 7, 5.5)}"/></svg>`;

/** Very many numbers are tables; the comparisons of claims keep a paragraph each. */
const numbers = (report: Report, view: ReportView) => {
  const detailed = new Set(shownComparisons(report).map(({ id }) => id));
  const others = view.comparisons.filter(({ id }) => !detailed.has(id));
  const claimed = new Set(report.claims.map(({ claim }) => claim.metric));
  const many = view.metrics.length > MOST_ROWS;
  const [paragraphs, rows] = [
    view.metrics.filter(({ name }) => !many || claimed.has(name)),
    view.metrics.filter(({ name }) => many && !claimed.has(name)),
  ];
  return {
    comparisons: view.comparisons.filter(({ id }) => detailed.has(id)),
    otherComparisons: others.length === 0 ? null : comparisonTable(others),
    metrics: paragraphs,
    otherMetrics: rows.length === 0 ? null : metricTable(rows),
  };
};

/** Why an invalid run is invalid: what the checks saw that failed, on the first screen. */
const brokenBy = ({ outcome, checks }: ReportView): readonly string[] =>
  outcome === 'invalid'
    ? checks.filter(({ severity, status }) => severity === 'fatal' && status === 'fail').map(({ saw }) => saw)
    : [];

/** Everything the template names; strict templates refuse what is missing. */
const pageData = (report: Report, style: PageStyle | null) => {
  const view = viewOf(report);
  const figures = figuresOf(report, view);
  const claims = [...view.hypotheses, ...view.guardrails];
  const groups = [
    { title: view.hypotheses.length === 1 ? 'Claim' : 'Claims', claims: view.hypotheses },
    { title: view.guardrails.length === 1 ? 'Guardrail' : 'Guardrails', claims: view.guardrails },
  ];
  const checks = view.checks.map((check, i) => checkRow(check, i, report));
  const skipped = checks.filter(({ status }) => status === 'skipped');
  return {
    ...view,
    arms: view.arms.map((arm, i) => ({ ...arm, mark: armMark(i) })),
    facts: [
      ...view.facts.filter(({ term }) => term !== 'Design'),
      { term: 'Checks', value: checkCounts(view.checks), link: '#checks' },
      ...view.facts.filter(({ term }) => term === 'Design'),
    ].map((fact) => ({ link: null, ...fact })),
    reasons: [...view.reasons, ...brokenBy(view)],
    style,
    css,
    cssHash,
    script,
    scriptHash,
    whatIf: whatIfData(report),
    stacktrial: report.stacktrial,
    confidence: intervalConfidences(report),
    groups: groups
      .filter((group) => group.claims.length > 0)
      .map((group) => ({
        ...group,
        claims: group.claims.map((claim, i, all) => claimRow(claim, i, all, figures)),
      })),
    hasPictures: claims.some(({ id }) => figures.claims.has(id)),
    forest: figures.forest === null ? null : figureData(figures.forest),
    watch: figures.watch === null ? null : figureData(figures.watch),
    overTime: figures.overTime.map(figureData),
    distributions: figures.distributions.map(figureData),
    pairs: figures.pairs.map(figureData),
    running: figures.running.map(figureData),
    moneyFigures: figures.money.map(figureData),
    ...numbers(report, view),
    checkCounts: checkCounts(view.checks),
    notable: checks.filter(({ status }) => status === 'fail' || status === 'warn'),
    passed: gathered(checks.filter(({ status }) => status === 'pass')),
    skipped,
    skippedTitle: `${plural(skipped.length, 'check')} skipped, each with the reason`,
  };
};

export const html: Renderer = {
  title: 'Page to read and to print: self-contained, without network; its script only asks what if',
  extension: 'html',
  render: (report, style = null) => page('report', pageData(report, style)),
};
