/** experiments/kafka-batch-vs-record.yaml with two real consumers on a real broker: the program as a user starts it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Broker, startTestBroker } from '../servers/kafka.js';
import { findBinary } from '../servers/require.js';

/** Milliseconds per order and failing orders, by arm. */
export const WORLDS = {
  slower: { batch: ['--work', '3.6'], record: ['--work', '3'] },
  equal: { batch: ['--work', '3'], record: ['--work', '3'] },
  twice: { batch: ['--work', '6'], record: ['--work', '3'] },
  failing: { batch: ['--work', '2', '--fail', '2%'], record: ['--work', '3'] },
} as const;

export type WorldName = keyof typeof WORLDS;

export interface Asked {
  readonly project: string;
  readonly world: WorldName;
  /** Every arm has a topic of its own: experiments/kafka-split-by-key.yaml. */
  readonly byKey?: boolean;
  readonly reports: string;
  readonly shown?: boolean;
  /** Absent: a test broker of its own. */
  readonly brokers?: string;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A consumer that has its partitions. */
async function consumer(
  cwd: string,
  brokers: string,
  arm: 'batch' | 'record',
  topic: string,
  speed: readonly string[],
) {
  const args = [
    `stacks/kafka-${arm}.js`,
    '--brokers',
    brokers,
    '--topic',
    topic,
    '--group',
    arm,
    '--out',
    `orders-${arm}`,
    ...speed,
  ];
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`the stack ${arm} ended before it was ready`))),
  ]);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

export interface World {
  readonly brokers: string;
  stop(): Promise<void>;
}

/** Broker and both stacks, ready. */
export async function startWorld({
  project,
  world,
  brokers,
  byKey = false,
}: Pick<Asked, 'project' | 'world' | 'brokers' | 'byKey'>): Promise<World> {
  const kcat = findBinary('kcat');
  if (brokers === undefined && kcat === null)
    throw new Error('there is no kcat: apt-get install kcat, or name a broker in KAFKA_BROKERS');
  const broker: Broker =
    brokers === undefined
      ? await startTestBroker(kcat as string)
      : { address: brokers, stop: () => Promise.resolve() };
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(end));
    await broker.stop();
  };
  try {
    const starting = (['batch', 'record'] as const).map(async (arm) => {
      const topic = byKey ? `orders-for-${arm}` : 'orders';
      children.push(
        await consumer(join(project, 'experiments'), broker.address, arm, topic, WORLDS[world][arm]),
      );
    });
    for (const each of await Promise.allSettled(starting)) if (each.status === 'rejected') throw each.reason;
    return { brokers: broker.address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export async function runWorld({ project, reports, shown = false, ...asked }: Asked): Promise<Ran> {
  const { brokers, stop } = await startWorld({ project, ...asked });
  // A tap has no workload that could prepare its files.
  if (asked.byKey === true)
    execFileSync(process.execPath, ['stacks/kafka-orders.js'], { cwd: join(project, 'experiments') });
  const file = asked.byKey === true ? 'kafka-split-by-key.yaml' : 'kafka-batch-vs-record.yaml';
  try {
    const child = spawn(process.execPath, [join(project, 'dist/cli.js'), 'run', file, '--reports', reports], {
      cwd: join(project, 'experiments'),
      env: { ...process.env, KAFKA_BROKERS: brokers, STACKTRIAL_LEASES: join(reports, 'leases') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (chunk: string) => {
        text[stream] += chunk;
        if (shown) process[stream].write(chunk);
      });
    const [code] = await once(child, 'close');
    return { code, ...text };
  } finally {
    await stop();
  }
}
