/** What pictures show beside the numbers of the report. Descriptive: none of it decides. */
import type { HarmVerdict } from './decision.js';
import type { IntervalData } from './effect.js';
import type { ExecutedSlot } from './evidence.js';
import type { ArmName, MetricName } from './experiment.js';

/** What the axis of time is divided into. */
export interface Timeline {
  /** End of the declared warm-up of the window, UTC ms; null: none was declared. */
  readonly warmupUntilMs: number | null;
  readonly slots: readonly TimelineSlot[];
}

export interface TimelineSlot {
  readonly index: number;
  /** As it happened where that is known, else as planned; UTC ms, half-open. */
  readonly startMs: number;
  readonly endMs: number;
  /** The arm that has all of the traffic; null: it is shared. */
  readonly arm: ArmName | null;
  readonly stage: number | null;
  /** Of all keys; null where the slot has no coverage. */
  readonly coverage: number | null;
  readonly burnInMs: number;
  readonly burnOutMs: number;
  /** null: nobody recorded it. */
  readonly outcome: ExecutedSlot['outcome'] | null;
}

/** How the estimate of one comparison settled while units came in, by the method that decides. */
export interface RunningEstimate {
  /** Id of the comparison. */
  readonly comparison: string;
  /** `ratio`: treatment ÷ baseline; `difference`: treatment − baseline in the metric's unit. */
  readonly scale: 'ratio' | 'difference';
  readonly points: readonly RunningPoint[];
}

export interface RunningPoint {
  /** Of the smaller arm. */
  readonly units: number;
  readonly estimate: number;
  readonly interval: IntervalData;
  readonly confidence: number;
  /** Index of the declared look that was taken here; null: nothing was spent here, so that nothing may be decided. */
  readonly look: number | null;
}

/** A metric whose units are buckets of time. */
export interface SeriesShape {
  readonly bucketMs: number;
  /** Of the first and the end of the last bucket of any arm, UTC ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Buckets without a value, joined where they touch; at most 500. */
  readonly gaps: readonly { readonly arm: ArmName; readonly startMs: number; readonly endMs: number }[];
  /** Autocorrelation at lags 0, 1, …: of the difference to the baseline, paired by bucket, for each treatment. */
  readonly memory: readonly {
    readonly treatment: ArmName;
    readonly buckets: number;
    readonly lags: readonly number[];
  }[];
}

/** A bill by service, summed over what was collected. */
export interface ServiceCosts {
  readonly metric: MetricName;
  readonly unit: string;
  /** Dearest first; '' is what the bill names no service for. */
  readonly services: readonly {
    readonly service: string;
    readonly costs: readonly { readonly arm: ArmName; readonly cost: number }[];
  }[];
}

/** A split beside what was watched of it, UTC ms. */
export interface WatchStrip {
  /** Part of the traffic that arms other than the baseline had, slot by slot as it happened. */
  readonly exposed: readonly { readonly fromMs: number; readonly toMs: number; readonly share: number }[];
  readonly guardrails: readonly {
    readonly claim: string;
    /** Polls in a row that were told the same; `toMs` is the last of them. */
    readonly stretches: readonly {
      readonly fromMs: number;
      readonly toMs: number;
      readonly outcome: HarmVerdict;
      readonly polls: number;
    }[];
  }[];
}
