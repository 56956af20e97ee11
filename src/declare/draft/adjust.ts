/** Metrics that are adjusted for what was known of their units before (CUPED), and metrics of the time before. */
import type { Design, Metric, Window } from '../../model/experiment.js';
import { suggestion } from '../nearest.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';

export function checkAdjusted(
  root: Located,
  metrics: readonly Metric[],
  design: Design,
  window: Window | null,
  problems: Problems,
): void {
  for (const metric of metrics) {
    const at = child(child(root, 'metrics'), metric.name);
    checkAdjust(child(at, 'adjust'), metric, metrics, design, problems);
    const before = child(at, 'before');
    if (before === null || metric.beforeMs === undefined) continue;
    if (window === null)
      problems.atKey(
        before,
        'there is no time before an experiment without a window',
        'Add "window: { from, to }".',
      );
    if (metric.byMs !== null)
      problems.atKey(before, 'what units were before is one value each, not time buckets', 'Leave "by" out.');
  }
}

function checkAdjust(
  at: Located | null,
  metric: Metric,
  metrics: readonly Metric[],
  design: Design,
  problems: Problems,
): void {
  if (at === null || metric.adjust === undefined) return;
  const other = metrics.find(({ name }) => name === metric.adjust);
  if (other === undefined || other === metric)
    problems.atValue(
      at,
      `there is no other metric "${metric.adjust}"`,
      suggestion(
        metric.adjust,
        metrics.flatMap(({ name }) => (name === metric.name ? [] : [name])),
        'metrics',
      ),
    );
  if (design.kind !== 'by-key')
    problems.atKey(at, `design ${design.kind} is not adjusted: only by-key is`, 'Leave "adjust" out.');
  else if (
    metric.input.kind === 'ratio' ||
    metric.byMs !== null ||
    !['total', 'mean'].includes(metric.estimand)
  )
    problems.atKey(
      at,
      'only totals and means per key can be adjusted',
      'Leave "adjust" out, or adjust a metric with estimand total or mean.',
    );
}
