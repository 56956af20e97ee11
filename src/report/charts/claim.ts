/** A claim as a small picture: the interval against the claim's threshold and the margin. */
import { scaleLinear } from 'd3-scale';
import { drawHeld, type Held } from './interval.js';
import { line, svg, text } from './svg.js';

export interface ClaimPicture {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly held: Held;
  /** Values that must be on the axis; the same for all claims that share a scale. */
  readonly domain: readonly number[];
  /** Text of a place on the axis. */
  readonly label: (value: number) => string;
  /** Words for the place of no change: "0", or "limit". */
  readonly zero: string;
}

const WIDTH = 300;
const HEIGHT = 46;
const EDGE = 16;
/** Texts nearer than this would touch. */
const APART = 34;

export const claimChart = (picture: ClaimPicture): string => {
  const { held, domain } = picture;
  const [low, high] = [Math.min(...domain), Math.max(...domain)];
  const pad = (high - low) * 0.06 || 1;
  const place = scaleLinear()
    .domain([low - pad, high + pad])
    .range([EDGE, WIDTH - EDGE]);
  const zero = place(0);
  const labels = held.thresholds
    .filter((threshold) => threshold !== 0)
    .map((threshold) => ({ x: place(threshold), text: picture.label(threshold), className: 'tick strong' }))
    .filter((label, i, all) => i === 0 || Math.abs(label.x - all[i - 1].x) >= APART);
  const clear = labels.every((label) => Math.abs(label.x - zero) >= APART);
  const zeroLabel = clear ? [{ x: zero, text: picture.zero, className: 'tick' }] : [];
  const clamped = (x: number): number => Math.min(WIDTH - EDGE, Math.max(EDGE, x));
  return svg(
    { id: picture.id, title: picture.title, description: picture.description, width: WIDTH, height: HEIGHT },
    line(EDGE - 8, 16, WIDTH - EDGE + 8, 16, 'grid'),
    drawHeld(held, { place, left: EDGE - 8, right: WIDTH - EDGE + 8, y: 16, height: 24 }),
    ...[...zeroLabel, ...labels].map((label) =>
      text(label.text, { x: clamped(label.x), y: 42, class: label.className, 'text-anchor': 'middle' }),
    ),
  );
};
