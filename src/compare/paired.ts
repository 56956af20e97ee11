/**
 * What all methods for interleaved blocks have in common: each block gives both arms a contribution to their
 * estimates, the effect of order is removed, and the linear test is made from how contributions vary together.
 *
 * Total: contributions are the values. Mean: the same ÷ n. Ratio ΣM/ΣD: contributions of the delta method or of the
 * jackknife (stats/ratio-contributions.ts). Strata, order: stats/sum-spread.ts. Test: stats/linear-inference.ts.
 */
import type { ComparePlan, Inference, Samples } from '../model/effect.js';
import { type Reason, reason } from '../model/reason.js';
import {
  type Precise,
  preciseAdd,
  preciseQuotient,
  preciseScale,
  preciseSum,
} from '../stats/double-double.js';
import { linearInference } from '../stats/linear-inference.js';
import { ratioContributions } from '../stats/ratio-contributions.js';
import { type SumSpread, sumSpread } from '../stats/sum-spread.js';
import { type Degrees, scaledComponent } from '../stats/variance-component.js';
import { dominance, itemsWithRepeats } from './items.js';
import { folded, foldedSum, type Measured, measured, orderDifference } from './measures.js';
import { withoutDifference, withoutEvents } from './without-events.js';

export interface PairedOptions {
  /** Blocks alike; items as strata (fixed workload); items as units (sample). */
  readonly items: 'ignored' | 'strata' | 'units';
  readonly ratio: 'delta' | 'jackknife';
  /** 'measured' where a few blocks with large denominators could carry the ratio. */
  readonly degrees: Degrees;
}

/** One arm: its estimate before the order is balanced, and what each row contributes to it. */
interface ArmPart {
  readonly value: Precise;
  readonly contributions: Float64Array;
}

export function pairedInference(
  samples: Samples,
  plan: ComparePlan,
  { items, ratio: kind, degrees }: PairedOptions,
): Inference | Reason {
  const warnings: Reason[] = [];
  let kept = samples;
  if (items === 'strata') {
    const repeated = itemsWithRepeats(samples);
    if ('code' in repeated) return repeated;
    kept = repeated.samples;
    warnings.push(...repeated.warnings);
  }
  const x = measured(kept.treatment, plan);
  const y = measured(kept.baseline, plan);
  if ('code' in x) return x;
  if ('code' in y) return y;
  const { item } = kept.treatment;
  const asUnits = items === 'units';
  const rows = asUnits
    ? [folded(x, item, plan.estimand === 'mean'), folded(y, item, plan.estimand === 'mean')]
    : [x, y];
  if (asUnits) warnings.push(...dominance(rows, item));
  const order = orderDifference(kept.treatment, kept.baseline);
  const stratum = items === 'strata' ? item : null;
  const parts = rows.map((row) => partOf(row, stratum, kind));
  const empty = parts.indexOf(null);
  if (empty >= 0) {
    return reason('denominator-not-positive', { arm: (empty === 0 ? kept.treatment : kept.baseline).arm });
  }
  const [a, b] = parts as [ArmPart, ArmPart];
  const spread = sumSpread(
    {
      treatment: a.contributions,
      baseline: b.contributions,
      order: order === null || !asUnits ? order : foldedSum(order, item),
      stratum,
    },
    rows[0].per === null ? 'declared' : degrees,
  );

  const n = rows[0].value.length;
  const times = rows[0].per !== null && plan.estimand !== 'mean' ? plan.times : 1;
  const mean = plan.estimand === 'mean' && rows[0].per === null;
  const finish = (value: Precise, shift: number): Precise => {
    const moved = preciseAdd(value, shift);
    return mean ? preciseQuotient(moved, { high: n, low: 0 }) : preciseScale(moved, times);
  };
  const inference = linearInference({
    treatment: finish(a.value, spread.treatmentShift),
    baseline: finish(b.value, spread.baselineShift),
    components: spread.components.map((part) => scaledComponent(part, mean ? 1 / n : times)),
    satterthwaite: 'corrected',
  });
  if (inference === null) {
    return withoutEvents(rows, plan) ?? withoutDifference(kept, plan) ?? reason('constant-data', { n });
  }
  return {
    ...inference,
    details: details(spread, n, asUnits, rows[0].per === null ? 1 : n * times),
    warnings: [...warnings, ...orderWarning(order, spread)],
  };
}

function partOf(
  { value, per }: Measured,
  stratum: readonly string[] | null,
  kind: PairedOptions['ratio'],
): ArmPart | null {
  if (per === null) return { value: preciseSum(value), contributions: value };
  const found = ratioContributions(value, per, stratum, kind);
  return found === null ? null : { value: found.ratio, contributions: found.contributions };
}

function details(
  { orderEffect, components }: SumSpread,
  n: number,
  asUnits: boolean,
  perBlock: number,
): Inference['details'] {
  return {
    [asUnits ? 'items' : 'blocks']: n,
    ...(components.length > 1 ? { strata: components.length } : {}),
    ...(orderEffect === null ? {} : { 'order effect per block': orderEffect * perBlock }),
  };
}

/** An order that never varied cannot be told from the arm itself. */
function orderWarning(order: Float64Array | null, { orderEffect }: SumSpread): Reason[] {
  if (order === null || orderEffect !== null) return [];
  return order.every((difference) => difference === order[0])
    ? [reason('order-never-varied', { blocks: order.length })]
    : [];
}
