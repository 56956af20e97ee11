/** Brokers over the wire: the test broker inside librdkafka, which Debian's kcat starts, and Apache Kafka itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

export interface ApacheKafka extends Broker {
  /** The same broker, which says of itself that it is there: a test puts there what it can cut. */
  readonly cuttable: { readonly port: number; readonly target: number };
  /** Demands TLS and SASL/PLAIN; `ca`: file of the certificate that is to be trusted. */
  readonly secure: { readonly address: string; readonly ca: string; readonly user: typeof USER };
}

const USER = { name: 'orders', password: 'salt & pepper' } as const;
const STORE = 'keystore';

async function finished(command: string, ...args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      out += String(chunk);
    });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}: ${out.slice(-2_000)}`);
  return out;
}

/** Key and certificate of the broker, by the program that comes with every Java. */
async function certificate(java: string, folder: string): Promise<{ store: string; ca: string }> {
  const [store, ca] = [join(folder, 'broker.p12'), join(folder, 'broker.pem')];
  const keytool = join(dirname(java), 'keytool');
  const from = ['-alias', 'broker', '-keystore', store, '-storepass', STORE];
  const name = ['-dname', 'CN=127.0.0.1', '-ext', 'san=ip:127.0.0.1'];
  await finished(keytool, '-genkeypair', '-keyalg', 'EC', '-storetype', 'PKCS12', ...name, ...from);
  await finished(keytool, '-exportcert', '-rfc', '-file', ca, ...from);
  return { store, ca };
}

/** Starts quickly rather than runs quickly. */
const JAVA = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx512m'];

/** Apache Kafka in KRaft mode from a folder of jars; `bash .ci/kafka.sh FOLDER` fetches them. */
export async function startKafka(java: string, jars: string): Promise<ApacheKafka> {
  const folder = await temporaryFolder('kafka');
  const [plain, controller, cuttable, shown, secure] = await Promise.all(Array.from({ length: 5 }, freePort));
  const settings = join(folder, 'server.properties');
  await mkdir(join(folder, 'data'));
  // Records of tests are as old as they say: none is thrown away for it.
  await writeFile(
    settings,
    `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${plain},CUTTABLE://127.0.0.1:${cuttable},SECURE://127.0.0.1:${secure},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${plain},CUTTABLE://127.0.0.1:${shown},SECURE://127.0.0.1:${secure}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CUTTABLE:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.name.secure.sasl.enabled.mechanisms=PLAIN
listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER.name}="${USER.password}";
listener.name.secure.ssl.keystore.type=PKCS12
listener.name.secure.ssl.keystore.location=${join(folder, 'broker.p12')}
listener.name.secure.ssl.keystore.password=${STORE}
log.dirs=${join(folder, 'data')}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.retention.ms=-1
`,
  );
  const onClassPath = [...JAVA, '-cp', `${jars}/*`];
  const [{ ca }] = await Promise.all([
    certificate(java, folder),
    finished(
      java,
      ...onClassPath,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      'MkU3OEVBNTcwNTJENDM2Qg',
      '-c',
      settings,
    ),
  ]);
  const child = spawn(java, [...onClassPath, 'kafka.Kafka', settings], { stdio: 'ignore' });
  const address = `127.0.0.1:${plain}`;
  const stop = async () => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const admin = await adminOf(address, 0);
    for (let waited = 0; ; waited += 100) {
      if (child.exitCode !== null || waited > 90_000) throw new Error('Apache Kafka did not start');
      try {
        await admin.connect();
        break;
      } catch {
        await sleep(100);
      }
    }
    await admin.disconnect();
    return {
      address,
      cuttable: { port: shown, target: cuttable },
      secure: { address: `127.0.0.1:${secure}`, ca, user: USER },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function adminOf(address: string, retries = 8) {
  const { default: kafkajs } = await import('kafkajs');
  return new kafkajs.Kafka({
    brokers: [address],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries },
  }).admin();
}

/** With four partitions each. */
export async function createTopics(
  address: string,
  topics: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const admin = await adminOf(address);
  await admin.connect();
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.createTopics({
    waitForLeaders: false,
    topics: topics.map((topic) => ({ topic, numPartitions: 4, configEntries })),
  });
  // The client's own way of waiting gives up where the broker does not know the topic yet.
  const isThere = () =>
    Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic))).then(
      () => true,
      () => false,
    );
  for (let waited = 0; !(await isThere()); waited += 20) {
    if (waited > 30_000) throw new Error(`${topics.join(', ')} could not be made`);
    await sleep(20);
  }
  await admin.disconnect();
}
