/**
 * Declared looks: shares of the planned units, or of the window, rising to all of it; on a window also dates. A date is
 * the share of the window, after its warm-up, that lies before it.
 */
import type { Decide, Window } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, items, type Located } from '../read/located.js';
import { decideShape } from '../shape/claims.js';
import { rightParts } from '../shape/walk.js';

export function readLooks(
  root: Located,
  window: Window | null,
  problems: Problems,
): Pick<Decide, 'looks' | 'anytime'> {
  const at = child(child(root, 'decide'), 'looks');
  const { looks: written } = rightParts(decideShape, child(root, 'decide')?.value);
  if (at === null || written === undefined) return {};
  if (written === 'anytime') return readAnytime(root, at, window, problems);
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

/** Batches of a series are what the interval at all looks rests on. */
function readAnytime(
  root: Located,
  at: Located,
  window: Window | null,
  problems: Problems,
): Pick<Decide, 'anytime'> {
  const design = child(root, 'design');
  const kind = child(design, 'kind')?.value;
  const sideBySide =
    kind === 'mirrored' || (kind === 'observed' && child(design, 'concurrent')?.value !== false);
  if (window === null || child(root, 'driver') !== null || (kind !== undefined && !sideBySide))
    problems.atValue(
      at,
      'looks at any time need a window in which both arms are seen side by side',
      'Use design observed or mirrored with a window, or declare when is looked: [50%, 100%].',
    );
  return { anytime: true };
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
