/** What `plan` says about an experiment before it is run, as plain data. */
import type { Comparison, Inference } from '../model/effect.js';
import type { MetricTable, RunInfo, Schedule, Trial } from '../model/evidence.js';
import type { Amount, ArmName, ClaimKind, Experiment, MetricName } from '../model/experiment.js';
import type { Reason } from '../model/reason.js';

/** Earlier evidence of the same kind, compared by the very methods that will decide. */
export interface Pilot {
  readonly id: string;
  /** aa, inject: the baseline ran on every arm; its scatter is as good, its effect says nothing. */
  readonly mode: RunInfo['mode'];
  readonly experiment: Experiment;
  readonly tables: ReadonlyMap<MetricName, MetricTable>;
  readonly comparisons: readonly Comparison[];
  /** By comparison id. */
  readonly inferences: ReadonlyMap<string, Inference>;
  readonly schedule: Schedule | null;
  readonly trials: readonly Trial[];
}

/** What a draw of so many slots of each arm leaves to its randomisation test (split/designs/slot-draws.ts). */
export interface Randomisation {
  readonly schedules: number;
  /** Degrees of freedom of the t that it is like. */
  readonly freedom: number;
}

export interface PlanInput {
  readonly experiment: Experiment;
  /** switchback: by slots of each arm. */
  readonly randomisation?: (slots: number) => Randomisation;
  readonly pilot: Pilot | null;
  /** Units that the declared workload holds; null: not known, or no workload. */
  readonly workloadUnits: number | null;
  /** Sizes of those units (records, bytes), in any measure; empty: not known. */
  readonly sizes: readonly number[];
  /** Expected benefit per metric, positive is better; where absent: threshold + margin. */
  readonly expect: ReadonlyMap<MetricName, Amount>;
  /** ρ of neighbouring units in time; null: not declared. */
  readonly autocorrelation: number | null;
  /** Information times of the looks, increasing, the last 1. */
  readonly looks: readonly number[];
  /** What the questions to sources cost. */
  readonly prices: readonly { readonly metric: MetricName; readonly source: string; readonly usd: number }[];
}

/** What a number of units is a number of. */
export type UnitKind =
  | 'blocks'
  | 'items'
  | 'keys'
  | 'buckets'
  | 'units'
  /** Of each arm. */
  | 'slots'
  | 'runs';

export type Powers<T> = Readonly<Record<'80' | '90', T>>;

export interface ClaimPlan {
  readonly id: string;
  readonly text: string;
  readonly kind: ClaimKind;
  readonly role: 'hypothesis' | 'guardrail';
  readonly treatment: ArmName;
  readonly metric: MetricName;
  /** One-sided level of its test. */
  readonly alpha: number;
  /** Benefits on the claim's own scale, positive is better. */
  readonly scale: Amount['kind'];
  readonly unitOfScale: string;
  readonly threshold: number | null;
  readonly expected: number | null;
  readonly expectedFrom: 'option' | 'margin' | 'no-difference' | 'evidence' | null;
  /** What the pilot saw; null without one. */
  readonly seen: number | null;
  readonly basis: 'evidence' | 'declared' | 'none';
  /** Standard deviation of one unit as a share of the baseline, at the expected effect; null where it has none. */
  readonly variation: number | null;
  /** Units in time: how many carry as much as one independent unit. */
  readonly tau: number | null;
  readonly unit: UnitKind;
  /** Milliseconds from one unit to the next; null where unknown. */
  readonly everyMs: number | null;
  /** Units for 80 and 90 % power of the whole decision; null: no number follows, see notes. */
  readonly needed: Powers<number | null>;
  /** What the file declares: units, power, smallest benefit that they would show. */
  readonly declared: {
    readonly units: number;
    readonly power: number | null;
    readonly detectable: Powers<number | null>;
  } | null;
  /** Where nothing is known of the variation: units for several. */
  readonly table: readonly { readonly variation: number; readonly needed: Powers<number | null> }[];
  readonly notes: readonly Reason[];
}

export interface Extent {
  /** null: some required claim has no number. */
  readonly units: number | null;
  readonly unit: UnitKind;
  /** Repeats of each item of a fixed workload. */
  readonly repeats: number | null;
  readonly durationMs: number | null;
  /** End of a window that starts as declared, whole days, and when its cost is final; UTC ms. */
  readonly endMs: number | null;
  readonly finalMs: number | null;
  /** What the arms cost over it, by cost metric. */
  readonly cost: readonly {
    readonly metric: MetricName;
    readonly unit: string;
    readonly arms: Readonly<Record<ArmName, number>>;
    readonly total: number;
  }[];
}

export interface LookPlan {
  readonly time: number;
  readonly units: number | null;
  readonly atMs: number | null;
  /** Critical value of z at this look. */
  readonly critical: number;
  /** Chance that it has stopped by then, if the expected effect is the truth. */
  readonly stopped: number;
}

export interface Plan {
  readonly experiment: string;
  readonly question: string;
  readonly design: Experiment['design']['kind'];
  readonly confidence: number;
  readonly evidence: string | null;
  /** Required claims and guardrails per treatment that share the power. */
  readonly obligations: number;
  /** Power of each of them for 80 and 90 % altogether. */
  readonly each: Powers<number>;
  readonly claims: readonly ClaimPlan[];
  readonly total: Powers<Extent>;
  /** What the file declares, where that is known. */
  readonly declared: Extent | null;
  readonly looks: { readonly inflation: number; readonly at: readonly LookPlan[] } | null;
  readonly queries: PlanInput['prices'];
  readonly warnings: readonly Reason[];
}
