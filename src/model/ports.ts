/**
 * The ports: what can be plugged in. A new one is one file and one line in its folder's index.ts;
 * the YAML name, option errors, JSON Schema, `stacktrial list` and the README's tables follow from it.
 */
import type { ZodType } from 'zod';
import type { CheckResult, Severity } from './decision.js';
import type { ComparePlan, Inference, Samples } from './effect.js';
import type { Evidence, Observation, PlannedTrial, Request, Schedule, Trial, Unit } from './evidence.js';
import type { Arm, ArmName, Experiment, Fold, Window } from './experiment.js';
import type { PageStyle } from './house-style.js';
import type { Random } from './random.js';
import type { Reason } from './reason.js';
import type { Report } from './report.js';
import type { Secret } from './secret.js';
import type { Json, TapSetting, TapState } from './tap.js';

/** The edge: everything that is not pure goes through here, so that tests can inject a clock, a socket, a disk. */
export interface Io {
  /** UTC ms. */
  now(): number;
  readonly fetch: typeof globalThis.fetch;
  /** Reads a file as bytes; rejects with NodeJS.ErrnoException. */
  read(path: string): Promise<Uint8Array>;
  /** Writes atomically (temporary file, fsync, rename). */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Value of a secret, or undefined where the environment has none of that name. */
  env(secret: Secret): string | undefined;
  /** Aborted on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Folder against which relative paths of the experiment are resolved. */
  readonly folder: string;
  /** Waits; rejects with the signal's reason. Absent: really. A test's own does not wait, and moves `now`. */
  sleep?(ms: number, signal: AbortSignal): Promise<void>;
  /** How the network is left: HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the environment. Absent: directly. */
  readonly proxy?: ProxySettings;
}

export interface ProxySettings {
  /** Proxy for http:// and for https:// addresses. */
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Hosts that are reached directly, comma-separated; `*` for all. */
  readonly no: string | undefined;
}

/** Plain lines or one live line on a terminal; never standard output. */
export interface Log {
  info(text: string): void;
  warn(text: string): void;
  detail(text: string): void;
  /** A running count; `remainingMs` null while unknown. */
  progress(label: string, done: number, total: number, remainingMs: number | null): void;
  progressEnd(): void;
}

/** What is wanted from a source: one metric, for these arms, over this window, at this grain. */
export interface Want {
  readonly metric: string;
  readonly arms: readonly Arm[];
  readonly window: Window | null;
  readonly byMs: number | null;
  readonly fold: Fold;
  /** The metric's `query:` block, as validated by the source's query schema. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly unit: string | null;
  /** The unit declared under `in:`: a bill in another currency is refused. */
  readonly measuredIn?: string;
}

/** One request as it will be sent; `text` is what `validate` prints and evidence keeps. */
export interface Query {
  readonly want: Want;
  readonly text: string;
  readonly request: Readonly<Record<string, unknown>>;
}

/** What preflight saw: per arm, how many, from when to when, and what is there instead. */
export interface Found {
  readonly metric: string;
  readonly arm: ArmName;
  readonly points: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly problem: Reason | null;
}

export interface SourceContext extends Io {
  /** Trials of this run, for the source `trials`. */
  readonly trials: readonly Trial[];
  /** Requests that the tap saw, for the source `requests`. Absent: there is no tap. */
  requests?(): AsyncIterable<Request>;
  /** Why an answer is worth less though nothing of it is lost; becomes `SourceMeta.warnings` of these arms (absent: all). */
  warn?(why: Reason, arms?: readonly ArmName[]): void;
}

export interface Source<O = unknown, Q = unknown> {
  readonly title: string;
  readonly options: ZodType<O>;
  readonly query: ZodType<Q>;
  /** Pure; `validate` prints what it returns. */
  ask(options: O, want: Want): readonly Query[];
  preflight(options: O, query: Query, io: SourceContext): Promise<readonly Found[]>;
  fetch(options: O, query: Query, io: SourceContext): AsyncIterable<Observation>;
  /** Price of the query in USD, shown before it is sent. */
  price?(query: Query): number;
  /** Version of what answered, for evidence. */
  version?(options: O, io: SourceContext): Promise<string | null>;
}

/** What a driver needs of the run: where to journal, and where to write. */
export interface Journal {
  /** Appends a row and flushes it to disk before it resolves. */
  append(step: string, values: Readonly<Record<string, unknown>>): Promise<void>;
}

export interface TrialDriver {
  /** Runs one planned trial and says what happened; throws only on a defect of our own. */
  trial(planned: PlannedTrial, unit: Unit, attempt: number): Promise<Trial>;
  /** Runs on every way out: conclude, stop residents, cleanup. Safe to call twice. */
  close(): Promise<void>;
}

