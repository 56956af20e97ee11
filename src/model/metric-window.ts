/** The time in which a metric is measured: the experiment's window, or so long before it as the metric says. */
import type { Experiment, Metric, Window } from './experiment.js';

export function windowOf(
  { window }: Pick<Experiment, 'window'>,
  { beforeMs }: Pick<Metric, 'beforeMs'>,
): Window | null {
  if (window === null || beforeMs === undefined) return window;
  return { fromMs: window.fromMs - beforeMs, toMs: window.fromMs, warmupMs: 0, settleMs: window.settleMs };
}
