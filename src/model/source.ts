/** The port of sources: where measurements come from. */

import type { ZodType } from 'zod';
import type { Observation, Request, Trial } from './evidence.js';
import type { Arm, ArmName, Fold, Window } from './experiment.js';
import type { Io } from './io.js';
import type { Reason } from './reason.js';

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
  /** How many of them have no value; absent: none. */
  readonly missing?: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly problem: Reason | null;
}

export interface SourceContext extends Io {
  /** Trials of this run, for the source `trials`. */
  readonly trials: readonly Trial[];
  /** Requests that the tap saw, for the source `requests`. Absent: there is no tap. */
  requests?(): AsyncIterable<Request>;
  /** The same, folded already as the query folds them; null: this one has to be read. Absent: none is. */
  foldedRequests?(query: Query): readonly Observation[] | null;
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
