import type { ComparePlan, Inference } from '../../model/effect.js';
import type { ArmColumn } from '../../model/evidence.js';
import type { Method } from '../../model/ports.js';
import type { Reason } from '../../model/reason.js';
import { pick } from '../../stats/strata.js';
import { measured } from '../measures.js';
import { countsEvents, withRareEvents } from '../rare-events.js';
import { choose } from '../samples.js';
import { compareColumns, type InTime, inTimeOrder, sizes, unanswered } from '../series.js';
import { stagedSeries } from '../staged-series.js';
import { type Stage, stageDetails, stagesOf, workWeights } from '../stages.js';

/** Buckets that a stage needs. */
const FEWEST = 3;

export const rampSeries: Method = {
  title: 'Stages of a ramp combined, time buckets as units',
  formula:
    'In each stage the mean (or ratio of sums) of both arms over its buckets; combined with the weights of Mantel and Haenszel, W ∝ Dₓ·Dᵧ/(Dₓ + Dᵧ). What each bucket adds to the combined values, treatment − r times baseline, is tested as a series of paired units in time: the largest p of EWC, Geyer’s and the AR(1) effective sample size. What one stage differs from another, other than by a common level, stays in the series. A proportion with events in at most a quarter of the buckets must hold on its clusters as well, as in the series of paired units, each event with the weight that it has in the combined value.',
  source: 'Mantel and Haenszel 1959, JNCI 22:719; otherwise as the series of paired units',
  minimumUnits: 10,
  compare(samples, plan): Inference | Reason {
    const time = inTimeOrder(samples, plan);
    const found = stagesOf(time.treatment.column, time.baseline.column, plan, FEWEST);
    if ('code' in found) return found;
    const { stages, warnings } = found;
    const kept = stages.flatMap(({ treatment }) => treatment.rows).sort((a, b) => a - b);
    const times = samples.treatment.per === null || plan.estimand === 'mean' ? 1 : plan.times;
    const columns = { treatment: time.treatment.column, baseline: time.baseline.column };
    const column = (arm: 'treatment' | 'baseline') =>
      stagedSeries(stages, arm, columns, kept, { times, estimand: plan.estimand });
    const at = <T extends { column: ArmColumn; buckets: Float64Array | null }>(arm: T): T => ({
      ...arm,
      column: choose(arm.column, kept),
      buckets: arm.buckets === null ? null : Float64Array.from(kept, (i) => (arm.buckets as Float64Array)[i]),
    });
    const keptTime = { ...time, treatment: at(time.treatment), baseline: at(time.baseline) };
    const x = column('treatment');
    const y = column('baseline');
    const compared = compareColumns(x, y, keptTime);
    const answer = 'code' in compared ? unanswered(compared, x, y, keptTime, plan) : compared;
    if ('code' in answer) return answer;
    const details = { ...sizes(x, y, keptTime), ...stageDetails(stages), ...answer.details };
    const all = { ...answer, details, warnings: [...warnings, ...answer.warnings] };
    return countsEvents(plan) ? withFewEvents(all, stages, time, kept, plan) : all;
  },
};

/** A few outages are no measure of how often they come: what each failure adds is counted stage by stage. */
function withFewEvents(
  found: Inference,
  stages: readonly Stage[],
  { treatment, baseline }: InTime,
  kept: readonly number[],
  plan: ComparePlan,
): Inference {
  const arms = (
    [
      ['treatment', treatment],
      ['baseline', baseline],
    ] as const
  ).map(([arm, { column }]) => {
    const rows = measured(choose(column, kept), plan);
    return 'code' in rows ? null : { ...rows, weight: pick(workWeights(stages, arm, column.n), kept) };
  });
  const [x, y] = arms;
  return x === null || y === null
    ? found
    : (withRareEvents(found, x, y, { confidence: plan.confidence, paired: false }) ?? found);
}
