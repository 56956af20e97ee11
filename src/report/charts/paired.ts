/** The difference of every pair, in the order in which they came: a bar each, up where the treatment is better. */
import { axisScale } from '../format.js';
import { armItem, legend } from './legend.js';
import { armClass, marker } from './marker.js';
import { axes, FOOT_ROOM, HEAD_ROOM, LEFT_ROOM, nameRoom } from './plot.js';
import { axisOf } from './scale.js';
import { at, element, line, svg } from './svg.js';

export interface PairedDifferences {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly arms: {
    readonly treatment: { readonly index: number; readonly title: string };
    readonly baseline: { readonly index: number; readonly title: string };
  };
  /** Positive where the treatment is better. */
  readonly benefits: readonly number[];
}

/** More bars than this would be a wall of ink. */
const BARS_UP_TO = 200;

const draw = (chart: PairedDifferences, width: number, suffix: string): string => {
  const { benefits, arms } = chart;
  const head = legend(
    [
      armItem(arms.treatment.index, `${arms.treatment.title} better`),
      armItem(arms.baseline.index, `${arms.baseline.title} better`),
    ],
    width,
  );
  const scale = axisScale(chart.unit, Math.max(0, ...benefits.map(Math.abs)));
  const nameOfY = `${scale.name}, above 0 ${arms.treatment.title} is better`;
  const above = head.height + nameRoom(nameOfY, width - 12);
  const plot = { left: LEFT_ROOM, right: width - 12, top: above + HEAD_ROOM, foot: above + 190 };
  const y = axisOf([0, ...benefits], [plot.foot, plot.top], 5, scale, 'linear');
  const x = axisOf(
    [1, Math.max(2, benefits.length)],
    [plot.left + 10, plot.right - 6],
    width > 500 ? 10 : 5,
    { factor: 1 },
    'linear',
  );
  const zero = y.place(0);
  const side = (chosen: (benefit: number) => boolean, index: number): string => {
    const own = benefits.flatMap((benefit, i) => (chosen(benefit) ? [{ benefit, i: i + 1 }] : []));
    if (own.length === 0) return '';
    const bars = own.map(({ benefit, i }) => `M${at(x.place(i))} ${at(zero)}V${at(y.place(benefit))}`);
    const radius = benefits.length > BARS_UP_TO ? 1.8 : 3;
    const marks = own.map(({ benefit, i }) => marker(index, x.place(i), y.place(benefit), radius));
    return [
      benefits.length > BARS_UP_TO
        ? ''
        : element('path', { d: bars.join(''), class: `stem ${armClass(index)}` }),
      element('path', { d: marks.join(''), class: armClass(index) }),
    ].join('');
  };
  const whole = { ...x, ticks: x.ticks.filter(({ value }) => Number.isInteger(value) && value >= 1) };
  return svg(
    { ...chart, id: `${chart.id}-${suffix}`, width, height: plot.foot + FOOT_ROOM },
    head.body,
    axes(plot, whole, y, { x: 'pair, in order', y: nameOfY }),
    line(plot.left, zero, plot.right, zero, 'zero'),
    side((benefit) => benefit < 0, arms.baseline.index),
    side((benefit) => benefit >= 0, arms.treatment.index),
  );
};

export const pairedChart = (
  chart: PairedDifferences,
): { readonly wide: string; readonly narrow: string } => ({
  wide: draw(chart, 880, 'w'),
  narrow: draw(chart, 340, 'n'),
});
