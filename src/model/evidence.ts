/** Everything that was collected: what `analyze` reads, and nothing else. */
import type { ArmName, DesignKind, Experiment, MetricName, Window } from './experiment.js';
import type { Reason } from './reason.js';

/** What is assigned to arms: one item of the workload. */
export interface Unit {
  readonly id: string;
  readonly path: string | null;
  /** by-key with `key: $.path`: the key in the unit's first record; absent where it has none. */
  readonly key?: string;
  /** Known before any arm sees the unit: bytes, records (lines without a CSV header) … */
  readonly covariates: Readonly<Record<string, number>>;
}

export interface PlannedTrial {
  /** `b003.1.engine` block 3, position 1; `w000.0.engine` warm-up. */
  readonly id: string;
  /** −1 for warm-up trials. */
  readonly block: number;
  /** Position inside the block, from 0. */
  readonly order: number;
  readonly unit: string;
  /** Which repeat of the unit, from 0. */
  readonly repeat: number;
  readonly arm: ArmName;
}

/**
 * A stretch of time with a fixed split, as planned: a slot of a switchback (one arm has all), a stage of a ramp, a
 * deployment of `runs`. What happened is in `ExecutedSlot`.
 */
export interface Slot {
  /** From 0. */
  readonly index: number;
  /** Planned, UTC ms, half-open. */
  readonly startMs: number;
  readonly endMs: number;
  /** Of the traffic while it lasts; sum 1. */
  readonly shares: Readonly<Record<ArmName, number>>;
  /** Dropped at the ends. */
  readonly burnInMs: number;
  readonly burnOutMs: number;
  /** ramp: index of the stage; null elsewhere. */
  readonly stage: number | null;
  /** ramp: part of all keys that takes part, for taps that split by key. */
  readonly coverage?: number;
}

/**
 * switchback: how the arm of a slot was drawn, so that what else could have been drawn is known (stats/slot-draws.ts).
 * `tuple`: slots of one tuple hold every arm once, in drawn order. `stratum`: what is balanced within. With a tuple and
 * a stratum, half of the stratum's tuples are turned; with a tuple alone, each by a fair draw; with a stratum alone, the
 * arms of its slots are in drawn order.
 */
export interface SlotDraw {
  readonly arm: ArmName;
  readonly tuple: number | null;
  readonly stratum: number | null;
}

