/**
 * One arm's proportion against a limit, where its units are blocks, or keys of trials: "spark error_rate stays below 1 %".
 *
 * What lasts longer than a block makes neighbours alike, in this arm alone or in both: no other arm is there from which it
 * would cancel. Rare failures must hold on their clusters in time as well, frequent ones whose neighbours are alike as a
 * series; where none is seen, n blocks are worth n/20 (as in the comparison of two arms, compare/failures-in-blocks.ts).
 * Measured, truth at the limit, 500 replicates, 45 to 1,000 blocks, outages of 1, 5 and 20 blocks: blocks alone support the
 * limit falsely in up to 76 %, this at most 0.2 %; failures one by one 3.0 % as before, half of the limit always supported.
 */
import type { ArmColumn } from '../model/evidence.js';
import type { Reason } from '../model/reason.js';
import { neighbours } from '../stats/neighbours.js';
import { ratioColumn } from '../stats/series-column.js';
import { widest } from '../stats/widest.js';
import { withFewEvents, withoutEvents } from './few-events.js';
import { type OneArm, type OneArmPlan, oneArm } from './one-arm.js';
import { oneSeries } from './one-series.js';

export function oneInBlocks(column: ArmColumn, plan: OneArmPlan): OneArm | Reason {
  const found = oneArm(column, plan);
  if ('code' in found || plan.estimand !== 'proportion' || column.per === null) return found;
  const ordered = inOrder(column, column.per);
  const { estimate } = found.difference;
  if (estimate === 0 || estimate === 1) return { ...found, difference: withoutEvents(estimate, found.n) };
  const few = withFewEvents(found.difference, ordered);
  if (few !== null) return { ...found, difference: few };
  const series = ratioColumn(ordered.value, ordered.per);
  if (series === null || !neighbours(series.deviation).alike) return found;
  const inTime = oneSeries({ ...column, ...ordered }, plan, null);
  return 'code' in inTime ? inTime : { ...found, difference: widest([found.difference, inTime.difference]) };
}

function inOrder({ value, start }: ArmColumn, per: Float64Array) {
  const rows = Array.from(start.keys()).sort((i, j) => start[i] - start[j] || i - j);
  return { value: Float64Array.from(rows, (i) => value[i]), per: Float64Array.from(rows, (i) => per[i]) };
}
