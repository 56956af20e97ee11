/*
 * From replicates of a statistic to its BCa interval and test.
 *
 * Answers: what all forms of the bootstrap share, however they resample. Applies: as `bca-bootstrap.ts`.
 * Formula: bias z₀ is read from the replicates, the acceleration from leaving values out (`jackknife.ts`), interval and
 * test from both (`bca-estimate.ts`). Memory: B numbers.
 * Source: Efron 1987 (JASA 82:171); Efron and Tibshirani 1993 §14.3.
 */
import { type Reason, reason } from '../model/reason.js';
import { bcaEstimate, biasOf } from './bca-estimate.js';
import type { Estimate } from './estimate.js';
import { acceleration } from './jackknife.js';
import { isConstant } from './sample-problem.js';

export interface Bootstrap {
  readonly estimate: Estimate;
  readonly bias: number;
  readonly acceleration: number;
  /** Ascending. */
  readonly replicates: Float64Array;
}

/** Below this, an end of a 95 % interval rests on fewer than about 50 replicates. */
const FEWEST = 2000;

export function checkResamples(resamples: number): void {
  if (!(Number.isInteger(resamples) && resamples >= FEWEST)) {
    throw new RangeError(`a bootstrap needs at least ${FEWEST} resamples, got ${resamples}`);
  }
}

/** The loop that all forms share. */
export function bootstrap(
  estimate: number,
  resamples: number,
  replicate: () => number,
  sizes: readonly number[],
  without: (arm: number, from: number, to: number) => number,
): Bootstrap | Reason {
  checkResamples(resamples);
  if (!Number.isFinite(estimate)) return reason('statistic-undefined', { count: 1, of: 1 });
  const replicates = new Float64Array(resamples);
  for (let b = 0; b < resamples; b++) replicates[b] = replicate();
  return fromReplicates(estimate, replicates, acceleration(sizes, without));
}

/** From replicates made elsewhere; they are sorted in place. */
export function fromReplicates(
  estimate: number,
  replicates: Float64Array,
  accelerated: number,
): Bootstrap | Reason {
  const undefinedOnes = replicates.filter((value) => !Number.isFinite(value)).length;
  if (undefinedOnes > 0 || !Number.isFinite(accelerated)) {
    return reason('statistic-undefined', { count: undefinedOnes, of: replicates.length });
  }
  replicates.sort();
  if (isConstant(replicates)) return reason('constant-data', { n: replicates.length });
  const bias = biasOf(replicates, estimate);
  // All replicates on one side of the estimate (a maximum, say): no bias correction exists.
  if (!Number.isFinite(bias)) return reason('bootstrap-one-sided', { resamples: replicates.length });
  const shape = { bias, acceleration: accelerated };
  return { estimate: bcaEstimate(estimate, replicates, shape), ...shape, replicates };
}