/** What became of a planned slot: a row of slots.ndjson. The last row of an index counts. */
export interface ExecutedSlot {
  readonly index: number;
  /** From 0; a slot that was cut off may be done again. */
  readonly attempt: number;
  /** The split was read back as planned, UTC ms; null: it never was. */
  readonly appliedAt: number | null;
  /** The split ended or was left, UTC ms. */
  readonly endedAt: number | null;
  /** `ok`: held to the end. `cut-off`: ended before its time. `failed`: never applied, or lost in between. */
  readonly outcome: 'ok' | 'cut-off' | 'failed';
  /** Times in it at which the split was not as planned (a reload lost it) until it was put right. Absent: none. */
  readonly gaps?: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** One look after a running split: a row of watch.ndjson. */
export interface WatchRow {
  /** UTC ms. */
  readonly at: number;
  readonly slot: number;
  /** Requests that arms other than the baseline had served; null: the tap sees none. */
  readonly units: number | null;
  /** What each guardrail said. */
  readonly guardrails: readonly {
    readonly claim: string;
    readonly outcome: 'harm' | 'no harm seen' | 'cannot say';
    readonly why: Reason | null;
  }[];
  /** Why the split was ended here; null: it went on. */
  readonly stop: {
    readonly why: 'harm' | 'cap';
    /** Whose harm was seen. */
    readonly arms: readonly ArmName[];
    readonly reason: Reason;
  } | null;
}

/** One request as a tap saw it: a row of requests.ndjson. */
export interface Request {
  /** UTC ms, when it was received. */
  readonly at: number;
  /** Routing key; null: the split is drawn anew for each request. */
  readonly key: string | null;
  /** Where the split sent it; null: it takes no part. */
  readonly assigned: ArmName | null;
  /** Which arm answered; null: none did. */
  readonly served: ArmName | null;
  readonly redispatched: boolean;
  /** HTTP status; null: there was no answer. */
  readonly status: number | null;
  /** Milliseconds: queue, connect, response (to its first byte), total; null where it did not come so far. */
  readonly ms: {
    readonly queue: number | null;
    readonly connect: number | null;
    readonly response: number | null;
    readonly total: number | null;
  };
  /** Known before any arm saw it: bytes of the request, … */
  readonly covariates: Readonly<Record<string, number>>;
}

/** What went where: rows of exposure.ndjson, counted by a tap that sees single requests or records. */
export type ExposureRow =
  | {
      readonly what: 'traffic';
      /** Index of the slot; null where there are none. */
      readonly slot: number | null;
      /** Where the split sent it, and which arm served it. */
      readonly assigned: ArmName;
      readonly served: ArmName;
      readonly count: number;
      /** Of them, those that a proxy sent to another server after a failure. */
      readonly redispatched: number;
      /** Distinct routing keys among them and Σ (records of a key)²; null where there is no key. */
      readonly keys: number | null;
      readonly squares: number | null;
    }
  | {
      readonly what: 'keys';
      readonly slot: number | null;
      /** Distinct keys, and of them those that more than one arm served. */
      readonly keys: number;
      readonly onSeveralArms: number;
    };

/** A pure function of design, arms, units and seed; stored before the first trial. */
export interface Schedule {
  readonly algorithm: 'stacktrial-1';
  readonly design: DesignKind;
  readonly seed: number;
  readonly blocks: number;
  readonly units: readonly Unit[];
  readonly trials: readonly PlannedTrial[];
  /** Units that took no part, and why (no key; outside coverage). */
  readonly refused: readonly { readonly unit: string; readonly reason: Reason }[];
  /** switchback, ramp and runs in time, in order. Absent: the split does not change. */
  readonly slots?: readonly Slot[];
  /** switchback: one for each slot; without slots in time, one for each block of trials. */
  readonly draws?: readonly SlotDraw[];
}

/** What counts against an arm: sut-*, launch. What does not: harness, environment, aborted. */
export type FailureClass =
  | 'sut-error'
  | 'sut-timeout'
  | 'sut-oom'
  | 'launch'
  | 'harness'
  | 'environment'
  | 'aborted';

/** One run of one unit on one arm: a row of trials.ndjson. */
export interface Trial {
  readonly id: string;
  /** 0 for the first try of the block; a resumed block is repeated whole under the next number. */
  readonly attempt: number;
  readonly block: number;
  readonly order: number;
  readonly unit: string;
  readonly repeat: number;
  readonly arm: ArmName;
  /** UTC ms, half-open. */
  readonly start: number;
  readonly end: number;
  readonly outcome: 'ok' | FailureClass;
  readonly exit: number | string | null;
  /** wallSeconds, cpuSeconds, peakMemoryBytes: null where it could not be measured; timeoutSeconds: the declared limit. */
  readonly measured: Readonly<Record<string, number | null>>;
  readonly covariates: Readonly<Record<string, number>>;
  /** What the stack answered (one JSON object), at most 64 KiB; null on failure. */
  readonly answer: Readonly<Record<string, unknown>> | null;
  readonly output?: { readonly count: number; readonly sha256: string };
  /** Last lines of standard error of a failed trial, secrets removed. */
  readonly problem?: string;
}

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

/** A block that is left out whole, by a rule that cannot see the arm. */
export interface Exclusion {
  readonly block: number;
  readonly rule: string;
  readonly outcome: FailureClass;
  readonly trial: string;
  /** The arm whose trial triggered the rule: only counted afterwards, never read by the rule. */
  readonly arm: ArmName;
}

export interface Evidence {
  readonly run: RunInfo;
  readonly experiment: Experiment;
  readonly schedule: Schedule | null;
  readonly trials: readonly Trial[];
  readonly collected: readonly Collected[];
  /** What became of the planned slots. Absent: nobody recorded it; the plan is taken at its word. */
  readonly executed?: readonly ExecutedSlot[];
  /** What went where. Absent: no tap counted it. */
  readonly exposure?: readonly ExposureRow[];
  /** What was seen while the split ran. Absent: nobody watched. */
  readonly watched?: readonly WatchRow[];
  /** Derived from the above, purely. */
  readonly exclusions: readonly Exclusion[];
  readonly tables: ReadonlyMap<MetricName, MetricTable>;
}

/** One analysis of a run, declared beforehand: an entry of looks.json, written before it is made. */
export interface Look {
  /** From 1; the last is `of`. */
  readonly index: number;
  readonly of: number;
  /** Share of the planned units at which it was declared. */
  readonly plannedFraction: number;
  /** Blocks of the schedule that were due. */
  readonly blocks: number;
  /** Blocks that count (not excluded), and the declared maximum: their quotient is the information time. */
  readonly units: number;
  readonly maximum: number;
  /** UTC ms. */
  readonly at: number;
  /** On a window: evidence up to here, UTC ms. Absent: trials, counted by `blocks`. */
  readonly untilMs?: number;
  /** Nobody declared when: its intervals hold at all looks together, and spend nothing. */
  readonly anytime?: true;
  /** The last look again, once, because bills came late; UTC ms. */
  readonly reopenedAt?: number;
}

/** manifest.json, without file hashes. */
export interface RunInfo {
  readonly id: string;
  readonly stacktrial: string;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly mode: 'real' | 'aa' | 'inject';
  /** --inject 20%: 0.2 */
  readonly inject: number | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly resumed: number;
  /** The time in which a tap divided traffic, where that was not the declared window. */
  readonly window?: Window;
}
