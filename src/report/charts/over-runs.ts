/** The effect on one claim, run after run: estimate and interval, against no change and what is claimed. */
import { scaleLinear } from 'd3-scale';
import { domainOf, type Held, MOST_RELATIVE } from './interval.js';
import { at, element, fitted, line, svg, text } from './svg.js';

export interface OverRuns {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Oldest first. */
  readonly runs: readonly Held[];
  readonly relative: boolean;
  readonly label: (benefit: number) => string;
}

const WIDTH = 420;
const HEIGHT = 110;
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 90, 12, 98];

export const overRuns = ({ id, title, description, runs, relative, label }: OverRuns): string => {
  const domain = domainOf(runs, relative ? MOST_RELATIVE : undefined);
  const [low, high] = [Math.min(...domain), Math.max(...domain)];
  const pad = (high - low) * 0.08 || 1;
  const y = scaleLinear()
    .domain([low - pad, high + pad])
    .range([BOTTOM, TOP]);
  const place = (value: number): number => Math.min(BOTTOM, Math.max(TOP, y(value)));
  const x = (i: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * (i + 0.5)) / runs.length;
  const claimed = runs.at(-1)?.thresholds.filter((threshold) => threshold !== 0) ?? [];
  const marks = runs.map(({ benefit: { estimate, interval } }, i) => {
    const top = interval.high === null ? TOP : place(interval.high);
    const bottom = interval.low === null ? BOTTOM : place(interval.low);
    const open = interval.kind === 'unbounded' ? 'ink dashed' : 'ink';
    const dot = element('path', {
      d: `M${at(x(i))} ${at(place(estimate) - 4)}l4 4l-4 4l-4 -4z`,
      class: 'ink-fill',
    });
    return line(x(i), bottom, x(i), top, open) + dot;
  });
  const right = WIDTH - RIGHT;
  const ticks = y.ticks(4).filter((tick) => tick >= low - pad && tick <= high + pad);
  const axis = ticks.map(
    (tick) =>
      line(LEFT, place(tick), right, place(tick), 'grid') +
      text(fitted(label(tick), LEFT - 8), {
        x: LEFT - 7,
        y: place(tick) + 4,
        class: 'tick',
        'text-anchor': 'end',
      }),
  );
  const texts = [0, ...claimed].filter((value, i, all) => i === 0 || Math.abs(y(value) - y(all[0])) > 14);
  return svg(
    { id, title, description, width: WIDTH, height: HEIGHT },
    ...axis,
    line(LEFT, place(0), right, place(0), 'zero'),
    ...claimed.map((threshold) => line(LEFT, place(threshold), right, place(threshold), 'claim')),
    ...marks,
    ...texts.map((value) =>
      text(value === 0 ? 'same' : label(value), {
        x: right + 6,
        y: place(value) + 4,
        class: value === 0 ? 'tick' : 'tick strong',
      }),
    ),
  );
};
