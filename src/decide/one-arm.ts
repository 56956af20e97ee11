/**
 * One arm's own value with its interval, for claims that hold an arm against a limit
 * ("spark error_rate stays below 1 %"). No other arm is involved, so there is nothing to pair.
 *
 * Total Σv, mean Σv/n, ratio R = Σv/Σd, shown × times. Each is linear (or linearised, delta method) in the units:
 * z_i = v_i for a total, (v_i − x̄)/n for a mean, (v_i − R d_i)/Σd for a ratio, and the standard error is that of Σz:
 * - fixed workload: strata are items, Var = Σ_h n_h s_h², df after Satterthwaite (1946), corrected for few repeats as
 *   in the comparison of two arms;
 * - sample workload: the item was drawn, not the repeat, so z is summed per item first, df = items − 1
 *   (Cochran, Sampling Techniques, 1977);
 * - otherwise: units, df = n − 1.
 * Interval x ± t(df)·SE. Proportions: Wilson (1927) on attempts ÷ design effect, because a delta interval
 * around zero events has no width, with t(df) in place of the normal distribution where the design effect is estimated
 * (Korn and Graubard 1998). Where nothing or everything failed, how failures cluster cannot be seen: n units count
 * as n attempts, as in the comparison of two arms.
 */
import type { Inference } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import type { Estimand } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import {
  linearForm,
  type Precise,
  preciseQuotient,
  preciseScale,
  preciseSum,
} from '../stats/double-double.js';
import { quantileInterval } from '../stats/quantile-interval.js';
import { membersOf } from '../stats/strata.js';
import { studentTSurvival, studentTSurvivalQuantile } from '../stats/student-t.js';
import { satterthwaite } from '../stats/variance-component.js';
import { minimumUnits } from './minimum-units.js';
import { isQuantile, shareOf, unitValues } from './unit-values.js';

/** Scatter below this part of the value is what adding doubles leaves, not scatter. */
const rounding = 1e-14;

export type OneArm = Pick<Inference, 'difference' | 'standardError' | 'df'> & { readonly n: number };

export interface OneArmPlan {
  readonly estimand: Estimand;
  /** Factor of a ratio metric; 1 for others. */
  readonly times: number;
  readonly workload: 'fixed' | 'sample' | null;
  /** As in ComparePlan. */
  readonly outageMs?: number;
}

/** The value of one arm as an estimate that can be asked, or why there is none. */
export function oneArm(column: ArmColumn, plan: OneArmPlan): OneArm | Reason {
  const { estimand } = plan;
  if (isQuantile(estimand)) return oneQuantile(column, plan);
  if (estimand === 'typical' || estimand === 'location')
    return reason('bound-method-not-available', { estimand });
  const { per } = column;
  const n = plan.workload === 'sample' ? new Set(column.item).size : column.n;
  if (n < minimumUnits) return reason('too-few-units-to-decide', { n, needed: minimumUnits });
  const values = [...column.value];
  if (![...values, ...(per ?? [])].every(Number.isFinite)) {
    return reason('bound-value-not-finite', { arm: column.arm });
  }
  const held: Precise =
    per !== null ? preciseSum(per) : { high: estimand === 'total' ? 1 : column.n, low: 0 };
  const denominator = held.high;
  if (!(denominator > 0)) return reason('bound-denominator-not-positive', { arm: column.arm });
  const precise = preciseQuotient(preciseSum(values), held);
  const value = precise.high;
  const isSum = per === null && estimand === 'total';
  const gap = (v: number, i: number) => linearForm({ high: v, low: 0 }, per?.[i] ?? 1, precise, 0);
  const influence = values.map((v, i) => (isSum ? v : gap(v, i)) / denominator);
  const spread = spreadOf(influence, column.item, plan.workload);
  if (spread === null) return reason('bound-no-repeats', { arm: column.arm });

  if (estimand === 'proportion') {
    if (per === null) return reason('bound-needs-counts', { arm: column.arm });
    return wilson(value, denominator, spread, n);
  }
  const standardError = Math.sqrt(spread.variance);
  if (!(standardError > rounding * Math.abs(value))) {
    return reason('bound-zero-variance', { arm: column.arm, n });
  }
  return {
    n,
    standardError: standardError * plan.times,
    df: spread.df,
    difference: studentT(preciseScale(precise, plan.times), standardError * plan.times, spread.df),
  };
}

