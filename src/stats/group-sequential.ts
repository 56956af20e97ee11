/*
 * Critical values for declared looks.
 *
 * Answers: how large must z be at look k so that all looks together claim falsely with probability α? And how likely is
 * it that a look stops, without and with an effect.
 * Applies: looks declared beforehand, z computed on all units so far, information t_k = units ÷ declared maximum (they
 * may come at other times than planned: only the times seen so far matter).
 * Formula: B_k = z_k·√t_k is Brownian motion with drift at times t_k. g_k(b), the density of B_k on paths that no look
 * has stopped, is g_{k+1}(b) = ∫ g_k(x)·φ((b − x)/√Δ)/√Δ dx over x < c_k·√t_k. The k-th critical value solves
 * ∫ g_{k−1}(x)·Φ̄((c·√t_k − x)/√Δ) dx = f(t_k) − f(t_{k−1}); the last look spends what is left of α.
 * Integrals: Gauss–Legendre, 16 points on panels no wider than the narrowest step on either side, so that density and
 * kernel are smooth on each; paths lower than 9 standard errors are left out (1e-19).
 * Source: Armitage, McPherson and Rowe 1969 (JRSS A 132:235); Jennison and Turnbull 2000, ch. 19; Lan and DeMets 1983.
 * Five looks, one-sided .025: 4.8769 3.3570 2.6803 2.2898 2.0310. Error below 1e-8.
 */
import { normalDensity, normalSurvival, normalSurvivalQuantile } from './normal.js';
import { panelNodes } from './panel-nodes.js';
import { obrienFlemingSpending } from './spending.js';
import { studentTSurvivalQuantile } from './student-t.js';

export interface Look {
  /** Information time, in (0, 1]. */
  readonly time: number;
  /** Critical value of z; Infinity where nothing may be spent. */
  readonly critical: number;
  /** One-sided error spent up to and including this look. */
  readonly spent: number;
}

/**
 * Critical values of z, one-sided level `alpha` in (0, 0.5), at increasing `times`. `last`: the last of them is
 * the final look and spends what is left, whatever its time.
 *
 * @param alpha one-sided error, 0 … 0.5
 * @param times shares of the planned information, increasing, (0, 1]
 * @param last whether the last of them is the final look
 * @returns per look: its time, critical z and error spent
 * @throws RangeError where times do not increase within (0, 1], or alpha is not within (0, 0.5)
 * @example
 * ```ts
 * groupSequential(0.025, [0.2, 0.4, 0.6, 0.8, 1], true).map(({ critical }) => critical); // → [4.87688, 3.35701, 2.68028, 2.28982, 2.03103]
 * ```
 */
export function groupSequential(alpha: number, times: readonly number[], last: boolean): readonly Look[] {
  checkTimes(times);
  if (!(alpha > 0 && alpha < 0.5))
    throw new RangeError(`a one-sided error lies between 0 and 0.5, got ${alpha}`);
  const looks: Look[] = [];
  let paths = start;
  let spent = 0;
  times.forEach((time, k) => {
    const final = last && k === times.length - 1;
    const target = final ? alpha : Math.max(spent, obrienFlemingSpending(alpha, time));
    const step = time - (k === 0 ? 0 : times[k - 1]);
    const critical = criticalValue(paths, time, step, target - spent);
    looks.push({ time, critical, spent: target });
    spent = target;
    if (k < times.length - 1) paths = survivors(paths, time, step, times[k + 1] - time, critical, 0);
  });
  return looks;
}

/**
 * Cumulative probability of having crossed, after each look, when z at t = 1 has mean `drift` and variance 1.
 * drift 0: the error; drift = effect ÷ its standard error at the planned end: the power.
 *
 * @param times shares of the planned information, increasing, (0, 1]
 * @param critical z of each look
 * @param drift 0 or the effect in standard errors at the planned end
 * @returns one probability per look, increasing
 * @throws RangeError where times do not increase within (0, 1], or there is not a critical value for each
 * @example
 * ```ts
 * crossingProbability([0.5, 1], [2.963, 1.969], 0); // → [0.00152328, 0.0249762]
 * ```
 */
export function crossingProbability(
  times: readonly number[],
  critical: readonly number[],
  drift: number,
): readonly number[] {
  checkTimes(times);
  if (critical.length !== times.length || critical.some(Number.isNaN))
    throw new RangeError('crossingProbability needs a critical value for every time');
  let paths = start;
  let total = 0;
  return times.map((time, k) => {
    const step = time - (k === 0 ? 0 : times[k - 1]);
    total += exit(paths, time, step, critical[k], drift);
    if (k < times.length - 1) paths = survivors(paths, time, step, times[k + 1] - time, critical[k], drift);
    return total;
  });
}

/**
 * The t that is as improbable as the normal critical value: t⁻¹(Φ̄(c)) with df degrees of freedom.
 *
 * @param critical of z
 * @param df > 0
 * @returns Infinity at Infinity; never throws
 * @example
 * ```ts
 * criticalT(1.96, 10); // → 2.22819
 * ```
 */
export const criticalT = (critical: number, df: number): number =>
  critical === Number.POSITIVE_INFINITY ? critical : studentTSurvivalQuantile(normalSurvival(critical), df);

function checkTimes(times: readonly number[]): void {
  if (!times.every((time, k) => time > (k === 0 ? 0 : times[k - 1]) && time <= 1)) {
    throw new RangeError(`information times must increase within (0, 1], got ${times.join(', ')}`);
  }
}

/** A density on nodes, each with its share of the probability. */
interface Paths {
  readonly at: Float64Array;
  readonly mass: Float64Array;
}

const start: Paths = { at: new Float64Array(1), mass: new Float64Array([1]) };
const furthest = 9;

function exit({ at, mass }: Paths, time: number, step: number, critical: number, drift: number): number {
  const end = critical * Math.sqrt(time);
  const sd = Math.sqrt(step);
  let total = 0;
  for (let i = 0; i < at.length; i++) total += mass[i] * normalSurvival((end - at[i] - drift * step) / sd);
  return total;
}

function survivors(
  { at, mass }: Paths,
  time: number,
  step: number,
  nextStep: number,
  critical: number,
  drift: number,
): Paths {
  const reach = furthest * Math.sqrt(time);
  const high = Math.min(critical * Math.sqrt(time), drift * time + reach);
  const low = Math.min(drift * time - reach, high - reach);
  const nodes = panelNodes(low, high, Math.sqrt(Math.min(step, nextStep)));
  const sd = Math.sqrt(step);
  const near = furthest * sd;
  let first = 0; // nodes are in order: those too far below are left behind
  const next = nodes.at.map((b, j) => {
    const from = b - drift * step;
    while (first < at.length && at[first] < from - near) first++;
    let density = 0;
    for (let i = first; i < at.length && at[i] <= from + near; i++) {
      density += mass[i] * normalDensity((from - at[i]) / sd);
    }
    return (nodes.weight[j] * density) / sd;
  });
  return { at: nodes.at, mass: next };
}

function criticalValue(paths: Paths, time: number, step: number, owed: number): number {
  if (!(owed > 0)) return Number.POSITIVE_INFINITY;
  // Crossing now has at most the probability of being above c now: the answer is no larger than that quantile.
  let high = normalSurvivalQuantile(owed);
  let low = -furthest;
  for (let round = 0; round < 100; round++) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) break;
    if (exit(paths, time, step, middle, 0) > owed) low = middle;
    else high = middle;
  }
  return high;
}
