/**
 * What a randomisation test over slots will know.
 *
 * A draw that is balanced within tuples compares slots at the same time of day or week, so what counts of a slot's
 * scatter is what the draw does not balance: `variation` is that. T of the drawn schedule among all others behaves like
 * Student's t with the degrees of freedom that the draw leaves (n + n slots together: 2n − 2; t tuples, half of them
 * turned: t − 2), at the level that p can reach: of S schedules no p is between ⌊αS⌋/S and the next step, so α is ⌊αS⌋/S
 * (4 + 4 slots: 1/70 for 2.5 %). From evidence the scatter is read off the interval at 80 %, which is the test's own
 * and still has steps enough where schedules are few.
 * (Simulated, 4, 6, 12 and 24 slots of each arm, 2,000 times each, power .42 to .82: within 3 points of it.) Source: STATISTICS.md §2.
 */
import type { Inference } from '../model/effect.js';
import { DRAWN_SCHEDULES } from '../model/fewest-slots.js';
import { studentTQuantile } from '../stats/student-t.js';
import type { PlanInput } from './plan.js';
import type { Precision } from './precision.js';

export type Draw = NonNullable<PlanInput['randomisation']>;

/** The pipeline knows how slots are drawn; a plan of slots is not asked for without it. */
export function drawOf({ randomisation }: PlanInput): Draw {
  if (randomisation === undefined) throw new RangeError('a plan of slots needs to know how they are drawn');
  return randomisation;
}

/** The level at which a test with so few steps really rejects. */
export function reachedLevel(alpha: number, schedules: number): number {
  const steps = Math.min(DRAWN_SCHEDULES + 1, schedules);
  return Math.floor(alpha * steps + 1e-9) / steps;
}

/** `one`: of one slot of each arm, the standard error of x − r·y at a threshold r and a truth, on the axis of the test. */
export const slotPrecision = (
  draw: Draw,
  one: (threshold: number, truth: number) => number,
  spread: Precision['spread'],
): Precision => ({
  tau: null,
  spread,
  level: (n, alpha) => reachedLevel(alpha, draw(n).schedules),
  at: (n, threshold, truth) => ({
    distance: ((truth - threshold) / one(threshold, truth)) * Math.sqrt(n),
    df: draw(n).freedom,
  }),
});

/** A slot varies by this share of its arm's level. */
export const declaredSlots = (draw: Draw, variation: number): Precision =>
  slotPrecision(
    draw,
    (threshold, truth) => variation * Math.sqrt(truth * truth + threshold * threshold),
    (truth) => truth * variation,
  );

/** As the evidence's own interval says; null where it has no end. */
export function measuredSlots(
  draw: Draw,
  { ratio, difference, details }: Pick<Inference, 'ratio' | 'difference' | 'details'>,
  onRatio: boolean,
): { readonly precision: Precision; readonly df: number } | null {
  const estimate = onRatio ? ratio : difference;
  const slots = Math.min(Number(details['treatment slots']), Number(details['baseline slots']));
  if (estimate === null || !(slots >= 2)) return null;
  const { freedom: df } = draw(slots);
  const interval = estimate.interval(0.8);
  if (interval.kind === 'unbounded' || !(df > 0)) return null;
  const error = (interval.high - interval.low) / 2 / studentTQuantile(0.9, df);
  if (!(error > 0) || !Number.isFinite(error)) return null;
  const each = error * Math.sqrt(slots);
  if (!onRatio)
    return {
      df,
      precision: slotPrecision(
        draw,
        () => each,
        () => null,
      ),
    };
  return { df, precision: declaredSlots(draw, each / (Math.SQRT2 * estimate.estimate)) };
}
