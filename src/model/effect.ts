/** What a method answers, and how it is put into the report. */
import type { ArmColumn, SlotDraw } from './evidence.js';
import type { ArmName, Estimand, MetricName } from './experiment.js';
import type { Reason } from './reason.js';

/** `low`/`high` may be ∓Infinity. `unbounded`: a set that is not an interval (Fieller with a weak denominator). */
export type Interval =
  | { readonly kind: 'interval'; readonly low: number; readonly high: number }
  | { readonly kind: 'unbounded' };

/** One-sided p-values of the same linear test that the interval inverts. */
export interface OneSided {
  /** p of "the true value is not above the threshold" against "it is above". */
  readonly above: number;
  /** p of "the true value is not below the threshold" against "it is below". */
  readonly below: number;
}

/** An estimate that can be asked: the interval at any confidence and the test at any threshold are one thing. */
export interface Estimate {
  readonly estimate: number;
  interval(confidence: number): Interval;
  test(threshold: number): OneSided;
  /** The t that the test at this threshold rests on, where it is a single one. */
  statistic?(threshold: number): { readonly t: number; readonly df: number };
}

/** What a Method returns: live functions, turned into an Effect (plain data) by the compare stage. */
export interface Inference {
  /** r = treatment ÷ baseline; null where the baseline is ≤ 0. */
  readonly ratio: Estimate | null;
  /** treatment − baseline, in the metric's unit. */
  readonly difference: Estimate;
  readonly treatmentValue: number;
  readonly baselineValue: number;
  readonly standardError: number;
  readonly df: number;
  /** Randomisation tests: the smallest one-sided p that their draw allows. A level below it is out of reach. */
  readonly smallestP?: number;
  /** What the method wants known: order effect, effective n, ν … printed with the method. */
  readonly details: Readonly<Record<string, number | string>>;
  readonly warnings: readonly Reason[];
}

/** Two arms of one metric, ready for a method. */
export interface Samples {
  /** true: row i of both columns is the same unit. */
  readonly paired: boolean;
  readonly treatment: ArmColumn;
  readonly baseline: ArmColumn;
}

export interface ComparePlan {
  readonly estimand: Estimand;
  readonly proportion: boolean;
  readonly times: number;
  readonly workload: 'fixed' | 'sample' | null;
  readonly confidence: number;
  /** Width of the time buckets that are the units; null or absent: units are named (batches, keys, blocks). */
  readonly bucketMs?: number | null;
  /** How long an outage of one arm lasts at most that was not seen; absent: part of the run (compare/keys-without-failure.ts). */
  readonly outageMs?: number;
  /** switchback: how its slots were drawn. */
  readonly draws?: readonly SlotDraw[];
}

/** Two numbers as text codes because JSON has no Infinity: null = unbounded on that side. */
export interface IntervalData {
  readonly kind: 'interval' | 'unbounded';
  readonly low: number | null;
  readonly high: number | null;
}

export interface EstimateData {
  readonly estimate: number;
  readonly interval: IntervalData;
  /** The same at 80, 90, 95 and 99 % for pictures and what-if. */
  readonly intervals: Readonly<Record<'80' | '90' | '95' | '99', IntervalData>>;
}

/** Treatment against baseline on one metric, as plain data. */
export interface Effect {
  readonly treatmentValue: number;
  readonly baselineValue: number;
  readonly confidence: number;
  readonly ratio: EstimateData | null;
  readonly difference: EstimateData;
  readonly standardError: number;
  readonly df: number | null;
  /** Two-sided p of "no difference at all"; null for an exact metric. */
  readonly p: number | null;
  readonly details: Readonly<Record<string, number | string>>;
}

export interface Comparison {
  readonly id: string; // `seconds:engine/functions`
  readonly metric: MetricName;
  readonly treatment: ArmName;
  readonly baseline: ArmName;
  readonly estimand: Estimand;
  /** Units that were compared, per arm, and distinct items behind them. */
  readonly n: { readonly treatment: number; readonly baseline: number; readonly items: number };
  /** Method id and the line of the table in choose.ts that named it. */
  readonly method: string | null;
  readonly line: string | null;
  readonly exact: boolean;
  readonly effect: Effect | null;
  readonly unmeasured: Reason | null;
  /** Set where no claim asked and several such were looked at: p corrected for their number (Benjamini–Hochberg). */
  readonly exploratory?: { readonly q: number; readonly of: number };
  /** Printed, never deciding: typical beside total, sign-flip beside t … */
  readonly companions: readonly Companion[];
  readonly warnings: readonly Reason[];
}

export interface Companion {
  readonly name: string; // method id
  readonly estimand: Estimand;
  readonly ratio: EstimateData | null;
  readonly difference: EstimateData | null;
  readonly p: number | null;
}
