/** Where records come from, batch by batch, and how far they have been given out: a topic, or files. */
import type { IHeaders } from 'kafkajs';

export interface FeedRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: IHeaders;
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

/** Records of one transaction, at most. */
export const BATCH = 500;
/** A broker takes 1 MiB in one batch of a partition unless it is told otherwise. */
export const BATCH_BYTES = 512 * 1024;

/** In order, cut by count and by size; a record that is larger alone is a batch of its own. */
export function* inBatches<R extends FeedRecord>(
  records: readonly R[],
  mostBytes = BATCH_BYTES,
): Generator<readonly R[]> {
  let from = 0;
  let bytes = 0;
  for (const [at, record] of records.entries()) {
    const own = bytesOf(record);
    if (at > from && (at - from >= BATCH || bytes + own > mostBytes)) {
      yield records.slice(from, at);
      from = at;
      bytes = 0;
    }
    bytes += own;
  }
  if (from < records.length) yield records.slice(from);
}

/** Key, value and headers; what a batch adds for each record is some twenty bytes more. */
export function bytesOf({ key, value, headers = {} }: FeedRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, given] of Object.entries(headers))
    for (const each of [given].flat()) bytes += name.length + (each?.length ?? 0);
  return bytes;
}
