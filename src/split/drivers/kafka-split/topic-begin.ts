/**
 * Where a live topic begins to be divided. Every partition has a position of its own in the group before the first record
 * moves: one without would begin at another place for whoever goes on later, and records in between would reach nobody, or
 * come twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../../errors.js';
import type { TapContext } from '../../../model/ports.js';
import type { Cluster, Offsets } from '../kafka/client.js';
import type { Giver } from './giver.js';
import type { LiveSource } from './options.js';

const BEGIN_MS = 10_000;
/** From this row on, a partition without a position is one whose position was forgotten. */
const BEGUN = 'kafka-begun';

interface Begin {
  /** For partitions without a position, and those whose position the broker does not hold any more. */
  readonly fromBeginning: boolean;
}

export async function writeBegin(
  { topic, group, begin }: LiveSource,
  cluster: Cluster,
  giver: Pick<Giver, 'begin'>,
  { journal, journaled, log }: Pick<TapContext, 'journal' | 'journaled' | 'log'>,
): Promise<Begin> {
  const [ends, begins] = [await cluster.ends(topic), await cluster.begins(topic)];
  const before = await cluster.committed(group, topic);
  const missing = withoutPosition(ends, before);
  // The test broker of librdkafka, which does not say who is in a group, forgets the offsets of transactions.
  const keepsOffsets = (await cluster.members(group)) !== null;
  if (keepsOffsets) refuseForgotten(topic, group, missing, (await journaled?.()) ?? []);
  sayDeleted(topic, group, before, begins, log);
  const unknown = missing.filter((at) => missing.length === ends.size || ends.get(at) !== begins.get(at));
  if (begin === undefined && unknown.length > 0) throw noOffsets(topic, group, unknown, ends.size);
  if (!keepsOffsets) return { fromBeginning: begin !== 'latest' };
  if (missing.length > 0) {
    const from = begin === 'earliest' ? begins : ends;
    await giver.begin(topic, new Map(missing.map((partition) => [partition, from.get(partition) ?? 0])));
    // The broker makes them known a little after the transaction has ended.
    const until = performance.now() + BEGIN_MS;
    while (withoutPosition(ends, await cluster.committed(group, topic)).length > 0) {
      if (performance.now() > until)
        throw new Error(`where the group ${group} begins in ${topic} could not be written`);
      await sleep(20);
    }
  }
  await journal.append(BEGUN, { topic, group, partitions: [...ends.keys()] });
  // Of what the broker has deleted nothing comes; what it still holds comes all.
  return { fromBeginning: true };
}

const withoutPosition = (ends: Offsets, committed: Offsets): readonly number[] =>
  [...ends.keys()].filter((partition) => (committed.get(partition) ?? -1) < 0);

function refuseForgotten(
  topic: string,
  group: string,
  missing: readonly number[],
  rows: readonly Readonly<Record<string, unknown>>[],
): void {
  const begun = rows.findLast((row) => row.step === BEGUN && row.topic === topic && row.group === group);
  const had = new Set((begun?.partitions as readonly number[] | undefined) ?? []);
  const forgotten = missing.filter((partition) => had.has(partition));
  if (forgotten.length === 0) return;
  throw new KnownError(
    'kafka-position',
    `the broker does not know any more where the group ${group} stands in ${topic} (partition ${forgotten.join(', ')}), and this run has divided records of it`,
    {
      hint: `Brokers forget the offsets of a group without a member after offsets.retention.minutes (a week, unless set otherwise). The journal of the run says where it stood when it was given back (kafka-handed-back). Set the group to where it is to go on (kafka-consumer-groups.sh --reset-offsets --group ${group} --topic ${topic}:${forgotten.join(',')} --to-offset …) and --resume again. Nothing was moved.`,
      exit: 69,
    },
  );
}

/** Retention does not wait for a group: said, because these records reach no arm. */
function sayDeleted(
  topic: string,
  group: string,
  committed: Offsets,
  begins: Offsets,
  log: TapContext['log'],
): void {
  for (const [partition, oldest] of begins) {
    const at = committed.get(partition) ?? -1;
    if (at >= 0 && at < oldest)
      log.warn(
        `${topic}, partition ${partition}: the group ${group} stands at ${at}, but the broker holds nothing before ${oldest} any more (retention): up to ${oldest - at} records reach nobody`,
      );
  }
}

const noOffsets = (topic: string, group: string, partitions: readonly number[], all: number): KnownError => {
  const where = partitions.length === all ? '' : ` partition ${partitions.join(', ')} of`;
  return new KnownError('kafka-no-offsets', `the group ${group} has never committed in${where} ${topic}`, {
    hint: '`from.group` is the group in which the baseline reads that topic. If that is so, say where to begin there: `begin: earliest` or `begin: latest`.',
    exit: 69,
  });
};
