/** One trial: the records of a unit go out, and the arm's group works them off. */
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../../errors.js';
import type { FailureClass, PlannedTrial } from '../../../model/evidence.js';
import type { Io, Journal } from '../../../model/ports.js';
import { durationMs } from '../duration.js';
import { type Performance, unmeasured } from '../performance.js';
import { Backlog, lagOf } from './backlog.js';
import type { Cluster } from './client.js';
import type { KafkaOptions } from './options.js';
import type { Outputs } from './outputs.js';
import type { Round } from './round.js';

export interface TrialContext {
  readonly options: KafkaOptions;
  readonly cluster: Cluster;
  /** By arm; none where it names no output topic. */
  readonly outputs: ReadonlyMap<string, Outputs>;
  readonly journal: Journal;
  readonly io: Io;
}

export const topicOf = (options: KafkaOptions, arm: string): string =>
  (options.topic ?? options.arms[arm].topic) as string;

export async function perform(
  { arm, id }: PlannedTrial,
  round: Round,
  { options, cluster, outputs, journal, io }: TrialContext,
): Promise<Performance> {
  const start = io.now();
  const limitMs = durationMs(options.timeout);
  const pollMs = durationMs(options.poll);
  const failed = (outcome: FailureClass, problem: string, wallMs: number | null = null): Performance => ({
    start,
    end: Math.max(io.now(), start),
    outcome,
    exit: null,
    measured: { ...unmeasured, wallSeconds: wallMs === null ? null : wallMs / 1000 },
    answer: null,
    problem,
  });
  const { group } = options.arms[arm];
  const topic = topicOf(options, arm);
  const written = outputs.get(arm);
  const lag = async () => lagOf(await cluster.ends(topic), await cluster.committed(group, topic));
  round.enter(arm);
  try {
    // What an earlier trial left undone is not this one's work.
    const before = await untilZero(lag, limitMs, pollMs, io.signal);
    const writtenBefore = await written?.ends();
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
      if (left > 0) await Promise.race([sleep(pollMs), ...(over ? [] : [failing(sending)])]);
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
    const end = Math.max(io.now(), start);
    const wrote = writtenBefore === undefined ? null : await written?.since(writtenBefore, round.records);
    return {
      start,
      end,
      outcome: 'ok',
      exit: null,
      measured: { ...unmeasured, wallSeconds: wallMs / 1000 },
      answer: {
        records: round.records,
        ...backlog.summary(wallMs),
        ...(wrote == null ? {} : { out: wrote.records, failed: Math.max(0, round.records - wrote.records) }),
      },
      ...(wrote?.output === undefined ? {} : { output: wrote.output }),
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
