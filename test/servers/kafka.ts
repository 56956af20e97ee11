/** Brokers over the wire: the test broker inside librdkafka, which Debian's kcat starts, and Apache Kafka itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, temporaryFolder } from './start.js';

export interface Broker {
  readonly address: string;
  stop(): Promise<void>;
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL'); // kcat waits for its standard input, and does not end otherwise
  await exit;
};

/** Topics are made when they are first asked for, with four partitions. */
export async function startTestBroker(kcat: string): Promise<Broker> {
  const child = spawn(
    kcat,
    ['-P', '-t', 'boot', '-b', 'x', '-X', 'test.mock.num.brokers=1', '-X', 'debug=mock'],
    {
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`kcat ended: ${said}`)));
    child.stderr.on('data', (chunk) => {
      if (said.length < 10_000) said += String(chunk);
      const found = /bootstrap\.servers=(\S+)/.exec(said);
      if (found !== null) resolve(found[1]);
    });
  });
  return { address, stop: () => ended(child) };
}

/** Apache Kafka in KRaft mode from a folder of jars; `node .ci/kafka.mjs FOLDER` fetches them. */
export async function startKafka(java: string, jars: string, topics: readonly string[]): Promise<Broker> {
  const folder = await temporaryFolder('kafka');
  const [port, controller] = [await freePort(), await freePort()];
  const settings = join(folder, 'server.properties');
  await mkdir(join(folder, 'data'));
  await writeFile(
    settings,
    `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
log.dirs=${join(folder, 'data')}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
num.partitions=4
`,
  );
  const run = async (main: string, ...args: string[]): Promise<string> => {
    const child = spawn(java, ['-cp', `${jars}/*`, main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        out += String(chunk);
      });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${main} ended with ${code}: ${out.slice(-2_000)}`);
    return out;
  };
  await run('kafka.tools.StorageTool', 'format', '-t', 'MkU3OEVBNTcwNTJENDM2Qg', '-c', settings);
  const child = spawn(java, ['-Xmx512m', '-cp', `${jars}/*`, 'kafka.Kafka', settings], { stdio: 'ignore' });
  const address = `127.0.0.1:${port}`;
  const stop = async () => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { default: kafkajs } = await import('kafkajs');
    const admin = new kafkajs.Kafka({
      brokers: [address],
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 0 },
    }).admin();
    for (let waited = 0; ; waited += 250) {
      if (child.exitCode !== null || waited > 60_000) throw new Error('Apache Kafka did not start');
      try {
        await admin.connect();
        break;
      } catch {
        await sleep(250);
      }
    }
    await admin.createTopics({
      waitForLeaders: true,
      topics: topics.map((topic) => ({ topic, numPartitions: 4 })),
    });
    await admin.disconnect();
    return { address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
