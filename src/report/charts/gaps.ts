/** Where a series has no values: a row for each arm over the window, a mark for each gap. */
import { armItem } from './legend.js';
import { timeAxis } from './scale.js';
import { element, fitted, line, svg, text } from './svg.js';

export interface Gaps {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly arms: readonly {
    readonly index: number;
    readonly title: string;
    readonly gaps: readonly { readonly startMs: number; readonly endMs: number }[];
  }[];
}

const WIDTH = 440;
const ROW = 26;

export const gapsChart = (chart: Gaps): string => {
  const [left, right] = [116, WIDTH - 8];
  const x = timeAxis(chart.fromMs, chart.toMs, [left, right], 4);
  const foot = 6 + chart.arms.length * ROW;
  return svg(
    { ...chart, width: WIDTH, height: foot + 24 },
    ...chart.arms.map(({ index, title, gaps }, i) => {
      const top = 4 + i * ROW;
      return [
        armItem(index, title).mark(6, top + 9),
        text(fitted(title, 92), { x: 17, y: top + 13, class: 'tick' }),
        element('rect', { x: left, y: top, width: right - left, height: 18, class: 'present' }),
        ...gaps.map(({ startMs, endMs }) =>
          element('rect', {
            x: x.place(startMs),
            y: top,
            width: Math.max(1.2, x.place(endMs) - x.place(startMs)),
            height: 18,
            class: 'missing',
          }),
        ),
      ].join('');
    }),
    line(left, foot, right, foot, 'axis'),
    ...x.ticks.map(({ value, text: label }) =>
      text(label, { x: x.place(value), y: foot + 15, class: 'tick', 'text-anchor': 'middle' }),
    ),
  );
};
