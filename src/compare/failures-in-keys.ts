/**
 * A proportion over keys that were worked on one after the other, in trials: an outage of one arm hits the keys that are
 * next to each other. Rare failures must hold on their clusters in the order of time as well, frequent ones whose
 * neighbours are alike as two series (see failures-in-blocks.ts). Keys that a source or a tap names: failures-in-course.ts.
 *
 * Measured, as in failures-in-blocks.ts, 100–1,000 keys an arm: keys alone call up to 78 % harmless, these rules at most 3.3 %.
 */
import type { ComparePlan, Inference, Samples } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import type { Reason } from '../model/reason.js';
import { neighbours } from '../stats/neighbours.js';
import { ratioColumn } from '../stats/series-column.js';
import { unpairedSeries } from '../stats/unpaired-series.js';
import { asSeriesToo } from './failures-in-blocks.js';
import { withFailuresInCourse } from './failures-in-course.js';
import { type Measured, measured } from './measures.js';
import { withRareEvents } from './rare-events.js';
import { choose } from './samples.js';

/** Rows are trials of this run. */
export const inTrials = ({ paired, treatment, baseline }: Samples): boolean =>
  !paired && [treatment, baseline].every(({ order }) => order.every(Number.isFinite));

export function withFailuresInKeys(
  found: Inference,
  samples: Samples,
  plan: ComparePlan,
): Inference | Reason {
  if (!inTrials(samples)) return withFailuresInCourse(found, samples, plan);
  const x = inOrder(samples.treatment, plan);
  const y = inOrder(samples.baseline, plan);
  if ('code' in x || 'code' in y) return found;
  return withRareEvents(found, x, y, { confidence: plan.confidence, paired: false }) ?? withRuns(found, x, y);
}

function inOrder(column: ArmColumn, plan: ComparePlan): Measured | Reason {
  const { start } = column;
  const rows = Array.from(start.keys()).sort((i, j) => start[i] - start[j] || i - j);
  return measured(choose(column, rows), plan);
}

function withRuns(found: Inference, x: Measured, y: Measured): Inference | Reason {
  const [a, b] = [x, y].map(({ value, per }) => (per === null ? null : ratioColumn(value, per)));
  if (a === null || b === null) return found;
  const [own, other] = [a, b].map(({ deviation }) => neighbours(deviation, 2));
  if (!own.alike && !other.alike) return found;
  const correlation = Math.max(own.correlation, other.correlation);
  return asSeriesToo(found, unpairedSeries(a, b), { correlation, unit: 'key', units: x.value.length });
}
