/** Cost against time: what a resample of the units says, with the price of an hour as a line through the origin. */
import { axisScale, percent, quantity, scaleOf } from '../format.js';
import { armClass } from './marker.js';
import { axes, FOOT_ROOM, HEAD_ROOM, LEFT_ROOM, nameRoom } from './plot.js';
import { axisOf } from './scale.js';
import { at, element, fitted, line, svg, text } from './svg.js';

export interface Plane {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly index: number;
  /** `s` and the currency; names of the axes say per what. */
  readonly currency: string;
  readonly names: { readonly x: string; readonly y: string };
  /** Seconds saved and money more, per unit of work. */
  readonly points: readonly { readonly seconds: number; readonly money: number }[];
  readonly center: { readonly seconds: number; readonly money: number };
  /** Each a share of resamples with its words; null where there is no cloud. */
  readonly shares: {
    readonly fasterCheaper: number;
    readonly fasterDearer: number;
    readonly slowerCheaper: number;
    readonly slowerDearer: number;
  } | null;
  /** Money per hour, or null. */
  readonly hourValue: number | null;
}

/** One decimal; what is not quite nothing or all is not printed as if it were. */
const shareText = (share: number): string =>
  share > 0 && share < 0.001
    ? '<0.1%'
    : share < 1 && share > 0.999
      ? '>99.9%'
      : percent(Math.round(share * 1000) / 1000);

const corner = (words: string, share: number, x: number, y: number, anchor: 'start' | 'end'): string =>
  text(shareText(share), { x, y, class: share >= 0.5 ? 'label halo' : 'tick halo', 'text-anchor': anchor }) +
  text(words, { x, y: y + 15, class: 'tick halo', 'text-anchor': anchor });

const draw = (plane: Plane, width: number, suffix: string): string => {
  const all = [...plane.points, plane.center, { seconds: 0, money: 0 }];
  const [seconds, money] = [all.map((p) => p.seconds), all.map((p) => p.money)];
  const span = (values: readonly number[]): readonly number[] => {
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    const room = (high - low) * 0.22;
    return [low - room, high + room];
  };
  const time = scaleOf('s', Math.max(0, ...seconds.map(Math.abs)));
  const cost = axisScale(plane.currency, Math.max(0, ...money.map(Math.abs)));
  const names = { x: `${time.name} ${plane.names.x}`, y: `${cost.name} ${plane.names.y}` };
  const [left, right] = [LEFT_ROOM + 8, width - 12];
  const head = nameRoom(names.y, right);
  const plot = { left, right, top: HEAD_ROOM + 4 + head, foot: 300 + head };
  const x = axisOf(span(seconds), [plot.left, plot.right], width > 500 ? 7 : 4, time, 'linear');
  const y = axisOf(span(money), [plot.foot, plot.top], 6, cost, 'linear');
  const [zeroX, zeroY] = [x.place(0), y.place(0)];
  const dots = plane.points.map((p) => `M${at(x.place(p.seconds))} ${at(y.place(p.money))}h0`).join('');
  const { shares, hourValue } = plane;
  return svg(
    {
      ...plane,
      id: `${plane.id}-${suffix}`,
      width,
      height: plot.foot + FOOT_ROOM + nameRoom(names.x, right - left),
    },
    axes(plot, x, y, names),
    line(zeroX, plot.top, zeroX, plot.foot, 'zero'),
    line(plot.left, zeroY, plot.right, zeroY, 'zero'),
    hourValue === null ? '' : priceLine(hourValue, x.place, y.place, plot, plane.currency),
    dots === '' ? '' : element('path', { d: dots, class: `cloud ${armClass(plane.index)}` }),
    element('path', {
      d: `M${at(x.place(plane.center.seconds))} ${at(y.place(plane.center.money) - 7)}l7 7l-7 7l-7 -7z`,
      class: 'ink-fill',
    }),
    shares === null
      ? ''
      : [
          corner('slower, dearer', shares.slowerDearer, plot.left + 8, plot.top + 14, 'start'),
          corner('faster, dearer', shares.fasterDearer, plot.right - 4, plot.top + 14, 'end'),
          corner('slower, cheaper', shares.slowerCheaper, plot.left + 8, plot.foot - 24, 'start'),
          corner('faster, cheaper', shares.fasterCheaper, plot.right - 4, plot.foot - 24, 'end'),
        ].join(''),
  );
};

/** Below it the treatment pays at the declared value of an hour. Cut where it leaves the plot. */
const priceLine = (
  hourValue: number,
  x: (seconds: number) => number,
  y: (money: number) => number,
  plot: { readonly left: number; readonly right: number; readonly top: number; readonly foot: number },
  currency: string,
): string => {
  const perPixel = (x(3600) - x(0)) / 3600;
  const slope = ((y(1) - y(0)) * (hourValue / 3600)) / perPixel;
  const [x0, y0] = [x(0), y(0)];
  const clipped = (px: number): { px: number; py: number } => {
    const py = y0 + slope * (px - x0);
    const inside = Math.min(plot.foot, Math.max(plot.top, py));
    return slope === 0 ? { px, py } : { px: x0 + (inside - y0) / slope, py: inside };
  };
  const [from, to] = [clipped(plot.left), clipped(plot.right)];
  const words = fitted(`an hour is worth ${quantity(hourValue, currency)}`, 200);
  const y1 = Math.max(plot.top + 44, Math.min(plot.foot - 34, to.py + 12));
  // Beside the line at the height of the words: left of it, where they have room there.
  const onLine = slope === 0 ? to.px : Math.min(to.px, x0 + (y1 - y0) / slope);
  const before = onLine - plot.left > 160;
  return (
    line(from.px, from.py, to.px, to.py, 'claim') +
    text(words, {
      x: before ? Math.min(plot.right - 4, onLine - 8) : onLine + 8,
      y: y1,
      class: 'tick strong halo',
      'text-anchor': before ? 'end' : 'start',
    })
  );
};

export const planeChart = (plane: Plane): { readonly wide: string; readonly narrow: string } => ({
  wide: draw(plane, 880, 'w'),
  narrow: draw(plane, 340, 'n'),
});
