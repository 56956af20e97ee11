/**
 * Do the arms drift apart slowly? A warning: what moves more slowly than the window is long looks like an effect.
 *
 * Mean of the four slowest squared cosine weights of the series over the mean of the others, F test with 4 and ν − 4
 * degrees of freedom, p < .05 (stats/long-run-variance.ts). The comparison then rests on those four alone; the cure is
 * a design that randomises time slots. STATISTICS.md §3.
 */
import type { CheckResult } from '../model/decision.js';
import type { Evidence } from '../model/evidence.js';
import type { Metric } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { measured } from './metrics.js';
import { type Answer, answering, pass, skip, warn } from './result.js';
import { seriesMetrics, seriesOf } from './series.js';

export const slowDrift: Check = {
  title: 'The arms do not drift apart slowly',
  severity: 'warning',
  run(evidence): readonly CheckResult[] {
    const result = answering('slow-drift', 'warning', reason('slow-drift-need'));
    const metrics = seriesMetrics(evidence);
    if (metrics.length === 0) return [result('experiment', skip(reason('series-not-in-time')))];
    return metrics.map((metric) => result(metric.name, look(evidence, metric)));
  },
};

function look(evidence: Evidence, metric: Metric): Answer {
  const table = measured(evidence, metric);
  if (table === null) return skip(reason('check-metric-unmeasured', { metric: metric.name }));
  const answers = seriesOf(evidence, metric, table).flatMap(({ answer }) =>
    'code' in answer ? [] : [answer],
  );
  if (answers.length === 0) return skip(reason('slow-drift-not-seen', { metric: metric.name }));
  const found = answers.flatMap(({ warnings }) => warnings).find(({ code }) => code === 'slow-drift');
  return found === undefined ? pass(reason('slow-drift-none', { metric: metric.name })) : warn(found);
}
