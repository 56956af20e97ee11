/** What is measured, how it becomes one value a unit, and what a change of it means. */
import type { ArmName, MetricName } from './names.js';
import type { RateInput } from './rate-card.js';

export type Better = 'lower' | 'higher';

export type Fold =
  | { readonly kind: 'sum' | 'mean' | 'last' | 'max' | 'min' | 'increase' | 'only' }
  | { readonly kind: 'quantile'; readonly q: number };

/** How an amount in a sentence is measured: against the baseline, in points of a fraction, in the unit. */
export type Amount =
  | { readonly kind: 'relative'; readonly value: number } // 10% → 0.1
  | { readonly kind: 'points'; readonly value: number } // 0.5 points → 0.005
  | { readonly kind: 'absolute'; readonly value: number }; // in the metric's unit

/** `total` ratio of sums · `mean` · `typical` geometric mean of unit ratios · `location` shift of the distribution · `proportion` · a quantile. */
export type Estimand = 'total' | 'mean' | 'typical' | 'location' | 'proportion' | `p${number}`;

export interface ObservedInput {
  readonly kind: 'observed';
  /** Per arm: which source, and what is asked of it (validated by the source's own schema). */
  readonly arms: Readonly<
    Record<ArmName, { readonly source: string; readonly query: Readonly<Record<string, unknown>> }>
  >;
}

export interface RatioInput {
  readonly kind: 'ratio';
  readonly of: MetricName;
  readonly per: MetricName;
  readonly times: number;
  readonly proportion: boolean;
}

export interface Metric {
  readonly name: MetricName;
  readonly title: string;
  /** Unit, as declared under `in:`. */
  readonly unit: string;
  readonly better: Better | null;
  readonly role: 'time' | 'cost' | 'throughput' | null;
  /** [better word, worse word, equal word?] that sentences use for this metric. */
  readonly words: readonly string[];
  readonly margin: Amount | null;
  /** Coefficient of variation of a unit's ratio between the arms (by key: of a unit), for `plan` before there is evidence. */
  readonly variation?: number;
  readonly estimand: Estimand;
  /** A proportion by key: how long an outage lasts at most that was not seen, ms. */
  readonly outageMs?: number;
  /** Contract prices, flat fees: no interval, no p. */
  readonly exact: boolean;
  readonly fold: Fold;
  /** Width of a time bucket in ms where units are buckets; null: units are named by the source. */
  readonly byMs: number | null;
  readonly input: ObservedInput | RatioInput | RateInput;
  /** Known before any arm saw the unit: it must be alike in the arms (check `covariate-balance`), and is no result. */
  readonly balance?: boolean;
  /** by-key: the metric, known before any arm saw the unit, that explains part of how units differ (CUPED). */
  readonly adjust?: MetricName;
  /** Measured over so long before the window, ms, instead of in it. */
  readonly beforeMs?: number;
  /** A bill: the computed cost that it has to agree with, arm by arm, within this fraction (check `bill-agrees`). */
  readonly agreesWith?: { readonly metric: MetricName; readonly tolerance: number };
}
