/**
 * Metrics declared `exact: true` (a contract price, a flat fee): the number stands as it is. No interval, no p;
 * its intervals are the number itself. STATISTICS.md §1.
 * Total: Σvalue; ratio: times·Σvalue/Σper; mean: Σvalue/n.
 */
import type { Effect, EstimateData, Samples } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import type { Estimand } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { preciseSum } from '../stats/double-double.js';

export function exactEffect(
  samples: Samples,
  plan: { readonly estimand: Estimand; readonly times: number; readonly confidence: number },
): Effect | Reason {
  const x = armValue(samples.treatment, plan);
  if (typeof x !== 'number') return x;
  const y = armValue(samples.baseline, plan);
  if (typeof y !== 'number') return y;
  return {
    treatmentValue: x,
    baselineValue: y,
    confidence: plan.confidence,
    ratio: y > 0 ? itself(x / y) : null,
    difference: itself(x - y),
    standardError: 0,
    df: null,
    p: null,
    details: {},
  };
}

function armValue(
  column: ArmColumn,
  { estimand, times }: { readonly estimand: Estimand; readonly times: number },
): number | Reason {
  const total = preciseSum(column.value).high;
  if (column.per !== null) {
    const per = preciseSum(column.per).high;
    return per > 0 ? (times * total) / per : reason('denominator-not-positive', { arm: column.arm });
  }
  if (estimand === 'total') return total;
  if (estimand === 'mean') return total / column.n;
  return reason('exact-has-no-spread', { estimand });
}

function itself(value: number): EstimateData {
  const interval = { kind: 'interval', low: value, high: value } as const;
  return {
    estimate: value,
    interval,
    intervals: { '80': interval, '90': interval, '95': interval, '99': interval },
  };
}
