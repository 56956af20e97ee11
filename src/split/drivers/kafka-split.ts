/**
 * Driver `kafka-split`: a tap that divides records one by one. Each record of a live topic (or of files) goes to the topic
 * of the arm to which the hash of its key belongs, with key, headers and time kept, and in order for each key. The source
 * is read in the baseline's own group, and its offsets move in the transaction that holds the records: whenever the
 * splitter ends, however it ends, that group's offsets say where the baseline has to go on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../errors.js';
import type { ArmName } from '../../model/experiment.js';
import type { Tap, TapContext } from '../../model/ports.js';
import type { Json, TapSetting } from '../../model/tap.js';
import { bucketArms } from '../assignment.js';
import { durationMs } from './duration.js';
import type { Cluster } from './kafka/client.js';
import { untilConsumed } from './kafka/consumed.js';
import { divider } from './kafka-split/divide.js';
import { fileFeed } from './kafka-split/file-feed.js';
import { type Giver, openGiver } from './kafka-split/giver.js';
import {
  endFollowing,
  putOut,
  refuseOtherSplitter,
  stopSplitting,
  tellHandOver,
  transactionalIdOf,
  untilWorkedOff,
} from './kafka-split/hand-back.js';
import { isLive, type KafkaSplitOptions, kafkaSplitOptions } from './kafka-split/options.js';
import { openSession, refuseBroken, type Session, sessionOf, withCluster } from './kafka-split/session.js';
import { startSplitter } from './kafka-split/splitter.js';
import { topicFeed } from './kafka-split/topic-feed.js';

/** Time for whoever starts the experiment to stop the baseline's consumer of the source. */
const FREE_MS = 60_000;

export const kafkaSplitTap: Tap<KafkaSplitOptions> = {
  kind: 'tap',
  title: 'Kafka: records divided by key, one by one, into a topic per arm',
  options: kafkaSplitOptions,
  secrets: true,
  alwaysHears: true,
  namesKeys: () => true,

  resource: ({ brokers, from }, folder) =>
    isLive(from)
      ? `kafka ${from.topic} in the group ${from.group} at ${brokers.map(String).join(',')}`
      : `kafka files ${folder}/${from.files}`,

  explain({ from, arms: declared, key }, { keys }, arms) {
    const shares = Object.fromEntries(keys.shares.map(({ arm, share }) => [arm, share]));
    const buckets = bucketArms({ name: '', arms, design: { seed: 0, shares, coverage: keys.coverage } });
    const source = isLive(from) ? `${from.topic} (group ${from.group})` : from.files;
    return arms.map(({ name }) => {
      const own = keys.coverage === 0 ? 0 : buckets.filter((arm) => arm === name).length;
      return `${source} → ${declared[name].topic}: ${own} of 10000 buckets of ${key ?? 'the message’s key'}`;
    });
  },

  async readBack({ from, ...options }, context) {
    const session = sessionOf(context);
    if (session !== null) refuseBroken(session);
    if (session?.splitter != null) return { state: stateOf(session.splitter.setting), instance: null };
    // Another run's hand is no state that could be given back: it ends by itself, and is never saved as what was before.
    await withCluster({ from, ...options }, context, (cluster) =>
      refuseOtherSplitter({ from, ...options }, cluster, context),
    );
    return { state: { divided: 'no' }, instance: null };
  },

  async apply(options, setting, _before, context) {
    const session = sessionOf(context);
    if (session === null) throw new Error('nobody listens: the session is not open');
    const divide = divider(setting, context.arms, context.baseline, options.key);
    if (session.splitter !== null) await session.splitter.turn(setting, divide);
    else {
      await refuseUnready(options, session.cluster, context);
      const giver = await openGiver({
        cluster: session.cluster,
        transactionalId: transactionalIdOf(options, context),
        group: groupOf(options, context),
        topicOf: (arm) => options.arms[arm].topic,
        followed: session.followed,
        now: context.now,
      });
      // Only now is it settled how far a process that was killed had come.
      const feed = await feedOf(options, session, giver, context).catch(async (error: unknown) => {
        await giver.close();
        throw error;
      });
      session.splitter = startSplitter(feed, giver, setting, divide);
      await session.splitter.ready;
      refuseBroken(session);
    }
    return stateOf(setting);
  },

  isOver(context) {
    const session = sessionOf(context);
    if (session?.splitter?.isOver !== true) return false;
    return context.arms.every(({ name }) => session.followed.left(name) === 0);
  },

  async drain(options, arms, context) {
    const session = sessionOf(context);
    if (session === null) return;
    const left = await untilWorkedOff(session, arms, durationMs(options.drain));
    if (left > 0) context.log.warn(`${left} records of ${arms.join(', ')} are not worked off yet`);
  },

  async restore(options, _saved, context) {
    const isClean = await stopSplitting(context);
    const session = sessionOf(context);
    await withCluster(options, context, async (cluster) => {
      if (!isClean) {
        await refuseOtherSplitter(options, cluster, context);
        await putOut(options, cluster, context);
      }
      await endFollowing(options, context);
      await tellHandOver(options, cluster, context);
    });
    if (session !== null) session.splitter = null;
  },

  listen: openSession,
};

const stateOf = ({ keys }: TapSetting): Json => ({
  divided: keys.shares.map(({ arm, share }) => `${arm} ${share}`).join(', '),
  coverage: keys.coverage,
});

const groupOf = ({ from }: KafkaSplitOptions, { runId }: TapContext): string =>
  isLive(from) ? from.group : `stacktrial-${runId}`;

const feedOf = (
  options: KafkaSplitOptions,
  { cluster }: Session,
  giver: Giver,
  { folder, runId, baseline }: TapContext,
) => {
  const { from, key } = options;
  if (isLive(from)) return topicFeed(from, cluster, giver);
  const topic = options.arms[baseline].topic;
  return fileFeed(from, { folder, key: key as string, topic, runId }, cluster);
};

/** Everything that can be known to go wrong is said before the first record moves. */
async function refuseUnready(
  options: KafkaSplitOptions,
  cluster: Cluster,
  context: TapContext,
): Promise<void> {
  const partitions = new Map<ArmName, number>();
  for (const { name } of context.arms) {
    const { topic, group } = options.arms[name];
    partitions.set(name, (await cluster.ends(topic)).size);
    await untilConsumed(name, group, cluster, context);
  }
  if (new Set(partitions.values()).size > 1)
    throw new KnownError('kafka-partitions', 'the arms’ topics do not have the same number of partitions', {
      hint: `${[...partitions].map(([arm, n]) => `${arm}: ${n}`).join(', ')}. More partitions are more consumers at work: that would be what is compared.`,
      exit: 69,
    });
  if (isLive(options.from)) await untilFree(options.from, cluster, context);
}

async function untilFree(
  { topic, group }: { readonly topic: string; readonly group: string },
  cluster: Cluster,
  { log, signal }: TapContext,
): Promise<void> {
  const until = performance.now() + FREE_MS;
  let told = false;
  for (;;) {
    const clients = (await cluster.members(group))?.clients ?? [];
    if (clients.length === 0) return;
    if (performance.now() > until)
      throw new KnownError('kafka-group-in-use', `${topic} is still read in the group ${group}`, {
        hint: `By ${clients.join(', ')}. Stop that consumer: while the split lasts, the baseline reads its own topic, and ${topic} is divided in its name. Nothing was moved.`,
        exit: 69,
      });
    if (!told) log.info(`waiting until nobody reads ${topic} in the group ${group} any more …`);
    told = true;
    await sleep(250, undefined, { signal });
  }
}
