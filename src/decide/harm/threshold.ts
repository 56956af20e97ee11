/** The guardrail's own threshold as a place of the batch means, and the p of being beyond it on the harmful side. */
import type { Claim, Metric } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';
import { mixtureTest } from '../../stats/mixture-sequence.js';
import { isQuantile, shareOf } from '../unit-values.js';
import type { Batched } from './batches.js';

/** One-sided: of "not beyond the threshold" against "beyond it". */
export function pOfHarm(
  claim: Claim,
  { batches, treatment, baseline }: Batched,
  metric: Metric,
): number | Reason {
  const place = placeOf(claim, metric);
  if ('code' in place) return place;
  const { ratio, shift, sign } = place;
  const excess = treatment.map((x, k) => sign * (x - ratio * baseline[k] - shift));
  const mean = excess.reduce((sum, e) => sum + e, 0) / batches;
  const squares = excess.reduce((sum, e) => sum + (e - mean) * (e - mean), 0);
  const size = Math.max(...treatment.map(Math.abs), ...baseline.map(Math.abs), Math.abs(shift));
  // What adding doubles leaves is no excess.
  if (!(Math.abs(mean) > size * 1e-12)) return 0.5;
  return mixtureTest(batches, mean / Math.sqrt(squares / batches)).above;
}

/** Harm is sign·(treatment − ratio·baseline − shift) > 0. */
function placeOf(
  claim: Claim,
  { better, name }: Metric,
): { ratio: number; shift: number; sign: 1 | -1 } | Reason {
  const c = claim.amount.value;
  if (claim.kind === 'bound') {
    const sign = claim.bound === 'below' ? 1 : -1;
    if (!isQuantile(claim.estimand)) return { ratio: 0, shift: c, sign };
    const q = shareOf(claim.estimand);
    return { ratio: 0, shift: claim.bound === 'below' ? 1 - q : q, sign: 1 };
  }
  const sign = better === 'lower' ? 1 : -1;
  // Worse by c is allowed, or better by c is asked for; "within" is worse by c on the harmful side.
  const allowed = claim.kind === 'better' ? -c : c;
  if (claim.amount.kind !== 'relative') return { ratio: 1, shift: sign * allowed, sign };
  const ratio = claim.kind === 'within' && sign > 0 ? 1 / (1 - c) : 1 + sign * allowed;
  return ratio >= 0
    ? { ratio, shift: 0, sign }
    : reason('claim-amount-too-large', { amount: c, metric: name });
}
