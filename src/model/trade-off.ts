/** Cost against time on the same work: what the report says beside "faster but dearer". */
import type { Estimate, EstimateData, IntervalData } from './effect.js';
import type { ArmName, MetricName } from './experiment.js';
import type { Reason } from './reason.js';

/** What cost and hours are counted on: `1M records` where the cost is a ratio, else one unit of the experiment. */
export interface Work {
  readonly per: 'ratio' | 'unit';
  /** "1M records", or "" for one unit. */
  readonly text: string;
}

/** Prices of an hour that fit the data; `high` null: without upper end. Money per hour, ≥ 0. */
export interface PricePiece {
  readonly low: number;
  readonly high: number | null;
}

/** Live: λ·hours saved − extra cost can be asked at any λ, as the very comparison that choose.ts names for the cost. */
export interface CostAgainstTime {
  readonly treatment: ArmName;
  readonly baseline: ArmName;
  readonly costMetric: MetricName;
  readonly timeMetric: MetricName;
  readonly currency: string;
  readonly work: Work;
  /** Units behind it: pairs, or the smaller arm. */
  readonly n: number;
  readonly method: string;
  /** Treatment − baseline, money per unit of work. */
  readonly extraCost: Estimate;
  /** Baseline − treatment, hours per unit of work. */
  readonly hoursSaved: Estimate;
  /** Money per unit of work, positive where the treatment pays at this price of an hour; null where it does not vary. */
  netBenefit(hourValue: number): Estimate | null;
  /** ΔC/H, null where no hours are saved or lost, and the prices that are not rejected. */
  priceOfAnHour(confidence: number): {
    readonly estimate: number | null;
    readonly set: readonly PricePiece[];
  };
  cloud(): CloudData | Reason;
}

/** One point a resample. Shares of resamples are no probabilities. */
export interface CloudData {
  readonly points: readonly { readonly extraCost: number; readonly hoursSaved: number }[];
  readonly shares: {
    readonly fasterCheaper: number;
    readonly fasterDearer: number;
    readonly slowerCheaper: number;
    readonly slowerDearer: number;
  };
  /** How many were drawn; at most 500 of them are in `points`, evenly taken. */
  readonly resamples: number;
  /** Units that were drawn together; 1: one by one. */
  readonly blockLength: number;
}

export interface TradeOff {
  readonly treatment: ArmName;
  readonly baseline: ArmName;
  readonly costMetric: MetricName;
  readonly timeMetric: MetricName;
  readonly currency: string;
  readonly work: Work;
  readonly n: number;
  readonly method: string;
  /** Of all intervals and sets here. */
  readonly confidence: number;
  readonly extraCost: EstimateData;
  readonly hoursSaved: EstimateData;
  /** Meaningful where one arm is faster and dearer; where it is better in both, the set is small or empty. */
  readonly priceOfAnHour: { readonly estimate: number | null; readonly set: readonly PricePiece[] };
  /** As declared; money per hour. */
  readonly hourValue: number | null;
  /** At the declared value of an hour; null where none is declared or it does not vary. */
  readonly netBenefit: EstimateData | null;
  /** One-sided p of "does not pay" against "pays" at the declared value. */
  readonly p: number | null;
  /** Net benefit over the value of an hour, ascending from 0; null ends are unbounded. */
  readonly curve: readonly {
    readonly hourValue: number;
    readonly estimate: number;
    readonly interval: IntervalData;
  }[];
  /** Null with the reason where resamples would only show the shape of chance. */
  readonly cloud: CloudData | null;
  readonly noCloud: Reason | null;
}

/** Cost of a month at the declared volume. */
export interface MonthlyCost {
  readonly costMetric: MetricName;
  readonly currency: string;
  /** Work a month, in the unit that the cost is per. */
  readonly volume: number;
  readonly volumeUnit: string;
  readonly confidence: number;
  readonly arms: readonly {
    readonly arm: ArmName;
    readonly estimate: number;
    readonly interval: IntervalData | null;
  }[];
  /** Treatment − baseline a month. */
  readonly differences: readonly {
    readonly treatment: ArmName;
    readonly baseline: ArmName;
    readonly difference: EstimateData;
  }[];
}

/** From which volume on is the other arm cheaper? One for each treatment. */
export interface BreakEvenReport {
  readonly treatment: ArmName;
  readonly baseline: ArmName;
  readonly costMetric: MetricName;
  readonly currency: string;
  readonly confidence: number;
  /** What a volume is: the unit of the volumes below, "records"; `a month` where runs stand for a part of one. */
  readonly volumeUnit: string;
  readonly monthly: boolean;
  /** Volume at which the claims are judged, in the unit below; null: all volumes together. */
  readonly decidedAt: number | null;
  /** `interval`, `half-line` (null end: beyond what was measured), `none` (no crossing shown), `no-line`, `unmeasured`. */
  readonly kind: 'interval' | 'half-line' | 'none' | 'no-line' | 'unmeasured';
  readonly low: number | null;
  readonly high: number | null;
  readonly estimate: number | null;
  /** The cheaper arm below the crossing (of the bracket, where there is no line). */
  readonly cheaperBelow: ArmName | null;
  readonly why: Reason | null;
  /** Measured range of volumes. */
  readonly from: number | null;
  readonly to: number | null;
  /** Fitted cost at the ends of the range, one line an arm; empty where a line is wrong. */
  readonly lines: readonly { readonly arm: ArmName; readonly atFrom: number; readonly atTo: number }[];
  /** Treatment − baseline at each volume, where a line is wrong. */
  readonly differences: readonly {
    readonly volume: number;
    readonly estimate: number | null;
    readonly interval: IntervalData | null;
  }[];
  /** Neighbouring volumes between which the sign turns for certain. */
  readonly bracket: { readonly low: number; readonly high: number } | null;
  /** Runs: one point each. */
  readonly runs: readonly { readonly arm: ArmName; readonly volume: number; readonly cost: number }[];
}
