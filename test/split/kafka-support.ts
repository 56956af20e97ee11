/** A consumer stack in this process, for the tests of the Kafka drivers. */
import kafkajs from 'kafkajs';

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
