/** A split beside what was watched of it: the traffic that was at risk, a strip for each guardrail, and where it ended. */
import { percent } from '../format.js';
import { type LegendItem, legend } from './legend.js';
import { FOOT_ROOM } from './plot.js';
import { timeAxis } from './scale.js';
import { at, element, fitted, line, svg, text } from './svg.js';

export type WatchOutcome = 'harm' | 'no harm seen' | 'cannot say';

export interface WatchChart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly exposed: readonly { readonly fromMs: number; readonly toMs: number; readonly share: number }[];
  readonly guardrails: readonly {
    readonly sentence: string;
    readonly stretches: readonly {
      readonly fromMs: number;
      readonly toMs: number;
      readonly outcome: WatchOutcome;
    }[];
  }[];
  /** Where the split was ended before its time, UTC ms, and the word for it. */
  readonly stop: { readonly at: number; readonly text: string } | null;
}

const CLASS: Readonly<Record<WatchOutcome, string>> = {
  harm: 'missing',
  'no harm seen': 'fine',
  'cannot say': 'present',
};
const TRAFFIC = 54;
const STRIP = 14;
const ROW = STRIP + 30;

const square = (outcome: WatchOutcome): LegendItem => ({
  text: outcome,
  mark: (x, y) => element('rect', { x: x - 5, y: y - 5, width: 10, height: 10, class: CLASS[outcome] }),
});

const draw = (chart: WatchChart, width: number, suffix: string): string => {
  const head = legend(
    ['no harm seen', 'harm', 'cannot say'].map((word) => square(word as WatchOutcome)),
    width,
  );
  const [left, right] = [44, width - 12];
  const ends = [
    ...chart.exposed.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
    ...chart.guardrails.flatMap(({ stretches }) => stretches.flatMap(({ fromMs, toMs }) => [fromMs, toMs])),
    ...(chart.stop === null ? [] : [chart.stop.at]),
  ];
  const first = ends.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = ends.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const [from, to] = ends.length === 0 ? [0, 1] : [first, last];
  const x = timeAxis(from, to, [left, right], width > 500 ? 8 : 3);
  const top = head.height + 22;
  const floor = top + TRAFFIC;
  const most = Math.max(0.01, ...chart.exposed.map(({ share }) => share));
  const traffic = chart.exposed.map(({ fromMs, toMs, share }) => {
    const height = (share / most) * TRAFFIC;
    return element('rect', {
      x: x.place(fromMs),
      y: floor - height,
      width: Math.max(0.6, x.place(toMs) - x.place(fromMs)),
      height,
      class: 'uncertain a1',
    });
  });
  const rows = chart.guardrails.map(({ sentence, stretches }, i) => {
    const y = floor + 32 + i * ROW;
    const bars = stretches.map(({ toMs, outcome }, k) => {
      // An answer is about the time up to its poll.
      const begin = x.place(stretches[k - 1]?.toMs ?? from);
      return element('rect', {
        x: begin,
        y,
        width: Math.max(outcome === 'harm' ? 3 : 0.6, x.place(toMs) - begin),
        height: STRIP,
        class: CLASS[outcome],
      });
    });
    return text(fitted(sentence, right - left), { x: left, y: y - 6, class: 'label' }) + bars.join('');
  });
  const foot = floor + 32 + chart.guardrails.length * ROW - 12;
  return svg(
    { ...chart, id: `${chart.id}-${suffix}`, width, height: foot + FOOT_ROOM },
    head.body,
    text('traffic of the other arms', { x: left, y: top - 8, class: 'label' }),
    text(percent(most), { x: left - 6, y: top + 5, class: 'tick', 'text-anchor': 'end' }),
    text(percent(0), { x: left - 6, y: floor + 4, class: 'tick', 'text-anchor': 'end' }),
    line(left, top, right, top, 'grid'),
    line(left, floor, right, floor, 'axis'),
    ...traffic,
    ...rows,
    line(left, foot, right, foot, 'axis'),
    ...x.ticks.map(
      ({ value, text: label }) =>
        line(x.place(value), foot, x.place(value), foot + 4, 'axis') +
        text(label, { x: x.place(value), y: foot + 17, class: 'tick', 'text-anchor': 'middle' }),
    ),
    text('time, UTC', { x: right, y: foot + 34, class: 'tick', 'text-anchor': 'end' }),
    chart.stop === null ? '' : stopped(chart.stop, x.place(chart.stop.at), top - 4, foot, right),
  );
};

const stopped = (
  { text: words }: NonNullable<WatchChart['stop']>,
  place: number,
  top: number,
  foot: number,
  right: number,
): string =>
  element('path', { d: `M${at(place)} ${at(top)}L${at(place)} ${at(foot)}`, class: 'lost' }) +
  text(words, {
    x: place > right / 2 ? place - 5 : place + 5,
    y: top - 4,
    class: 'label',
    'text-anchor': place > right / 2 ? 'end' : 'start',
  });

export const watchChart = (chart: WatchChart): { readonly wide: string; readonly narrow: string } => ({
  wide: draw(chart, 880, 'w'),
  narrow: draw(chart, 340, 'n'),
});
