/**
 * Declared looks: shares of the planned units, or of the window, rising to all of it; on a window also dates. A date is
 * the share of the window, after its warm-up, that lies before it.
 */
import type { Decide, Window } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, items, type Located } from '../read/located.js';
import { decideShape } from '../shape/file.js';
import { rightParts } from '../shape/walk.js';

export function readLooks(root: Located, window: Window | null, problems: Problems): Pick<Decide, 'looks'> {
  const at = child(child(root, 'decide'), 'looks');
  const { looks: written } = rightParts(decideShape, child(root, 'decide')?.value);
  if (at === null || written === undefined) return {};
  const places = items(at);
  const looks = written.map((look, i) => {
    if (typeof look === 'number') return look;
    return shareBefore(look.atMs, window, places[i] ?? at, problems);
  });
  if (looks.some(Number.isNaN)) return {};
  looks.forEach((look, i) => {
    if (i > 0 && look <= looks[i - 1])
      problems.atValue(places[i] ?? at, 'looks must rise', 'Write them in order: [50%, 100%].');
  });
  const last = places[looks.length - 1] ?? at;
  if (looks[looks.length - 1] !== 1)
    problems.atValue(last, 'the last look is at the end', 'End the list with 100%: [50%, 100%].');
  if (looks.length > 1 && child(root, 'driver') === null && window === null)
    problems.atKey(
      at,
      'looks need a driver or a window: shares of what?',
      'Declare "window:", or let stacktrial run the trials ("driver:").',
    );
  return looks.length > 1 ? { looks } : {};
}

function shareBefore(atMs: number, window: Window | null, at: Located, problems: Problems): number {
  if (window === null) {
    problems.atValue(
      at,
      'a look at a date needs a window',
      'Write shares of the units instead: [50%, 100%].',
    );
    return Number.NaN;
  }
  const first = window.fromMs + window.warmupMs;
  if (atMs <= first || atMs > window.toMs) {
    problems.atValue(
      at,
      'the look lies outside the window',
      'Dates after the start and its warm-up; the last is the end of the window, or 100%.',
    );
    return Number.NaN;
  }
  return (atMs - first) / (window.toMs - first);
}
