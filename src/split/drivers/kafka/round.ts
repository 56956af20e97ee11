/** One unit's records, sent once, whoever reads them: all arms of a shared topic wait for each other before the first. */

import { KnownError } from '../../../errors.js';
import type { ArmName } from '../../../model/experiment.js';
import type { Backlog, Sent } from './backlog.js';
import { BATCH, bytesOf, inBatches } from './batches.js';
import type { Cluster } from './client.js';
import { type KafkaRecord, recordsOf } from './records.js';
import { tooLarge } from './refusals.js';

const TICK_MS = 10;
/** The arms of a block start in the same instant; one that is not there by then is not going to be. */
const ENTER_MS = 2_000;

export interface RoundOptions {
  readonly topic: string;
  readonly arms: readonly ArmName[];
  readonly file: string;
  readonly key: string | undefined;
  readonly rate: number | undefined;
  readonly signal: AbortSignal;
}

export class Round {
  readonly #options: RoundOptions;
  readonly #cluster: Cluster;
  readonly #entered = new Set<ArmName>();
  readonly #ready = new Set<ArmName>();
  readonly #backlogs: Backlog[] = [];
  #everyArm: () => void = () => undefined;
  readonly #all = new Promise<void>((done) => {
    this.#everyArm = done;
  });
  #sending: Promise<void> | null = null;
  /** performance.now() of the first record. */
  startedAt = 0;
  records = 0;
  sent = false;

  constructor(options: RoundOptions, cluster: Cluster) {
    this.#options = options;
    this.#cluster = cluster;
  }

  /** Said by an arm at once, before it waits for anything. */
  enter(arm: ArmName): void {
    this.#entered.add(arm);
  }

  /** Said by an arm that will not join after all, so that the others do not wait for it. */
  leave(arm: ArmName): void {
    this.#ready.add(arm);
    if (this.#ready.size === this.#options.arms.length) this.#everyArm();
  }

  /** Resolves when every arm is ready and the first record goes out; `sent` becomes true after the last. */
  async join(arm: ArmName, backlog: Backlog): Promise<{ readonly sending: Promise<void> }> {
    this.#backlogs.push(backlog);
    this.leave(arm);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        if (this.#entered.size < this.#options.arms.length) reject(alone(arm));
      }, ENTER_MS);
    });
    await Promise.race([this.#all, late]).finally(() => clearTimeout(timer));
    if (this.#sending === null) {
      this.startedAt = performance.now();
      this.#sending = this.#send();
      this.#sending.catch(() => undefined); // every arm awaits it, after its own polls
    }
    return { sending: this.#sending };
  }

  async #send(): Promise<void> {
    const { rate, signal, file, key } = this.#options;
    let due: KafkaRecord[] = [];
    for await (const record of recordsOf(file, key)) {
      signal.throwIfAborted();
      due.push(record);
      const wait = rate === undefined ? 0 : this.#dueAt(this.records + due.length) - performance.now();
      if (due.length < BATCH && wait <= TICK_MS && rate === undefined) continue;
      if (due.length < BATCH && rate !== undefined && wait <= 0) continue;
      if (wait > 0) await new Promise((done) => setTimeout(done, Math.max(TICK_MS, wait)));
      await this.#flushAll(due);
      due = [];
    }
    await this.#flushAll(due);
    this.sent = true;
  }

  #dueAt(index: number): number {
    return this.startedAt + (index / (this.#options.rate as number)) * 1000;
  }

  /** Those that are due at the same tick, in what a broker takes at once. */
  async #flushAll(records: readonly KafkaRecord[]): Promise<void> {
    for (const batch of inBatches(records)) await this.#flush(batch);
  }

  /** Latency runs from when the record was due: a slow broker does not hide a slow arm, nor the other way round. */
  async #flush(records: readonly KafkaRecord[]): Promise<void> {
    const { topic, rate, file } = this.#options;
    const sentAt = rate === undefined ? performance.now() : this.#dueAt(this.records);
    const counts = new Map<number, number>();
    const messages = await Promise.all(
      records.map(async ({ key, value }) => {
        const partition = await this.#cluster.partitionOf(topic, key);
        counts.set(partition, (counts.get(partition) ?? 0) + 1);
        return { key, value, partition };
      }),
    );
    this.records += records.length;
    const sent = await this.#cluster.producer
      .send({ topic, messages, acks: -1 })
      .catch(async (error: unknown) => {
        const placed = records.map((record, i) => ({
          where: () => `${file}:${record.line}`,
          topic,
          partition: messages[i].partition,
          bytes: bytesOf(record),
          beside: (counts.get(messages[i].partition) ?? 1) - 1,
        }));
        throw tooLarge(error, placed, new Map(), BEFORE) ?? error;
      });
    for (const { partition, baseOffset } of sent) {
      const batch: Sent = { partition, from: Number(baseOffset), count: counts.get(partition) ?? 0, sentAt };
      for (const backlog of this.#backlogs) backlog.sent(batch);
    }
  }
}

const BEFORE = 'Records before it were sent; the trial has no result. Then --resume the run.';

const alone = (arm: ArmName) =>
  new KnownError(
    'kafka-shared-topic',
    `${arm} reads a topic with the other arms, but they are not run together`,
    {
      hint: 'One topic for all arms needs design mirrored; for other designs give each arm a topic of its own.',
    },
  );
