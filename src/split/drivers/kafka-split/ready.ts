/** Everything that can be known to go wrong is said before the first record moves. */
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../../errors.js';
import type { ArmName } from '../../../model/experiment.js';
import type { TapContext } from '../../../model/ports.js';
import type { Cluster } from '../kafka/client.js';
import { untilConsumed } from '../kafka/consumed.js';
import { isLive, type KafkaSplitOptions } from './options.js';

/** Time for whoever starts the experiment to stop the baseline's consumer of the source. */
const FREE_MS = 60_000;

/** Resolves with the largest batch that each arm's topic takes, bytes; null: the broker does not say. */
export async function untilReady(
  options: KafkaSplitOptions,
  cluster: Cluster,
  context: TapContext,
): Promise<ReadonlyMap<string, number | null>> {
  const partitions = new Map<ArmName, number>();
  const limits = new Map<string, number | null>();
  for (const { name } of context.arms) {
    const { topic, group } = options.arms[name];
    partitions.set(name, (await cluster.ends(topic)).size);
    limits.set(topic, await largestBatch(topic, group, cluster));
    await untilConsumed(name, group, cluster, context);
  }
  if (new Set(partitions.values()).size > 1)
    throw new KnownError('kafka-partitions', 'the arms’ topics do not have the same number of partitions', {
      hint: `${[...partitions].map(([arm, n]) => `${arm}: ${n}`).join(', ')}. More partitions are more consumers at work: that would be what is compared.`,
      exit: 69,
    });
  const { from } = options;
  if (isLive(from)) {
    sayTighter(from.topic, await largestBatch(from.topic, from.group, cluster), limits, context);
    await untilFree(from, cluster, context);
  }
  return limits;
}

async function largestBatch(topic: string, group: string, cluster: Cluster): Promise<number | null> {
  // The test broker of librdkafka knows neither question, and to this one the client would wait for an answer.
  if ((await cluster.members(group)) === null) return null;
  const said = await cluster.setting(topic, 'max.message.bytes');
  return said === null ? null : Number(said);
}

function sayTighter(
  source: string,
  most: number | null,
  limits: ReadonlyMap<string, number | null>,
  { log }: Pick<TapContext, 'log'>,
): void {
  for (const [topic, limit] of limits)
    if (most !== null && limit !== null && limit < most)
      log.warn(
        `${topic} takes records of at most ${limit} bytes, ${source} of ${most} (max.message.bytes): a larger one would end the split`,
      );
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
