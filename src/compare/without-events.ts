/**
 * A proportion whose units do not vary: no failure in either arm, or nothing but failures.
 *
 * The delta method then gives an interval without width, which is not what "none in 45 runs" says. How failures would
 * cluster cannot be estimated where there are none, so a bad case is taken: an outage of one arm fails 20 blocks whole,
 * one after the other, and n blocks are n/20 attempts. Newcombe's interval on them: none of 1,000 in both arms leaves
 * differences up to 7.1 points open. (Blocks as attempts: true difference 0.5 points, 1,000 blocks: outages of 5, 10 and 20
 * whole blocks are then called harmless in 39, 63 and 78 %.) Nothing but failures in one arm and none in the other is no
 * outage that was missed: n blocks are n attempts.
 */
import type { ComparePlan, Inference, Samples } from '../model/effect.js';
import { reason } from '../model/reason.js';
import { preciseSum } from '../stats/double-double.js';
import { LONGEST_OUTAGE } from '../stats/event-clusters.js';
import { newcombe } from '../stats/newcombe.js';
import { createRandom } from '../stats/random.js';
import type { Measured } from './measures.js';
import { newcombeByKey } from './methods/newcombe.js';

/**
 * A proportion that differs from unit to unit, but never between the arms: the same records fail on both.
 *
 * Pairs without variation give an interval without width. What the pairing would add is given up instead: the arms are
 * taken as independent, attempts divided by the design effect that their own units show (Newcombe, as by key). That is
 * wider than any interval that knew of the pairing, and still an answer.
 */
export function withoutDifference(samples: Samples, plan: ComparePlan): Inference | null {
  if (!plan.proportion) return null;
  const unpaired = newcombeByKey.compare(samples, plan, NO_CHANCE);
  if ('code' in unpaired) return null;
  const units = Math.min(samples.treatment.n, samples.baseline.n);
  // These are units that both arms have, no keys that come and go.
  const warnings = unpaired.warnings.filter(({ code }) => code !== 'keys-independent-in-time');
  return { ...unpaired, warnings: [...warnings, reason('no-variation-between-arms', { units })] };
}

/** Newcombe draws nothing. */
const NO_CHANCE = createRandom(0);

/** Null where the metric is no proportion or its units vary. */
export function withoutEvents(rows: readonly Measured[], plan: ComparePlan): Inference | null {
  if (!plan.proportion) return null;
  const arms = rows.map(({ value, per }) => {
    if (per === null) return null;
    const events = preciseSum(value).high;
    const attempts = preciseSum(per).high;
    return attempts > 0 && (events === 0 || events === attempts)
      ? { p: events / attempts, n: value.length, attempts }
      : null;
  });
  const [x, y] = arms;
  if (x === null || y === null) return null;
  const df = Number.POSITIVE_INFINITY;
  const lasting = x.p === y.p ? LONGEST_OUTAGE : 1;
  const worth = (arm: typeof x) => ({ p: arm.p, n: arm.n / lasting });
  return {
    ...newcombe(worth(x), worth(y), df),
    treatmentValue: x.p,
    baselineValue: y.p,
    df,
    details: { 'treatment units': x.n, 'baseline units': y.n },
    warnings: [
      reason('no-variation-in-proportion', {
        units: Math.min(x.n, y.n),
        attempts: x.attempts + y.attempts,
        lasting,
      }),
    ],
  };
}
