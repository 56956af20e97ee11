/** All comparisons on one axis: relative effect with interval, claim threshold and margin; right is better. */
import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { percent } from '../format.js';
import { domainOf, drawHeld, type Held, MOST_RELATIVE } from './interval.js';
import { element, fitted, line, svg, text, wrapped } from './svg.js';

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

/** Width of a character of a label. */
const BOLD = 7.4;

/** One line or two, in the middle of a row. */
const inRow = (
  lines: readonly string[],
  top: number,
  at: Readonly<Record<string, string | number>>,
): string =>
  lines.map((one, i) => text(one, { ...at, y: top + 25 + 16 * (i - (lines.length - 1) / 2) })).join('');

const wide: Layout = {
  width: 880,
  left: 212,
  right: 630,
  row: 42,
  head: 34,
  laneAt: 21,
  words: (row, top) =>
    inRow(wrapped(row.label, 200, 2, BOLD), top, { x: 0, class: 'label' }) +
    inRow(wrapped(row.effect, 232, 2), top, { x: 880, class: 'value', 'text-anchor': 'end' }),
};

const narrow: Layout = {
  width: 340,
  left: 12,
  right: 328,
  row: 92,
  head: 42,
  laneAt: 70,
  words: (row, top) =>
    text(wrapped(row.label, 340, 1, BOLD)[0], { x: 0, y: top + 15, class: 'label' }) +
    wrapped(row.effect, 340, 2)
      .map((one, i) => text(one, { x: 0, y: top + 33 + 16 * i, class: 'value' }))
      .join(''),
};

const isDrawn = (held: Held | null): held is Held => held !== null;

/** As many as there is room for: texts do not touch. */
const ticksOf = (scale: ScaleLinear<number, number>): readonly number[] => {
  const [left, right] = scale.range();
  for (let most = right - left > 350 ? 8 : 5; most > 1; most--) {
    const ticks = scale.ticks(most);
    const widest = Math.max(...ticks.map((tick) => percent(tick).length)) * 7 + 12;
    const apart = ticks.length < 2 ? right - left : scale(ticks[1]) - scale(ticks[0]);
    if (apart >= widest) return ticks;
  }
  return scale.ticks(1);
};

/** What a side favours, beside the line of no change, or as near to it as its words have room. */
const side = (words: string, near: number, anchor: 'start' | 'end', { width, head }: Layout): string => {
  const shown = fitted(words, width);
  const long = Array.from(shown).length * 6.8;
  const x =
    anchor === 'end' ? Math.max(near, Math.min(width, long)) : Math.min(near, Math.max(0, width - long));
  // The two would meet where both were pushed to an edge: each has a line of its own.
  return text(shown, {
    x,
    y: anchor === 'end' || width > 500 ? 14 : head - 14,
    class: 'tick',
    'text-anchor': anchor,
  });
};

const draw = (forest: Forest, layout: Layout, suffix: string): string => {
  const { left, right, row: rowHeight, head } = layout;
  const domain = domainOf(forest.rows.map(({ held }) => held).filter(isDrawn), MOST_RELATIVE);
  const [low, high] = [Math.min(...domain), Math.max(...domain)];
  const pad = (high - low) * 0.05 || 0.05;
  const scale = scaleLinear()
    .domain([low - pad, high + pad])
    .range([left, right]);
  const foot = head + forest.rows.length * rowHeight;
  const ticks = ticksOf(scale);
  const middle = scale(0);
  const grid = ticks.map((tick) => line(scale(tick), head, scale(tick), foot, 'grid'));
  const axis = ticks.map((tick) =>
    text(percent(tick), { x: scale(tick), y: foot + 18, class: 'tick', 'text-anchor': 'middle' }),
  );
  const sides = [
    side(`← ${forest.sides.left}`, middle - 8, 'end', layout),
    side(`${forest.sides.right} →`, middle + 8, 'start', layout),
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
