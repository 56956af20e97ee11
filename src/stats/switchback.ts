/*
 * The randomisation test of a switchback.
 *
 * Answers: would the arms differ this much if only the draw of the schedule decided which slot is called whose; by how
 * much, and in what ratio, do they differ. Applies: slots of time that were given to one arm or the other by a drawn
 * schedule, each slot one value (or one amount and the work it was spent on), burn-in and burn-out already dropped.
 * Assumes nothing about trends, rhythms or memory between slots, because they are the same under every schedule; the
 * effect is one shift (or one factor) for all slots, and the work of a slot is what came, whichever arm it met.
 * Formula: T = (x̄ − r·ȳ − d)/√(s_x²/n_x + r²·s_y²/n_y), for ratios of sums with the slots' deviations from the common
 * ratio. Under "the difference is d" a slot's value without treatment is known, so T can be computed for every other
 * admissible schedule; p = share of schedules with T at least as large, the drawn one included. All admissible schedules
 * are counted where they are few, else B are drawn: p = (k+1)/(B+1).
 * Slot values enter through a dozen sums per schedule, so a threshold costs a few steps per schedule, not n.
 * Source: Fisher 1935; Bojinov, Simchi-Levi and Zhao 2023 (Management Science 69:3759); studentised: Wu and Ding 2021.
 */
import { type Reason, reason } from '../model/reason.js';
import { crossingEstimate, crossings } from './crossings.js';
import type { Estimate } from './estimate.js';
import { isReason, squareProblem } from './sample-problem.js';
import { type FixedSums, fixedSums, type SlotSums, slotSums, studentised } from './slot-sums.js';

/** The schedules that the design could have drawn for these slots: 1 treatment, 0 baseline; equally likely. */
export interface AdmissibleSchedules {
  /** All of them, or null where they are too many to list. */
  readonly all: Iterable<Uint8Array> | null;
  /** One more, drawn as the design draws. */
  draw(): Uint8Array;
}

export interface Switchback {
  readonly difference: Estimate;
  /** Null where a slot's value is not positive. */
  readonly ratio: Estimate | null;
  readonly treatmentValue: number;
  readonly baselineValue: number;
  /** Of the difference, as if slots were independent: a scale, not what decides. */
  readonly standardError: number;
  readonly schedules: number;
  /** Share of them that give every slot the arm it had: no p is smaller. */
  readonly smallestP: number;
  readonly exact: boolean;
}

/** Fewest slots of each arm: 4 + 4 complete ones have 70 schedules, enough for 95 %. */
const FEWEST = 4;

/**
 * The randomisation test of a switchback: slots of time given to one arm or the other by a drawn schedule.
 *
 * @param value one per slot, in time order, finite
 * @param assignment 1 for slots of the treatment, 0 for the baseline
 * @param admissible the schedules that could have been drawn
 * @param most schedules that are listed or drawn. Memory: 12 numbers per schedule
 * @param work what the values are divided by, positive: the arms' ratios are Σvalue/Σwork; null: means over slots
 * @returns difference and ratio with test and interval; or a Reason
 * @throws RangeError where a schedule has not one arm per slot, or an arm is neither 0 nor 1
 * @example
 * ```ts
 * const value = Float64Array.of(9, 12, 9.4, 12.2, 12.1, 8.8, 11.7, 9.1);
 * const drawn = Uint8Array.of(1, 0, 1, 0, 0, 1, 0, 1);
 * const all = Array.from({ length: 256 }, (_, code) => Uint8Array.from({ length: 8 }, (_, i) => (code >> i) & 1))
 *   .filter((slots) => slots.reduce((sum, slot) => sum + slot, 0) === 4);
 * const found = switchback(value, drawn, { all, draw: () => drawn });
 * if ('code' in found) throw new Error(found.code);
 * found.difference.test(0).below; // → 0.0142857
 * ```
 */
