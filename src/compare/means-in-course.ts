/**
 * A mean, total or ratio over keys of two arms that work side by side: a stall of one arm slows every key that is there, so
 * keys are no independent witnesses of how slow it is. The interval must hold on pieces of the run as well (in-pieces.ts).
 *
 * Measured, two arms that are alike, stalls of 0.5–10 % of the run that make each arm 5–20 % slower on average, 200–2,000
 * keys for a moment or for all of it, 5 % nominal: keys alone claim a difference in 24–67 % of runs.
 * Where nobody knows when, keys count as independent, and the report says so. Keys of trials are worked on one after the
 * other, the arms in random order: they are left as they are.
 */
import type { ComparePlan, Inference, Samples } from '../model/effect.js';
import type { Estimand } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { inTrials } from './failures-in-keys.js';
import { inPieces, type Pieces, piecesOf } from './in-pieces.js';
import { combined } from './stages.js';

export function withMeansInCourse(
  found: Inference | Reason,
  samples: Samples,
  plan: ComparePlan,
): Inference | Reason {
  if ('code' in found || samples.paired || inTrials(samples)) return found;
  const pieces = piecesOf(samples, plan);
  const times = samples.treatment.per === null ? 1 : plan.times;
  if (pieces !== null && isSame(found, pieces, times)) return inPieces(found, pieces, times);
  return { ...found, warnings: [...found.warnings, reason('keys-independent-in-time')] };
}

/** Estimates by key of which a piece of the run holds no part. */
const WHOLE: ReadonlySet<string> = new Set(['typical', 'hodges-lehmann', 'key-quantile', 'cuped']);

/** Says so where nothing but the keys was looked at. */
export const onlyByKeys = (method: string, samples: Samples, estimand: Estimand): readonly Reason[] =>
  WHOLE.has(method) && !samples.paired && !inTrials(samples)
    ? [reason('keys-independent-for-estimate', { estimand })]
    : [];

/** Parts may not add up to what is estimated: a mean of the keys' own ratios, repeats of a key that count once. */
function isSame(found: Inference, { columns, stages }: Pieces, times: number): boolean {
  const near = (arm: 'treatment' | 'baseline', value: number) =>
    Math.abs(combined(stages, arm, columns[arm].n).value.high * times - value) <= ROUNDING * Math.abs(value);
  return near('treatment', found.treatmentValue) && near('baseline', found.baselineValue);
}

const ROUNDING = 1e-9;