/** Runs trials: what is worked on is ours. */
export interface Driver<O = unknown> {
  readonly kind?: 'trials';
  readonly title: string;
  readonly options: ZodType<O>;
  /** Its options may hold `${NAME}`. */
  readonly secrets?: boolean;
  /** Starts residents and runs setup; what it started is journaled before it is used. */
  open(options: O, arms: readonly Arm[], journal: Journal, io: Io, runId: string): Promise<TrialDriver>;
  /** After a kill -9: ends what the journal says is still alive, runs cleanup. Harmless when repeated. */
  recover(
    options: O,
    arms: readonly Arm[],
    journaled: readonly Readonly<Record<string, unknown>>[],
    io: Io,
    runId: string,
  ): Promise<void>;
}

/** What a tap is turned with. While it is given back, `signal` is one that nobody aborts. */
export interface TapContext extends Io {
  readonly arms: readonly Arm[];
  readonly baseline: ArmName;
  readonly journal: Journal;
  readonly runId: string;
}

/**
 * Divides live traffic between the arms. Whoever turns it journals, reads back and restores (split/tap): a tap only
 * knows how. Each way must be safe to repeat, because it may have been cut off half-way.
 */
export interface Tap<O = unknown> {
  readonly kind: 'tap';
  readonly title: string;
  readonly options: ZodType<O>;
  /** Its options may hold `${NAME}`. */
  readonly secrets?: boolean;
  /** What is held while it is turned: equal for two experiments that would turn the same tap. Pure. */
  resource(options: O, folder: string): string;
  /** What would be sent, a line each: for `validate` and `run --dry-run`. Pure. */
  explain(options: O, setting: TapSetting, arms: readonly Arm[]): readonly string[];
  /** What would be changed, asked without changing it, for `run --dry-run`; null: it cannot say. */
  preview?(options: O, setting: TapSetting, context: TapContext): Promise<string | null>;
  /** How it stands now. @throws KnownError where it cannot be read. */
  readBack(options: O, context: TapContext): Promise<TapState>;
  /** Turns it; resolves with the state in which it must then be found. `before`: as it was read before the experiment. */
  apply(options: O, setting: TapSetting, before: Json, context: TapContext): Promise<Json>;
  /** Gives these arms no new work and waits, within its own limit, until what is under way has ended. */
  drain?(options: O, arms: readonly ArmName[], context: TapContext): Promise<void>;
  /** Exactly the state that `readBack` gave before. */
  restore(options: O, saved: Json, context: TapContext): Promise<void>;
  /** Hears what was sent where, request by request, from before the first turn to after the last. */
  listen?(options: O, context: TapContext): Promise<RequestListener | null>;
}

/** Requests as they are told by what serves them. */
export interface RequestListener {
  /** Those that arrived since it was last asked. */
  take(): readonly Request[];
  /** Lines that could not be understood since the start, and one of them. */
  unread(): { readonly lines: number; readonly example: string | null };
  close(): Promise<void>;
}

export interface Method {
  readonly title: string;
  /** In words: what is computed. */
  readonly formula: string;
  readonly source: string;
  /** Smallest number of units per arm for a verdict. */
  readonly minimumUnits: number;
  /** As a companion only its p is printed: inverting it for intervals that decide nothing costs more than all else. */
  readonly testOnly?: boolean;
  compare(samples: Samples, plan: ComparePlan, random: Random): Inference | Reason;
}

export interface Check {
  readonly title: string;
  readonly severity: Severity;
  run(evidence: Evidence, look: { readonly index: number; readonly of: number }): readonly CheckResult[];
}

export interface Renderer {
  readonly title: string;
  readonly extension: string;
  /** `style`: for pages; other forms have none. */
  render(report: Report, style?: PageStyle | null): string;
}

/** A pure function of experiment, units, seed and, where slots have no declared window, the time at which they begin. */
export interface DesignPlugin {
  readonly title: string;
  schedule(
    experiment: Experiment,
    units: readonly Unit[],
    createRandom: (seed: number | string, ...stream: string[]) => Random,
    startMs?: number,
  ): Schedule;
}

export type Registry<T> = Readonly<Record<string, T>>;

export interface Plugins {
  readonly sources: Registry<Source>;
  readonly drivers: Registry<Driver | Tap>;
  readonly designs: Registry<DesignPlugin>;
  readonly methods: Registry<Method>;
  readonly checks: Registry<Check>;
  readonly renderers: Registry<Renderer>;
}
