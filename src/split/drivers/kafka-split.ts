/**
 * Driver `kafka-split`: a tap that divides records one by one. Each record of a live topic (or of files) goes to the topic
 * of the arm to which the hash of its key belongs, with key, headers and time kept, and in order for each key. The source
 * is read in the baseline's own group, and its offsets move in the transaction that holds the records: whenever the
 * splitter ends, however it ends, that group's offsets say where the baseline has to go on.
 */
import { KnownError } from '../../errors.js';
import type { Tap, TapContext } from '../../model/ports.js';
import type { TapSetting } from '../../model/tap.js';
import { bucketArms } from '../assignment.js';
import { durationMs } from './duration.js';
import { divider, wholeArm } from './kafka-split/divide.js';
import { fileFeed } from './kafka-split/file-feed.js';
import { type Giver, openGiver } from './kafka-split/giver.js';
import {
  endFollowing,
  groupOf,
  putOut,
  refuseOtherSplitter,
  stopSplitting,
  tellHandOver,
  transactionalIdOf,
  untilWorkedOff,
} from './kafka-split/hand-back.js';
import { isLive, type KafkaSplitOptions, kafkaSplitOptions } from './kafka-split/options.js';
import { throughOutage } from './kafka-split/outage.js';
import { untilReady } from './kafka-split/ready.js';
import {
  ended,
  openSession,
  refuseBroken,
  type Session,
  sessionOf,
  withCluster,
} from './kafka-split/session.js';
import { type Divide, type Splitter, startSplitter } from './kafka-split/splitter.js';
import { topicFeed } from './kafka-split/topic-feed.js';

/** A leader that is just being chosen does not keep a split from beginning. */
const FIRST_MS = 3_000;

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
    const source = isLive(from) ? `${from.topic} (group ${from.group})` : from.files;
    const whole = wholeArm(keys);
    if (whole !== null) return [`${source} → ${declared[whole].topic}: all`];
    const shares = Object.fromEntries(keys.shares.map(({ arm, share }) => [arm, share]));
    const buckets = bucketArms({ name: '', arms, design: { seed: 0, shares, coverage: keys.coverage } });
    return arms.map(({ name }) => {
      const own = keys.coverage === 0 ? 0 : buckets.filter((arm) => arm === name).length;
      return `${source} → ${declared[name].topic}: ${own} of 10000 buckets of ${key ?? 'the message’s key'}`;
    });
  },

  async readBack({ from, ...options }, context) {
    const session = sessionOf(context);
    if (session !== null) refuseBroken(session);
    if (session?.splitter != null) return standing(session, session.splitter);
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
    const { splitter } = session;
    if (splitter !== null && splitter.failure === null) await splitter.turn(setting, divide);
    else {
      // What brokers that were away have ended is stopped, and begun as after a crash.
      await splitter?.stop();
      session.fruitless = splitter === null || splitter.given > 0 ? 0 : session.fruitless + 1;
      session.before.given += splitter?.given ?? 0;
      session.before.keyless += splitter?.keyless ?? 0;
      session.splitter = null;
      const until =
        splitter === null
          ? performance.now() + FIRST_MS
          : (splitter.failedAt ?? 0) + durationMs(options.outage);
      const begin = () => splitFrom(options, session, context, setting, divide);
      session.splitter = await throughOutage(begin, until, context.signal).catch((error: unknown) => {
        throw context.signal.aborted || (splitter === null && error instanceof KnownError)
          ? error
          : ended(error);
      });
      session.starts += 1;
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

const stateOf = ({ keys }: TapSetting) => ({
  divided: keys.shares.map(({ arm, share }) => `${arm} ${share}`).join(', '),
  coverage: keys.coverage,
});

/** One that has ended is another process than the one that was turned: whoever looks after the tap begins it again. */
function standing({ starts }: Session, { failure, setting }: Splitter) {
  return failure === null
    ? { state: stateOf(setting), instance: `splitter ${starts}` }
    : {
        state: { ...stateOf(setting), divided: `no more, ${(failure as Error).message}` },
        instance: `splitter ${starts}, ended`,
      };
}

async function splitFrom(
  options: KafkaSplitOptions,
  { cluster, followed }: Session,
  context: TapContext,
  setting: TapSetting,
  divide: Divide,
): Promise<Splitter> {
  const limits = await untilReady(options, cluster, context);
  const giver = await openGiver({
    cluster,
    transactionalId: transactionalIdOf(options, context),
    group: groupOf(options, context),
    topicOf: (arm) => options.arms[arm].topic,
    limits,
    followed,
    now: context.now,
  });
  // Only now is it settled how far a process that was killed had come.
  const feed = await feedOf(options, cluster, giver, context).catch(async (error: unknown) => {
    await giver.close();
    throw error;
  });
  const splitter = startSplitter(feed, giver, setting, divide);
  await splitter.ready;
  if (splitter.failure === null) return splitter;
  await splitter.stop();
  throw splitter.failure;
}

const feedOf = (
  { from, key, arms }: KafkaSplitOptions,
  cluster: Session['cluster'],
  giver: Giver,
  context: TapContext,
) =>
  isLive(from)
    ? topicFeed(from, cluster, giver, context)
    : fileFeed(from, { key: key as string, topic: arms[context.baseline].topic }, cluster, giver, context);
