/** All comparisons on one axis: relative effect with interval, claim threshold and margin; right is better. */
import { scaleLinear } from 'd3-scale';
import { percent } from '../format.js';
import { domainOf, drawHeld, type Held, MOST_RELATIVE } from './interval.js';
import { element, fitted, line, svg, text } from './svg.js';

export interface ForestRow {
  readonly label: string;
  /** "78% faster (76–80%)", or why there is no picture. */
  readonly effect: string;
  /** null: nothing to draw, the words stay. */
  readonly held: Held | null;
}

export interface Forest {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly ForestRow[];
  /** What the two sides favour. */
  readonly sides: { readonly left: string; readonly right: string };
}

interface Layout {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly row: number;
  readonly head: number;
  readonly words: (row: ForestRow, top: number) => string;
  readonly laneAt: number;
}

const wide: Layout = {
  width: 880,
  left: 212,
  right: 630,
  row: 42,
  head: 34,
  laneAt: 21,
  words: (row, top) =>
    text(fitted(row.label, 200), { x: 0, y: top + 25, class: 'label' }) +
    text(fitted(row.effect, 232), { x: 880, y: top + 25, class: 'value', 'text-anchor': 'end' }),
};

const narrow: Layout = {
  width: 340,
  left: 12,
  right: 328,
  row: 76,
  head: 34,
  laneAt: 54,
  words: (row, top) =>
    text(fitted(row.label, 330), { x: 0, y: top + 15, class: 'label' }) +
    text(fitted(row.effect, 330), { x: 0, y: top + 33, class: 'value' }),
};

const isDrawn = (held: Held | null): held is Held => held !== null;

const draw = (forest: Forest, layout: Layout, suffix: string): string => {
  const { left, right, row: rowHeight, head } = layout;
  const domain = domainOf(forest.rows.map(({ held }) => held).filter(isDrawn), MOST_RELATIVE);
  const [low, high] = [Math.min(...domain), Math.max(...domain)];
  const pad = (high - low) * 0.05 || 0.05;
  const scale = scaleLinear()
    .domain([low - pad, high + pad])
    .range([left, right]);
  const foot = head + forest.rows.length * rowHeight;
  const ticks = scale.ticks(layout.width > 500 ? 7 : 4);
  const middle = scale(0);
  const grid = ticks.map((tick) => line(scale(tick), head, scale(tick), foot, 'grid'));
  const axis = ticks.map((tick) =>
    text(percent(tick), { x: scale(tick), y: foot + 18, class: 'tick', 'text-anchor': 'middle' }),
  );
  const sides = [
    middle - left > 60
      ? text(fitted(`← ${forest.sides.left}`, middle - left), {
          x: middle - 8,
          y: 14,
          class: 'tick',
          'text-anchor': 'end',
        })
      : '',
    right - middle > 60
      ? text(fitted(`${forest.sides.right} →`, right - middle), { x: middle + 8, y: 14, class: 'tick' })
      : '',
  ];
  const rows = forest.rows.map((row, i) => {
    const top = head + i * rowHeight;
    const rule = i === 0 ? '' : line(0, top, layout.width, top, 'rule');
    const lane = { place: scale, left, right, y: top + layout.laneAt, height: 26 };
    return rule + layout.words(row, top) + (row.held === null ? '' : drawHeld(row.held, lane));
  });
  return svg(
    { ...forest, id: `${forest.id}-${suffix}`, width: layout.width, height: foot + 26 },
    element('g', {}, ...grid),
    ...sides,
    ...rows,
    ...axis,
  );
};

export const forestChart = (forest: Forest): { readonly wide: string; readonly narrow: string } => ({
  wide: draw(forest, wide, 'w'),
  narrow: draw(forest, narrow, 'n'),
});
