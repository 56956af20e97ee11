/**
 * The axis on which a claim is judged: the ratio treatment ÷ baseline for relative amounts, the difference
 * treatment − baseline for points and amounts in the metric's unit.
 *
 * A benefit e is oriented so that positive favours the treatment: e = r − 1 (or x) where higher is better,
 * e = 1 − r (or −x) where lower is better. Every question about e is a one-sided test at one place of the
 * axis, the same test that the printed interval inverts, so test and interval cannot disagree.
 * STATISTICS.md §1 (r, "within") and §4.
 */
import type { Estimate, Inference, IntervalData } from '../model/effect.js';
import type { Amount, Better } from '../model/experiment.js';

export interface Axis {
  readonly scale: Amount['kind'];
  readonly estimate: Estimate;
  /** Place of "no difference": 1 for a ratio, 0 for a difference. */
  readonly origin: number;
  /** 1 where higher is better, −1 where lower is better. */
  readonly sign: 1 | -1;
}

/** Null where the baseline is not positive, so that a relative amount has no meaning. */
export function axisFor(
  scale: Amount['kind'],
  inference: Pick<Inference, 'ratio' | 'difference'>,
  better: Better | null,
): Axis | null {
  const sign = better === 'lower' ? -1 : 1;
  if (scale !== 'relative') return { scale, estimate: inference.difference, origin: 0, sign };
  return inference.ratio === null ? null : { scale, estimate: inference.ratio, origin: 1, sign };
}

/** A ratio about which nothing can be said: no place of it is ever rejected, on neither side. */
export function isSilent({ ratio }: Pick<Inference, 'ratio'>): boolean {
  if (ratio === null) return true;
  const { above, below } = ratio.test(1);
  return above === 1 && below === 1;
}

/** p of "the benefit is not above e" against "it is above". */
export function pAbove(axis: Axis, benefit: number): number {
  const test = axis.estimate.test(axis.origin + axis.sign * benefit);
  return axis.sign > 0 ? test.above : test.below;
}

/** p of "the benefit is not below e" against "it is below". */
export function pBelow(axis: Axis, benefit: number): number {
  const test = axis.estimate.test(axis.origin + axis.sign * benefit);
  return axis.sign > 0 ? test.below : test.above;
}

/**
 * Benefits between which two arms count as "within c": on a ratio 1−c < r < 1/(1−c), so that swapping the arms
 * changes nothing; on a difference −c < x < c. Null where no such band exists (a relative c of 1 or more).
 */
export function band(axis: Axis, c: number): { readonly low: number; readonly high: number } | null {
  if (axis.scale !== 'relative') return { low: -c, high: c };
  if (!(c < 1)) return null;
  const far = 1 / (1 - c) - 1;
  return axis.sign > 0 ? { low: -c, high: far } : { low: -far, high: c };
}

export function benefitOf(axis: Axis, x: number): number {
  return axis.sign > 0 ? x - axis.origin : axis.origin - x;
}

/** The interval of the benefit; null ends are unbounded. */
export function benefitInterval(axis: Axis, confidence: number): IntervalData {
  const interval = axis.estimate.interval(confidence);
  if (interval.kind === 'unbounded') return { kind: 'unbounded', low: null, high: null };
  const ends = [benefitOf(axis, interval.low), benefitOf(axis, interval.high)];
  const [low, high] = axis.sign > 0 ? ends : [ends[1], ends[0]];
  return { kind: 'interval', low: bounded(low), high: bounded(high) };
}

const bounded = (x: number): number | null => (Number.isFinite(x) ? x : null);
