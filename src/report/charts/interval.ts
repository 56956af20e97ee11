/** One estimate with its interval, held against "no change", the claim's threshold and the margin. */
import type { Benefit } from '../effect-words.js';
import { at, element, line } from './svg.js';

export interface Held {
  readonly benefit: Benefit;
  /** Thresholds of claims on this effect, on the axis of benefits. */
  readonly thresholds: readonly number[];
  readonly margin: number | null;
}

export interface Lane {
  readonly place: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly height: number;
}

/** Arrowhead at the edge: the interval goes on. */
const arrow = (x: number, y: number, way: 1 | -1): string =>
  element('path', { d: `M${at(x)} ${at(y)}l${-6 * way} -4v8z`, class: 'ink-fill' });

const cap = (x: number, y: number): string => line(x, y - 4, x, y + 4, 'ink');

const interval = ({ benefit }: Held, { place, left, right, y }: Lane): string => {
  const { low, high, kind } = benefit.interval;
  const inside = (x: number): number => Math.min(right, Math.max(left, x));
  const from = kind === 'unbounded' || low === null ? left : inside(place(low));
  const to = kind === 'unbounded' || high === null ? right : inside(place(high));
  const openLow = kind === 'unbounded' || low === null || place(low) < left - 0.5;
  const openHigh = kind === 'unbounded' || high === null || place(high) > right + 0.5;
  const estimate = place(benefit.estimate);
  const edge = high !== null && place(high) < left ? -1 : low !== null && place(low) > right ? 1 : null;
  if (kind === 'interval' && edge !== null) {
    const x = edge < 0 ? left : right;
    return line(x, y, x - 22 * edge, y, 'ink') + arrow(x, y, edge);
  }
  const seen = estimate >= left - 0.5 && estimate <= right + 0.5;
  return [
    line(from, y, to, y, kind === 'unbounded' ? 'ink dashed' : 'ink'),
    openLow ? arrow(left, y, -1) : cap(from, y),
    openHigh ? arrow(right, y, 1) : cap(to, y),
    seen ? element('path', { d: `M${at(estimate)} ${at(y - 6)}l6 6l-6 6l-6 -6z`, class: 'ink-fill' }) : '',
  ].join('');
};

/** A worsening of 1,600% may not squeeze everything else into a line. */
export const MOST_RELATIVE = 1.5;

/** Band, zero, thresholds, then the interval on top. */
export const drawHeld = (held: Held, lane: Lane): string => {
  const { place, y, height, left, right } = lane;
  const top = y - height / 2;
  const clip = (x: number): number => Math.min(right, Math.max(left, x));
  const { margin } = held;
  const band =
    margin === null || margin <= 0
      ? ''
      : element('rect', {
          x: clip(place(-margin)),
          y: top,
          width: Math.max(1, clip(place(margin)) - clip(place(-margin))),
          height,
          class: 'band',
        });
  const marks = held.thresholds
    .filter((threshold) => place(threshold) >= left - 0.5 && place(threshold) <= right + 0.5)
    .map((threshold) => line(place(threshold), top, place(threshold), top + height, 'claim'));
  return [band, line(place(0), top, place(0), top + height, 'zero'), ...marks, interval(held, lane)].join('');
};

/** The whole interval lies beyond `most`. */
export const isBeyond = ({ benefit: { interval } }: Held, most: number): boolean =>
  interval.kind === 'interval' &&
  ((interval.high !== null && interval.high < -most) || (interval.low !== null && interval.low > most));

/**
 * Values that an axis for these effects has to show. What lies beyond `most` is cut and gets an arrow; an effect that
 * lies there with its whole interval takes no room from the others, unless there is no other.
 */
export const domainOf = (effects: readonly Held[], limit = Number.POSITIVE_INFINITY): readonly number[] => {
  const near = effects.filter((held) => !isBeyond(held, limit));
  const [all, most] = near.length === 0 ? [effects, Number.POSITIVE_INFINITY] : [near, limit];
  const anchors = all.flatMap(({ benefit, thresholds, margin }) => [
    benefit.estimate,
    ...thresholds,
    ...(margin === null ? [] : [margin, -margin]),
  ]);
  const ends = all.flatMap(({ benefit }) => [benefit.interval.low, benefit.interval.high]);
  const cut = (x: number): number => Math.min(most, Math.max(-most, x));
  return [0, ...anchors.map(cut), ...ends.filter((end) => end !== null).map(cut)];
};
