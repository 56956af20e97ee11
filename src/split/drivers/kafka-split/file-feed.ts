/**
 * Records of files, in order of name, sent once. How many have been given out is kept as the offset of a group of our own
 * on the first partition of a topic, moved in the same transaction as the records: after a crash it goes on exactly there.
 */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../../errors.js';
import { matchFiles } from '../../glob.js';
import { CLIENT, type Cluster } from '../kafka/client.js';
import { recordsOf } from '../kafka/records.js';
import { BATCH, type Feed, type FeedBatch, type FeedRecord } from './feed.js';
import type { FileSource } from './options.js';

const PARTITION = 0;
const TICK_MS = 50;
/** How soon it notices that it is stopped. */
const LOOK_MS = 200;

export async function fileFeed(
  { files, rate }: FileSource,
  at: { readonly folder: string; readonly key: string; readonly topic: string; readonly runId: string },
  cluster: Cluster,
): Promise<Feed> {
  const { paths, searched } = await matchFiles(files, at.folder);
  if (paths.length === 0)
    throw new KnownError('no-units', `No file matches \`${files}\`.`, { hint: `Searched in ${searched}.` });
  const group = `${CLIENT}${at.runId}`;
  /** Of the records: those before it have been given out. */
  const first = Math.max(0, (await cluster.committed(group, at.topic)).get(PARTITION) ?? -1);
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  async function* records(): AsyncGenerator<FeedRecord> {
    let index = 0;
    for (const path of paths)
      for await (const { key, value } of recordsOf(resolve(at.folder, path), at.key))
        if (index++ >= first)
          yield { key: key === null ? null : Buffer.from(key), value: Buffer.from(value) };
  }

  async function untilTime(ms: number): Promise<void> {
    for (let left = ms - performance.now(); left > 0 && !stopped; left = ms - performance.now())
      await sleep(Math.min(left, LOOK_MS));
  }

  async function send(give: (batch: FeedBatch) => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    let sent = first;
    let batch: FeedRecord[] = [];
    const flush = async () => {
      sent += batch.length;
      const done = { topic: at.topic, partition: PARTITION, offset: String(sent) };
      if (batch.length > 0) await give({ records: batch, done });
      batch = [];
    };
    for await (const record of records()) {
      const dueAt = rate === undefined ? 0 : startedAt + ((sent + batch.length - first) / rate) * 1000;
      if (dueAt > performance.now()) {
        await flush();
        // A few records together, as a producer does that lingers: a transaction for each would be most of the work.
        await untilTime(dueAt + TICK_MS);
      }
      if (stopped) return;
      batch.push(record);
      if (batch.length >= BATCH) await flush();
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
