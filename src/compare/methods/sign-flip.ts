import type { ComparePlan, Inference, Samples } from '../../model/effect.js';
import type { Method } from '../../model/ports.js';
import { reason } from '../../model/reason.js';
import { preciseSum } from '../../stats/double-double.js';
import { signFlip } from '../../stats/sign-flip.js';
import { type Measured, measured, orderDifference } from '../measures.js';

/** At most this many schedules; fewer are counted in full. */
const schedules = 9999;

/** Companion in interleaved designs: what the randomisation alone says. Never decides. */
export const signFlipTest: Method = {
  title: 'Randomisation test over schedules',
  formula:
    'Arms are swapped in the blocks in which another schedule of the same design would have swapped them; p = (k + 1)/(B + 1) with k of B = 9,999 draws at least as extreme in (effect with the order effect removed)/SE, or an exact count where there are fewer schedules. Ratios are linearised around the ratio of both arms together.',
  source: 'Fisher 1935, The Design of Experiments, §21; Phipson and Smyth 2010, SAGMB 9:39',
  minimumUnits: 6,
  testOnly: true,
  compare(samples, plan, random): Inference | ReturnType<typeof reason> {
    const x = measured(samples.treatment, plan);
    if ('code' in x) return x;
    const y = measured(samples.baseline, plan);
    if ('code' in y) return y;
    const linear = linearised(x, y, plan);
    if (linear === null) return reason('denominator-not-positive', { arm: samples.treatment.arm });
    const places =
      orderDifference(samples.treatment, samples.baseline) === null
        ? null
        : { treatment: samples.treatment.order, baseline: samples.baseline.order };
    const found = signFlip({ ...linear.blocks, places }, random, schedules);
    if ('code' in found) return found;
    if (!(found.standardError > 0)) return reason('constant-data', { n: samples.treatment.n });
    return {
      ratio: linear.isRatio ? null : found.ratio,
      difference: found.difference,
      treatmentValue: linear.treatmentValue,
      baselineValue: linear.baselineValue,
      standardError: found.standardError,
      df: Number.POSITIVE_INFINITY,
      details: { schedules: found.schedules, counted: found.exact ? 'all' : 'drawn' },
      warnings: needsMore(samples, plan, found.schedules),
    };
  },
};

function needsMore(samples: Samples, plan: ComparePlan, count: number) {
  const alpha = 1 - plan.confidence;
  return 2 / count > alpha
    ? [reason('sign-flip-too-coarse', { n: samples.treatment.n, schedules: count })]
    : [];
}

/** Values whose sums are the arms' estimates; a ratio M/D as (M − R·D)/D̄ with R and D̄ of both arms together. */
function linearised(x: Measured, y: Measured, plan: ComparePlan) {
  const n = x.value.length;
  const sum = (values: Float64Array) => preciseSum(values).high;
  if (x.per === null || y.per === null) {
    const share = plan.estimand === 'mean' ? 1 / n : 1;
    const blocks = { treatment: x.value.map((v) => v * share), baseline: y.value.map((v) => v * share) };
    return {
      blocks,
      isRatio: false,
      treatmentValue: sum(blocks.treatment),
      baselineValue: sum(blocks.baseline),
    };
  }
  const [dx, dy] = [sum(x.per), sum(y.per)];
  if (!(dx > 0 && dy > 0)) return null;
  const together = (sum(x.value) + sum(y.value)) / (dx + dy);
  const halfOfAll = (dx + dy) / 2;
  const gap = ({ value }: Measured, per: Float64Array) =>
    value.map((m, i) => (plan.times * (m - together * per[i])) / halfOfAll);
  return {
    blocks: { treatment: gap(x, x.per), baseline: gap(y, y.per) },
    isRatio: true,
    treatmentValue: (plan.times * sum(x.value)) / dx,
    baselineValue: (plan.times * sum(y.value)) / dy,
  };
}
