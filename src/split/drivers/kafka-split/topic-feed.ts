/**
 * Records of a live topic. The group is the baseline's own: its offsets are moved in the same transaction in which the
 * records are given out, so that whoever reads the topic in that group afterwards continues exactly there.
 */

import { KnownError } from '../../../errors.js';
import type { TapContext } from '../../../model/ports.js';
import { inBatches } from '../kafka/batches.js';
import type { Cluster } from '../kafka/client.js';
import { unreadable } from '../kafka/refusals.js';
import type { Feed, FeedBatch } from './feed.js';
import type { Giver } from './giver.js';
import type { LiveSource } from './options.js';
import { LOST } from './outage.js';
import { writeBegin } from './topic-begin.js';

/** A member that was killed leaves its partitions after so long. */
export const SESSION_MS = 10_000;

export async function topicFeed(
  source: LiveSource,
  cluster: Cluster,
  giver: Pick<Giver, 'begin' | 'mostBytes'>,
  context: TapContext,
): Promise<Feed> {
  const { topic, group } = source;
  const partitions = (await cluster.ends(topic)).size;
  const { fromBeginning } = await writeBegin(source, cluster, giver, context);
  const consumer = cluster.client.consumer({
    groupId: group,
    maxWaitTimeInMs: 50,
    sessionTimeout: SESSION_MS,
    heartbeatInterval: SESSION_MS / 5,
    // Begun again by itself it would give out records that nobody has turned it for.
    retry: { retries: 5, restartOnFailure: async () => false },
  });
  let stopping: Promise<void> | null = null;
  let starting: Promise<void> = Promise.resolve();
  let underWay: Promise<void> = Promise.resolve();
  let stopped = false;
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((done) => {
    isReady = done;
  });

  /** A consumer that is left while it joins would join all the same. */
  async function leave(): Promise<void> {
    await starting.catch(() => undefined); // told by `run`
    // A consumer that is being left commits nothing any more, and says nothing of it.
    await underWay;
    await consumer.disconnect();
  }

  return {
    group,
    ready,
    async run(give) {
      let fail: (error: unknown) => void = () => undefined;
      let end: () => void = () => undefined;
      const over = new Promise<void>((resolve, reject) => {
        fail = reject;
        end = resolve;
      });
      over.catch(() => undefined); // awaited below, after the consumer has started
      let failed = false;
      let crashed = false;
      const refuse = (error: unknown) => {
        failed = true;
        fail(unreadable(error, topic, leftBefore(group)) ?? error);
        // Whoever holds the splitter stops it; until then nothing more is asked for.
        if (!crashed) consumer.pause([{ topic }]);
      };
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        crashed = true; // it has stopped by itself, and cannot be paused
        if (!stopped) refuse(payload.error);
      });
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        const own = payload.memberAssignment[topic]?.length ?? 0;
        if (own < partitions) refuse(sharedSource(group, topic, own, partitions));
        else isReady();
      });
      consumer.on(consumer.events.DISCONNECT, () => {
        // A live topic has no end of its own. A consumer that gives up leaves first, and says why right after.
        if (stopped) end();
        else setImmediate(() => fail(new Error(LOST)));
      });
      const giveAndCommit = async (batch: FeedBatch) => {
        await give(batch);
        // Again as a member of the group: one that was put out of it learns so here, before it gives out more.
        // (librdkafka's test broker keeps these offsets only, and forgets those of transactions.)
        await consumer.commitOffsets([batch.done]);
      };
      const start = async () => {
        await consumer.connect();
        await consumer.subscribe({ topic, fromBeginning });
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          // One transaction after the other.
          partitionsConsumedConcurrently: 1,
          async eachBatch({ batch, resolveOffset, heartbeat, isRunning, isStale }) {
            for (const records of inBatches(batch.messages, giver.mostBytes)) {
              if (failed || stopped || !isRunning() || isStale()) return;
              const last = records[records.length - 1].offset;
              const { partition } = batch;
              const done = { topic, partition, offset: String(BigInt(last) + 1n) };
              underWay = giveAndCommit({ records, done, whereIs: whereIn(topic, partition) }).catch(refuse);
              await underWay;
              if (failed) return;
              resolveOffset(last);
              await heartbeat();
            }
          },
        });
      };
      starting = start();
      starting.catch(fail);
      await over;
    },
    stop() {
      stopped = true;
      stopping ??= leave();
      return stopping;
    },
  };
}

const leftBefore = (group: string): string =>
  `let the baseline work them off in the group ${group}, then start again. Nothing was lost: the group stands before the first one that could not be read.`;

const whereIn =
  (topic: string, partition: number): FeedBatch['whereIs'] =>
  (record) =>
    `${topic}, partition ${partition}, offset ${(record as { readonly offset?: string }).offset}`;

const sharedSource = (group: string, topic: string, own: number, all: number) =>
  new KnownError('kafka-group-in-use', `somebody else reads ${topic} in the group ${group} as well`, {
    hint: `The splitter has ${own} of ${all} partitions; it has to have all. Stop the other consumer: while the split lasts, the baseline reads its own topic.`,
    exit: 69,
  });
