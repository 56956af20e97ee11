import type { ComparePlan, Inference, Samples } from '../../model/effect.js';
import type { ArmColumn } from '../../model/evidence.js';
import type { Method } from '../../model/ports.js';
import { type Reason, reason } from '../../model/reason.js';
import { preciseScale } from '../../stats/double-double.js';
import { linearInference } from '../../stats/linear-inference.js';
import { type ArmProportion, newcombe } from '../../stats/newcombe.js';
import { membersOf } from '../../stats/strata.js';
import { baselineComponent, measuredDegrees, treatmentComponent } from '../../stats/variance-component.js';
import { withFailuresInCourse } from '../failures-in-course.js';
import { unvaried, worthOfUnvaried } from '../keys-without-failure.js';
import { withMeansInCourse } from '../means-in-course.js';
import { countsEvents } from '../rare-events.js';
import { independentAttempts, stagedArm } from '../stage-proportions.js';
import { combined, type Stage, stageDetails, stagesOf } from '../stages.js';

/** Keys of each arm that a stage needs. */
const FEWEST = 2;

export const rampKeys: Method = {
  title: 'Stages of a ramp combined, keys as units',
  formula:
    'In each stage the mean (or ratio of sums) of both arms; combined with the weights of Mantel and Haenszel, W ∝ Dₓ·Dᵧ/(Dₓ + Dᵧ), which see how much there was, not what it was. A key that takes part in several stages is one unit: its influences are added up before they are squared. Test at ratio r against Student t with Satterthwaite degrees of freedom, fewer where few keys dominate; the interval is every r that is not rejected. A proportion: attempts of each arm, weighted as in the combined proportion, are divided by what failures of one key have in common (the larger of both arms; all of it where nothing failed), and compared by Newcombe’s method 10 with Student t; it must hold on pieces of the run with equal traffic as well, as by key.',
  source:
    'Mantel and Haenszel 1959, JNCI 22:719; clusters: Cochran 1977, §9; Fieller 1954, JRSS B 16:175; Newcombe 1998, Statistics in Medicine 17:873',
  minimumUnits: 5,
  compare(samples, plan): Inference | Reason {
    const { treatment, baseline } = samples;
    const found = stagesOf(treatment, baseline, plan, FEWEST);
    if ('code' in found) return found;
    const { stages, warnings } = found;
    const x = armOf(stages, 'treatment', treatment);
    const y = armOf(stages, 'baseline', baseline);
    if (countsEvents(plan)) {
      const answer = ofProportions(stages, x, y, { treatment, baseline }, plan, warnings);
      return 'code' in answer ? answer : withFailuresInCourse(answer, samples, plan);
    }
    const times = treatment.per === null || plan.estimand === 'mean' ? 1 : plan.times;
    const inference = linearInference({
      treatment: preciseScale(x.value, times),
      baseline: preciseScale(y.value, times),
      components: [
        treatmentComponent(x.variance * times * plan.times, x.df),
        baselineComponent(y.variance * times * plan.times, y.df),
      ],
      satterthwaite: 'plain',
    });
    if (inference === null) return reason('constant-data', { n: Math.min(x.keys, y.keys) });
    const details = { 'treatment keys': x.keys, 'baseline keys': y.keys, ...stageDetails(stages) };
    return withMeansInCourse({ ...inference, details, warnings }, samples, plan);
  },
};

type KeysOfArm = ReturnType<typeof armOf>;

/** Also where one arm, or neither, has a failure. */
function ofProportions(
  stages: readonly Stage[],
  x: KeysOfArm,
  y: KeysOfArm,
  { treatment, baseline }: Pick<Samples, 'treatment' | 'baseline'>,
  plan: ComparePlan,
  warnings: readonly Reason[],
): Inference | Reason {
  if (treatment.per === null || baseline.per === null) return reason('proportion-needs-counts');
  const staged = (arm: 'treatment' | 'baseline', { per, item }: ArmColumn, keys: KeysOfArm) =>
    stagedArm(stages, arm, { per: per as Float64Array, item }, { ...keys, value: keys.value.high });
  const found = independentAttempts(staged('treatment', treatment, x), staged('baseline', baseline, y));
  const df = Math.max(1, x.keys + y.keys - 2 * stages.length);
  const attempts = stages.reduce((sum, one) => sum + one.treatment.work + one.baseline.work, 0);
  const samples = { paired: false, treatment, baseline };
  const isUnvaried = found.x.p === found.y.p && (found.x.p === 0 || found.x.p === 1);
  const worth = ({ p, n }: ArmProportion): ArmProportion => ({
    p,
    n: isUnvaried ? worthOfUnvaried(samples, n, plan) : n,
  });
  const blind = unvaried(samples, { keys: x.keys, attempts }, { keys: y.keys, attempts: 0 }, plan);
  return {
    ...newcombe(worth(found.x), worth(found.y), df),
    treatmentValue: found.x.p * plan.times,
    baselineValue: found.y.p * plan.times,
    df,
    details: {
      'treatment keys': x.keys,
      'baseline keys': y.keys,
      'intraclass correlation': found.rho,
      ...stageDetails(stages),
    },
    warnings: found.isKnown ? warnings : [...warnings, blind],
  };
}

/** Each stage fits one rate, so that n keys know n − stages things about their scatter. */
function armOf(stages: readonly Stage[], arm: 'treatment' | 'baseline', column: ArmColumn) {
  const { value, influence } = combined(stages, arm, column.n);
  const taking = stages.flatMap(({ [arm]: own }) => own.rows);
  const groups = membersOf(
    taking.map((row) => column.item[row]),
    taking.length,
  );
  const sums = Float64Array.from(groups, (members) =>
    members.reduce((sum, member) => sum + influence[taking[member]], 0),
  );
  const keys = sums.length;
  const df = Math.max(1, keys - stages.length);
  const variance = (sums.reduce((sum, s) => sum + s * s, 0) * keys) / df;
  return { value, variance, keys, df: measuredDegrees(sums, df) };
}
