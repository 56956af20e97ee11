/**
 * What an arm wrote to its output topic in one trial: told by offsets, or, where contents are compared, read record by
 * record. What the stacks wrote is there when they commit; a broker may take a moment to say so.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Trial } from '../../../model/evidence.js';
import { total } from './backlog.js';
import { Checksum, type Compared, digestOf } from './checksum.js';
import { CLIENT, type Cluster, type Offsets } from './client.js';
import { unreadable } from './refusals.js';

/** What to do where contents are compared. */
const NEW_ONES = 'only what the arms write from then on is read. Or compare no contents: `parity: none`.';
const GRACE_MS = 250;
/** Offsets that no record has (markers of transactions) are never read: the topic is read up when it is silent for so long. */
const QUIET_MS = 1_000;
const LOOK_MS = 25;

export interface Wrote {
  readonly records: number;
  readonly output?: NonNullable<Trial['output']>;
}

export interface Outputs {
  /** Where the topic ends now. */
  ends(): Promise<Offsets>;
  since(before: Offsets, expected: number): Promise<Wrote>;
  close(): Promise<void>;
}

export function countOutputs(topic: string, cluster: Cluster): Outputs {
  const ends = () => cluster.ends(topic);
  return {
    ends,
    async since(before, expected) {
      const until = performance.now() + GRACE_MS;
      for (;;) {
        const records = total(await ends()) - total(before);
        if (records >= expected || performance.now() > until) return { records };
        await sleep(LOOK_MS);
      }
    },
    close: async () => undefined,
  };
}

/** Reads the topic from its end on. */
export async function readOutputs(
  topic: string,
  compared: Compared,
  cluster: Cluster,
  name: string,
): Promise<Outputs> {
  const ends = () => cluster.ends(topic);
  const consumer = cluster.client.consumer({ groupId: `${CLIENT}${name}-outputs`, maxWaitTimeInMs: 50 });
  const read = new Map<number, { readonly offset: number; readonly digest: bigint }[]>();
  let readAt = performance.now();
  let failure: Error | null = null;
  const from = await ends();
  for (const partition of from.keys()) read.set(partition, []);
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: false });
    const joined = new Promise<void>((done) => consumer.on(consumer.events.GROUP_JOIN, () => done()));
    const crashed = new Promise<never>((_, reject) =>
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        failure = unreadable(payload.error, topic, NEW_ONES) ?? payload.error;
        reject(failure);
      }),
    );
    crashed.catch(() => undefined); // told by `since`, where nobody waits here any more
    await consumer.run({
      autoCommit: false,
      async eachMessage({ partition, message }) {
        read.get(partition)?.push({ offset: Number(message.offset), digest: digestOf(message, compared) });
        readAt = performance.now();
      },
    });
    for (const [partition, offset] of from) consumer.seek({ topic, partition, offset: String(offset) });
    await Promise.race([joined, crashed]);
  } catch (error) {
    await consumer.disconnect();
    throw error;
  }
  return {
    ends,
    async since(before, expected) {
      readAt = performance.now();
      for (;;) {
        if (failure !== null) throw failure;
        const now = await ends();
        const quietMs = performance.now() - readAt;
        const here = countIn(read, before);
        if (isReadUp(read, before, now) && (here >= expected || quietMs > GRACE_MS)) break;
        if (quietMs > (here >= expected ? GRACE_MS : QUIET_MS)) break;
        await sleep(LOOK_MS);
      }
      const sum = new Checksum();
      for (const [partition, rows] of read) {
        for (const { offset, digest } of rows) if (offset >= (before.get(partition) ?? 0)) sum.add(digest);
        rows.length = 0;
      }
      const output = sum.output();
      return { records: output.count, output };
    },
    close: () => consumer.disconnect(),
  };
}

type Read = ReadonlyMap<number, readonly { readonly offset: number }[]>;

const countIn = (read: Read, before: Offsets): number =>
  [...read].reduce(
    (sum, [partition, rows]) =>
      sum + rows.filter(({ offset }) => offset >= (before.get(partition) ?? 0)).length,
    0,
  );

const isReadUp = (read: Read, before: Offsets, ends: Offsets): boolean =>
  [...ends].every(([partition, end]) => {
    const position = (read.get(partition)?.at(-1)?.offset ?? (before.get(partition) ?? 0) - 1) + 1;
    return position >= end;
  });
