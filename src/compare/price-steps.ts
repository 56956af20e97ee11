/**
 * Does a rate card make cost follow steps, so that no line through it means anything (STATISTICS.md §7)?
 *
 * - price steps of the month's volume, and a free tier that is deducted: a kink, wherever the volume lies;
 * - a minimum that is billed: flat below it and sloped above, a kink where some run uses less than the minimum;
 * - usage rounded up (to the millisecond, the second, the started hour): stairs as high as one step. Their height is
 *   step ÷ usage of the cost; where it is at most 2 % at the smallest usage, cost lies within 1 % of a line, which is
 *   less than any margin that matters, and scatter hides it: AWS Lambda's milliseconds, but not a started hour.
 * What is paid by the hour or month whatever is used is spread over the declared volume, which is a line.
 */
import type { Evidence } from '../model/evidence.js';
import type { Metric, Rate, RateUse } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';

/** Height of a stair as a part of the smallest usage, above which it is one. */
const STAIR = 0.02;

/** The first step that is found in what a cost is computed from, as a reason to draw no line; null: there is none. */
export function priceSteps(
  cost: Metric,
  { experiment, tables }: Pick<Evidence, 'experiment' | 'tables'>,
): Reason | null {
  const byName = new Map(experiment.metrics.map((metric) => [metric.name, metric]));
  const names = new Set([cost.name]);
  // A set that grows while it is walked is walked to its end.
  for (const name of names) {
    const input = byName.get(name)?.input;
    if (input?.kind === 'ratio') names.add(input.of);
    if (input?.kind !== 'rate') continue;
    for (const [arm, uses] of Object.entries(input.arms))
      for (const use of uses) {
        const rate = input.card.rates[use.rate];
        if (rate === undefined) continue;
        const values = tables.get(use.usage)?.arms.get(arm)?.value ?? new Float64Array(0);
        const found = stepOf(rate, use, values);
        if (found !== null) return reason('break-even-price-steps', { ...found, rate: use.rate, arm });
      }
  }
  return null;
}

function stepOf({ tiers, freeTier, minimum, roundUpTo, usage }: Rate, use: RateUse, values: Float64Array) {
  const about = { unit: usage, step: 0, smallest: 0 };
  if ((tiers?.length ?? 0) > 1) return { ...about, kind: 'tiers' };
  if (use.freeTier === true && (freeTier ?? 0) > 0) return { ...about, kind: 'free-tier' };
  const smallest = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  if (minimum > smallest) return { ...about, kind: 'minimum', step: minimum, smallest };
  if (roundUpTo !== null && roundUpTo > STAIR * smallest)
    return { ...about, kind: 'rounded', step: roundUpTo, smallest };
  return null;
}
