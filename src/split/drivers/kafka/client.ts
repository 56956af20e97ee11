/**
 * The Kafka client, imported when used: it is an optional package. kafkajs 2.2.4 is no longer kept, but it is the one that
 * speaks to every broker here without a download of its own (tried 2026-11): @platformatic/kafka 1.35 begins with
 * ApiVersions 3, falls back to nothing older, and so cannot speak to librdkafka's test broker (2.0.2); the binary of
 * @confluentinc/kafka-javascript 1.10 comes from GitHub, not from npm, and is built there from source where it cannot.
 */
import type { Admin, Kafka, Producer } from 'kafkajs';
import { KnownError } from '../../../errors.js';
import type { Io } from '../../../model/ports.js';
import { resolved } from '../secret-text.js';
import type { Connection } from './connection.js';
import { unreachable } from './unreachable.js';

/** How our own clients are called in a group. */
export const CLIENT = 'stacktrial-';

/** Kafka's number for the kind of thing whose settings are asked (kafkajs: ConfigResourceTypes.TOPIC). */
const TOPIC_SETTINGS = 2;

/** Offset by partition. */
export type Offsets = ReadonlyMap<number, number>;

export interface Members {
  /** false: partitions are being given out, or there is nobody. */
  readonly stable: boolean;
  /** How the clients call themselves. */
  readonly clients: readonly string[];
}

export interface Cluster {
  readonly client: Kafka;
  readonly producer: Producer;
  /** Partition of a message key, as Java's client chooses it. */
  partitionOf(topic: string, key: string | Buffer | null): Promise<number>;
  /** Where the next record of each partition will be. */
  ends(topic: string): Promise<Offsets>;
  /** The oldest record that each partition still has. */
  begins(topic: string): Promise<Offsets>;
  /** What the group has committed; −1: nothing yet. */
  committed(group: string, topic: string): Promise<Offsets>;
  /** A setting of the topic, as it holds there; null: this broker does not say, or not to this user. */
  setting(topic: string, name: string): Promise<string | null>;
  /** Who consumes in the group; null: this broker does not say. */
  members(group: string): Promise<Members | null>;
  close(): Promise<void>;
}

export async function connect(
  options: Connection,
  io: Pick<Io, 'env' | 'log'>,
  runId: string,
): Promise<Cluster> {
  const { Kafka: Client, Partitioners, logLevel } = await load();
  const brokers = options.brokers.map((each) => resolved(each, io));
  const { sasl } = options;
  const kafka: Kafka = new Client({
    clientId: `${CLIENT}${runId}`,
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
    throw unreachable(cause as Error, options);
  }
  return cluster(kafka, admin, producer, partitioner);
}

function cluster(
  client: Kafka,
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
    client,
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
    async begins(topic) {
      const offsets = await admin.fetchTopicOffsets(topic);
      return new Map(offsets.map(({ partition, low }) => [partition, Number(low)]));
    },
    async committed(groupId, topic) {
      const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] });
      return new Map(answer.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    },
    async setting(topic, name) {
      try {
        const { resources } = await admin.describeConfigs({
          includeSynonyms: false,
          resources: [{ type: TOPIC_SETTINGS, name: topic, configNames: [name] }],
        });
        return resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue ?? null;
      } catch (error) {
        // A user may lack the right to ask.
        if (isNoAnswer(error)) return null;
        throw error;
      }
    },
    async members(group) {
      try {
        const { groups } = await admin.describeGroups([group]);
        const [{ state, members }] = groups;
        return { stable: state === 'Stable', clients: members.map(({ clientId }) => clientId) };
      } catch (error) {
        // The test broker of librdkafka does not know this question.
        if (isUnknown(error)) return null;
        throw error;
      }
    },
    async close() {
      await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
    },
  };
}

const isUnknown = (error: unknown): boolean =>
  /does not support the requested API/u.test((error as Error).message);

const isNoAnswer = (error: unknown): boolean =>
  isUnknown(error) || ((error as { type?: string }).type?.endsWith('AUTHORIZATION_FAILED') ?? false);

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