export function switchback(
  value: Float64Array,
  assignment: Uint8Array,
  admissible: AdmissibleSchedules,
  most = 9999,
  work: Float64Array | null = null,
): Switchback | Reason {
  if (assignment.length !== value.length) throw new RangeError('switchback needs an arm for every slot');
  if (work !== null && work.length !== value.length)
    throw new RangeError('switchback needs work for every slot');
  if (!assignment.every((arm) => arm <= 1)) throw new RangeError('a slot belongs to arm 0 or 1');
  const weight = work ?? new Float64Array(value.length).fill(1);
  const problem = squareProblem([value, weight], 1);
  if (problem !== null) return problem;
  if (!weight.every((w) => w > 0))
    return reason('slot-without-work', { slots: weight.filter((w) => !(w > 0)).length });
  const sizes = [1, 0].map((arm) => assignment.filter((a) => a === arm).length);
  if (Math.min(...sizes) < FEWEST) {
    return reason('too-few-slots', { have: Math.min(...sizes), need: FEWEST });
  }
  const fixed = fixedSums(value, weight, assignment);
  const schedules = scheduleSums(fixed, assignment, admissible, most);
  if (isReason(schedules)) return schedules;
  const { treatmentMean: x, baselineMean: y } = fixed;
  const standardError = Math.sqrt(fixed.treatmentVariance + fixed.baselineVariance);
  const size = Math.max(Math.abs(x), Math.abs(y));
  if (!(standardError > 2 ** -50 * size)) return reason('constant-data', { n: value.length });

  const observed = slotSums(assignment, fixed, assignment);
  /** T at ratio r and remaining shift; thresholds move one or the other. */
  type Place = (threshold: number) => readonly [r: number, delta: number];
  const estimateOf = (estimate: number, grid: Float64Array, scale: number, place: Place) => {
    const gap = (s: number, threshold: number) => {
      const [r, delta] = place(threshold);
      const seen = studentised(fixed, observed, r, delta);
      const other = studentised(fixed, schedules.sums[s], r, delta);
      // A schedule that amounts to the observed one must count at every threshold.
      return Math.abs(other - seen) <= 1e-9 * Math.max(1, Math.abs(seen)) ? 0 : other - seen;
    };
    return crossingEstimate(estimate, () => crossings(schedules.sums.length, grid, gap), scale);
  };
  const ofRatio = () =>
    positive(estimateOf(x / y, factors(x / y, standardError / y), standardError / y, (r) => [r, x - r * y]));
  return {
    difference: estimateOf(x - y, around(x - y, standardError), standardError, (d) => [1, x - y - d]),
    ratio: value.every((v) => v > 0) ? ofRatio() : null,
    treatmentValue: x,
    baselineValue: y,
    standardError,
    schedules: schedules.sums.length + 1,
    smallestP: (schedules.same + 1) / (schedules.sums.length + 1),
    exact: schedules.exact,
  };
}

/** Ratios of positive values are not below 0. */
function positive(ratio: Estimate): Estimate {
  return {
    ...ratio,
    interval(confidence) {
      const found = ratio.interval(confidence);
      return found.kind === 'unbounded' ? found : { ...found, low: Math.max(0, found.low) };
    },
  };
}

interface Schedules {
  readonly sums: readonly SlotSums[];
  /** How many of them give every slot the arm it had. */
  readonly same: number;
  readonly exact: boolean;
}

/** Sums of every schedule but the one that was run. */
function scheduleSums(
  fixed: FixedSums,
  assignment: Uint8Array,
  admissible: AdmissibleSchedules,
  most: number,
): Schedules | Reason {
  const isObserved = (schedule: Uint8Array) => schedule.every((arm, i) => arm === assignment[i]);
  const sums: SlotSums[] = [];
  let same = 0;
  const take = (schedule: Uint8Array) => {
    if (isObserved(schedule)) same++;
    sums.push(slotSums(schedule, fixed, assignment));
  };
  if (admissible.all !== null) {
    let found = false;
    for (const schedule of admissible.all) {
      if (!found && isObserved(schedule)) found = true;
      else take(schedule);
      if (sums.length > most) break;
    }
    if (sums.length <= most)
      return found ? { sums, same, exact: true } : reason('schedule-not-admissible', {});
    sums.length = 0;
    same = 0;
  }
  for (let k = 0; k < most; k++) take(admissible.draw());
  return { sums, same, exact: false };
}

/** Thresholds from 200 standard errors below to 200 above, closest together in the middle. */
function around(center: number, standardError: number): Float64Array {
  const steps = [200, 60, 30, 16];
  for (let k = 12; k > 0; k -= 0.5) steps.push(k);
  const grid = [...steps.map((k) => center - k * standardError), center];
  return Float64Array.from([...grid, ...steps.reverse().map((k) => center + k * standardError)]);
}

/** Ratios from nearly 0 to 10⁶ times the estimate; `step` is a standard error. */
function factors(center: number, step: number): Float64Array {
  const share = Math.max(1e-6, step / center);
  const grid = [center];
  for (let k = 1, r = center, reach = share / 2; r < center * 1e6; k++) {
    r *= 1 + reach;
    if (k > 20) reach = Math.min(10, reach * 1.5);
    grid.push(r);
  }
  const below = grid.slice(1).map((r) => center / (r / center));
  return Float64Array.from([...below.reverse(), ...grid]);
}
