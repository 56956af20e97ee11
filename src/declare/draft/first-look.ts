/** Whether declared looks on a window can be taken, and the first of them can stop anything (STATISTICS §6). */
import type { Decide, Design, Metric, Window } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, items, type Located } from '../read/located.js';
import { durationText } from './duration.js';
import { bucketsIn, fewestBuckets, neededFor } from './window.js';

export interface LooksOnWindow {
  readonly looks: Decide['looks'];
  readonly design: Design;
  readonly window: Window;
  readonly metrics: readonly Metric[];
  readonly claimed: ReadonlySet<string>;
}

/** Only where stacktrial runs nothing: trials are counted when their schedule is made. */
export function checkFirstLook(
  root: Located,
  { looks = [], design, window, metrics, claimed }: LooksOnWindow,
  problems: Problems,
): void {
  const at = child(child(root, 'decide'), 'looks');
  const [share] = looks;
  if (at === null || share === undefined) return;
  if (design.kind !== 'mirrored' && design.kind !== 'observed') {
    problems.atKey(
      at,
      `looks on a window need design observed or mirrored: design ${design.kind} is analysed once, when the window is over`,
      'Leave "looks" out.',
    );
    return;
  }
  const fewest = fewestBuckets(design);
  const names = neededFor(metrics, claimed);
  const widest = metrics.reduce<Metric | null>(
    (most, metric) => (names.has(metric.name) && (metric.byMs ?? 0) > (most?.byMs ?? 0) ? metric : most),
    null,
  );
  const byMs = widest?.byMs ?? null;
  if (widest === null || byMs === null) return;
  const all = bucketsIn(window, byMs);
  const begins = window.fromMs + window.warmupMs;
  // On the edge of a bucket, as the look is taken.
  const toMs = Math.ceil((begins + share * (window.toMs - begins)) / byMs - 1e-9) * byMs;
  const buckets = bucketsIn({ ...window, toMs }, byMs);
  // A window that is too short as a whole is told where its buckets are declared.
  if (buckets >= fewest || all < fewest) return;
  problems.atValue(
    items(at)[0] ?? at,
    `the first look comes after ${buckets} buckets of ${durationText(byMs)}; ${fewest} are the least that can give a verdict on ${widest.name}`,
    `Put it at ${Math.ceil((100 * fewest) / all)}% of the window or later, or make the buckets shorter.`,
  );
}
