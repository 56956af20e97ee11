/**
 * Driver `kafka`: the stacks are consumers that somebody else runs; a trial sends the records of one unit and ends when
 * the arm's group has committed them all (lag 0). Mirrored: one topic, a group per arm. By key or interleaved: a topic
 * per arm. Times are seen by polling the committed offsets, so that `poll` is their resolution.
 */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../errors.js';
import type { FailureClass, PlannedTrial, Unit } from '../../model/evidence.js';
import type { Arm } from '../../model/experiment.js';
import type { Driver, Io, Journal } from '../../model/ports.js';
import { durationMs } from './duration.js';
import { Backlog, lagOf, total } from './kafka/backlog.js';
import { type Cluster, connect } from './kafka/client.js';
import { type KafkaOptions, kafkaOptions, sharedGroup } from './kafka/options.js';
import { Round } from './kafka/round.js';
import { type Performance, trialRow, unmeasured } from './performance.js';

/** What the stacks wrote is there when they commit; a broker may take a moment to say so. */
const OUT_GRACE_MS = 250;
const CONSUMER_WAIT_MS = 60_000;

export const kafkaDriver: Driver<KafkaOptions> = {
  title: 'Kafka: consumer groups on one topic (mirrored), or a topic per arm (by key)',
  options: kafkaOptions,
  secrets: true,

  async open(options, arms, journal, io, runId) {
    const groups = new Map<string, string>();
    for (const { name } of options.topic === undefined ? [] : arms) {
      const { group } = options.arms[name];
      const other = groups.get(group);
      // `--aa` puts the baseline on every arm.
      if (other !== undefined) throw new KnownError('kafka-shared-group', sharedGroup(other, name, group));
      groups.set(group, name);
    }
    const cluster = await connect(options, io, runId);
    let closing: Promise<void> | null = null;
    const close = () => {
      closing ??= cluster.close();
      return closing;
    };
    try {
      for (const { name } of arms) await untilConsumed(options, name, cluster, io);
    } catch (error) {
      await close();
      throw error;
    }
    await journal.append('opened', { arms: arms.map(({ name }) => name) });
    const rounds = new Map<string, Round>();
    return {
      close,
      async trial(planned, unit, attempt) {
        const round = roundOf(rounds, options, arms, planned, unit, attempt, cluster, io);
        const performance = await perform(options, planned, round, cluster, io, journal);
        return trialRow(planned, unit, attempt, durationMs(options.timeout), performance);
      },
    };
  },

  /** Records that were sent stay sent; the next trial waits until they are worked off. */
  async recover() {},
};

/** One round for all arms of a block where they read one topic; each trial its own where they do not. */
function roundOf(
  rounds: Map<string, Round>,
  options: KafkaOptions,
  arms: readonly Arm[],
  planned: PlannedTrial,
  unit: Unit,
  attempt: number,
  cluster: Cluster,
  io: Io,
): Round {
  if (unit.path === null) throw new Error(`the unit ${unit.id} is no file`);
  const shared = options.topic !== undefined;
  const key = `${shared ? planned.id.split('.', 1)[0] : planned.id}#${attempt}`;
  const known = rounds.get(key);
  if (known !== undefined) return known;
  const round = new Round(
    {
      topic: topicOf(options, planned.arm),
      arms: shared ? arms.map(({ name }) => name) : [planned.arm],
      file: resolve(io.folder, unit.path),
      key: options.key,
      rate: options.rate,
      signal: io.signal,
    },
    cluster,
  );
  // Only the newest can still be joined.
  if (rounds.size > arms.length) rounds.clear();
  rounds.set(key, round);
  return round;
}

const topicOf = (options: KafkaOptions, arm: string): string =>
  (options.topic ?? options.arms[arm].topic) as string;

/** A group without a member would look like an endlessly slow stack. */
async function untilConsumed(options: KafkaOptions, arm: string, cluster: Cluster, io: Io): Promise<void> {
  const { group, out } = options.arms[arm];
  await cluster.ends(topicOf(options, arm));
  if (out !== undefined) await cluster.ends(out);
  const until = performance.now() + CONSUMER_WAIT_MS;
  while ((await cluster.isConsumed(group)) === false) {
    if (performance.now() > until)
      throw new KnownError('kafka-no-consumer', `${arm}: nobody consumes in the group ${group}`, {
        hint: `Waited ${CONSUMER_WAIT_MS / 1000} s. Start the stack first; no trial was run.`,
        exit: 69,
      });
    await sleep(200, undefined, { signal: io.signal });
  }
}

