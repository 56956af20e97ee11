/** What Kafka refuses, or its client cannot do, as a sentence: what it was, where, and what to do. */
import { KnownError } from '../../../errors.js';

/** What an error of the client says of itself. */
export interface ClientError {
  readonly name?: string;
  readonly message?: string;
  readonly type?: string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
}

/** The error and what it came from, outermost first. */
export function* causesOf(error: unknown): Generator<ClientError> {
  const seen = new Set<unknown>();
  for (
    let at = error;
    typeof at === 'object' && at !== null && !seen.has(at);
    at = (at as ClientError).cause
  ) {
    seen.add(at);
    yield at as ClientError;
  }
}

/** `already`: what to do with records that are there. null: the error is another one. */
export function unreadable(error: unknown, topic: string, already: string): KnownError | null {
  for (const { name, message = '' } of causesOf(error)) {
    const codec = /^(\w+) compression not implemented/u.exec(message)?.[1]?.toLowerCase();
    if (name !== 'KafkaJSNotImplemented' || codec === undefined) continue;
    return new KnownError(
      'kafka-codec',
      `records of ${topic} are compressed with ${codec}, which the client (kafkajs) cannot read`,
      {
        hint: `It reads what is not compressed, and gzip. Let the broker keep ${topic} so, whatever its producers send: kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config compression.type=gzip. Records that are there already stay ${codec}: ${already}`,
        exit: 69,
        cause: error,
      },
    );
  }
  return null;
}

/** A record on its way to a partition. */
export interface Placed {
  /** Where it comes from, for a person. */
  readonly where: () => string;
  readonly topic: string;
  readonly partition: number;
  /** Key, value and headers. */
  readonly bytes: number;
  /** How many others are in the same batch. */
  readonly beside: number;
}

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/**
 * `limits`: the largest batch that each topic takes, bytes, where the broker says. `before`: how all stands now.
 * null: the error is another one.
 */
export function tooLarge(
  error: unknown,
  records: readonly Placed[],
  limits: ReadonlyMap<string, number | null>,
  before: string,
): KnownError | null {
  if (![...causesOf(error)].some(({ type }) => type !== undefined && TOO_LARGE.has(type))) return null;
  const { where, topic, partition, bytes, beside } = records.reduce((most, each) =>
    each.bytes > most.bytes ? each : most,
  );
  const limit = limits.get(topic) ?? null;
  return new KnownError(
    'kafka-record-too-large',
    `the record at ${where()} is too large for ${topic}, partition ${partition}: ${bytes} bytes of key, value and headers${beside > 0 ? `, together with ${beside} more,` : ''} as they are written, not compressed`,
    {
      hint: `${limit === null ? 'The broker does not tell how much it takes' : `The topic takes ${limit} bytes`}: max.message.bytes of the topic, or message.max.bytes of the broker where the topic has none. Raise it for every topic that the arms read: kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config max.message.bytes=${roomFor(bytes)}. ${before}`,
      exit: 69,
      cause: error,
    },
  );
}

const MIB = 1024 * 1024;
/** The next power of two with room for what a batch adds. */
const roomFor = (bytes: number): number => {
  let room = MIB;
  while (room < bytes + 1024) room *= 2;
  return room;
};
