/** What Kafka refuses, or its client cannot do, as a sentence: what it was, where, and what to do. */
import { KnownError } from '../../../errors.js';
import type { ArmName } from '../../../model/experiment.js';
import { bytesOf, type FeedBatch, type FeedRecord } from './feed.js';
import { causesOf } from './outage.js';

/** null: the error is another one. */
export function unreadable(error: unknown, topic: string, group: string): KnownError | null {
  for (const { name, message = '' } of causesOf(error)) {
    const codec = /^(\w+) compression not implemented/u.exec(message)?.[1]?.toLowerCase();
    if (name !== 'KafkaJSNotImplemented' || codec === undefined) continue;
    return new KnownError(
      'kafka-codec',
      `records of ${topic} are compressed with ${codec}, which the client (kafkajs) cannot read`,
      {
        hint: `It reads what is not compressed, and gzip. Let the broker keep ${topic} so, whatever its producers send: kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config compression.type=gzip. Records that are there already stay ${codec}: let the baseline work them off in the group ${group}, then start again. Nothing was lost: the group stands before the first one that could not be read.`,
        exit: 69,
        cause: error,
      },
    );
  }
  return null;
}

interface Parcelled {
  readonly arm: ArmName;
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly { readonly record: FeedRecord }[];
}

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** `limits`: the largest batch that each topic takes, bytes, where the broker says. null: the error is another one. */
export function tooLarge(
  error: unknown,
  batch: FeedBatch,
  parcels: readonly Parcelled[],
  limits: ReadonlyMap<string, number | null>,
): KnownError | null {
  if (![...causesOf(error)].some(({ type }) => type !== undefined && TOO_LARGE.has(type))) return null;
  const all = parcels.flatMap(({ records, ...to }) =>
    records.map(({ record }) => ({ ...to, record, bytes: bytesOf(record), n: records.length })),
  );
  const largest = all.reduce((most, each) => (each.bytes > most.bytes ? each : most));
  const limit = limits.get(largest.topic) ?? null;
  const beside = largest.n > 1 ? `, together with ${largest.n - 1} more,` : '';
  return new KnownError(
    'kafka-record-too-large',
    `the record at ${batch.whereIs(largest.record)} is too large for ${largest.topic}, partition ${largest.partition} (${largest.arm}): ${largest.bytes} bytes of key, value and headers${beside} as they are written, not compressed`,
    {
      hint: `${limit === null ? 'The broker does not tell how much it takes' : `The topic takes ${limit} bytes`}: max.message.bytes of the topic, or message.max.bytes of the broker where the topic has none. Raise it for every arm's topic: kafka-configs.sh --alter --entity-type topics --entity-name ${largest.topic} --add-config max.message.bytes=${roomFor(largest.bytes)}. Nothing was lost: the position stands before the records of that transaction; start again, or --resume.`,
      exit: 69,
      cause: error,
    },
  );
}

const KIB = 1024;
/** The next power of two with room for what a batch adds. */
const roomFor = (bytes: number): number => {
  let room = KIB * KIB;
  while (room < bytes + KIB) room *= 2;
  return room;
};
