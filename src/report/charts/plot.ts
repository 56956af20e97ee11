/** Grid, axes and their words: what all pictures with two axes share. The name of y stands above it, that of x below. */
import { area, line as path } from 'd3-shape';
import type { Axis } from './scale.js';
import { element, line, text, wrapped } from './svg.js';

export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly foot: number;
}

/** Between the foot of the plot and the end of the picture. */
export const FOOT_ROOM = 40;
/** Above the plot, for the name of y. */
export const HEAD_ROOM = 24;
const LINE = 14;
/** What a name of an axis needs beyond its one line, where it has only `width`. */
export const nameRoom = (name: string, width: number): number => LINE * (wrapped(name, width, 2).length - 1);
/** Left of the plot, for the numbers of y. */
export const LEFT_ROOM = 56;

export const axes = (
  { left, right, top, foot }: Plot,
  x: Pick<Axis, 'place' | 'ticks'>,
  y: Pick<Axis, 'place' | 'ticks'>,
  names: { readonly x: string; readonly y: string },
): string =>
  [
    ...y.ticks.map(
      ({ value, text: label }) =>
        line(left, y.place(value), right, y.place(value), 'grid') +
        text(label, { x: left - 7, y: y.place(value) + 4, class: 'tick', 'text-anchor': 'end' }),
    ),
    line(left, foot, right, foot, 'axis'),
    ...x.ticks.map(
      ({ value, text: label }) =>
        line(x.place(value), foot, x.place(value), foot + 4, 'axis') +
        text(label, { x: x.place(value), y: foot + 17, class: 'tick', 'text-anchor': 'middle' }),
    ),
    ...wrapped(names.y, right, 2).map((name, i, all) =>
      text(name, { x: 0, y: top - 11 - LINE * (all.length - 1 - i), class: 'tick' }),
    ),
    ...wrapped(names.x, right - left, 2).map((name, i) =>
      text(name, { x: right, y: foot + 34 + LINE * i, class: 'tick', 'text-anchor': 'end' }),
    ),
  ].join('');

/** A band between two lines of points, left to right. Coordinates to a tenth, as all of them. */
export const band = (points: readonly BandPoint[], className: string): string => {
  const d = area<BandPoint>(
    ({ x }) => x,
    ({ low }) => low,
    ({ high }) => high,
  ).digits(1)([...points]);
  return points.length < 2 || d === null ? '' : element('path', { d, class: className });
};

interface BandPoint {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

export const polyline = (points: readonly LinePoint[], className: string): string => {
  const d = path<LinePoint>(
    ({ x }) => x,
    ({ y }) => y,
  ).digits(1)([...points]);
  return points.length < 2 || d === null ? '' : element('path', { d, class: className });
};

interface LinePoint {
  readonly x: number;
  readonly y: number;
}
