/** Every comparison in numbers: both values, relative and absolute effect, p, and how it was computed. */
import type { Companion, Comparison } from '../../model/effect.js';
import type { MetricReport, Report } from '../../model/report.js';
import {
  benefitOfRatio,
  comparisonEffect,
  effectText,
  estimandTail,
  styleOf,
  wordsOf,
} from '../effect-words.js';
import { amountText, count, estimateWithInterval, percent, pValue, quantity } from '../format.js';
import { lineText } from '../words/lines.js';
import { sentence } from '../words.js';
import { detailText } from './details.js';

export interface ComparisonView {
  readonly id: string;
  readonly title: string;
  readonly pair: string;
  readonly treatmentValue: string;
  readonly baselineValue: string;
  readonly relative: string;
  readonly absolute: string;
  readonly p: string;
  readonly n: string;
  /** Confidence of the printed intervals. */
  readonly confidence: string;
  readonly method: string;
  readonly line: string;
  /** Why that line of the table of methods applied. */
  readonly because: string;
  readonly details: string;
  readonly companions: readonly string[];
  readonly warnings: readonly string[];
}

const companionText = (companion: Companion, metric: MetricReport | undefined): string => {
  const effect =
    companion.ratio !== null
      ? effectText(
          benefitOfRatio(companion.ratio, metric?.better ?? null),
          styleOf('relative', ''),
          wordsOf(metric),
        )
      : companion.difference !== null
        ? estimateWithInterval(companion.difference.estimate, companion.difference.interval, {
            ...styleOf('absolute', metric?.unit ?? ''),
            signed: true,
          })
        : null;
  const name =
    companion.name === companion.estimand ? companion.name : `${companion.name}, ${companion.estimand}`;
  const said = [...(effect === null ? [] : [effect]), ...(companion.p === null ? [] : [pValue(companion.p)])];
  return `${name}: ${said.length === 0 ? 'no result' : said.join(', ')}`;
};

const countText = ({ n }: Comparison): string => {
  const arms =
    n.treatment === n.baseline
      ? `${count(n.treatment)} each`
      : `${count(n.treatment)} and ${count(n.baseline)}`;
  return n.items > 0 && n.items !== n.treatment ? `${arms}, ${count(n.items)} items` : arms;
};

/** No sentence asked for it: of many that are looked at some move by chance. */
const amongOthers = ({ exploratory }: Comparison): string =>
  exploratory === undefined
    ? ''
    : ` (${pValue(exploratory.q).replace('p', 'q')} among ${count(exploratory.of)} that nobody claimed)`;

const comparisonView = (comparison: Comparison, report: Report): ComparisonView => {
  const metric = report.metrics.find(({ name }) => name === comparison.metric);
  const { effect, exact } = comparison;
  const unit = metric?.unit ?? '';
  const why = comparison.unmeasured === null ? 'not measured' : sentence(comparison.unmeasured);
  const difference = effect?.difference;
  return {
    id: comparison.id,
    title: `${metric?.title ?? comparison.metric}${estimandTail(comparison.estimand)}`,
    pair: `${comparison.treatment} against ${comparison.baseline}`,
    treatmentValue: effect === null ? '–' : quantity(effect.treatmentValue, unit),
    baselineValue: effect === null ? '–' : quantity(effect.baselineValue, unit),
    relative:
      effect === null
        ? why
        : effect.ratio === null
          ? 'no ratio'
          : (comparisonEffect(comparison, metric) ?? why),
    absolute:
      difference === undefined
        ? '–'
        : exact
          ? `${amountText({ kind: unit === 'fraction' ? 'points' : 'absolute', value: difference.estimate }, unit)} (exact)`
          : estimateWithInterval(difference.estimate, difference.interval, {
              ...styleOf('absolute', unit),
              signed: true,
            }),
    p: effect === null || exact ? '–' : `${pValue(effect.p)}${amongOthers(comparison)}`,
    n: countText(comparison),
    confidence: effect === null ? '–' : percent(effect.confidence),
    method: comparison.method ?? 'none',
    line: comparison.line ?? '',
    because: comparison.line === null ? '' : lineText(comparison.line),
    details: effect === null ? '' : detailText(effect.details),
    companions: comparison.companions.map((companion) => companionText(companion, metric)),
    warnings: comparison.warnings.map(sentence),
  };
};

export const comparisonViews = (report: Report): readonly ComparisonView[] =>
  report.comparisons.map((comparison) => comparisonView(comparison, report));

/** One row each, for forms and reports in which a paragraph each would be too much. */
export const comparisonTable = (
  views: readonly ComparisonView[],
): { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] } => ({
  columns: ['Metric', 'Pair', 'Treatment', 'Baseline', 'Relative', 'Absolute', 'p', 'Units'],
  rows: views.map((c) => [
    c.title,
    c.pair,
    c.treatmentValue,
    c.baselineValue,
    c.relative,
    c.absolute,
    c.p,
    c.n,
  ]),
});
