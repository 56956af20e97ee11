/**
 * What the two Kafka stacks have in common: a consumer of orders in a group of its own, that writes a priced order for
 * each order to its output topic and then commits. How the work on a batch is done is handed in.
 *
 *   --brokers 127.0.0.1:9092 --topic orders --group batch --out orders-batch
 *   --work 3      milliseconds that pricing one order takes (the call to a price service, waited for, not computed)
 *   --fail 2%     this part of the orders cannot be priced and is dropped
 *
 * Prints "ready" when the group has given it its partitions. SIGTERM ends it.
 */
import { parseArgs } from 'node:util';
import kafkajs from 'kafkajs';

const { values: options } = parseArgs({
  options: {
    brokers: { type: 'string', default: '127.0.0.1:9092' },
    topic: { type: 'string', default: 'orders' },
    group: { type: 'string' },
    out: { type: 'string' },
    work: { type: 'string', default: '3' },
    fail: { type: 'string', default: '0%' },
  },
});

export const workMs = Number(options.work);
const failing = Number.parseFloat(options.fail) / 100;

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A priced order; null for one that cannot be. Which orders fail follows from their number, not from chance. */
export function price({ value }) {
  const order = JSON.parse(value.toString());
  if ((order.order * 0.618034) % 1 < failing) return null;
  return {
    key: order.customer,
    value: JSON.stringify({ order: order.order, cents: order.pieces * order.cents }),
  };
}

/** `work(messages)` resolves with the priced orders of one fetch of one partition. */
export async function consume(work) {
  const kafka = new kafkajs.Kafka({
    clientId: options.group,
    brokers: options.brokers.split(','),
    logLevel: kafkajs.logLevel.ERROR,
  });
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  const consumer = kafka.consumer({ groupId: options.group, maxWaitTimeInMs: 20 });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic: options.topic, fromBeginning: true });
  consumer.on(consumer.events.GROUP_JOIN, () => process.stdout.write('ready\n'));
  await consumer.run({
    partitionsConsumedConcurrently: 16,
    autoCommit: false,
    eachBatchAutoResolve: false,
    async eachBatch({ batch, resolveOffset }) {
      const priced = (await work(batch.messages)).filter((order) => order !== null);
      if (priced.length > 0) await producer.send({ topic: options.out, messages: priced });
      const offset = String(Number(batch.lastOffset()) + 1);
      await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
      resolveOffset(batch.lastOffset());
    },
  });
  process.once('SIGTERM', () => {
    void Promise.all([consumer.disconnect(), producer.disconnect()]);
  });
}
