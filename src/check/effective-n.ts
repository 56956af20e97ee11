/**
 * How many independent units are the units worth? Fatal for the metric: with few, how few is itself a guess, and lucky
 * guesses are the ones that claim.
 *
 * Neighbours in time resemble each other: τ units say as much as one, n_eff = T/τ. Needed: n_eff ≥ 15, 8 in paired series of
 * 10 to 59 units, and 10 units at least (stats/series-gate.ts). Randomised designs need no such gate. STATISTICS.md §3.
 */
import type { CheckResult } from '../model/decision.js';
import type { Evidence } from '../model/evidence.js';
import type { Metric } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { measured } from './metrics.js';
import { type Answer, answering, fail, pass, skip, warn } from './result.js';
import { decidesAlone, seriesMetrics, seriesOf } from './series.js';

const refusals = new Set(['too-few-buckets', 'too-little-independent-information', 'series-mostly-missing']);

export const effectiveN: Check = {
  title: 'The units in time hold enough independent information',
  severity: 'fatal-for-metric',
  run(evidence): readonly CheckResult[] {
    const result = answering('effective-n', 'fatal-for-metric', reason('effective-n-need'));
    const metrics = seriesMetrics(evidence);
    if (metrics.length === 0) return [result('experiment', skip(reason('series-not-in-time')))];
    return metrics.map((metric) => result(metric.name, look(evidence, metric)));
  },
};

function look(evidence: Evidence, metric: Metric): Answer {
  const table = measured(evidence, metric);
  if (table === null) return skip(reason('check-metric-unmeasured', { metric: metric.name }));
  const series = seriesOf(evidence, metric, table);
  if (series.length === 0) return skip(reason('check-metric-unmeasured', { metric: metric.name }));
  const refused = series.filter(({ answer }) => 'code' in answer && refusals.has(answer.code));
  // With several treatments one short series leaves the claims of the others standing.
  if (refused.length > 0) {
    const why = refused[0].answer;
    if (!('code' in why)) throw new Error('effective-n: a refusal is a reason');
    return refused.length === series.length && decidesAlone(evidence.experiment, metric)
      ? fail(why)
      : warn(why);
  }
  const sizes = series.flatMap(({ treatment, units, answer }) =>
    'code' in answer ? [] : [{ treatment, units, ...worst(answer.details) }],
  );
  if (sizes.length === 0) return skip(reason('effective-n-constant', { metric: metric.name }));
  const least = sizes.reduce((a, b) => (b.effectiveN < a.effectiveN ? b : a));
  return pass(reason('effective-n-saw', { metric: metric.name, ...least }));
}

/** Of one paired series, or of the arm that is worth less. */
function worst(details: Readonly<Record<string, number | string>>) {
  const of = (arm: string) => ({
    effectiveN: Number(details[`${arm}effective n`]),
    tau: Number(details[`${arm}tau`]),
  });
  if ('effective n' in details) return of('');
  const [x, y] = [of('treatment '), of('baseline ')];
  return x.effectiveN < y.effectiveN ? x : y;
}
