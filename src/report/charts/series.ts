/** Both arms over time: a line each, with warm-up, slots, stages and looks where the experiment has them. */
import type { Timeline, TimelineSlot } from '../../model/pictures.js';
import type { ArmSummary } from '../../model/report.js';
import { axisScale, percent } from '../format.js';
import { armItem, legend } from './legend.js';
import { armClass, marker } from './marker.js';
import { axes, FOOT_ROOM, HEAD_ROOM, LEFT_ROOM, polyline } from './plot.js';
import { axisOf, timeAxis } from './scale.js';
import { element, fitted, line, svg, text } from './svg.js';

export interface Series {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly arms: readonly { readonly index: number; readonly title: string; readonly summary: ArmSummary }[];
  readonly timeline?: Timeline | null;
  /** Colour of an arm by name, for slots. */
  readonly indexOf?: (arm: string) => number;
  /** Looks that were taken, UTC ms. */
  readonly looks?: readonly { readonly at: number; readonly text: string }[];
  /** A hole in time longer than this breaks the line; null: never. */
  readonly bucketMs?: number | null;
}

/** More points than this are a line without dots. */
const DOTS_UP_TO = 120;
/** Strip above the plot in which slots are shown. */
const STRIP = 12;

const stages = (slots: readonly TimelineSlot[]): boolean => slots.some(({ stage }) => stage !== null);

/** The pieces of a series between its gaps. */
const pieces = (
  points: ArmSummary['points'],
  bucketMs: number | null,
): readonly (readonly ArmSummary['points'][number][])[] => {
  if (bucketMs === null) return [points];
  // Thinned series have steps of several buckets.
  const step =
    points.length > 1 ? (points[points.length - 1].at - points[0].at) / (points.length - 1) : bucketMs;
  const longest = 1.6 * Math.max(bucketMs, step);
  const all: ArmSummary['points'][number][][] = [];
  for (const point of points) {
    const last = all.at(-1)?.at(-1);
    if (last === undefined || point.at - last.at > longest) all.push([point]);
    else all.at(-1)?.push(point);
  }
  return all;
};

const slotStrip = (
  { slots }: Timeline,
  x: (ms: number) => number,
  plot: { readonly top: number; readonly foot: number },
  indexOf: (arm: string) => number,
): string =>
  slots
    .map((slot) => {
      const [from, to] = [x(slot.startMs), x(slot.endMs)];
      const words = slot.coverage === null ? '' : percent(slot.coverage);
      const burns = [
        [slot.startMs, slot.startMs + slot.burnInMs],
        [slot.endMs - slot.burnOutMs, slot.endMs],
      ]
        .filter(([start, end]) => end > start)
        .map(([start, end]) =>
          element('rect', {
            x: x(start),
            y: plot.top,
            width: Math.max(0.5, x(end) - x(start)),
            height: plot.foot - plot.top,
            class: 'warm-up',
          }),
        );
      return [
        ...burns,
        element('rect', {
          x: from,
          y: plot.top - STRIP - 2,
          width: Math.max(0.6, to - from - 0.6),
          height: STRIP,
          class:
            slot.outcome === 'failed'
              ? 'missing'
              : slot.arm === null
                ? 'present'
                : `box ${armClass(indexOf(slot.arm))}`,
        }),
        words !== '' && to - from > 34
          ? text(words, { x: (from + to) / 2, y: plot.top - 4, class: 'tick small', 'text-anchor': 'middle' })
          : '',
        stages(slots) && slot.index > 0 ? line(from, plot.top, from, plot.foot, 'zero dashed') : '',
      ].join('');
    })
    .join('');

const draw = (series: Series, width: number, suffix: string): string => {
  const points = series.arms.flatMap(({ summary }) => summary.points);
  const values = points.map(({ value }) => value);
  const scale = axisScale(series.unit, Math.max(0, ...values.map(Math.abs)));
  const head = legend(
    series.arms.map(({ index, title }) => armItem(index, title)),
    width,
  );
  const timeline = series.timeline ?? null;
  const strip = timeline !== null && timeline.slots.length > 0 ? STRIP + 4 : 0;
  const top = head.height + HEAD_ROOM + strip;
  const plot = { left: LEFT_ROOM, right: width - 12, top, foot: top + 220 };
  const y = axisOf(values, [plot.foot, plot.top], 5, scale);
  const times = points.map(({ at }) => at);
  const [first, last] = times.length === 0 ? [0, 1] : [Math.min(...times), Math.max(...times)];
  const slots = timeline?.slots ?? [];
  const from = Math.min(first, ...slots.map(({ startMs }) => startMs));
  const to = Math.max(last, ...slots.map(({ endMs }) => endMs));
  const x = timeAxis(from, to, [plot.left + 4, plot.right - 4], width > 500 ? 8 : 4);
  const inside = (ms: number): boolean => ms >= from && ms <= to;
  const warm = timeline?.warmupUntilMs ?? null;
  const lines = series.arms.map(({ index, summary }) => {
    const curves = pieces(summary.points, series.bucketMs ?? null).map((piece) =>
      polyline(
        piece.map(({ at, value }) => ({ x: x.place(at), y: y.place(value) })),
        `${armClass(index)} curve`,
      ),
    );
    const dots =
      summary.points.length > DOTS_UP_TO
        ? ''
        : summary.points.map(({ at, value }) => marker(index, x.place(at), y.place(value), 2.8)).join('');
    return curves.join('') + (dots === '' ? '' : element('path', { d: dots, class: armClass(index) }));
  });
  const looks = (series.looks ?? []).filter(({ at }) => inside(at));
  return svg(
    { ...series, id: `${series.id}-${suffix}`, width, height: plot.foot + FOOT_ROOM },
    head.body,
    warm !== null && inside(warm)
      ? element('rect', {
          x: plot.left,
          y: plot.top,
          width: x.place(warm) - plot.left,
          height: plot.foot - plot.top,
          class: 'warm-up',
        }) + text('warm-up', { x: plot.left + 4, y: plot.top + 12, class: 'tick' })
      : '',
    timeline === null ? '' : slotStrip(timeline, x.place, plot, series.indexOf ?? (() => 0)),
    axes({ ...plot, top: plot.top - strip }, { ...x, ticks: points.length === 0 ? [] : x.ticks }, y, {
      x: 'time, UTC',
      y: `${scale.name}${y.logarithmic ? ', logarithmic' : ''}`,
    }),
    ...lines,
    ...looks.map(
      ({ at, text: words }) =>
        line(x.place(at), plot.top, x.place(at), plot.foot, 'claim') +
        text(fitted(words, 90), {
          x: x.place(at) - 5,
          y: plot.top + 12,
          class: 'tick strong',
          'text-anchor': 'end',
        }),
    ),
  );
};

export const seriesChart = (series: Series): { readonly wide: string; readonly narrow: string } => ({
  wide: draw(series, 880, 'w'),
  narrow: draw(series, 340, 'n'),
});
