/*
 * Both tails of a distribution from the one that could be computed without cancellation.
 *
 * Answers: the probability below a point, above it, the logarithm of either, and how steeply it changes.
 * Applies: the incomplete beta and gamma functions. Their fractions and series give one tail directly, as
 * weight * ratio; the other is what is left of 1, and that tail is then the larger one, so nothing is lost.
 * Formula: weight = the density times the change of the point on the scale on which quantiles are searched,
 * so the slope of a tail on that scale is plus or minus the weight, whichever tail was computed.
 * Source: DLMF 8.2.5 and 8.17.4 (the two tails add up to 1).
 */

import type { TailPoint } from './quantile-search.js';

export type Side = 'lower' | 'upper';

export interface Tails {
  /** The tail that was computed; its probability is exp(logWeight) * ratio. */
  readonly side: Side;
  /** Kept as a logarithm: a probability of 1e-400 is still a place from which a search can go on. */
  readonly logWeight: number;
  readonly ratio: number;
}

/** The probability of the asked tail, in [0, 1]. */
export function tailOf(tails: Tails, side: Side): number {
  const computed = Math.min(1, Math.exp(tails.logWeight) * tails.ratio);
  return tails.side === side ? computed : 1 - computed;
}

/** The asked tail as a search wants it: the slope is positive below and negative above. */
export function tailPoint(tails: Tails, side: Side, bend: number): TailPoint {
  const sign = side === 'lower' ? 1 : -1;
  if (tails.side === side) {
    return { logTail: tails.logWeight + Math.log(tails.ratio), slope: sign / tails.ratio, bend };
  }
  const weight = Math.exp(tails.logWeight);
  const rest = Math.max(Number.MIN_VALUE, 1 - weight * tails.ratio);
  return { logTail: Math.log(rest), slope: (sign * weight) / rest, bend };
}
