/** What happened while traffic was divided: slots, requests, what went where, what was watched. */
import type { ArmName } from './experiment.js';
import type { Reason } from './reason.js';

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
    /** `end`: nothing more came to divide. */
    readonly why: 'harm' | 'cap' | 'end';
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
  /** HTTP status; 0: done, told by what knows no status; null: there was no answer. */
  readonly status: number | null;
  /** Milliseconds: queue, connect, response (to its first byte), total; null where it did not come so far. */
  readonly ms: {
    readonly queue: number | null;
    readonly connect: number | null;
    readonly response: number | null;
    readonly total: number | null;
  };
  /** Of the same arm, not worked off when it was sent; absent: cannot be seen. */
  readonly ahead?: number;
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
      /** Traffic that takes no part is counted as the baseline's. Absent: it is not counted. */
      readonly withRest?: true;
    }
  | {
      readonly what: 'keys';
      readonly slot: number | null;
      /** Distinct keys, and of them those that more than one arm served. */
      readonly keys: number;
      readonly onSeveralArms: number;
    };

/**
 * Lines of the request log against the counters of the proxy that wrote them: a row of lines.ndjson, one for each slot and
 * arm, over the times in it at which both could be counted. Requests that take no part are among them.
 */
export interface LineCount {
  readonly slot: number;
  readonly attempt: number;
  readonly arm: ArmName;
  /** Answered by the arm, as the proxy counts. */
  readonly counted: number;
  /** Of which a line told. */
  readonly heard: number;
}
