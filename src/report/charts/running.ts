/** How an estimate settled as units came in: pale between the looks, where nothing may be decided, firm where it may. */
import { axisScale } from '../format.js';
import { armClass } from './marker.js';
import { axes, band, FOOT_ROOM, HEAD_ROOM, LEFT_ROOM, polyline } from './plot.js';
import { axisOf } from './scale.js';
import { at, element, fitted, line, svg, text } from './svg.js';

export interface RunningChart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** `fraction` for relative effects. */
  readonly unit: string;
  /** Colour of the treatment. */
  readonly index: number;
  readonly sides: { readonly up: string; readonly down: string };
  readonly thresholds: readonly number[];
  readonly points: readonly {
    readonly units: number;
    readonly benefit: number;
    /** null: unbounded. */
    readonly low: number | null;
    readonly high: number | null;
    /** "look 2", or null where nothing may be decided. */
    readonly decides: string | null;
  }[];
}

const draw = (chart: RunningChart, width: number, suffix: string): string => {
  const plot = { left: LEFT_ROOM, right: width - 12, top: HEAD_ROOM + 4, foot: 224 };
  const { points, thresholds, unit } = chart;
  const last = points[points.length - 1];
  // Early bands are very wide; the axis is as tall as the last half of the way needs.
  const late = points.filter(({ units }) => units * 2 >= last.units);
  const needed = [
    0,
    ...thresholds,
    ...late.flatMap(({ benefit, low, high }) => [benefit, low ?? benefit, high ?? benefit]),
  ];
  const scale = axisScale(unit, Math.max(...needed.map(Math.abs)));
  const y = axisOf(needed, [plot.foot, plot.top], 5, scale, 'linear');
  const x = axisOf([0, last.units], [plot.left, plot.right], width > 500 ? 8 : 4, { factor: 1 }, 'linear');
  const clip = (value: number): number => Math.min(plot.foot, Math.max(plot.top, y.place(value)));
  const shown = points.map((point) => ({
    x: x.place(point.units),
    y: clip(point.benefit),
    low: point.low === null ? plot.foot : clip(point.low),
    high: point.high === null ? plot.top : clip(point.high),
    decides: point.decides,
  }));
  const firm = shown.filter(({ decides }) => decides !== null);
  const labels = thresholds.map((threshold) =>
    line(plot.left, y.place(threshold), plot.right, y.place(threshold), 'claim'),
  );
  return svg(
    { ...chart, id: `${chart.id}-${suffix}`, width, height: plot.foot + FOOT_ROOM },
    axes(plot, x, y, {
      x: 'units of an arm',
      y: `${scale.name === '%' ? 'effect, %' : `effect, ${scale.name}`}: above 0 ${chart.sides.up}`,
    }),
    band(shown, 'uncertain'),
    line(plot.left, y.place(0), plot.right, y.place(0), 'zero'),
    ...labels,
    polyline(shown, `curve ${armClass(chart.index)}`),
    ...firm.map(
      ({ x: place, y: middle, low, high, decides }) =>
        line(place, low, place, high, 'ink') +
        line(place - 4, low, place + 4, low, 'ink') +
        line(place - 4, high, place + 4, high, 'ink') +
        element('path', { d: `M${at(place)} ${at(middle - 6)}l6 6l-6 6l-6 -6z`, class: 'ink-fill' }) +
        text(fitted(decides ?? '', 120), {
          x: place + 4,
          y: Math.max(plot.top + 10, high - 7),
          class: 'tick',
          'text-anchor': 'end',
        }),
    ),
  );
};

export const runningChart = (chart: RunningChart): { readonly wide: string; readonly narrow: string } => ({
  wide: draw(chart, 880, 'w'),
  narrow: draw(chart, 340, 'n'),
});