/** Order statistics with binomial ranks; a ratio's own values per unit, repeats of a sample's item as their mean. */
function oneQuantile(column: ArmColumn, { estimand, times, workload }: OneArmPlan): OneArm | Reason {
  const units = unitValues(column, times);
  const groups = workload === 'sample' ? membersOf(column.item, column.n) : null;
  const values =
    groups === null
      ? units
      : Float64Array.from(groups, (rows) => sum(rows.map((i) => units[i])) / rows.length);
  const found = quantileInterval(values, shareOf(estimand));
  if ('code' in found) return found;
  return { n: values.length, df: Infinity, standardError: Number.NaN, difference: found };
}

function studentT(precise: Precise, standardError: number, df: number): Inference['difference'] {
  const estimate = precise.high;
  return {
    estimate,
    interval: (confidence) => {
      const reach = studentTSurvivalQuantile((1 - confidence) / 2, df) * standardError;
      return { kind: 'interval', low: estimate - reach, high: estimate + reach };
    },
    test: (threshold) => {
      const t = (estimate - threshold + precise.low) / standardError;
      return { above: studentTSurvival(t, df), below: studentTSurvival(-t, df) };
    },
  };
}

/** Score test of a proportion and the interval that inverts it; `attempts` are divided by the design effect. */
function wilson(p: number, attempts: number, spread: Spread, units: number): OneArm | Reason {
  const { variance } = spread;
  if (p < 0 || p > 1) return reason('bound-not-a-proportion', { value: p });
  const binomial = (p * (1 - p)) / attempts;
  // Units of one attempt each cannot be alike inside.
  const single = attempts === units;
  const effective = binomial > 0 && !single ? attempts / Math.max(1, variance / binomial) : units;
  // Without events, and where each unit is one attempt, nothing was estimated.
  const df = binomial > 0 && !single ? spread.df : Number.POSITIVE_INFINITY;
  const difference: Inference['difference'] = {
    estimate: p,
    interval: (confidence) => {
      const z = studentTSurvivalQuantile((1 - confidence) / 2, df);
      const shrink = 1 + (z * z) / effective;
      const centre = (p + (z * z) / (2 * effective)) / shrink;
      const reach =
        (z / shrink) * Math.sqrt((p * (1 - p)) / effective + (z * z) / (4 * effective * effective));
      return { kind: 'interval', low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
    },
    test: (threshold) => {
      if (threshold <= 0) return { above: p > 0 || threshold < 0 ? 0 : 1, below: 1 };
      if (threshold >= 1) return { above: 1, below: p < 1 || threshold > 1 ? 0 : 1 };
      const z = (p - threshold) / Math.sqrt((threshold * (1 - threshold)) / effective);
      return { above: studentTSurvival(z, df), below: studentTSurvival(-z, df) };
    },
  };
  return { n: units, standardError: Math.sqrt((p * (1 - p)) / effective), df, difference };
}

interface Spread {
  /** Variance of the sum of the influences. */
  readonly variance: number;
  readonly df: number;
}

/** Null where an item of a fixed workload was measured once only: its own spread cannot be known. */
function spreadOf(
  influence: readonly number[],
  items: readonly string[],
  workload: OneArmPlan['workload'],
): Spread | null {
  if (workload === null) return independent(influence);
  const strata = new Map<string, number[]>();
  influence.forEach((z, i) => {
    const stratum = strata.get(items[i]);
    if (stratum === undefined) strata.set(items[i], [z]);
    else stratum.push(z);
  });
  if (workload === 'sample') return independent([...strata.values()].map(sum));
  if ([...strata.values()].some((stratum) => stratum.length < 2)) return null;
  const parts = [...strata.values()].map(independent);
  return {
    variance: sum(parts.map(({ variance }) => variance)),
    df: satterthwaite(
      parts.map(({ variance }) => variance),
      parts.map(({ df }) => df),
      'corrected',
    ),
  };
}

const independent = (z: readonly number[]): Spread => ({
  variance: z.length * sampleVariance(z),
  df: z.length - 1,
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function sampleVariance(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) * (value - mean))) / (values.length - 1);
}
