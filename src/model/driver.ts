/** The ports of drivers: those that run trials, and taps that divide live traffic. */

import type { ZodType } from 'zod';
import type { PlannedTrial, Request, Trial, Unit } from './evidence.js';
import type { Arm, ArmName, HashName } from './experiment.js';
import type { Io } from './io.js';
import type { Json, TapSetting, TapState } from './tap.js';

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
  /** Rows that this run has journaled so far, also in executions that were cut off; absent: nobody kept them. */
  journaled?(): Promise<readonly Readonly<Record<string, unknown>>[]>;
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
  /** It hears requests whatever its options say; absent: where they name a `log`. */
  readonly alwaysHears?: true;
  /** What it hears names the key of a request, so that many requests are one unit. Pure; absent: no. */
  namesKeys?(options: O): boolean;
  /** What hashes a key is not this program: the hash that it has, which the design has to name. Pure; absent: it is. */
  hashOf?(options: O): HashName | null;
  /** true: what it divides has an end, which has come; the slot that is on is over, and so are those after it. */
  isOver?(context: TapContext): boolean;
  /** Hears what was sent where, request by request, from before the first turn to after the last. */
  listen?(options: O, context: TapContext): Promise<RequestListener | null>;
  /** What it hears of the baseline is also traffic that takes no part: nothing tells them apart. Pure; absent: no. */
  hearsRest?(options: O): boolean;
  /** Requests that each arm has answered since the proxy began, by its own counters: what `heard` should come to. */
  count?(options: O, context: TapContext): Promise<AnsweredSoFar>;
}

export interface AnsweredSoFar {
  /** Another one: the counters began anew. */
  readonly instance: string | null;
  readonly answered: Readonly<Record<ArmName, number>>;
}

/** Requests as they are told by what serves them. */
export interface RequestListener {
  /** Those that arrived since it was last asked. */
  take(): readonly Request[];
  /** Lines about answered requests since the start, by the arm that answered: also of those that take no part. */
  heard?(): Readonly<Record<ArmName, number>>;
  /** Lines that could not be understood since the start, and one of them. */
  unread(): { readonly lines: number; readonly example: string | null };
  close(): Promise<void>;
}
