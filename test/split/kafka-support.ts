/** Consumer stacks in this process, records and topics of one test, for the tests of the Kafka drivers. */
import kafkajs from 'kafkajs';
import { afterAll, beforeAll } from 'vitest';
import { type Broker, createTopics } from '../servers/kafka.js';

/** Tests that run at once each have a `finished` of their own. */
export type Finished = (after: () => Promise<void>) => void;

/** One broker for all tests of a suite, each of which has topics and groups of its own. */
export function sharedBroker<B extends Broker>(start: () => Promise<B>): () => B {
  let broker: B | null = null;
  beforeAll(async () => {
    broker = await start();
  }, 180_000);
  afterAll(() => broker?.stop());
  return () => broker as B;
}

/** Topics and groups of one test. */
export interface Place {
  readonly address: string;
  readonly source: string;
  /** The baseline's on the source. */
  readonly group: string;
  readonly arms: Readonly<Record<'batch' | 'record', { readonly topic: string; readonly group: string }>>;
  readonly finished: Finished;
}

let places = 0;

/** `makes`: the broker makes topics by itself. */
export async function newPlace(
  { address }: Broker,
  makes: boolean,
  finished: Finished,
  settings: {
    readonly source?: Readonly<Record<string, string>>;
    readonly arms?: Readonly<Record<string, string>>;
  } = {},
): Promise<Place> {
  const n = ++places;
  const place = {
    address,
    source: `orders-${n}`,
    group: `orders-service-${n}`,
    arms: {
      batch: { topic: `orders-${n}-a`, group: `a-${n}` },
      record: { topic: `orders-${n}-b`, group: `b-${n}` },
    },
    finished,
  };
  if (!makes) {
    await createTopics(address, [place.source], settings.source);
    await createTopics(address, [place.arms.batch.topic, place.arms.record.topic], settings.arms);
  }
  return place;
}

export interface Got {
  readonly key: string | undefined;
  readonly value: string;
  readonly headers: kafkajs.IHeaders;
  readonly timestamp: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Stack {
  readonly values: Got[];
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly out?: string;
  /** What it may begin after. */
  readonly may?: Promise<void>;
  readonly write?: (messages: readonly kafkajs.KafkaMessage[]) => readonly kafkajs.Message[];
}

export const client = (address: string): kafkajs.Kafka =>
  new kafkajs.Kafka({ brokers: [address], logLevel: kafkajs.logLevel.NOTHING });

/** Commits after each fetch, once it is let to; ready when it has its partitions. Reads committed records only. */
export async function stack(
  address: string,
  group: string,
  topic: string,
  { out, may = Promise.resolve(), write = (messages) => messages.slice(1) }: StackOptions = {},
): Promise<Stack> {
  const kafka = client(address);
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 10 });
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  const values: Got[] = [];
  await Promise.all([consumer.connect(), producer.connect()]);
  await consumer.subscribe({ topic, fromBeginning: true });
  const joined = new Promise((done) => consumer.on(consumer.events.GROUP_JOIN, done));
  await consumer.run({
    autoCommit: false,
    async eachBatch({ batch }) {
      await may;
      for (const { key, value, headers = {}, timestamp, offset } of batch.messages)
        values.push({
          key: key?.toString(),
          value: String(value),
          headers,
          timestamp,
          partition: batch.partition,
          offset: Number(offset),
        });
      if (out !== undefined) await producer.send({ topic: out, messages: [...write(batch.messages)] });
      const offset = String(Number(batch.lastOffset()) + 1);
      await consumer.commitOffsets([{ topic, partition: batch.partition, offset }]);
    },
  });
  await joined;
  const stop = async () => {
    await Promise.all([consumer.disconnect(), producer.disconnect()]);
  };
  return { values, stop };
}
