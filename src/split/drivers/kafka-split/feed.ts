/** Where records come from, batch by batch, and how far they have been given out: a topic, or files. */
import type { Sized } from '../kafka/batches.js';

export interface FeedRecord extends Sized {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** UTC ms as text, as Kafka has it; absent: now. */
  readonly timestamp?: string;
}

export interface FeedBatch {
  readonly records: readonly FeedRecord[];
  /** Where a record of it stands, for a person. */
  whereIs(record: FeedRecord): string;
  /** What the group has to commit once these are given out. */
  readonly done: {
    readonly topic: string;
    readonly partition: number;
    /** Of the next record. */
    readonly offset: string;
  };
}

export interface Feed {
  /** Resolves when what comes next will be handed over; never, where `run` rejects before. */
  readonly ready: Promise<void>;
  /** Its offsets say how far records have been given out. */
  readonly group: string;
  /**
   * Hands over one batch after the other, the next when `give` has resolved; resolves at the end of what has one, or when
   * it is stopped; rejects with the first error, also one of `give`.
   */
  run(give: (batch: FeedBatch) => Promise<void>): Promise<void>;
  /** No further batch; resolves when the one under way has ended and the group is left. */
  stop(): Promise<void>;
}
