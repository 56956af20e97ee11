/** Cost over volume, and where the cheaper arm changes. */
import type { Report } from '../../model/report.js';
import type { BreakEvenReport } from '../../model/trade-off.js';
import { curveChart } from '../charts/curve.js';
import type { Figure } from '../charts/table.js';
import { volumeChart } from '../charts/volume.js';
import { estimateWithInterval, number, percent, quantity, workAmount } from '../format.js';
import { sentence } from '../words.js';
import { armIndex } from './arms.js';

export const volumeText = (volume: number, { volumeUnit, monthly }: BreakEvenReport): string =>
  `${workAmount(volume, volumeUnit)}${monthly ? ' a month' : ' a run'}`;

/** "The same cost at 41 records (35 to 48); below it functions is cheaper." Never a crossing that was not shown. */
export const breakEvenText = (found: BreakEvenReport): string => {
  const { kind, low, high, estimate, cheaperBelow, bracket, why } = found;
  const cheaper = cheaperBelow === null ? '' : ` Below it ${cheaperBelow} is cheaper.`;
  const because = why === null ? '' : ` ${sentence(why)}`;
  if (kind === 'interval' && low !== null && high !== null) {
    const at = estimate === null ? '' : ` at about ${volumeText(estimate, found)},`;
    return `The arms cost the same${at} between ${number(low)} and ${volumeText(high, found)} (${percent(found.confidence)}).${cheaper}${because}`;
  }
  if (kind === 'half-line') {
    const edge =
      low === null
        ? high === null
          ? 'somewhere'
          : `at most at ${volumeText(high, found)}`
        : `at ${volumeText(low, found)} or more`;
    return `The arms cost the same ${edge}; the other end lies beyond what was measured.${cheaper}${because}`;
  }
  if (bracket !== null)
    return `The cheaper arm changes between ${number(bracket.low)} and ${volumeText(bracket.high, found)}.${cheaper}${because}`;
  return because.trim() === '' ? 'No crossing was shown.' : because.trim();
};

const lines = (found: BreakEvenReport, i: number, report: Report): Figure => {
  const per = `${found.volumeUnit}${found.monthly ? ' a month' : ' a run'}`;
  const crosses = found.kind === 'interval' || found.kind === 'half-line';
  return {
    title: 'Cost over volume',
    caption: `${breakEvenText(found)} A mark is a run.${crosses ? ' Shaded: where the arms may cost the same.' : ''}`,
    ...volumeChart({
      id: `volume-${i}`,
      title: `Cost of ${found.treatment} and ${found.baseline} over volume`,
      description: breakEvenText(found),
      unit: found.currency,
      names: { x: per },
      arms: [found.baseline, found.treatment].map((arm) => {
        const fit = found.lines.find((each) => each.arm === arm);
        return {
          index: armIndex(report, arm),
          title: arm,
          runs: found.runs.filter((run) => run.arm === arm),
          line:
            fit === undefined || found.from === null || found.to === null
              ? null
              : { from: found.from, to: found.to, atFrom: fit.atFrom, atTo: fit.atTo },
        };
      }),
      crossing: crosses
        ? { low: found.low, high: found.high, estimate: found.estimate }
        : found.bracket === null
          ? null
          : { ...found.bracket, estimate: null },
      declared: found.decidedAt,
    }),
    table: {
      columns: ['Arm', 'Volume', 'Cost'],
      rows: found.runs.map(({ arm, volume, cost }) => [
        arm,
        volumeText(volume, found),
        quantity(cost, found.currency, 4),
      ]),
    },
  };
};

/** Where a line is wrong: the difference at each volume that was measured. */
const differences = (found: BreakEvenReport, i: number, report: Report): Figure[] => {
  const known = found.differences.flatMap(({ volume, estimate, interval }) =>
    estimate === null || interval === null ? [] : [{ volume, estimate, interval }],
  );
  if (known.length < 2) return [];
  return [
    {
      title: 'Difference in cost at each volume',
      caption: `${found.treatment} minus ${found.baseline} with its ${percent(found.confidence)} interval; below 0 ${found.treatment} is cheaper. No line is drawn through it that the data do not follow.`,
      ...curveChart({
        id: `volume-difference-${i}`,
        title: 'Difference in cost at each volume',
        description: breakEvenText(found),
        index: armIndex(report, found.treatment),
        names: {
          x: `${found.volumeUnit}${found.monthly ? ' a month' : ' a run'}`,
          y: `difference, below 0 ${found.treatment} is cheaper`,
        },
        unit: found.currency,
        points: known.map(({ volume, estimate, interval }) => ({
          x: volume,
          y: estimate,
          low: interval.low,
          high: interval.high,
        })),
        declared: null,
        open: found.bracket === null ? [] : [found.bracket],
      }),
      table: {
        columns: ['Volume', 'Difference'],
        rows: known.map(({ volume, estimate, interval }) => [
          volumeText(volume, found),
          estimateWithInterval(estimate, interval, { unit: found.currency, signed: true }),
        ]),
      },
    },
  ];
};

export const breakEvenFigures = (report: Report): readonly Figure[] =>
  (report.breakEvens ?? []).flatMap((found, i) =>
    found.runs.length === 0 ? [] : [lines(found, i, report), ...differences(found, i, report)],
  );
