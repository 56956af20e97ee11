/**
 * A proportion over blocks in which both arms ran: failures may last longer than one block.
 *
 * Order is drawn anew in each block, so that whatever hits both arms cancels. An outage of one arm that lasts over several
 * blocks does not: blocks are then no independent units. Rare failures must hold on their clusters as well
 * (stats/event-clusters.ts), in the order of time; frequent ones, where what an arm fails more in a block resembles what it
 * fails more in the next, as a series in time (stats/paired-series.ts), which is not answered where it holds too little.
 *
 * Measured, truth at the limit of "at most … points worse", 400 replicates a cell, 30–1,000 blocks, outages of 1, 2, 5, 10
 * and 20 blocks in one arm or both, each by itself, that fail a tenth, half or all of a block: blocks alone call up to 78 %
 * harmless, these rules at most 5 % (frequent failures, 45 blocks, outages of 20; else 2.5 %). Failures one by one: 100 %
 * power as before. What hits both arms at once cancels (netOfPairs): single blocks of 240, 14 → 96 % power.
 * Not covered: outages that none was seen of, beside single failures that were.
 */
import type { ComparePlan, Inference, Samples } from '../model/effect.js';
import { type Reason, reason } from '../model/reason.js';
import { neighbours } from '../stats/neighbours.js';
import { pairedSeries } from '../stats/paired-series.js';
import { ratioColumn } from '../stats/series-column.js';
import type { SeriesInference } from '../stats/series-inference.js';
import { widest } from '../stats/widest.js';
import { type Measured, measured } from './measures.js';
import { countsEvents, withRareEvents } from './rare-events.js';
import { choose } from './samples.js';

export function withFailuresInBlocks(
  found: Inference,
  { treatment, baseline }: Samples,
  plan: ComparePlan,
): Inference | Reason {
  if (!countsEvents(plan)) return found;
  const middle = treatment.start.map((start, i) => start / 2 + baseline.start[i] / 2);
  const rows = Array.from(middle.keys()).sort((i, j) => middle[i] - middle[j] || i - j);
  const x = measured(choose(treatment, rows), plan);
  const y = measured(choose(baseline, rows), plan);
  if ('code' in x || 'code' in y) return found;
  return withRareEvents(found, x, y, { confidence: plan.confidence, paired: true }) ?? withRuns(found, x, y);
}

/** Blocks whose neighbours are alike. */
function withRuns(found: Inference, x: Measured, y: Measured): Inference | Reason {
  const [a, b] = [x, y].map(({ value, per }) => (per === null ? null : ratioColumn(value, per)));
  if (a === null || b === null) return found;
  const { alike, correlation } = neighbours(a.deviation.map((d, t) => d - b.deviation[t]));
  if (!alike) return found;
  return asSeriesToo(found, pairedSeries(a, b), { correlation, unit: 'block', units: a.deviation.length });
}

/** The larger p of both; what the series cannot answer is not answered. */
export function asSeriesToo(
  found: Inference,
  series: SeriesInference | Reason,
  why: { readonly correlation: number; readonly unit: 'block' | 'key' | 'piece'; readonly units: number },
): Inference | Reason {
  if ('code' in series)
    return series.code === 'too-little-independent-information'
      ? reason('failures-last-too-long', { ...series.values, ...why })
      : series;
  const both = found.ratio === null || series.ratio === null ? null : [found.ratio, series.ratio];
  return {
    ...found,
    difference: widest([found.difference, series.difference]),
    ratio: both === null ? found.ratio : widest(both),
    details: { ...found.details, [`correlation of neighbouring ${why.unit}s`]: why.correlation },
    warnings: [...found.warnings, reason('failures-in-runs', why)],
  };
}
