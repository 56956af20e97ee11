/** Cost over volume: every run, the fitted lines, and the volumes between which they may cross. */
import { axisScale, number } from '../format.js';
import { armItem, legend } from './legend.js';
import { armClass, marker } from './marker.js';
import { axes, FOOT_ROOM, HEAD_ROOM, LEFT_ROOM } from './plot.js';
import { axisOf } from './scale.js';
import { element, fitted, line, svg, text } from './svg.js';

export interface VolumeChart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly names: { readonly x: string };
  readonly arms: readonly {
    readonly index: number;
    readonly title: string;
    readonly runs: readonly { readonly volume: number; readonly cost: number }[];
    /** Null where costs follow no line. */
    readonly line: {
      readonly from: number;
      readonly to: number;
      readonly atFrom: number;
      readonly atTo: number;
    } | null;
  }[];
  /** Where the arms cost the same, as far as that is known; null ends: beyond what was measured. */
  readonly crossing: {
    readonly low: number | null;
    readonly high: number | null;
    readonly estimate: number | null;
  } | null;
  readonly declared: number | null;
}

const draw = (chart: VolumeChart, width: number, suffix: string): string => {
  const head = legend(
    chart.arms.map(({ index, title }) => armItem(index, title)),
    width,
  );
  const plot = {
    left: LEFT_ROOM + 8,
    right: width - 12,
    top: head.height + HEAD_ROOM,
    foot: head.height + 240,
  };
  const volumes = chart.arms.flatMap(({ runs }) => runs.map(({ volume }) => volume));
  const costs = chart.arms.flatMap(({ runs, line: fit }) => [
    ...runs.map(({ cost }) => cost),
    ...(fit === null ? [] : [fit.atFrom, fit.atTo]),
  ]);
  const declared = chart.declared === null ? [] : [chart.declared];
  const x = axisOf(
    [0, ...volumes, ...declared],
    [plot.left, plot.right],
    width > 500 ? 8 : 4,
    { factor: 1 },
    'linear',
  );
  const scale = axisScale(chart.unit, Math.max(0, ...costs.map(Math.abs)));
  const y = axisOf([0, ...costs], [plot.foot, plot.top], 5, scale, 'linear');
  const { crossing } = chart;
  const shade = (): string => {
    if (crossing === null) return '';
    const from = crossing.low === null ? plot.left : x.place(crossing.low);
    const to = crossing.high === null ? plot.right : x.place(crossing.high);
    return element('rect', {
      x: from,
      y: plot.top,
      width: Math.max(1, to - from),
      height: plot.foot - plot.top,
      class: 'band',
    });
  };
  const mark = (place: number, words: string, className: string): string =>
    line(x.place(place), plot.top, x.place(place), plot.foot, className) +
    text(fitted(words, 200), {
      x: x.place(place) + (x.place(place) > width / 2 ? -6 : 6),
      y: plot.top + 12,
      class: 'tick',
      'text-anchor': x.place(place) > width / 2 ? 'end' : 'start',
    });
  return svg(
    { ...chart, id: `${chart.id}-${suffix}`, width, height: plot.foot + FOOT_ROOM },
    head.body,
    shade(),
    axes(plot, x, y, { x: chart.names.x, y: scale.name }),
    ...chart.arms.map(
      ({ index, runs, line: fit }) =>
        (fit === null
          ? ''
          : line(
              x.place(fit.from),
              y.place(fit.atFrom),
              x.place(fit.to),
              y.place(fit.atTo),
              `curve ${armClass(index)}`,
            )) +
        element('path', {
          d: runs.map(({ volume, cost }) => marker(index, x.place(volume), y.place(cost), 3)).join(''),
          class: armClass(index),
        }),
    ),
    crossing === null || crossing.estimate === null
      ? ''
      : mark(crossing.estimate, `same cost at ${number(crossing.estimate)}`, 'ink dashed'),
    chart.declared === null
      ? ''
      : line(x.place(chart.declared), plot.top, x.place(chart.declared), plot.foot, 'claim'),
  );
};

export const volumeChart = (chart: VolumeChart): { readonly wide: string; readonly narrow: string } => ({
  wide: draw(chart, 880, 'w'),
  narrow: draw(chart, 340, 'n'),
});
