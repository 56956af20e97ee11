/** The window of time, and whether it can hold the buckets that an answer needs (STATISTICS §3). */
import type { Design, Metric, Window } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';
import { windowShape } from '../shape/design.js';
import { rightParts } from '../shape/walk.js';
import { durationText } from './duration.js';

/**
 * Fewest buckets that could ever answer: 10 side by side. One after the other each arm needs 15 independent ones, and
 * a bucket is never worth more than one.
 */
const FEWEST_BUCKETS = { sideBySide: 10, apart: 15 };
export const fewestBuckets = ({ kind, concurrent }: Pick<Design, 'kind' | 'concurrent'>): number =>
  kind === 'mirrored' || concurrent ? FEWEST_BUCKETS.sideBySide : FEWEST_BUCKETS.apart;

export function readWindow(root: Located, problems: Problems): Window | null {
  const at = child(root, 'window');
  if (at === null) return null;
  const { from, to, warmup = 0, settle = 0 } = rightParts(windowShape, at.value);
  if (from === undefined || to === undefined) return null;
  const end = child(at, 'to') as Located;
  if (from >= to)
    problems.atValue(end, 'the window ends before it starts', '"to" must be later than "from".');
  else if (from + warmup >= to)
    problems.atValue(child(at, 'warmup') ?? end, 'nothing of the window is left after its warm-up', null);
  return { fromMs: from, toMs: to, warmupMs: warmup, settleMs: settle };
}

/** Metrics that claims rest on, with the parts that they are computed from. */
export function neededFor(metrics: readonly Metric[], claimed: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(claimed);
  // A set that grows while it is walked is walked to its end.
  for (const name of all) {
    const input = metrics.find((metric) => metric.name === name)?.input;
    if (input?.kind === 'ratio') all.add(input.of).add(input.per);
    if (input?.kind === 'rate')
      for (const uses of Object.values(input.arms)) for (const { usage } of uses) all.add(usage);
  }
  return all;
}

/** Whole buckets, aligned to the epoch, as the analysis cuts them. */
export const bucketsIn = ({ fromMs, toMs, warmupMs }: Window, byMs: number): number =>
  Math.max(0, Math.floor(toMs / byMs) - Math.ceil((fromMs + warmupMs) / byMs));

const isMoney = ({ role, unit }: Metric): boolean => role === 'cost' || /^[A-Z]{3}$/.test(unit);

const DAY_MS = 864e5;

/** Units in time are compared by mirrored and observed designs. */
export function checkBuckets(
  root: Located,
  window: Window | null,
  metrics: readonly Metric[],
  claimed: ReadonlySet<string>,
  design: Design,
  problems: Problems,
): void {
  if (window === null) return;
  const fewest = fewestBuckets(design);
  const length = window.toMs - window.fromMs - window.warmupMs;
  const names = neededFor(metrics, claimed);
  for (const metric of metrics) {
    const { name, byMs } = metric;
    if (byMs === null || byMs <= 0 || !names.has(name)) continue;
    const buckets = bucketsIn(window, byMs);
    const at = child(child(child(root, 'metrics'), name), 'by');
    if (buckets >= fewest || at === null || length <= 0) continue;
    const longer = durationText(fewest * byMs + window.warmupMs);
    const daily = isMoney(metric) && byMs === DAY_MS;
    const held = daily ? `${buckets} settled days` : `${buckets} buckets of ${durationText(byMs)}`;
    problems.atValue(
      at,
      `the window holds ${held}; ${fewest} are needed, so ${name} can never answer`,
      daily
        ? `Extend the window to at least ${longer}, use hourly cost ("by: 1h"), or compute the cost with a rate card.`
        : `Make the window at least ${longer} long, or the buckets shorter.`,
    );
  }
}
