/** What the pairs of a design say one by one: how many favour the treatment, and whether that changed on the way. */
import type { Comparison } from '../../model/effect.js';
import type { Report } from '../../model/report.js';
import { pairedChart } from '../charts/paired.js';
import type { Figure } from '../charts/table.js';
import { count, quantity } from '../format.js';
import { armIndex } from './arms.js';
import { metricOf } from './held.js';

const MOST = 2;
const FEWEST = 3;
const pairedDesigns: readonly string[] = ['interleaved', 'mirrored', 'observed'];

interface Pair {
  readonly unit: string;
  readonly treatment: number;
  readonly baseline: number;
}

const pairsOf = (comparison: Comparison, report: Report): readonly Pair[] => {
  const metric = metricOf(report, comparison.metric);
  const points = (arm: string) => metric?.arms.find((summary) => summary.arm === arm)?.points ?? [];
  const baseline = new Map(points(comparison.baseline).map(({ unit, value }) => [unit, value]));
  return points(comparison.treatment).flatMap(({ unit, value }) => {
    const other = baseline.get(unit);
    return other === undefined ? [] : [{ unit, treatment: value, baseline: other }];
  });
};

const figure = (comparison: Comparison, i: number, report: Report): Figure[] => {
  const metric = metricOf(report, comparison.metric);
  const pairs = pairsOf(comparison, report);
  if (metric === undefined || metric.better === null || pairs.length < FEWEST) return [];
  const sign = metric.better === 'lower' ? -1 : 1;
  const benefits = pairs.map(({ treatment, baseline }) => sign * (treatment - baseline));
  const { treatment, baseline } = comparison;
  const favour = benefits.filter((benefit) => benefit > 0).length;
  const tied = benefits.filter((benefit) => benefit === 0).length;
  const several = report.experiment.arms.length > 2;
  const said = `${count(favour)} of ${count(pairs.length)} pairs favour ${treatment}${tied > 0 ? `, ${count(tied)} are equal` : ''}`;
  return [
    {
      title: `Pair by pair: ${metric.title}${several ? `, ${treatment}` : ''}`,
      caption: `${said}. A pair is one unit on both arms; up is better for ${treatment}. Each pair counts by its size in the analysis, so this is a picture of steadiness, not the test.`,
      ...pairedChart({
        id: `pairs-${i}`,
        title: `Differences of pairs in ${metric.title}, in order`,
        description: said,
        unit: metric.unit,
        arms: {
          treatment: { index: armIndex(report, treatment), title: treatment },
          baseline: { index: armIndex(report, baseline), title: baseline },
        },
        benefits,
      }),
      table: {
        columns: ['Pair', treatment, baseline, 'Difference'],
        rows: pairs.map((pair) => [
          pair.unit,
          quantity(pair.treatment, metric.unit, 4),
          quantity(pair.baseline, metric.unit, 4),
          quantity(pair.treatment - pair.baseline, metric.unit, 4),
        ]),
      },
    },
  ];
};

export const pairFigures = (report: Report): readonly Figure[] => {
  if (!pairedDesigns.includes(report.experiment.design.kind)) return [];
  const claimed = new Set(
    report.claims.filter(({ claim }) => claim.role === 'hypothesis').map(({ comparison }) => comparison),
  );
  const shown = report.comparisons.filter(({ id, effect }) => claimed.has(id) && effect !== null);
  return shown.slice(0, MOST).flatMap((comparison, i) => figure(comparison, i, report));
};
