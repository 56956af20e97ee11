/**
 * Giving the tap back: the splitter stops at an offset that is committed, the arms work off what they were given, and it is
 * said who has to go on reading where. What a killed process left half-done is ended here as well.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../../errors.js';
import type { ArmName } from '../../../model/experiment.js';
import type { TapContext } from '../../../model/ports.js';
import { durationMs } from '../duration.js';
import { lagOf } from '../kafka/backlog.js';
import { CLIENT, type Cluster, type Offsets } from '../kafka/client.js';
import { Followed } from './followed.js';
import { openGiver } from './giver.js';
import { isLive, type KafkaSplitOptions, type LiveSource } from './options.js';
import { type Session, sessionOf } from './session.js';
import { SESSION_MS } from './topic-feed.js';

const LOOK_MS = 50;

export const transactionalIdOf = (
  { from }: KafkaSplitOptions,
  { runId }: Pick<TapContext, 'runId'>,
): string => (isLive(from) ? `${CLIENT}${from.topic}-${from.group}` : `${CLIENT}${runId}`);

export const groupOf = (
  { from }: Pick<KafkaSplitOptions, 'from'>,
  { runId }: Pick<TapContext, 'runId'>,
): string => (isLive(from) ? from.group : `${CLIENT}${runId}`);

/** true: it ended as it should, and left nothing half-done. */
export async function stopSplitting(context: TapContext): Promise<boolean> {
  const session = sessionOf(context);
  if (session === null) return false;
  const { splitter, before } = session;
  await splitter?.stop();
  const keyless = before.keyless + (splitter?.keyless ?? 0);
  if (keyless > 0)
    context.log.warn(
      `${keyless} of ${before.given + (splitter?.given ?? 0)} records have no key: they went to ${context.baseline} and are not counted`,
    );
  return splitter !== null && splitter.failure === null;
}

/** A process that is gone holds transactions open and partitions taken; both end here. */
export async function putOut(
  options: KafkaSplitOptions,
  cluster: Cluster,
  context: TapContext,
): Promise<void> {
  const giver = await openGiver({
    cluster,
    transactionalId: transactionalIdOf(options, context),
    group: groupOf(options, context),
    topicOf: () => '',
    limits: new Map(),
    followed: sessionOf(context)?.followed ?? new Followed(),
    now: context.now,
  });
  await giver.close();
  const { from } = options;
  if (!isLive(from)) return;
  const left = await untilGone(from.group, cluster, (name) => name === ownName(context));
  if (left.length > 0) throw stillSplit(from, left, 'This run itself has not ended there.');
}

/**
 * Whoever opens the transactional id of a topic and group puts out who holds it: done only to a splitter of our own run.
 * @throws KnownError `kafka-group-in-use` where one of another run is at work, and stays longer than one that was killed
 */
export async function refuseOtherSplitter(
  { from }: Pick<KafkaSplitOptions, 'from'>,
  cluster: Cluster,
  context: Pick<TapContext, 'runId'>,
): Promise<void> {
  if (!isLive(from)) return;
  const isOther = (name: string) => name.startsWith(CLIENT) && name !== ownName(context);
  const left = await untilGone(from.group, cluster, isOther);
  if (left.length > 0)
    throw stillSplit(
      from,
      left,
      'It was left alone, and so was the baseline. Once that run has ended, try again.',
    );
}

const ownName = ({ runId }: Pick<TapContext, 'runId'>): string => `${CLIENT}${runId}`;

/** Clients in the group that are still there when a member that was killed would be gone; none where the broker does not say. */
async function untilGone(
  group: string,
  cluster: Cluster,
  isMeant: (client: string) => boolean,
): Promise<readonly string[]> {
  const until = performance.now() + SESSION_MS * 1.5;
  for (;;) {
    const left = (await cluster.members(group))?.clients.filter(isMeant) ?? [];
    if (left.length === 0 || performance.now() > until) return left;
    await sleep(LOOK_MS * 4);
  }
}

const stillSplit = ({ topic, group }: LiveSource, clients: readonly string[], hint: string): KnownError =>
  new KnownError(
    'kafka-group-in-use',
    `a splitter (${clients.join(', ')}) divides ${topic} in the group ${group}`,
    { hint, exit: 69 },
  );

export async function untilWorkedOff(
  session: Session,
  arms: readonly ArmName[],
  limitMs: number,
): Promise<number> {
  const left = () => arms.reduce((sum, arm) => sum + session.followed.left(arm), 0);
  const until = performance.now() + limitMs;
  while (left() > 0 && performance.now() < until && !session.hurried()) await sleep(LOOK_MS);
  return left();
}

/** Who has to go on where: said, and journaled. */
export async function tellHandOver(
  options: KafkaSplitOptions,
  cluster: Cluster,
  { arms, journal, log }: TapContext,
): Promise<void> {
  const { from } = options;
  if (isLive(from)) {
    const [ends, committed] = [
      await cluster.ends(from.topic),
      await cluster.committed(from.group, from.topic),
    ];
    const waiting = lagOf(ends, committed);
    const isWhole = [...committed.values()].every((offset) => offset >= 0);
    log.info(
      `${from.topic} is divided no more: whoever reads it in the group ${from.group} goes on at ${listed(committed)} (partition:offset), where ${isWhole ? '' : 'at least '}${waiting} records wait`,
    );
    await journal.append('kafka-handed-back', {
      topic: from.topic,
      group: from.group,
      offsets: Object.fromEntries(committed),
      waiting,
    });
  }
  for (const { name } of arms) {
    const { topic, group } = options.arms[name];
    // Nobody else writes there: a group that never committed in a partition has worked off none of it.
    const left = lagOf(await cluster.ends(topic), await cluster.committed(group, topic), 0);
    if (left > 0)
      log.warn(
        `${topic}: the group ${group} (${name}) is up to ${left} records behind (markers of transactions count as one); let it run until they are worked off`,
      );
  }
}

const listed = (offsets: Offsets): string =>
  [...offsets]
    .sort(([a], [b]) => a - b)
    .map(([partition, offset]) => `${partition}:${offset < 0 ? 'its begin' : offset}`)
    .join(' ');

/** Records under way are waited for, unless the run is being stopped; then nobody follows them any more. */
export async function endFollowing(options: KafkaSplitOptions, context: TapContext): Promise<void> {
  const session = sessionOf(context);
  if (session === null) return;
  const names = context.arms.map(({ name }) => name);
  const left = await untilWorkedOff(session, names, durationMs(options.drain));
  if (left > 0 && !session.hurried())
    context.log.warn(`${left} records are not worked off after ${options.drain}; they count as failed`);
  session.followed.giveUp();
}
