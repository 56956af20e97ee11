/** The stages of a ramp as one series in time: what each row adds to the combined value of its arm. */
import type { ComparePlan } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import { preciseScale } from '../stats/double-double.js';
import type { SeriesColumn } from '../stats/series-column.js';
import { combined, type Stage, stageShifts, workWeights } from './stages.js';

/** Deviations of the combined value: a mean of n of them has the variance that the stages' influences have together. */
export function stagedSeries(
  stages: readonly Stage[],
  arm: 'treatment' | 'baseline',
  columns: Readonly<Record<'treatment' | 'baseline', ArmColumn>>,
  kept: readonly number[],
  { times, estimand }: { readonly times: number; readonly estimand: ComparePlan['estimand'] },
): SeriesColumn {
  const { n, per } = columns[arm];
  const of = (one: 'treatment' | 'baseline') => combined(stages, one, columns[one].n);
  const { value, influence } = of(arm);
  const shifts = stageShifts(stages, of('treatment').value, of('baseline').value);
  const weights = workWeights(stages, arm, n);
  const whole = influence.slice();
  for (const { stage, [arm]: own } of stages)
    for (const row of own.rows) {
      const work = estimand === 'mean' ? 1 : (per?.[row] ?? 1);
      whole[row] += weights[row] * work * (shifts.get(stage)?.[arm] ?? 0);
    }
  return {
    value: preciseScale(value, times),
    deviation: Float64Array.from(kept, (i) => whole[i] * kept.length * times),
  };
}
