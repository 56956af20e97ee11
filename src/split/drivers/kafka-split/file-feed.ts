/**
 * Records of files, in order of name, sent once. How many have been given out is kept as the offset of a group of our own
 * on the first partition of a topic, moved in the same transaction as the records: after a crash it goes on exactly there.
 */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../../errors.js';
import type { TapContext } from '../../../model/ports.js';
import { BATCH, bytesOf } from '../kafka/batches.js';
import { CLIENT, type Cluster } from '../kafka/client.js';
import { recordsOf } from '../kafka/records.js';
import type { Feed, FeedBatch, FeedRecord } from './feed.js';
import { listFiles, noteBegun } from './file-list.js';
import type { Giver } from './giver.js';
import type { FileSource } from './options.js';

const PARTITION = 0;
const TICK_MS = 50;
/** How soon it notices that it is stopped. */
const LOOK_MS = 200;
const SETTLED_MS = 100;

interface FileRecord extends FeedRecord {
  readonly path: string;
  readonly line: number;
}

/** `topic`: on whose first partition the position is kept. */
export async function fileFeed(
  { files, rate }: FileSource,
  { key, topic }: { readonly key: string; readonly topic: string },
  cluster: Cluster,
  giver: Pick<Giver, 'begin' | 'mostBytes'>,
  context: TapContext,
): Promise<Feed> {
  const group = `${CLIENT}${context.runId}`;
  const list = await listFiles(files, context);
  /** Of the records: those before it have been given out. */
  const first = list.isBegun
    ? await positionAgain(group, topic, files, cluster)
    : await beginAt(group, topic, cluster, giver, context);
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  async function* records(): AsyncGenerator<FileRecord> {
    let index = 0;
    for (const path of list.paths)
      for await (const { key: own, value, line } of recordsOf(resolve(context.folder, path), key))
        if (index++ >= first)
          yield { key: own === null ? null : Buffer.from(own), value: Buffer.from(value), path, line };
  }

  async function untilTime(ms: number): Promise<void> {
    for (let left = ms - performance.now(); left > 0 && !stopped; left = ms - performance.now())
      await sleep(Math.min(left, LOOK_MS));
  }

  async function send(give: (batch: FeedBatch) => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    let sent = first;
    let batch: FileRecord[] = [];
    let bytes = 0;
    const flush = async () => {
      sent += batch.length;
      const done = { topic, partition: PARTITION, offset: String(sent) };
      if (batch.length > 0) await give({ records: batch, done, whereIs });
      [batch, bytes] = [[], 0];
    };
    for await (const record of records()) {
      const dueAt = rate === undefined ? 0 : startedAt + ((sent + batch.length - first) / rate) * 1000;
      if (dueAt > performance.now()) {
        await flush();
        // A few records together, as a producer does that lingers: a transaction for each would be most of the work.
        await untilTime(dueAt + TICK_MS);
      }
      if (stopped) return;
      const own = bytesOf(record);
      if (batch.length >= BATCH || (batch.length > 0 && bytes + own > giver.mostBytes)) await flush();
      if (stopped) return;
      batch.push(record);
      bytes += own;
    }
    if (!stopped) await flush();
  }

  return {
    group,
    ready: Promise.resolve(),
    run(give) {
      running = send(give);
      return running;
    },
    async stop() {
      stopped = true;
      await running.catch(() => undefined); // told by `run`
    },
  };
}

const whereIs = (record: FeedRecord): string => {
  const { path, line } = record as FileRecord;
  return `${path}:${line}`;
};

/** The position is written before the first record: that there is none later means that it was forgotten. */
async function beginAt(
  group: string,
  topic: string,
  cluster: Cluster,
  giver: Pick<Giver, 'begin'>,
  context: Pick<TapContext, 'journal'>,
): Promise<number> {
  const known = (await cluster.committed(group, topic)).get(PARTITION) ?? -1;
  if (known < 0) await giver.begin(topic, new Map([[PARTITION, 0]]));
  await noteBegun(context, group);
  return Math.max(0, known);
}

/** Of a run that has begun before. @throws KnownError `kafka-files-position` where the broker does not know it any more */
async function positionAgain(group: string, topic: string, files: string, cluster: Cluster): Promise<number> {
  const ask = async () => (await cluster.committed(group, topic)).get(PARTITION) ?? -1;
  // A transaction that has just ended may become known a moment later.
  let position = await ask();
  for (let before = Number.NaN; position !== before; position = await ask()) {
    before = position;
    await sleep(SETTLED_MS);
  }
  if (position >= 0) return position;
  throw new KnownError(
    'kafka-files-position',
    `the broker does not know any more how many records of ${files} this run has given out`,
    {
      hint: `That is the offset of the group ${group} on ${topic}. Brokers forget the offsets of a group without a member after offsets.retention.minutes (a week, unless set otherwise); librdkafka's test broker forgets those of transactions at once. Nothing was sent. Start a new run: it begins with the first record of the files that it finds.`,
      exit: 69,
    },
  );
}
