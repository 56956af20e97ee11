/** Units for a power, power of units, and the smallest effect that units would show: searches over one precision. */
import { equivalencePower, oneSidedPower, unitsForPower } from '../stats/power.js';
import { type Grain, leastUnits, pastGate } from './grain.js';
import type { Precision } from './precision.js';
import { placeOf, type Question } from './question.js';

/** Power of the claim's test with n units when `benefit` is the truth. */
export function powerOf(question: Question, precision: Precision, n: number, benefit: number): number {
  const { edges, sign } = question;
  const alpha = precision.level?.(n, question.alpha) ?? question.alpha;
  const truth = placeOf(question, benefit);
  if (question.scale === 'relative' && !(truth > 0)) return 1;
  const low = precision.at(n, placeOf(question, edges.low), truth);
  if (edges.high === null || edges.high === Number.POSITIVE_INFINITY)
    return oneSidedPower(sign * low.distance, low.df, alpha);
  const high = precision.at(n, placeOf(question, edges.high), truth);
  return equivalencePower(sign * low.distance, -sign * high.distance, Math.min(low.df, high.df), alpha);
}

export interface Sizing {
  readonly question: Question;
  readonly precision: Precision;
  readonly grain: Grain;
  /** Factor that declared looks cost. */
  inflation(power: number): number;
}

/** Smallest number of units; null where the expected effect is not beyond the threshold, or none would do. */
export function unitsNeeded(
  { question, precision, grain, inflation }: Sizing,
  power: number,
  benefit: number,
): number | null {
  const least = leastUnits(grain, question.claim.estimand, question.alpha);
  const step = grain.items ?? 1;
  const single = unitsForPower((n) => powerOf(question, precision, n, benefit), power, least, step);
  if (single === null) return null;
  const looked = Math.ceil((single * inflation(power)) / step - 1e-9) * step;
  return precision.tau === null ? looked : pastGate(looked, precision.tau, grain.paired);
}

/** Power of the declared units: looks make them worth less; too few to answer, or short of the gate: none. */
export function powerOfDeclared(sizing: Sizing, n: number, power: number, benefit: number): number {
  const { question, precision, grain } = sizing;
  if (n < leastUnits(grain, question.claim.estimand, question.alpha)) return 0;
  if (precision.tau !== null && pastGate(n, precision.tau, grain.paired) > n) return 0;
  return powerOf(question, precision, n / sizing.inflation(power), benefit);
}

/** Smallest benefit that n units show with this power; null where none does. */
export function smallestBenefit(sizing: Sizing, n: number, power: number): number | null {
  const { question } = sizing;
  const { low, high } = question.edges;
  if (high !== null) return null;
  const shows = (benefit: number) => powerOfDeclared(sizing, n, power, benefit) >= power;
  const furthest = question.scale === 'relative' && question.sign < 0 ? 1 - 1e-9 : null;
  let step = 1e-3 * Math.max(Math.abs(low), question.scale === 'relative' ? 1 : 1e-6);
  let beyond = low + step;
  while (!shows(beyond)) {
    if (furthest !== null && beyond >= furthest) return null;
    step *= 2;
    if (step > 1e12) return null;
    beyond = furthest === null ? low + step : Math.min(furthest, low + step);
  }
  let short = low;
  for (let round = 0; round < 50 && beyond - short > 1e-7 * Math.max(1e-3, Math.abs(beyond)); round++) {
    const middle = (short + beyond) / 2;
    if (shows(middle)) beyond = middle;
    else short = middle;
  }
  return beyond;
}
