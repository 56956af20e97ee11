/** Everything that was collected: what `analyze` reads, and nothing else. */
import type { EarlierRun } from './earlier-run.js';
import type { ArmName, Experiment, MetricName, Window } from './experiment.js';
import type { ExecutedSlot, ExposureRow, LineCount, WatchRow } from './live-split.js';
import type { Collected, MetricTable } from './observation.js';
import type { Schedule } from './schedule.js';

export type * from './live-split.js';
export type * from './observation.js';
export type * from './schedule.js';

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

/** A block that is left out whole, by a rule that cannot see the arm. */
export interface Exclusion {
  readonly block: number;
  readonly rule: string;
  readonly outcome: FailureClass;
  readonly trial: string;
  /** The arm whose trial triggered the rule: only counted afterwards, never read by the rule. */
  readonly arm: ArmName;
}

/** What was kept of a run; a new kind of row is a line here. */
export interface Recorded {
  readonly schedule: Schedule | null;
  readonly trials: readonly Trial[];
  readonly collected: readonly Collected[];
  /** What became of the planned slots. Absent: nobody recorded it; the plan is taken at its word. */
  readonly executed?: readonly ExecutedSlot[];
  /** What went where. Absent: no tap counted it. */
  readonly exposure?: readonly ExposureRow[];
  /** What was seen while the split ran. Absent: nobody watched. */
  readonly watched?: readonly WatchRow[];
  /** What was told of what the tap's proxy counted. Absent: it counts nothing. */
  readonly lines?: readonly LineCount[];
  /** What had been run under this name before. Absent: nobody recorded it. */
  readonly earlier?: readonly EarlierRun[];
}

export interface Evidence extends Recorded {
  readonly run: RunInfo;
  readonly experiment: Experiment;
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
