/**
 * One arm's proportion against a limit, by key: "new error_rate stays below 1 %". An outage hits every key that is there, so the
 * limit must hold on pieces of the run as well (model: Course; as in the comparison of two arms, compare/failures-in-course.ts):
 * rare failures on their clusters, frequent ones piece by piece, and as a series where neighbours are alike. Where none is
 * seen, or fewer than five clusters are, the run is worth a twentieth of its pieces, or as many outages of the declared length as fit into it.
 */
import type { ArmColumn } from '../model/evidence.js';
import type { Reason } from '../model/reason.js';
import { worthWithoutOutage } from '../stats/event-clusters.js';
import { linearInference } from '../stats/linear-inference.js';
import { neighbours } from '../stats/neighbours.js';
import { ratioColumn } from '../stats/series-column.js';
import { treatmentComponent } from '../stats/variance-component.js';
import { widest } from '../stats/widest.js';
import { once, withFewEvents, withoutEvents } from './few-events.js';
import { type OneArm, type OneArmPlan, oneArm } from './one-arm.js';
import { oneSeries } from './one-series.js';

export function oneInCourse(column: ArmColumn, plan: OneArmPlan): OneArm | Reason {
  const found = oneArm(column, plan);
  const { course } = column;
  if ('code' in found || plan.estimand !== 'proportion' || course === undefined) return found;
  const { value, per } = course;
  const worth = worthWithoutOutage(value.length, course.spanMs, plan.outageMs);
  const { estimate } = found.difference;
  if (estimate === 0 || estimate === 1)
    return { ...found, difference: widest([found.difference, withoutEvents(estimate, value.length, worth)]) };
  const few = withFewEvents(found.difference, course, once, 'taken out', worth);
  if (few !== null) return { ...found, difference: few };
  const series = ratioColumn(value, per);
  const pieces = series === null ? null : ofPieces(series);
  if (series === null || pieces === null) return found;
  const wider = { ...found, difference: widest([found.difference, pieces]) };
  if (!neighbours(series.deviation).alike) return wider;
  const inTime = oneSeries(asColumn(column, value, per), plan, null);
  return 'code' in inTime ? inTime : { ...wider, difference: widest([wider.difference, inTime.difference]) };
}

function ofPieces({ value, deviation }: NonNullable<ReturnType<typeof ratioColumn>>) {
  const n = deviation.length;
  const variance = deviation.reduce((sum, d) => sum + d * d, 0) / (n * (n - 1));
  const found = linearInference({
    treatment: value,
    baseline: { high: 0, low: 0 },
    components: [treatmentComponent(variance, n - 1)],
    satterthwaite: 'plain',
  });
  return found?.difference ?? null;
}

/** Pieces as units, one after the other. */
function asColumn({ arm }: ArmColumn, value: Float64Array, per: Float64Array): ArmColumn {
  const unit = Array.from(value, (_, piece) => `${piece}`);
  const order = new Float64Array(value.length).fill(Number.NaN);
  return { arm, n: value.length, unit, value, per, start: Float64Array.from(unit.keys()), order, item: unit };
}
