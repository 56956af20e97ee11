/**
 * What one run holds open while its tap is in its hand: the connection, the splitter once it is turned, and the records
 * on their way. Another process (`revert`) has none of it, and opens a connection of its own.
 */
import { KnownError } from '../../../errors.js';
import type { Request } from '../../../model/evidence.js';
import type { RequestListener, TapContext } from '../../../model/ports.js';
import { durationMs } from '../duration.js';
import { type Cluster, connect } from '../kafka/client.js';
import { Followed } from './followed.js';
import type { KafkaSplitOptions } from './options.js';
import { isPassing } from './outage.js';
import type { Splitter } from './splitter.js';

/** A splitter that is begun again so often without giving out one record does not come back. */
const MOST_FRUITLESS = 10;

export interface Session {
  readonly cluster: Cluster;
  readonly followed: Followed;
  splitter: Splitter | null;
  /** How often a splitter was begun. */
  starts: number;
  /** Records that splitters before this one have given out, and of them those without a key. */
  readonly before: { given: number; keyless: number };
  /** The run is being stopped: nobody waits for what is under way. */
  readonly hurried: () => boolean;
  /** Splitters in a row that ended before they had given out a record. */
  fruitless: number;
  /** Why the arms' offsets cannot be read any more; null: they can. */
  blind: unknown;
}

const sessions = new Map<string, Session>();

export const sessionOf = ({ runId }: Pick<TapContext, 'runId'>): Session | null =>
  sessions.get(runId) ?? null;

/** With the run's session, or with a connection for this once. */
export async function withCluster<R>(
  options: KafkaSplitOptions,
  context: TapContext,
  work: (cluster: Cluster) => Promise<R>,
): Promise<R> {
  const session = sessionOf(context);
  if (session !== null) return work(session.cluster);
  const cluster = await connect(options, context, context.runId);
  try {
    return await work(cluster);
  } finally {
    await cluster.close();
  }
}

/** Opens the session; it ends when the listener is closed. */
export async function openSession(options: KafkaSplitOptions, context: TapContext): Promise<RequestListener> {
  const session: Session = {
    cluster: await connect(options, context, context.runId),
    followed: new Followed(),
    splitter: null,
    starts: 0,
    before: { given: 0, keyless: 0 },
    fruitless: 0,
    hurried: () => context.signal.aborted,
    blind: null,
  };
  sessions.set(context.runId, session);
  const watching = watchOffsets(session, options, context);
  return {
    take: (): readonly Request[] => session.followed.take(),
    unread: () => ({ lines: 0, example: null }),
    async close() {
      sessions.delete(context.runId);
      await watching.stop();
      await session.splitter?.stop().catch(() => undefined); // whoever gave the tap back has told it
      await session.cluster.close();
    },
  };
}

function watchOffsets(session: Session, options: KafkaSplitOptions, { arms, log }: TapContext) {
  const timeoutMs = durationMs(options.timeout);
  // What nobody can follow for so long is not measured.
  const blindMs = durationMs(options.outage);
  let stopped = false;
  let wake: () => void = () => undefined;
  let seenAt = performance.now();
  const look = async (): Promise<void> => {
    for (const { name } of arms) {
      const { topic, group } = options.arms[name];
      if (session.followed.left(name) === 0) continue;
      const committed = await session.cluster.committed(group, topic);
      session.followed.saw(name, committed, performance.now(), timeoutMs);
    }
    seenAt = performance.now();
  };
  const loop = (async () => {
    while (!stopped) {
      try {
        await look();
      } catch (error) {
        log.detail(`kafka: the arms’ offsets cannot be read: ${(error as Error).message}`);
        if (performance.now() - seenAt > blindMs) session.blind = error;
      }
      await new Promise<void>((done) => {
        wake = done;
        setTimeout(done, durationMs(options.poll));
      });
    }
  })();
  return {
    stop: () => {
      stopped = true;
      wake();
      return loop;
    },
  };
}

/**
 * A splitter that brokers have ended which may be back is none of these: it is begun again by whoever looks after the tap.
 * @throws why records are not given out, or not followed, any more
 */
export function refuseBroken({ splitter, blind, fruitless }: Session): void {
  const failure = splitter?.failure ?? null;
  if (failure !== null && (!isPassing(failure) || fruitless >= MOST_FRUITLESS)) throw ended(failure);
  if (blind !== null) throw ended(blind);
}

export const ended = (failure: unknown): KnownError =>
  failure instanceof KnownError && !isPassing(failure)
    ? failure
    : new KnownError('kafka-splitter', `the splitter has ended: ${(failure as Error).message}`, {
        hint: 'Records that were not given out wait in their topic; none is lost. Mend the broker, and --resume the run, or start a new one.',
        exit: 69,
        cause: failure,
      });
