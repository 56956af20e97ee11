/** How the estimates behind the claims settled. */
import type { RunningEstimate } from '../../model/pictures.js';
import type { Report } from '../../model/report.js';
import { runningChart } from '../charts/running.js';
import type { Figure } from '../charts/table.js';
import {
  benefitOfDifference,
  benefitOfRatio,
  effectText,
  estimandTail,
  styleOf,
  wordsOf,
} from '../effect-words.js';
import { count, percent } from '../format.js';
import { armIndex } from './arms.js';
import { metricOf, scaleOfClaim, thresholdsOf } from './held.js';

const MOST = 3;

const figure = (running: RunningEstimate, i: number, report: Report): Figure[] => {
  const comparison = report.comparisons.find(({ id }) => id === running.comparison);
  if (comparison === undefined) return [];
  const metric = metricOf(report, comparison.metric);
  const better = metric?.better ?? null;
  const relative = running.scale === 'ratio';
  const style = styleOf(relative ? 'relative' : 'absolute', metric?.unit ?? '');
  const words = wordsOf(metric);
  const benefits = running.points.map((point) => ({
    ...point,
    benefit: relative ? benefitOfRatio(point, better) : benefitOfDifference(point, better),
  }));
  const last = benefits.length - 1;
  const declared = benefits.some(({ look }) => look !== null);
  const decides = (look: number | null, at: number): string | null =>
    look !== null ? `look ${look}` : !declared && at === last ? 'decides' : null;
  const thresholds = report.claims
    .filter((result) => result.comparison === comparison.id && result.claim.amount.value !== 0)
    .filter((result) => (scaleOfClaim(result) === 'relative') === relative)
    .flatMap(thresholdsOf);
  const title = `${metric?.title ?? comparison.metric}${estimandTail(comparison.estimand)}`;
  const final = benefits[last];
  const several = report.experiment.arms.length > 2;
  return [
    {
      title: `How the estimate settled: ${title}${several ? `, ${comparison.treatment}` : ''}`,
      caption: declared
        ? 'Bars: the looks that were declared and paid for. The pale band between them describes; nothing may be decided from it.'
        : 'The bar at the end decides. The pale band before it only describes how the estimate settled: looking there was not paid for.',
      ...runningChart({
        id: `running-${i}`,
        title: `Effect of ${comparison.treatment} on ${title} while units came in`,
        description: `At ${count(final.units)} units: ${effectText(final.benefit, style, words)}`,
        unit: style.unit,
        index: armIndex(report, comparison.treatment),
        sides: { up: words.better, down: words.worse },
        thresholds,
        points: benefits.map(({ units, benefit, look }, at) => ({
          units,
          benefit: benefit.estimate,
          low: benefit.interval.low,
          high: benefit.interval.high,
          decides: decides(look, at),
        })),
      }),
      table: {
        columns: ['Units', 'Effect', 'Confidence', 'May decide'],
        rows: benefits.map(({ units, benefit, confidence, look }, at) => [
          count(units),
          effectText(benefit, style, words),
          percent(confidence),
          decides(look, at) ?? 'no',
        ]),
      },
    },
  ];
};

const hypothesised = ({ claims }: Report): ReadonlySet<string | null> =>
  new Set(claims.filter(({ claim }) => claim.role === 'hypothesis').map(({ comparison }) => comparison));

export const runningFigures = (report: Report): readonly Figure[] =>
  (report.running ?? [])
    .filter(({ comparison }) => hypothesised(report).has(comparison))
    .slice(0, MOST)
    .flatMap((running, i) => figure(running, i, report));
