/** Amounts by name, a bar for each arm: cost by service, units against their share. */
import { armItem, legend } from './legend.js';
import { armClass } from './marker.js';
import { element, fitted, line, svg, text, wrapped } from './svg.js';

export interface Bars {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly arms: readonly { readonly index: number; readonly title: string }[];
  readonly rows: readonly {
    readonly name: string;
    /** Colour of its bars where rows are arms; else that of each arm. */
    readonly index?: number;
    /** One for each arm, in the order of the arms; `expected`: a mark on the bar. */
    readonly bars: readonly { readonly value: number; readonly text: string; readonly expected?: number }[];
  }[];
}

const BAR = 14;

const draw = (chart: Bars, width: number, suffix: string): string => {
  const narrow = width < 500;
  const several = chart.arms.length > 1;
  const head = several
    ? legend(
        chart.arms.map(({ index, title }) => armItem(index, title)),
        width,
      )
    : { body: '', height: 4 };
  const [left, right] = [narrow ? 0 : 220, width - 96];
  const most = Math.max(
    0,
    ...chart.rows.flatMap(({ bars }) => bars.flatMap(({ value, expected }) => [value, expected ?? 0])),
  );
  const length = (value: number): number => (most > 0 ? (Math.max(0, value) / most) * (right - left) : 0);
  let y = head.height + 4;
  const rows = chart.rows.map(({ name, index, bars }) => {
    const top = y + (narrow ? 18 : 0);
    y = top + bars.length * (BAR + 3) + 10;
    const title = narrow
      ? text(fitted(name, width), { x: 0, y: top - 5, class: 'label' })
      : wrapped(name, 205, bars.length > 1 ? 2 : 1, 7.6)
          .map((one, i, all) => {
            const y = top + (bars.length * (BAR + 3)) / 2 + 3 + 15 * (i - (all.length - 1) / 2);
            return text(one, { x: 0, y, class: 'label' });
          })
          .join('');
    const drawn = bars.map(({ value, text: words, expected }, i) => {
      const at = top + i * (BAR + 3);
      const width = length(value);
      return [
        element('rect', {
          x: left,
          y: at,
          width: Math.max(value > 0 ? 1 : 0, width),
          height: BAR,
          class: armClass(index ?? chart.arms[i]?.index ?? 0),
        }),
        expected === undefined
          ? ''
          : line(left + length(expected), at - 2, left + length(expected), at + BAR + 2, 'ink'),
        text(words, { x: left + Math.max(width, length(expected ?? 0)) + 7, y: at + BAR - 3, class: 'tick' }),
      ].join('');
    });
    return title + drawn.join('');
  });
  return svg({ ...chart, id: `${chart.id}-${suffix}`, width, height: y }, head.body, ...rows);
};

export const barChart = (chart: Bars): { readonly wide: string; readonly narrow: string } => ({
  wide: draw(chart, 880, 'w'),
  narrow: draw(chart, 340, 'n'),
});
