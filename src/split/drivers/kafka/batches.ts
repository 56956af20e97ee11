/** Records cut into what a broker takes at once. */
import type { IHeaders } from 'kafkajs';

/** What of a record takes room. */
export interface Sized {
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: IHeaders;
}

/** Records of one request or transaction, at most. */
export const BATCH = 500;
/** A broker takes 1 MiB in one batch of a partition unless it is told otherwise. */
export const BATCH_BYTES = 512 * 1024;

/** In order, cut by count and by size; a record that is larger alone is a batch of its own. */
export function* inBatches<R extends Sized>(
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
export function bytesOf({ key, value, headers = {} }: Sized): number {
  let bytes = lengthOf(key) + lengthOf(value);
  for (const [name, given] of Object.entries(headers))
    for (const each of [given].flat()) bytes += name.length + lengthOf(each ?? null);
  return bytes;
}

const lengthOf = (part: Buffer | string | null): number => (part === null ? 0 : Buffer.byteLength(part));
