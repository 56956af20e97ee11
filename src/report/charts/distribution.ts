/** Every unit of each arm as a dot with box, median and whiskers; below, the share of units up to each value. */
import type { ArmSummary } from '../../model/report.js';
import { axisScale, number, percent, plural, scaleOf } from '../format.js';
import { armClass, marker } from './marker.js';
import { axisOf } from './scale.js';
import { at, element, fitted, line, svg, text } from './svg.js';

export interface Distribution {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  /** In the order of the experiment's arms: the position gives colour and shape. */
  readonly arms: readonly { readonly index: number; readonly title: string; readonly summary: ArmSummary }[];
}

const WIDTH = 440;
const LEFT = 8;
const RIGHT = WIDTH - 8;
const LANE = 84;
/** A box of fewer values would say more than is known. */
const BOX_FROM = 5;

/** Height of the part that shows shares of units. */
const SHARES = 132;
/** Steps of fewer values would be read as a shape. */
const SHARES_FROM = 5;

const GOLDEN = 0.618033988749895;

/** Where the i-th dot stands across its lane: a low-discrepancy sequence, the same on every machine. */
const jitter = (i: number): number => ((i + 1) * GOLDEN) % 1;

const box = (
  quantiles: readonly number[],
  place: (x: number) => number,
  y: number,
  className: string,
): string => {
  const [, p5, p25, p50, p75, p95] = quantiles.map(place);
  return [
    line(p5, y, p25, y, 'whisker'),
    line(p75, y, p95, y, 'whisker'),
    line(p5, y - 5, p5, y + 5, 'whisker'),
    line(p95, y - 5, p95, y + 5, 'whisker'),
    element('rect', {
      x: p25,
      y: y - 9,
      width: Math.max(1, p75 - p25),
      height: 18,
      class: `box ${className}`,
    }),
    element('path', { d: `M${at(p50)} ${at(y - 11)}v22`, class: 'median' }),
  ].join('');
};

/** Empirical distribution: for each value the share of units that are not above it, as a line of steps. */
const steps = (
  summary: ArmSummary,
  place: (x: number) => number,
  share: (q: number) => number,
  right: number,
): string => {
  const values = summary.points.map(({ value }) => value).sort((a, b) => a - b);
  const path = values.map((value, i) => `H${at(place(value))}V${at(share((i + 1) / values.length))}`);
  return `M${at(place(values[0]))} ${at(share(0))}${path.join('')}H${at(right)}`;
};

const shares = (arms: Distribution['arms'], place: (x: number) => number, top: number): string => {
  const share = (q: number): number => top + SHARES - 14 - q * (SHARES - 30);
  const shown = arms.filter(({ summary }) => summary.points.length >= SHARES_FROM);
  if (shown.length === 0) return '';
  return [
    text('share of units up to a value', { x: LEFT, y: top + 6, class: 'tick' }),
    ...[0, 0.5, 0.95].map(
      (q) =>
        line(LEFT, share(q), RIGHT, share(q), 'grid') +
        (q === 0 ? '' : text(percent(q), { x: LEFT, y: share(q) - 3, class: 'tick small' })),
    ),
    ...shown.map(({ index, summary }) =>
      element('path', { d: steps(summary, place, share, RIGHT), class: `curve ${armClass(index)}` }),
    ),
  ].join('');
};

export const distributionChart = (distribution: Distribution): string => {
  const { arms, unit } = distribution;
  const values = arms.flatMap(({ summary }) => summary.points.map(({ value }) => value));
  const quantiles = arms.flatMap(({ summary }) => summary.quantiles);
  const scale = scaleOf(unit, Math.max(0, ...quantiles.map(Math.abs)));
  const axisUnit = axisScale(unit, Math.max(0, ...quantiles.map(Math.abs)));
  const axis = axisOf([...values, ...quantiles], [LEFT + 8, RIGHT - 8], 6, axisUnit);
  const below = arms.length * LANE + 12;
  const drawn = shares(arms, axis.place, below);
  const foot = drawn === '' ? below : below + SHARES - 14;
  const lanes = arms.map(({ index, title, summary }, lane) => {
    const top = lane * LANE;
    const middle = top + 34;
    const className = armClass(index);
    const radius = summary.points.length > 300 ? 1.6 : summary.points.length > 80 ? 2.2 : 3;
    const dots = summary.points
      .map(({ value }, i) => marker(index, axis.place(value), middle + (jitter(i) - 0.5) * 18, radius))
      .join('');
    const median = summary.quantiles[3];
    const caption =
      median === undefined
        ? 'no values'
        : `median ${scale.before}${number(median * scale.factor)}${scale.after}`;
    return [
      element('path', { d: marker(index, LEFT + 5, top + 11, 4.5), class: className }),
      text(fitted(title, 220), { x: LEFT + 16, y: top + 15, class: 'label' }),
      text(`${caption}, ${plural(summary.n, 'unit')}`, {
        x: RIGHT,
        y: top + 15,
        class: 'tick',
        'text-anchor': 'end',
      }),
      dots === '' ? '' : element('path', { d: dots, class: `${className} dots` }),
      summary.quantiles.length > 0 && summary.n >= BOX_FROM
        ? box(summary.quantiles, axis.place, top + 60, className)
        : '',
    ].join('');
  });
  const grid = axis.ticks.map(({ value }) => line(axis.place(value), 22, axis.place(value), foot, 'grid'));
  const ticks = axis.ticks.map(({ value, text: label }) =>
    text(label, { x: axis.place(value), y: foot + 15, class: 'tick', 'text-anchor': 'middle' }),
  );
  const named = `${axisUnit.name}${axis.logarithmic ? ', logarithmic' : ''}`;
  return svg(
    { ...distribution, width: WIDTH, height: foot + 36 },
    ...grid,
    line(LEFT, foot, RIGHT, foot, 'axis'),
    ...lanes,
    drawn,
    ...ticks,
    text(fitted(named, 300), { x: RIGHT, y: foot + 32, class: 'tick', 'text-anchor': 'end' }),
  );
};
