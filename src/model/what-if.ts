/**
 * What a page needs to judge the claims again under other assumptions: every estimate behind a claim at several
 * confidences and prices. It is recorded by the analysis and replayed by the same decision code (decide/what-if.ts).
 */
import type { IntervalData } from './effect.js';
import type { ArmName } from './experiment.js';

export interface WhatIf {
  /** Rising; the declared confidence is one of them. */
  readonly confidences: readonly number[];
  /** observed: do both arms run at the same time? */
  readonly concurrent: boolean;
  /** Claims that were measured, at the typical prices. */
  readonly claims: readonly RecordedClaim[];
  /** Prices that the rate cards give as ranges. */
  readonly prices: readonly PriceRange[];
  /** At the declared value of an hour and the typical prices; absent where none was declared or nothing was measured. */
  readonly netBenefits?: readonly RecordedNetBenefit[];
}

/** λ·hours saved − extra cost of one treatment, at the declared λ. */
export interface RecordedNetBenefit {
  readonly treatment: ArmName;
  readonly estimate: number;
  /** At 1 − α of each confidence, α as of a claim that stands alone. */
  readonly intervals: readonly IntervalData[];
}

export interface RecordedClaim {
  readonly id: string;
  /** Two-sided α of this claim at each confidence: after `or`, the number of treatments and the look. */
  readonly alphas: readonly number[];
  /** Units behind a limit on one arm; of a comparison they stand with the comparison. */
  readonly n: number | null;
  /** null: infinite. */
  readonly df: number | null;
  /** Randomisation tests: the smallest one-sided p that their draw allows. Absent: other tests. */
  readonly smallestP?: number;
  readonly treatmentValue: number;
  /** null for a limit on one arm. */
  readonly baselineValue: number | null;
  /** null where the baseline is not positive, for exact metrics, and for a limit on one arm. */
  readonly ratio: RecordedEstimate | null;
  /** The value itself for a limit on one arm; null for exact metrics. */
  readonly difference: RecordedEstimate | null;
}

export interface RecordedEstimate {
  readonly estimate: number;
  /** At 1 − α of each confidence. */
  readonly intervals: readonly IntervalData[];
  /** One-sided p-values at the places that the declared claim and the margin ask for. */
  readonly tests: readonly { readonly at: number; readonly above: number; readonly below: number }[];
}

export interface PriceStop {
  readonly price: number;
  readonly claims: readonly RecordedClaim[];
  readonly netBenefits?: readonly RecordedNetBenefit[];
}

/** One price within its declared range, all others typical. */
export interface PriceRange {
  readonly rate: string;
  readonly title: string;
  readonly currency: string;
  readonly typical: number;
  /** Rising, the typical price among them; at each, what reads otherwise than at the typical price. */
  readonly stops: readonly PriceStop[];
}
