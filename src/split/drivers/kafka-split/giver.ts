/**
 * Gives records out: one transaction holds the records in the arms' topics and the offset up to which the source has been
 * given out, so that after a crash at any point none is lost and none is there twice (for consumers that read committed
 * records only). Whoever opens the same transactional id puts an older process out, and ends what it left half-done.
 */
import type { Producer, ProducerRecord } from 'kafkajs';
import { KnownError } from '../../../errors.js';
import type { ArmName } from '../../../model/experiment.js';
import { BATCH_BYTES, bytesOf } from '../kafka/batches.js';
import type { Cluster, Offsets } from '../kafka/client.js';
import { type Placed, tooLarge } from '../kafka/refusals.js';
import type { Place } from './divide.js';
import type { FeedBatch, FeedRecord } from './feed.js';
import type { Followed, Given } from './followed.js';

/** A transaction that nobody ends holds up those who read committed records for so long. */
const TRANSACTION_MS = 30_000;

export interface Giver {
  /** Of one batch, unless it is a single record: what the arms' topics take is at least twice as much. */
  readonly mostBytes: number;
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
  /** The largest batch that each topic takes, bytes; null: the broker does not say. */
  readonly limits: ReadonlyMap<string, number | null>;
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
    await settle(context);
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
  const known = [...context.limits.values()].filter((limit) => limit !== null);
  return {
    mostBytes: Math.min(BATCH_BYTES, ...known.map((limit) => Math.floor(limit / 2))),
    async give(batch, placeOf) {
      const { records, done } = batch;
      const parcels = await parcelsOf(records, placeOf, context);
      const transaction = await producer.transaction();
      let offsets: Awaited<ReturnType<Producer['sendBatch']>>;
      try {
        offsets = await transaction.sendBatch({ topicMessages: messagesOf(parcels), acks: -1 });
        await transaction.sendOffsets({
          consumerGroupId: context.group,
          topics: [{ topic: done.topic, partitions: [{ partition: done.partition, offset: done.offset }] }],
        });
      } catch (error) {
        // What cannot be aborted either ends with its time, or when the next process opens.
        await transaction.abort().catch(() => undefined);
        throw tooLarge(error, placedOf(batch, parcels), context.limits, BEFORE) ?? error;
      }
      const at = context.now();
      const from = performance.now();
      const followAll = () => {
        for (const { topicName, partition, baseOffset } of offsets)
          for (const parcel of parcels)
            if (parcel.topic === topicName && parcel.partition === partition)
              follow(parcel, Number(baseOffset), { at, from }, followed);
      };
      followed.undecided = {
        topic: done.topic,
        partition: done.partition,
        upTo: done.offset,
        follow: followAll,
      };
      await transaction.commit();
      followed.undecided = null;
      followAll();
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

const BEFORE =
  'Nothing was lost: the position stands before the records of that transaction; start again, or --resume.';

const placedOf = (batch: FeedBatch, parcels: readonly Parcel[]): readonly Placed[] =>
  parcels.flatMap(({ topic, partition, records }) =>
    records.map(({ record }) => ({
      where: () => batch.whereIs(record),
      topic,
      partition,
      bytes: bytesOf(record),
      beside: records.length - 1,
    })),
  );

/** Opening has ended what was half-done: how far the source was given out now tells whether it was committed. */
async function settle({ cluster, group, followed }: GiverContext): Promise<void> {
  const { undecided } = followed;
  if (undecided === null) return;
  const committed = await cluster.committed(group, undecided.topic);
  if ((committed.get(undecided.partition) ?? -1) >= Number(undecided.upTo)) undecided.follow();
  followed.undecided = null;
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
