/** Every comparison on one axis; of very many, those of the claims and then the first. */
import type { Comparison } from '../../model/effect.js';
import type { Report } from '../../model/report.js';
import { type ForestRow, forestChart } from '../charts/forest.js';
import { isBeyond, MOST_RELATIVE } from '../charts/interval.js';
import type { Figure } from '../charts/table.js';
import { benefitOfRatio, comparisonEffect, estimandTail } from '../effect-words.js';
import { count } from '../format.js';
import { comparisonTable } from '../view/comparisons.js';
import { intervalConfidences } from '../view/facts.js';
import type { ReportView } from '../view.js';
import { sentence } from '../words.js';
import { metricOf, scaleOfClaim, thresholdsOf } from './held.js';

/** More rows than this are read in the tables. */
export const MOST_ROWS = 60;

const rowOf = (comparison: Comparison, report: Report): ForestRow => {
  const metric = metricOf(report, comparison.metric);
  const { arms } = report.experiment;
  const several = arms.length > 2;
  const title = `${metric?.title ?? comparison.metric}${estimandTail(comparison.estimand)}`;
  // Treatments that can each be adopted are held against each other as well.
  const against = arms.find(({ name }) => name === comparison.baseline)?.baseline
    ? ''
    : ` against ${comparison.baseline}`;
  const label = several ? `${title}, ${comparison.treatment}${against}` : title;
  const { effect } = comparison;
  if (effect === null) {
    const why = comparison.unmeasured === null ? 'not measured' : sentence(comparison.unmeasured);
    return { label, effect: why, held: null };
  }
  const text = comparisonEffect(comparison, metric) ?? 'not measured';
  if (effect.ratio === null || metric?.better === undefined || metric.better === null) {
    return { label, effect: text, held: null };
  }
  const thresholds = report.claims
    .filter((result) => result.comparison === comparison.id && scaleOfClaim(result) === 'relative')
    .flatMap(thresholdsOf)
    .filter((threshold) => threshold !== 0);
  const margin = metric.margin?.kind === 'relative' ? metric.margin.value : null;
  return {
    label,
    effect: text,
    held: { benefit: benefitOfRatio(effect.ratio, metric.better), thresholds, margin },
  };
};

/** Those of claims first, in the order of the report. */
export const shownComparisons = (report: Report): readonly Comparison[] => {
  const claimed = new Set(report.claims.map(({ comparison }) => comparison));
  const first = report.comparisons.filter(({ id }) => claimed.has(id));
  const rest = report.comparisons.filter(({ id }) => !claimed.has(id));
  return report.comparisons.length <= MOST_ROWS
    ? report.comparisons
    : [...first, ...rest].slice(0, MOST_ROWS);
};

export const forest = (report: Report, view: ReportView): Figure | null => {
  const shown = shownComparisons(report);
  const rows = shown.map((comparison) => rowOf(comparison, report));
  if (rows.every(({ held }) => held === null)) return null;
  const { arms } = report.experiment;
  const baseline = arms.find((arm) => arm.baseline)?.name ?? 'the baseline';
  const others = arms.filter((arm) => !arm.baseline);
  const treatment = others.length === 1 ? others[0].name : 'the treatment';
  const ids = new Set(shown.map(({ id }) => id));
  const all = report.comparisons.length;
  const drawn = rows.flatMap(({ held }) => (held === null ? [] : [held]));
  const cut = drawn.filter((held) => isBeyond(held, MOST_RELATIVE)).length;
  const arrow = cut > 0 && cut < drawn.length ? ' An arrow alone: it lies beyond this axis.' : '';
  const part = shown.length < all ? ` Shown: ${count(shown.length)} of ${count(all)}.` : '';
  return {
    title: 'Every comparison',
    caption: `Effect of the treatment relative to ${baseline} with its ${intervalConfidences(report, shown)} interval. Shaded: the margin, too small to matter. Dashed: what a sentence claims.${arrow}${part}`,
    ...forestChart({
      id: 'forest',
      title: 'Relative effect of every comparison',
      description: rows.map(({ label, effect }) => `${label}: ${effect}`).join('; '),
      rows,
      sides: { left: `favours ${baseline}`, right: `favours ${treatment}` },
    }),
    table: comparisonTable(view.comparisons.filter(({ id }) => ids.has(id))),
  };
};
