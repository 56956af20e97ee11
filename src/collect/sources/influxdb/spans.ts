/** How much of an answer is of which arm. */
import type { Reading } from './rows.js';

export interface Span {
  points: number;
  missing: number;
  fromMs: number;
  toMs: number;
}

/** By arm: how many points, how many of them without a value, from when to when. */
export const spansOf = ({
  observations,
}: Pick<Reading, 'observations'>): ReadonlyMap<string, Readonly<Span>> => {
  const spans = new Map<string, Span>();
  for (const { arm, value, start, end } of observations) {
    let span = spans.get(arm);
    if (span === undefined) {
      span = { points: 0, missing: 0, fromMs: start, toMs: end };
      spans.set(arm, span);
    }
    span.points += 1;
    if (value === null) span.missing += 1;
    if (start < span.fromMs) span.fromMs = start;
    if (end > span.toMs) span.toMs = end;
  }
  return spans;
};
