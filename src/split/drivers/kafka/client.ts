/** The Kafka client, imported when used: it is an optional package. */
import type { Admin, Kafka, Producer } from 'kafkajs';
import { KnownError } from '../../../errors.js';
import type { Io } from '../../../model/ports.js';
import { resolved } from '../secret-text.js';
import type { KafkaOptions } from './options.js';

/** Offset by partition. */
export type Offsets = ReadonlyMap<number, number>;

export interface Cluster {
  readonly producer: Producer;
  /** Partition of a message key, as Java's client chooses it. */
  partitionOf(topic: string, key: string | null): Promise<number>;
  /** Where the next record of each partition will be. */
  ends(topic: string): Promise<Offsets>;
  /** What the group has committed; −1: nothing yet. */
  committed(group: string, topic: string): Promise<Offsets>;
  /** Somebody consumes in the group; null: this broker does not say. */
  isConsumed(group: string): Promise<boolean | null>;
  close(): Promise<void>;
}

export async function connect(options: KafkaOptions, io: Io, runId: string): Promise<Cluster> {
  const { Kafka: Client, Partitioners, logLevel } = await load();
  const brokers = options.brokers.map((each) => resolved(each, io));
  const { sasl } = options;
  const kafka: Kafka = new Client({
    clientId: `stacktrial-${runId}`,
    brokers,
    ssl: options.ssl,
    ...(sasl === undefined
      ? {}
      : {
          sasl: {
            mechanism: sasl.mechanism,
            username: resolved(sasl.username, io),
            password: resolved(sasl.password, io),
          } as never, // kafkajs types each mechanism apart
        }),
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => io.log.detail(`kafka: ${entry.log.message}`),
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000 },
  });
  const partitioner = Partitioners.DefaultPartitioner();
  const producer = kafka.producer({ createPartitioner: () => partitioner, allowAutoTopicCreation: false });
  const admin = kafka.admin();
  try {
    await admin.connect();
    await producer.connect();
  } catch (cause) {
    await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
    throw new KnownError('kafka-unreachable', `no Kafka broker answers: ${(cause as Error).message}`, {
      hint: `Asked ${options.brokers.map(String).join(', ')}. Is it running, and is this the address it advertises?`,
      exit: 69,
      cause,
    });
  }
  return cluster(admin, producer, partitioner);
}

function cluster(
  admin: Admin,
  producer: Producer,
  partitioner: ReturnType<typeof import('kafkajs').Partitioners.DefaultPartitioner>,
): Cluster {
  const partitions = new Map<string, Parameters<typeof partitioner>[0]['partitionMetadata']>();
  const metadata = async (topic: string) => {
    const known = partitions.get(topic);
    if (known !== undefined) return known;
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    partitions.set(topic, topics[0].partitions);
    return topics[0].partitions;
  };
  return {
    producer,
    async partitionOf(topic, key) {
      return partitioner({ topic, partitionMetadata: await metadata(topic), message: { key, value: null } });
    },
    async ends(topic) {
      const offsets = await admin.fetchTopicOffsets(topic).catch((cause: unknown) => {
        throw new KnownError('kafka-topic', `topic ${topic}: ${(cause as Error).message}`, {
          hint: 'Create the topic before the run; its number of partitions is part of what is compared.',
          exit: 69,
          cause,
        });
      });
      return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
    },
    async committed(groupId, topic) {
      const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] });
      return new Map(answer.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    },
    async isConsumed(group) {
      try {
        const { groups } = await admin.describeGroups([group]);
        return groups[0].state === 'Stable' && groups[0].members.length > 0;
      } catch (error) {
        // The test broker of librdkafka does not know this question.
        if (/does not support the requested API/u.test((error as Error).message)) return null;
        throw error;
      }
    },
    async close() {
      await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
    },
  };
}

async function load(): Promise<typeof import('kafkajs')> {
  try {
    const loaded = (await import('kafkajs')) as typeof import('kafkajs') & {
      default?: typeof import('kafkajs');
    };
    return loaded.default ?? loaded;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new KnownError(
      'missing-package',
      'the driver kafka needs the package kafkajs, which is not installed',
      {
        hint: 'npm install kafkajs@2.2.4',
        cause,
      },
    );
  }
}
