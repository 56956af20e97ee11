/** The window of time, and whether it can hold the buckets that an answer needs (STATISTICS §3). */
import type { Metric, Window } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';
import { windowShape } from '../shape/file.js';
import { rightParts } from '../shape/walk.js';

/** Fewer buckets than this are never analysed. */
const FEWEST_BUCKETS = 10;
const UNITS: readonly (readonly [string, number])[] = [
  ['d', 864e5],
  ['h', 36e5],
  ['m', 6e4],
  ['s', 1e3],
  ['ms', 1],
];

const durationText = (ms: number): string => {
  const [unit, factor] = UNITS.find(([, size]) => ms >= size && ms % size === 0) ?? ['ms', 1];
  return `${ms / factor}${unit}`;
};

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
function needed(metrics: readonly Metric[], claimed: ReadonlySet<string>): ReadonlySet<string> {
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

/** Time buckets are compared by mirrored and observed designs only. */
export function checkBuckets(
  root: Located,
  window: Window | null,
  metrics: readonly Metric[],
  claimed: ReadonlySet<string>,
  problems: Problems,
): void {
  if (window === null) return;
  const length = window.toMs - window.fromMs - window.warmupMs;
  const names = needed(metrics, claimed);
  for (const { name, byMs } of metrics) {
    if (byMs === null || byMs <= 0 || !names.has(name)) continue;
    const buckets = Math.max(0, Math.floor(length / byMs));
    const at = child(child(child(root, 'metrics'), name), 'by');
    if (buckets >= FEWEST_BUCKETS || at === null || length <= 0) continue;
    problems.atValue(
      at,
      `the window holds ${buckets} buckets of ${durationText(byMs)}; ${FEWEST_BUCKETS} are needed, so ${name} can never answer`,
      `Make the window at least ${durationText(FEWEST_BUCKETS * byMs + window.warmupMs)} long, or the buckets shorter.`,
    );
  }
}
