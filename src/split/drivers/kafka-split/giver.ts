/**
 * Gives records out: one transaction holds the records in the arms' topics and the offset up to which the source has been
 * given out, so that after a crash at any point none is lost and none is there twice (for consumers that read committed
 * records only). Whoever opens the same transactional id puts an older process out, and ends what it left half-done.
 */
import type { Producer, ProducerRecord } from 'kafkajs';
import { KnownError } from '../../../errors.js';
import type { ArmName } from '../../../model/experiment.js';
import type { Cluster, Offsets } from '../kafka/client.js';
import type { Place } from './divide.js';
import type { FeedBatch, FeedRecord } from './feed.js';
import type { Followed, Given } from './followed.js';

/** A transaction that nobody ends holds up those who read committed records for so long. */
const TRANSACTION_MS = 30_000;

export interface Giver {
  give(batch: FeedBatch, placeOf: (record: FeedRecord) => Place): Promise<void>;
  /** Writes down where the group begins in partitions in which it never committed. */
  begin(topic: string, offsets: Offsets): Promise<void>;
  close(): Promise<void>;
}

export interface GiverContext {
  readonly cluster: Cluster;
  readonly transactionalId: string;
  readonly group: string;
  readonly topicOf: (arm: ArmName) => string;
  readonly followed: Followed;
  now(): number;
}

export async function openGiver(context: GiverContext): Promise<Giver> {
  const { cluster, followed } = context;
  const producer = cluster.client.producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition as number,
    transactionalId: context.transactionalId,
    transactionTimeout: TRANSACTION_MS,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    // The broker refuses the next transaction until it has ended the last: soon again.
    retry: { retries: 30, initialRetryTime: 10, maxRetryTime: 500 },
  });
  try {
    await producer.connect();
    await (await producer.transaction()).abort();
  } catch (cause) {
    await producer.disconnect();
    throw new KnownError(
      'kafka-no-transactions',
      `no transaction can be begun: ${(cause as Error).message}`,
      {
        hint: `Records are given out in transactions, so that none is lost or doubled. The broker needs Kafka 0.11 or later, and the user the right to write as transactional id ${context.transactionalId}.`,
        exit: 69,
        cause,
      },
    );
  }
  return {
    async give({ records, done }, placeOf) {
      const parcels = await parcelsOf(records, placeOf, context);
      const transaction = await producer.transaction();
      let at = 0;
      let from = 0;
      let offsets: Awaited<ReturnType<Producer['sendBatch']>>;
      try {
        offsets = await transaction.sendBatch({ topicMessages: messagesOf(parcels), acks: -1 });
        await transaction.sendOffsets({
          consumerGroupId: context.group,
          topics: [{ topic: done.topic, partitions: [{ partition: done.partition, offset: done.offset }] }],
        });
        at = context.now();
        from = performance.now();
        await transaction.commit();
      } catch (error) {
        // What cannot be aborted either ends with its time, or when the next process opens.
        await transaction.abort().catch(() => undefined);
        throw error;
      }
      for (const { topicName, partition, baseOffset } of offsets)
        for (const parcel of parcels)
          if (parcel.topic === topicName && parcel.partition === partition)
            follow(parcel, Number(baseOffset), { at, from }, followed);
    },
    async begin(topic, offsets) {
      const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }));
      const transaction = await producer.transaction();
      try {
        await transaction.sendOffsets({ consumerGroupId: context.group, topics: [{ topic, partitions }] });
        await transaction.commit();
      } catch (error) {
        await transaction.abort().catch(() => undefined);
        throw error;
      }
    },
    close: () => producer.disconnect(),
  };
}

/** Records for one partition of one arm's topic, in the order in which they came. */
interface Parcel {
  readonly arm: ArmName;
  readonly topic: string;
  readonly partition: number;
  readonly records: { readonly record: FeedRecord; readonly place: Place }[];
}

async function parcelsOf(
  records: readonly FeedRecord[],
  placeOf: (record: FeedRecord) => Place,
  { cluster, topicOf }: GiverContext,
): Promise<readonly Parcel[]> {
  const parcels = new Map<string, Parcel>();
  for (const record of records) {
    const place = placeOf(record);
    const topic = topicOf(place.to);
    // Without a key of its own a message follows what it is divided by: records of one key stay in order.
    const partition = await cluster.partitionOf(topic, record.key ?? place.key);
    const id = `${topic} ${partition}`;
    const parcel = parcels.get(id) ?? { arm: place.to, topic, partition, records: [] };
    parcels.set(id, parcel);
    parcel.records.push({ record, place });
  }
  return [...parcels.values()];
}

const messagesOf = (parcels: readonly Parcel[]): ProducerRecord[] =>
  parcels.map(({ topic, partition, records }) => ({
    topic,
    messages: records.map(({ record: { key, value, headers, timestamp } }) => ({
      key,
      value,
      partition,
      ...(headers === undefined ? {} : { headers }),
      ...(timestamp === undefined ? {} : { timestamp }),
    })),
  }));

function follow(
  { arm, partition, records }: Parcel,
  offset: number,
  { at, from }: { readonly at: number; readonly from: number },
  followed: Followed,
): void {
  const given = records.map(
    ({ record, place }): Given => ({
      counts: place.assigned !== null,
      key: place.key,
      at,
      from,
      ageMs: record.timestamp === undefined ? null : Math.max(0, at - Number(record.timestamp)),
      bytes: record.value?.length ?? 0,
    }),
  );
  followed.given(arm, partition, offset, given);
}
