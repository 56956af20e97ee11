/** What sources answered, and the tables that are made of it. */
import type { ArmName, MetricName } from './experiment.js';
import type { Reason } from './reason.js';

/** One value of one metric for one unit and arm. */
export interface Observation {
  readonly metric: MetricName;
  readonly arm: ArmName;
  readonly unit: string;
  /** Half-open, UTC ms. */
  readonly start: number;
  readonly end: number;
  readonly value: number | null;
  /** Points that the value stands for. */
  readonly n: number;
  readonly sum?: number;
  readonly sumSq?: number;
  readonly estimated: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** sources/<metric>.<arm>.meta.json */
export interface SourceMeta {
  readonly metric: MetricName;
  readonly arm: ArmName;
  readonly source: string;
  readonly type: string;
  /** The query as sent, secrets as ${NAME}. */
  readonly query: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly serverVersion: string | null;
  readonly observations: number;
  readonly sha256: string;
  /** Why there are none, or why they are worth less. */
  readonly problem: Reason | null;
  /** What the source said about an answer that is there: degraded evidence. Absent: nothing. */
  readonly warnings?: readonly Reason[];
}

export interface Collected {
  readonly meta: SourceMeta;
  readonly observations: readonly Observation[];
}

/**
 * One metric of one arm at the grain of its unit: parallel columns, one row a unit, in time order.
 * `value` is the value, or the numerator of a ratio whose denominator is `per` (the ratio is times × Σvalue ÷ Σper).
 */
export interface ArmColumn {
  readonly arm: ArmName;
  readonly n: number;
  readonly unit: readonly string[];
  readonly value: Float64Array;
  readonly per: Float64Array | null;
  readonly start: Float64Array;
  /** Position of the trial in its block; NaN where there are no blocks. */
  readonly order: Float64Array;
  /** What was worked on (batch): the stratum of a fixed workload, the cluster of a sample. */
  readonly item: readonly string[];
  /** Designs in slots: index of the slot, stage or deployment that the row fell into. */
  readonly slot?: Float64Array;
  /** What was known of the unit beforehand, where its metric is adjusted for it. */
  readonly covariate?: Float64Array;
  /** Keys of arms that work side by side: when it was that their values came. Absent: nobody knows. */
  readonly course?: Course;
}

/**
 * The run cut into pieces, alike for all arms, each with as much to see as any other; what an arm's units add up to in
 * each. Σvalue ÷ Σper is the value of the arm. In order of time.
 */
export interface Course {
  readonly value: Float64Array;
  /** Of a metric without a denominator: units, divided among the pieces that their points came in. */
  readonly per: Float64Array;
  /** From the first point to the last. */
  readonly spanMs: number;
  /** Stages of a ramp: which one the piece belongs to. */
  readonly slot?: Float64Array;
}

export interface MetricTable {
  readonly metric: MetricName;
  readonly arms: ReadonlyMap<ArmName, ArmColumn>;
  /** Set where no verdict can come from this metric (failed source, no data, missing part). */
  readonly unmeasured: Reason | null;
  /** Units expected in each arm, seen, and complete in all arms (paired designs). */
  readonly coverage: {
    readonly expected: number;
    readonly seen: Readonly<Record<ArmName, number>>;
    readonly complete: number;
  };
  readonly warnings: readonly Reason[];
  /** Width of the time buckets that are the units; null or absent: units are named. */
  readonly bucketMs?: number | null;
}
