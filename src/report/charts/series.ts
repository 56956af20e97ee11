/** Both arms over time, one line each, for metrics whose units are not trials of this machine. */
import { scaleUtc } from 'd3-scale';
import { line as path } from 'd3-shape';
import type { ArmSummary } from '../../model/report.js';
import { scaleOf, timestamp } from '../format.js';
import { armClass, marker } from './marker.js';
import { axisOf } from './scale.js';
import { element, fitted, line, svg, text } from './svg.js';

export interface Series {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly arms: readonly { readonly index: number; readonly title: string; readonly summary: ArmSummary }[];
}

const LEFT = 52;
/** More points than this are a line without dots. */
const DOTS_UP_TO = 120;

const draw = (series: Series, width: number, suffix: string): string => {
  const points = series.arms.flatMap(({ summary }) => summary.points);
  const values = points.map(({ value }) => value);
  const scale = scaleOf(series.unit, Math.max(0, ...values.map(Math.abs)));
  const [top, foot, right] = [20 * series.arms.length + 10, 20 * series.arms.length + 240, width - 8];
  const y = axisOf(values, [foot, top], 6, scale);
  const times = points.map(({ at }) => at);
  const [from, to] = times.length === 0 ? [0, 1] : [Math.min(...times), Math.max(...times)];
  const x = scaleUtc()
    .domain([from, from === to ? from + 1 : to])
    .range([LEFT + 6, right - 6]);
  const lines = series.arms.map(({ index, summary, title }, i) => {
    const d = path<ArmSummary['points'][number]>(
      ({ at }) => x(at),
      ({ value }) => y.place(value),
    ).digits(1)(summary.points);
    const dots =
      summary.points.length > DOTS_UP_TO
        ? ''
        : summary.points.map(({ at, value }) => marker(index, x(at), y.place(value), 3)).join('');
    return [
      element('path', { d: marker(index, 6, 8 + 20 * i, 4.5), class: armClass(index) }),
      text(fitted(title, width - 40), { x: 17, y: 12 + 20 * i, class: 'label' }),
      d === null ? '' : element('path', { d, class: `${armClass(index)} curve` }),
      dots === '' ? '' : element('path', { d: dots, class: armClass(index) }),
    ].join('');
  });
  const when = from === to || times.length === 0 ? '' : `${timestamp(from)} to ${timestamp(to)}`;
  return svg(
    { ...series, id: `${series.id}-${suffix}`, width, height: foot + 38 },
    ...y.ticks.map(
      ({ value, text: label }) =>
        line(LEFT, y.place(value), right, y.place(value), 'grid') +
        text(label, { x: LEFT - 6, y: y.place(value) + 4, class: 'tick', 'text-anchor': 'end' }),
    ),
    line(LEFT, foot, right, foot, 'axis'),
    ...lines,
    text(fitted(when, width - 80), { x: right, y: foot + 18, class: 'tick', 'text-anchor': 'end' }),
    text(`${scale.name}${y.logarithmic ? ', logarithmic' : ''}`, { x: 0, y: foot + 34, class: 'tick' }),
  );
};

export const seriesChart = (series: Series): { readonly wide: string; readonly narrow: string } => ({
  wide: draw(series, 880, 'w'),
  narrow: draw(series, 340, 'n'),
});
