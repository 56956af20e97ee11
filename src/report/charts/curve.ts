/** A number with its band over something that is chosen: net benefit over the value of an hour. */
import { axisScale } from '../format.js';
import { armClass } from './marker.js';
import { axes, band, FOOT_ROOM, HEAD_ROOM, LEFT_ROOM, nameRoom, polyline } from './plot.js';
import { axisOf } from './scale.js';
import { element, fitted, line, svg, text } from './svg.js';

export interface Curve {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly index: number;
  /** Unit of y. */
  readonly unit: string;
  readonly names: { readonly x: string; readonly y: string };
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low: number | null;
    readonly high: number | null;
  }[];
  /** Where on x the reader stands, or null. */
  readonly declared: { readonly x: number; readonly text: string } | null;
  /** Stretches of x in which the sign is open; null end: on and on. */
  readonly open: readonly { readonly low: number; readonly high: number | null }[];
}

const draw = (curve: Curve, width: number, suffix: string): string => {
  const { points, declared } = curve;
  const ends = points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  const scale = axisScale(curve.unit, Math.max(0, ...ends.map(Math.abs)));
  const nameOfY = `${scale.name} ${curve.names.y}`;
  const head = nameRoom(nameOfY, width - 12);
  const plot = { left: LEFT_ROOM + 8, right: width - 12, top: HEAD_ROOM + 4 + head, foot: 226 + head };
  const x = axisOf(
    [0, ...points.map((p) => p.x)],
    [plot.left, plot.right],
    width > 500 ? 8 : 4,
    { factor: 1 },
    'linear',
  );
  const y = axisOf([0, ...ends], [plot.foot, plot.top], 5, scale, 'linear');
  const inside = (px: number): number => Math.min(plot.right, Math.max(plot.left, px));
  const shown = points.map((point) => ({
    x: x.place(point.x),
    y: y.place(point.y),
    low: point.low === null ? plot.foot : y.place(point.low),
    high: point.high === null ? plot.top : y.place(point.high),
  }));
  const right = Math.max(...points.map((p) => p.x));
  return svg(
    { ...curve, id: `${curve.id}-${suffix}`, width, height: plot.foot + FOOT_ROOM },
    ...curve.open.map(({ low, high }) => {
      const [from, to] = [inside(x.place(low)), inside(x.place(high ?? right))];
      return to - from < 1
        ? ''
        : element('rect', {
            x: from,
            y: plot.top,
            width: to - from,
            height: plot.foot - plot.top,
            class: 'warm-up',
          });
    }),
    axes(plot, x, y, { x: curve.names.x, y: nameOfY }),
    band(shown, `uncertain ${armClass(curve.index)}`),
    line(plot.left, y.place(0), plot.right, y.place(0), 'zero'),
    polyline(shown, `curve ${armClass(curve.index)}`),
    declared === null || declared.x > right
      ? ''
      : line(x.place(declared.x), plot.top, x.place(declared.x), plot.foot, 'claim') +
          text(fitted(declared.text, 220), {
            x: x.place(declared.x) + (x.place(declared.x) > width / 2 ? -6 : 6),
            y: plot.top + 12,
            class: 'tick strong',
            'text-anchor': x.place(declared.x) > width / 2 ? 'end' : 'start',
          }),
  );
};

export const curveChart = (curve: Curve): { readonly wide: string; readonly narrow: string } => ({
  wide: draw(curve, 880, 'w'),
  narrow: draw(curve, 340, 'n'),
});
