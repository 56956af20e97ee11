/**
 * Driver `kafka`: the stacks are consumers that somebody else runs; a trial sends the records of one unit and ends when
 * the arm's group has committed them all (lag 0). Mirrored: one topic, a group per arm. By key or interleaved: a topic
 * per arm. Times are seen by polling the committed offsets, so that `poll` is their resolution.
 */
import { resolve } from 'node:path';
import { KnownError } from '../../errors.js';
import type { PlannedTrial, Unit } from '../../model/evidence.js';
import type { Arm } from '../../model/experiment.js';
import type { Driver } from '../../model/ports.js';
import { durationMs } from './duration.js';
import { type Cluster, connect } from './kafka/client.js';
import { untilConsumed } from './kafka/consumed.js';
import { type KafkaOptions, kafkaOptions, sharedGroup } from './kafka/options.js';
import { countOutputs, type Outputs, readOutputs } from './kafka/outputs.js';
import { Round } from './kafka/round.js';
import { perform, type TrialContext, topicOf } from './kafka/trial.js';
import { trialRow } from './performance.js';

export const kafkaDriver: Driver<KafkaOptions> = {
  title: 'Kafka: consumer groups on one topic (mirrored), or a topic per arm (by key)',
  options: kafkaOptions,
  secrets: true,

  async open(options, arms, journal, io, runId) {
    refuseSharedGroups(options, arms);
    const cluster = await connect(options, io, runId);
    const outputs = new Map<string, Outputs>();
    let closing: Promise<void> | null = null;
    const close = () => {
      closing ??= Promise.allSettled([...outputs.values()].map((each) => each.close())).then(cluster.close);
      return closing;
    };
    try {
      const opening = arms.map(async ({ name }) => {
        await cluster.ends(topicOf(options, name));
        const written = await outputsOf(options, name, cluster, runId);
        if (written !== null) outputs.set(name, written);
        await untilConsumed(name, options.arms[name].group, cluster, io);
      });
      // All have ended before anything is closed.
      for (const each of await Promise.allSettled(opening)) if (each.status === 'rejected') throw each.reason;
    } catch (error) {
      await close();
      throw error;
    }
    await journal.append('opened', { arms: arms.map(({ name }) => name) });
    const context: TrialContext = { options, cluster, outputs, journal, io };
    const rounds = new Map<string, Round>();
    return {
      close,
      async trial(planned, unit, attempt) {
        const round = roundOf(rounds, arms, planned, unit, attempt, context);
        const performance = await perform(planned, round, context);
        return trialRow(planned, unit, attempt, durationMs(options.timeout), performance);
      },
    };
  },

  /** Records that were sent stay sent; the next trial waits until they are worked off. */
  async recover() {},
};

/** `--aa` puts the baseline on every arm. */
function refuseSharedGroups(options: KafkaOptions, arms: readonly Arm[]): void {
  if (options.topic === undefined) return;
  const groups = new Map<string, string>();
  for (const { name } of arms) {
    const { group } = options.arms[name];
    const other = groups.get(group);
    if (other !== undefined) throw new KnownError('kafka-shared-group', sharedGroup(other, name, group));
    groups.set(group, name);
  }
}

async function outputsOf(
  { arms, parity }: KafkaOptions,
  arm: string,
  cluster: Cluster,
  runId: string,
): Promise<Outputs | null> {
  const { out } = arms[arm];
  if (out === undefined) return null;
  const outputs =
    parity === 'none'
      ? countOutputs(out, cluster)
      : await readOutputs(out, parity, cluster, `${runId}-${arm}`);
  await outputs.ends();
  return outputs;
}

/** One round for all arms of a block where they read one topic; each trial its own where they do not. */
function roundOf(
  rounds: Map<string, Round>,
  arms: readonly Arm[],
  planned: PlannedTrial,
  unit: Unit,
  attempt: number,
  { options, cluster, io }: TrialContext,
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
