/** How long a series remembers itself: autocorrelation by lag, with the band in which white noise stays. */
import { armClass } from './marker.js';
import { axes, FOOT_ROOM, HEAD_ROOM, LEFT_ROOM } from './plot.js';
import { axisOf } from './scale.js';
import { at, element, line, svg } from './svg.js';

export interface Memory {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly index: number;
  readonly buckets: number;
  /** At lags 0, 1, … */
  readonly lags: readonly number[];
}

const WIDTH = 440;

export const memoryChart = (chart: Memory): string => {
  const plot = { left: LEFT_ROOM - 14, right: WIDTH - 8, top: HEAD_ROOM, foot: 130 };
  const noise = 1.96 / Math.sqrt(chart.buckets);
  const low = Math.min(-noise, ...chart.lags);
  const y = axisOf([low, 1], [plot.foot, plot.top], 4, { factor: 1 }, 'linear');
  const x = axisOf([0, chart.lags.length], [plot.left + 4, plot.right], 6, { factor: 1 }, 'linear');
  const bars = chart.lags
    .slice(1)
    .map((value, i) => `M${at(x.place(i + 1))} ${at(y.place(0))}V${at(y.place(value))}`);
  return svg(
    { ...chart, width: WIDTH, height: plot.foot + FOOT_ROOM },
    element('rect', {
      x: plot.left,
      y: y.place(noise),
      width: plot.right - plot.left,
      height: y.place(-noise) - y.place(noise),
      class: 'band',
    }),
    axes(plot, { ...x, ticks: x.ticks.filter(({ value }) => Number.isInteger(value)) }, y, {
      x: 'buckets apart',
      y: 'correlation',
    }),
    line(plot.left, y.place(0), plot.right, y.place(0), 'zero'),
    element('path', { d: bars.join(''), class: `stem thick ${armClass(chart.index)}` }),
  );
};