async function perform(
  options: KafkaOptions,
  { arm, id }: PlannedTrial,
  round: Round,
  cluster: Cluster,
  io: Io,
  journal: Journal,
): Promise<Performance> {
  const start = io.now();
  const limitMs = durationMs(options.timeout);
  const failed = (outcome: FailureClass, problem: string, wallMs: number | null = null): Performance => ({
    start,
    end: Math.max(io.now(), start),
    outcome,
    exit: null,
    measured: { ...unmeasured, wallSeconds: wallMs === null ? null : wallMs / 1000 },
    answer: null,
    problem,
  });
  const { group, out } = options.arms[arm];
  const topic = topicOf(options, arm);
  const lag = async () => lagOf(await cluster.ends(topic), await cluster.committed(group, topic));
  round.enter(arm);
  try {
    // What an earlier trial left undone is not this one's work.
    const before = await untilZero(lag, limitMs, durationMs(options.poll), io.signal);
    const outBefore = out === undefined ? 0 : total(await cluster.ends(out));
    const backlog = new Backlog();
    await journal.append('sending', { trial: id, arm, topic });
    const { sending } = await round.join(arm, backlog);
    let wallMs = 0;
    let left = 1;
    while (left > 0) {
      io.signal.throwIfAborted();
      const over = round.sent;
      left = backlog.saw(await cluster.committed(group, topic), performance.now());
      wallMs = performance.now() - round.startedAt;
      if (!over) left = Math.max(left, 1);
      if (left > 0 && wallMs > limitMs) break;
      // An error in sending ends the wait, too.
      if (left > 0)
        await Promise.race([sleep(durationMs(options.poll)), ...(over ? [] : [failing(sending)])]);
    }
    await sending;
    if (before > 0)
      return failed(
        'sut-timeout',
        `Group ${group} was still ${before} records behind from an earlier trial.`,
        limitMs,
      );
    if (left > 0)
      return failed(
        'sut-timeout',
        `Group ${group} was still ${left} records behind after ${limitMs / 1000} s.`,
        wallMs,
      );
    const written = out === undefined ? null : await countOut(out, outBefore, round.records, cluster);
    return {
      start,
      end: Math.max(io.now(), start),
      outcome: 'ok',
      exit: null,
      measured: { ...unmeasured, wallSeconds: wallMs / 1000 },
      answer: {
        records: round.records,
        ...backlog.summary(wallMs),
        ...(written === null ? {} : { out: written, failed: Math.max(0, round.records - written) }),
      },
    };
  } catch (error) {
    round.leave(arm);
    if (io.signal.aborted) return failed('aborted', 'The run was stopped during this trial.');
    if (error instanceof KnownError || !isKafkaError(error)) throw error;
    // The broker serves every arm: what it does not do is no arm's fault.
    return failed('environment', `Kafka: ${(error as Error).message}`);
  }
}

const isKafkaError = (error: unknown): boolean => error instanceof Error && error.name.startsWith('KafkaJS');

/** Never resolves; rejects when sending does. */
const failing = (sending: Promise<void>): Promise<never> =>
  new Promise((_, reject) => void sending.catch(reject));

/** What is left when the lag is 0, or the time is up. */
async function untilZero(
  lag: () => Promise<number>,
  limitMs: number,
  pollMs: number,
  signal: AbortSignal,
): Promise<number> {
  const until = performance.now() + limitMs;
  for (;;) {
    const left = await lag();
    if (left === 0 || performance.now() > until) return left;
    await sleep(pollMs, undefined, { signal });
  }
}

/** Records that the arm wrote in this trial, told by the offsets of its output topic. */
async function countOut(topic: string, before: number, expected: number, cluster: Cluster): Promise<number> {
  const until = performance.now() + OUT_GRACE_MS;
  for (;;) {
    const written = total(await cluster.ends(topic)) - before;
    if (written >= expected || performance.now() > until) return written;
    await sleep(25);
  }
}
