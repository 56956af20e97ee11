/** A live inference as plain data: estimates with their intervals at the deciding and at four fixed confidences. */
import type {
  Effect,
  Estimate,
  EstimateData,
  Inference,
  Interval,
  IntervalData,
  OneSided,
} from '../model/effect.js';

export function tabulate(inference: Inference, confidence: number): Effect {
  return {
    treatmentValue: inference.treatmentValue,
    baselineValue: inference.baselineValue,
    confidence,
    ratio: inference.ratio === null ? null : estimateData(inference.ratio, confidence),
    difference: estimateData(inference.difference, confidence),
    standardError: inference.standardError,
    df: Number.isFinite(inference.df) ? inference.df : null,
    p: pOfNoDifference(inference),
    details: inference.details,
  };
}

export function estimateData(estimate: Estimate, confidence: number): EstimateData {
  const at = (level: number) => intervalData(estimate.interval(level));
  return {
    estimate: estimate.estimate,
    interval: at(confidence),
    intervals: { '80': at(0.8), '90': at(0.9), '95': at(0.95), '99': at(0.99) },
  };
}

/**
 * The ratio's test at 1, which is the difference's test at 0 wherever both exist on one scale. A ratio about which
 * nothing can be said (neither side is ever rejected) leaves the word to the difference.
 */
export function pOfNoDifference({ ratio, difference }: Pick<Inference, 'ratio' | 'difference'>): number {
  const atOne = ratio?.test(1);
  const silent = atOne === undefined || (atOne.above === 1 && atOne.below === 1);
  return twoSided(silent ? difference.test(0) : atOne);
}

const twoSided = ({ above, below }: OneSided): number => Math.min(1, 2 * Math.min(above, below));

/** As text codes: null = unbounded on that side. */
export function intervalData(interval: Interval): IntervalData {
  if (interval.kind === 'unbounded') return { kind: 'unbounded', low: null, high: null };
  const end = (x: number) => (Number.isFinite(x) ? x : null);
  return { kind: 'interval', low: end(interval.low), high: end(interval.high) };
}
