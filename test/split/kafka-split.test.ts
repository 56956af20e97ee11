import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Request, Slot } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { RequestListener, TapContext } from '../../src/model/ports.js';
import { settingOf } from '../../src/pipeline.js';
import { assigner } from '../../src/split/assignment.js';
import { type Cluster, connect } from '../../src/split/drivers/kafka/client.js';
import { divider } from '../../src/split/drivers/kafka-split/divide.js';
import { inBatches } from '../../src/split/drivers/kafka-split/feed.js';
import { Followed } from '../../src/split/drivers/kafka-split/followed.js';
import { type Giver, openGiver } from '../../src/split/drivers/kafka-split/giver.js';
import { kafkaSplitTap } from '../../src/split/drivers/kafka-split.js';
import { giveBack, type HeldTap, holdTap } from '../../src/split/tap/held-tap.js';
import { start } from '../cli/program.js';
import { runWorld } from '../example/kafka.js';
import { type Broker, startKafka, startTestBroker } from '../servers/kafka.js';
import { findBinary, isRequired, serverSuite } from '../servers/require.js';
import { client, type Got, type Stack, stack } from './kafka-support.js';
import { experiment, newRunId, temporaryFolder, testIo, testJournal, until } from './support.js';

const keyed = (given: Parameters<typeof experiment>[0] = {}): Experiment =>
  experiment({ arms: ['batch', 'record'], ...given, design: { kind: 'by-key', ...given.design } });

const slot = (coverage: number, shares: Slot['shares'] = {}): Slot => ({
  index: 0,
  startMs: 0,
  endMs: 1e12,
  shares,
  burnInMs: 0,
  burnOutMs: 0,
  stage: null,
  coverage,
});

const message = (key: string | null, value: object | string = '') => ({
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});

describe('the arm of a record', () => {
  test('is the one that `stacktrial assign` names, by whatever hash, seed, shares and coverage', () => {
    const shares = fc
      .tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }))
      .map(([a, b]) => ({ batch: a / (a + b), record: b / (a + b) }));
    const design = fc.record({
      hash: fc.constantFrom('fnv1a' as const, 'xxh32' as const),
      seed: fc.nat(0xffff_ffff),
      shares,
      coverage: fc.integer({ min: 1, max: 100 }).map((n) => n / 100),
    });
    const keys = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { maxLength: 40 });
    fc.assert(
      fc.property(design, keys, fc.boolean(), (given, all, inValue) => {
        const asked = keyed({ design: given });
        const assign = assigner(asked);
        const divide = divider(
          settingOf(asked, slot(given.coverage)),
          asked.arms,
          'record',
          inValue ? '$.customer' : undefined,
        );
        for (const key of all) {
          const place = divide(inValue ? message(null, { customer: key }) : message(key));
          expect(place).toEqual({ key, assigned: assign(key).arm, to: assign(key).arm ?? 'record' });
        }
      }),
    );
  });

  test('without a key is nobody’s: the baseline gets it and nobody counts it, as all that a ramp has not reached yet', () => {
    const asked = keyed();
    const by = (coverage: number, path?: string) =>
      divider(settingOf(asked, slot(coverage)), asked.arms, 'record', path);
    const nobody = { to: 'record', assigned: null };
    for (const each of [message(null), message(''), { key: null, value: null }])
      expect(by(1)(each)).toEqual({ ...nobody, key: null });
    for (const value of ['no JSON', '{"customer":""}', '{"customer":{}}', '{}', 'null'])
      expect(by(1, '$.customer')(message('C1', value))).toEqual({ ...nobody, key: null });
    expect(by(1, '$.customer')({ key: null, value: null })).toEqual({ ...nobody, key: null });
    expect(by(0)(message('C1'))).toEqual({ ...nobody, key: 'C1' });
    expect(by(1, '$.customer')(message(null, '{"customer":7}')).key).toBe('7');
  });
});

test('a batch of large records is cut before a broker would refuse it, and none is left out', () => {
  const sized = (bytes: number, n: number) => ({ key: null, value: Buffer.alloc(bytes, n % 256) });
  const large = Array.from({ length: 300 }, (_, n) => sized(10_000, n));
  const cut = [...inBatches(large)];
  expect(cut.flat()).toEqual(large);
  expect(cut.map((each) => each.length)).toEqual([52, 52, 52, 52, 52, 40]);
  expect([...inBatches([sized(1, 0), sized(600_000, 1), sized(1, 2)])].map((each) => each.length)).toEqual([
    1, 1, 1,
  ]);
  expect(
    [...inBatches(Array.from({ length: 1_001 }, (_, n) => sized(1, n)))].map((all) => all.length),
  ).toEqual([500, 500, 1]);
  expect([...inBatches([])]).toEqual([]);
});

describe('records on their way', () => {
  const given = (key: string, from: number) => ({ counts: true, key, at: 1000, from, ageMs: null, bytes: 3 });

  test('are done when their group has committed beyond them, and know how many were ahead', () => {
    const followed = new Followed();
    followed.given('a', 0, 10, [given('x', 0), given('y', 0)]);
    followed.given('a', 1, 0, [given('z', 100)]);
    followed.given('b', 0, 0, [given('w', 100)]);
    expect(followed.left('a')).toBe(3);
    followed.saw('a', new Map([[0, 11]]), 250, 1e9);
    followed.saw(
      'a',
      new Map([
        [0, 12],
        [1, 5],
      ]),
      300,
      1e9,
    );
    expect(followed.take().map(({ key, ms, ahead, status }) => [key, ms.total, ahead, status])).toEqual([
      ['x', 250, 0, 0],
      ['y', 300, 1, 0],
      ['z', 200, 2, 0],
    ]);
    expect([followed.left('a'), followed.left('b'), followed.take()]).toEqual([0, 1, []]);
  });

  test('that nobody works off in time have failed, and have no time of their own; what takes no part is no request', () => {
    const followed = new Followed();
    followed.given('a', 0, 0, [given('x', 0), { ...given('y', 0), counts: false }, given('z', 900)]);
    followed.saw('a', new Map([[0, -1]]), 1000, 500);
    expect(followed.left('a')).toBe(1);
    followed.giveUp();
    expect(followed.take().map(({ key, ms, status }) => [key, ms.total, status])).toEqual([
      ['x', null, null],
      ['z', null, null],
    ]);
  });
});

test('topics and groups that are not each arm’s own are refused, and files without a key', () => {
  const issues = (options: object) =>
    kafkaSplitTap.options
      .safeParse({ brokers: ['b:1'], ...options })
      .error?.issues.map(({ message: m }) => m);
  expect(
    issues({
      from: { topic: 'orders', group: 'g' },
      arms: { a: { topic: 'orders', group: 'a' }, b: { topic: 'for-b', group: 'g' } },
    }),
  ).toEqual([
    'the source and a have the topic orders: each needs its own',
    'the source and b share the group g: give each its own',
  ]);
  expect(issues({ from: { files: '*.ndjson' }, arms: { a: { topic: 'a', group: 'a' } } })?.[0]).toContain(
    'key: $.customer',
  );
});

const ARMS = { batch: { topic: 'orders-a', group: 'a' }, record: { topic: 'orders-b', group: 'b' } };

interface Live {
  readonly held: HeldTap;
  readonly listener: RequestListener;
  readonly context: TapContext;
  readonly said: string[];
}

/** The tap as `run` holds it. */
async function hold(address: string, asked: Experiment, driver: object): Promise<Live> {
  const io = testIo(await temporaryFolder());
  const said: string[] = [];
  const context: TapContext = {
    ...io,
    log: { ...io.log, info: (text) => void said.push(text), warn: (text) => void said.push(text) },
    arms: asked.arms,
    baseline: 'record',
    journal: testJournal(),
    runId: newRunId(),
  };
  const options = kafkaSplitTap.options.parse({ brokers: [address], arms: ARMS, poll: '10ms', ...driver });
  const listener = (await kafkaSplitTap.listen?.(options, context)) as RequestListener;
  onTestFinished(() => listener.close());
  const held = await holdTap(kafkaSplitTap, options, context, 'kafka', async () => undefined);
  return { held, listener, context, said };
}

async function produce(address: string, messages: readonly kafkajs.Message[]): Promise<void> {
  const producer = client(address).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: 'orders', messages: [...messages] });
  await producer.disconnect();
}

const order = (i: number, key: string | null = `C${i % 60}`): kafkajs.Message => ({
  key,
  value: JSON.stringify({ order: i, customer: key }),
  headers: { source: `shop-${i % 3}` },
  timestamp: String(1_790_000_000_000 + i),
});

const ordersIn = ({ values }: Stack): readonly number[] => values.map(({ value }) => JSON.parse(value).order);

const stacks = async (address: string) => {
  const [batch, record] = await Promise.all([
    stack(address, 'a', 'orders-a'),
    stack(address, 'b', 'orders-b'),
  ]);
  onTestFinished(async () => {
    await Promise.all([batch.stop(), record.stop()]);
  });
  return { batch, record };
};

/** What holds on every broker. */
function onBroker(startBroker: () => Promise<Broker>): void {
  const setUp = async () => {
    const broker = await startBroker();
    onTestFinished(() => broker.stop());
    return broker;
  };

  test('a live topic is divided record by record as it was written, and the baseline goes on where it ended', async () => {
    const { address } = await setUp();
    const seen = await stacks(address);
    await produce(address, [
      ...Array.from({ length: 300 }, (_, i) => order(i)),
      ...Array.from({ length: 5 }, (_, i) => order(9_000 + i, null)),
    ]);
    const asked = keyed({ design: { seed: 7, hash: 'xxh32' } });
    const { held, listener, said } = await hold(address, asked, {
      from: { topic: 'orders', group: 'orders-service', begin: 'earliest' },
    });
    await held.turn(settingOf(asked, slot(1)));
    await until(() => seen.batch.values.length + seen.record.values.length === 305, 20_000);
    await produce(
      address,
      Array.from({ length: 200 }, (_, i) => order(300 + i)),
    );
    await until(() => seen.batch.values.length + seen.record.values.length === 505, 20_000);
    expect(await held.verify()).toBe('as-set');
    await held.giveBack();
    await produce(
      address,
      Array.from({ length: 20 }, (_, i) => order(500 + i)),
    );

    const arm = assigner(asked);
    for (const name of ['batch', 'record'] as const) {
      const keyedOnes = seen[name].values.filter(({ key }) => key !== undefined);
      expect(keyedOnes.length).toBeGreaterThan(50);
      for (const { key, value, headers, timestamp } of keyedOnes) {
        const { order: n, customer } = JSON.parse(value);
        expect([key, arm(key as string).arm, timestamp]).toEqual([
          customer,
          name,
          String(1_790_000_000_000 + n),
        ]);
        expect(String(headers.source)).toBe(`shop-${n % 3}`);
      }
      expectInOrder(seen[name].values);
    }
    expect(seen.batch.values.every(({ key }) => key !== undefined)).toBe(true);
    expect([...ordersIn(seen.batch), ...ordersIn(seen.record)].sort((a, b) => a - b)).toEqual([
      ...Array.from({ length: 500 }, (_, i) => i),
      ...Array.from({ length: 5 }, (_, i) => 9_000 + i),
    ]);

    const requests = listener.take();
    expect(requests).toHaveLength(500);
    for (const { key, assigned, served, status, ms } of requests) {
      expect([assigned, served, status]).toEqual([arm(key as string).arm, assigned, 0]);
      expect(ms.total).toBeGreaterThanOrEqual(0);
    }
    expect(said.join('\n')).toContain('5 of 505 records have no key');
    expect(said.join('\n')).toMatch(/whoever reads it in the group orders-service goes on at 0:\d+ 1:\d+/);

    // The baseline's consumer, back on the source, gets what came afterwards and nothing else.
    const baseline = await stack(address, 'orders-service', 'orders');
    await until(() => baseline.values.length >= 20, 20_000);
    expect([...ordersIn(baseline)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => 500 + i),
    );
    await baseline.stop();
  }, 90_000);

  test('files are divided in their order, and it is over when both arms have worked them off', async () => {
    const { address } = await setUp();
    const seen = await stacks(address);
    const asked = keyed({ design: { coverage: 0.5 } });
    const { held, listener, context } = await hold(address, asked, {
      from: { files: '*.ndjson', rate: 2_000 },
      key: '$.customer',
    });
    for (const [file, from] of [
      ['b', 400],
      ['a', 0],
    ] as const)
      await writeFile(
        join(context.folder, `${file}.ndjson`),
        Array.from({ length: 400 }, (_, i) => `${order(from + i).value}\n`).join(''),
      );
    await held.turn(settingOf(asked, slot(0.5)));
    expect(held.isOver()).toBe(false);
    await until(held.isOver, 20_000);
    const arm = assigner(asked);
    for (const name of ['batch', 'record'] as const) {
      const { values } = seen[name];
      expectInOrder(values);
      for (const { key } of values) expect(arm(key as string).arm ?? 'record').toBe(name);
    }
    expect(seen.batch.values.length + seen.record.values.length).toBe(800);
    await held.giveBack();
    const counted = listener.take();
    expect(counted.every(({ key, assigned }) => arm(key as string).arm === assigned)).toBe(true);
    expect(counted).toHaveLength(
      Array.from({ length: 800 }, (_, i) => arm(`C${i % 60}`).arm).filter((name) => name !== null).length,
    );
  }, 90_000);
}

/** Records of a key as they were written. */
function expectInOrder(values: readonly Got[]): void {
  const last = new Map<string, number>();
  for (const { key, value } of values) {
    if (key === undefined) continue;
    const { order: n } = JSON.parse(value);
    expect(n).toBeGreaterThan(last.get(key) ?? -1);
    last.set(key, n);
  }
}

const LIVE = (address: string) => `experiment: live
question: Which waits less?
arms: { batch: , record: }
baseline: record
design: { kind: by-key, seed: 7, for: 4s }
driver:
  type: kafka-split
  brokers: ["${address}"]
  from: { topic: orders, group: orders-service, begin: earliest }
  poll: 10ms
  arms: ${JSON.stringify(ARMS)}
watch: { every: 200ms }
rollback: restore
metrics:
  latency: { from: requests, query: { field: total }, fold: mean, in: s, better: lower, words: [faster, slower], margin: 50% }
hypotheses: [ batch is faster than record ]
`;

const newestRun = async (folder: string): Promise<string> => {
  const runs = (await readdir(join(folder, 'reports/live'))).filter((name) => /^\d/.test(name)).sort();
  return join(folder, 'reports/live', runs[runs.length - 1]);
};

/** Orders that arrive by themselves until it is stopped; resolves with how many there were. */
function traffic(address: string): () => Promise<number> {
  let going = true;
  let sent = 0;
  const running = (async () => {
    const producer = client(address).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    for (; going; sent += 5) {
      await producer.send({
        topic: 'orders',
        messages: Array.from({ length: 5 }, (_, i) => order(sent + i)),
      });
      await new Promise((done) => setTimeout(done, 20));
    }
    await producer.disconnect();
    return sent;
  })();
  const end = () => {
    going = false;
    return running;
  };
  onTestFinished(async () => void (await end()));
  return end;
}

async function committedIn(address: string): Promise<ReadonlyMap<number, number>> {
  const admin = client(address).admin();
  await admin.connect();
  const [{ partitions }] = await admin.fetchOffsets({ groupId: 'orders-service', topics: ['orders'] });
  await admin.disconnect();
  return new Map(partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
}

const counted = (all: readonly number[]): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>();
  for (const n of all) counts.set(n, (counts.get(n) ?? 0) + 1);
  return counts;
};

function killedOn(startBroker: () => Promise<Broker>, isReal: boolean): void {
  test(`kill -9 in the middle: status shows it open, revert tells where to go on, and no record is lost${isReal ? ' or doubled' : ''}`, async () => {
    const { address, stop } = await startBroker();
    onTestFinished(stop);
    const seen = await stacks(address);
    const arrived = () => seen.batch.values.length + seen.record.values.length;
    const end = traffic(address);
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'live.yaml'), LIVE(address));
    const run = (...args: string[]) =>
      start(folder, args, { env: { STACKTRIAL_LEASES: join(folder, 'leases') } });
    const killed = run('run', 'live.yaml');
    await until(() => arrived() > 100, 40_000);
    killed.child.kill('SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');
    const sent = await end();
    expect((await run('status').ended).stdout).toMatch(/OPEN: kafka orders in the group orders-service/);
    const reverted = await run('revert').ended;
    expect([reverted.code, reverted.stderr]).toEqual([
      0,
      expect.stringMatching(/whoever reads it in the group orders-service goes on at 0:(\d+|its begin) /),
    ]);
    expect((await run('revert').ended).stdout).toContain('Nothing is open');

    if (isReal) await goOn(folder, run, arrived);
    // librdkafka's test broker keeps a dead member for a minute: there somebody else reads what the baseline would.
    const baseline = await stack(address, isReal ? 'orders-service' : 'reader', 'orders');
    onTestFinished(() => baseline.stop());
    const from = isReal ? new Map<number, number>() : await committedIn(address);
    const rest = () =>
      baseline.values.filter(({ partition, offset }) => offset >= (from.get(partition) ?? 0));
    const all = () =>
      [...seen.batch.values, ...seen.record.values, ...rest()].map(({ value }) => JSON.parse(value).order);
    await until(() => counted(all()).size === sent, 40_000);
    if (isReal) expect([...counted(all())].filter(([, times]) => times > 1)).toEqual([]);
  }, 120_000);

  /** The next run, which begins where the killed one was cut off. */
  async function goOn(
    folder: string,
    run: (...args: string[]) => ReturnType<typeof start>,
    arrived: () => number,
  ) {
    const before = arrived();
    const again = await run('run', 'live.yaml').ended;
    expect([0, 10], again.stderr).toContain(again.code);
    expect(arrived()).toBeGreaterThan(before);
    const requests = await readFile(join(await newestRun(folder), 'evidence/requests.ndjson'), 'utf8');
    for (const line of requests.trim().split('\n')) {
      const { assigned, served } = JSON.parse(line) as Request;
      expect(served).toBe(assigned);
    }
  }
}

serverSuite('kcat', 'kcat', (kcat) => {
  onBroker(() => startTestBroker(kcat));
  // Its transactions do nothing: what one had held is there at once.
  killedOn(() => startTestBroker(kcat), false);

  test('a broker that dies ends the split with an error that says so, and leaves the process standing', async () => {
    const { address, stop } = await startTestBroker(kcat);
    onTestFinished(stop);
    const seen = await stacks(address);
    await produce(address, [order(1), order(2)]);
    const asked = keyed();
    const { held } = await hold(address, asked, {
      from: { topic: 'orders', group: 'orders-service', begin: 'earliest' },
    });
    await held.turn(settingOf(asked, slot(1)));
    await until(() => seen.batch.values.length + seen.record.values.length === 2, 20_000);
    await stop();
    let failure: unknown = null;
    await until(async () => {
      failure = await held.verify().then(
        () => null,
        (error: unknown) => error,
      );
      return failure !== null;
    }, 60_000);
    expect(failure).toMatchObject({ code: 'kafka-splitter', hint: expect.stringContaining('none is lost') });
  }, 90_000);

  test('end to end by key: each customer’s orders wait longer where pricing takes twice as long, and that is refuted', async () => {
    const project = new URL('../..', import.meta.url).pathname;
    const { code, stdout, stderr } = await runWorld({
      project,
      world: 'twice',
      byKey: true,
      reports: await temporaryFolder(),
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('“batch is faster than record” is refuted');
    expect(stdout).toContain('Checks: 0 failed');
  }, 120_000);
});

/** A process that does nothing more once it has made that step of its n-th transaction. */
function dyingAfter(
  cluster: Cluster,
  step: 'transaction' | 'sendBatch' | 'sendOffsets' | 'commit',
  nth: number,
): { readonly through: Cluster; readonly died: Promise<void> } {
  let begun = 0;
  let die: () => void = () => undefined;
  const died = new Promise<void>((done) => {
    die = done;
  });
  const andDie = async <T>(work: Promise<T>): Promise<T> => {
    await work;
    die();
    return new Promise<T>(() => undefined);
  };
  const producer: kafkajs.Kafka['producer'] = (options) => {
    const real = cluster.client.producer(options);
    const transaction = async () => {
      begun++;
      const made = real.transaction();
      if (begun < nth) return made;
      if (step === 'transaction') return andDie(made);
      const own = await made;
      return {
        ...own,
        [step]: (...given: never[]) => andDie((own[step] as (...all: never[]) => Promise<unknown>)(...given)),
      };
    };
    return { ...real, transaction } as kafkajs.Producer;
  };
  return { through: { ...cluster, client: { ...cluster.client, producer } as kafkajs.Kafka }, died };
}

const jars = process.env.STACKTRIAL_KAFKA ?? '';
const java = findBinary('java');
if (jars !== '' && java !== null)
  describe('Apache Kafka', () => {
    const broker = () => startKafka(java, jars, ['orders', 'orders-a', 'orders-b']);
    onBroker(broker);
    killedOn(broker, true);

    test('another run’s splitter is refused and left alone: neither a second run nor the revert of an old one ends it', async () => {
      const { address, stop } = await broker();
      onTestFinished(stop);
      const seen = await stacks(address);
      const asked = keyed();
      const driver = { from: { topic: 'orders', group: 'orders-service', begin: 'earliest' } };
      const { held } = await hold(address, asked, driver);
      await held.turn(settingOf(asked, slot(1)));

      // A second run of another machine does not get so far as to save how the tap stands.
      await expect(hold(address, asked, driver)).rejects.toMatchObject({ code: 'kafka-group-in-use' });

      const said: string[] = [];
      const io = testIo('/');
      const old: TapContext = {
        ...io,
        log: { ...io.log, info: (text) => void said.push(text) },
        arms: asked.arms,
        baseline: 'record',
        journal: testJournal(),
        runId: newRunId(),
      };
      const options = kafkaSplitTap.options.parse({ brokers: [address], arms: ARMS, ...driver });
      // Giving back runs the commands of `rollback` only after this.
      await expect(kafkaSplitTap.restore(options, { divided: 'no' }, old)).rejects.toMatchObject({
        code: 'kafka-group-in-use',
      });
      expect(said).toEqual([]);

      await produce(
        address,
        Array.from({ length: 50 }, (_, i) => order(i)),
      );
      await until(() => seen.batch.values.length + seen.record.values.length === 50, 20_000);
      expect(await held.verify()).toBe('as-set');
      await held.giveBack();
      await giveBack(kafkaSplitTap, options, { divided: 'no' }, old, async () => undefined);
      expect(said.join()).toContain('orders is divided no more');
    }, 180_000);

    test('`begin: latest` is written for every partition at once: what comes after a hand-back without a record reaches the baseline', async () => {
      const { address, stop } = await broker();
      onTestFinished(stop);
      await stacks(address);
      await produce(
        address,
        Array.from({ length: 40 }, (_, i) => order(i)),
      );
      const asked = keyed();
      const from = { topic: 'orders', group: 'orders-service' };
      const { held } = await hold(address, asked, { from: { ...from, begin: 'latest' } });
      await held.turn(settingOf(asked, slot(1)));
      await held.giveBack();
      expect([...(await committedIn(address)).values()].reduce((sum, each) => sum + each, 0)).toBe(40);
      await produce(
        address,
        Array.from({ length: 100 }, (_, i) => order(100 + i)),
      );
      const baseline = await stack(address, 'orders-service', 'orders');
      onTestFinished(() => baseline.stop());
      await until(() => baseline.values.length >= 100, 20_000);
      expect(ordersIn(baseline).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 100 }, (_, i) => 100 + i),
      );
    }, 90_000);

    test('a group that has committed in some partitions only is refused where nobody says where the others begin', async () => {
      const { address, stop } = await broker();
      onTestFinished(stop);
      await stacks(address);
      await produce(
        address,
        Array.from({ length: 40 }, (_, i) => order(i)),
      );
      const admin = client(address).admin();
      await admin.connect();
      await admin.setOffsets({
        groupId: 'orders-service',
        topic: 'orders',
        partitions: [{ partition: 0, offset: '0' }],
      });
      await admin.disconnect();
      const asked = keyed();
      const { held } = await hold(address, asked, { from: { topic: 'orders', group: 'orders-service' } });
      await expect(held.turn(settingOf(asked, slot(1)))).rejects.toMatchObject({
        code: 'kafka-no-offsets',
        message: expect.stringMatching(/partition [123, ]+ of orders/),
      });
      await held.giveBack();
    }, 90_000);

    test('cut off after each step of giving out: the next process begins where the last whole transaction ended', async () => {
      const { address, stop } = await broker();
      onTestFinished(stop);
      const io = testIo('/');
      const cluster = await connect({ brokers: [address], ssl: false }, io, newRunId());
      onTestFinished(() => cluster.close());
      // Their groups make a broker that has just started ready for offsets.
      const seen = await stacks(address);
      const asked = keyed();
      const divide = divider(settingOf(asked, slot(1)), asked.arms, 'record', undefined);
      const steps = ['transaction', 'sendBatch', 'sendOffsets', 'commit'] as const;
      for (const [i, step] of steps.entries()) {
        const group = `group-${step}`;
        const records = Array.from({ length: 30 }, (_, n) => {
          const { key, value } = order(i * 100 + n);
          return { key: Buffer.from(String(key)), value: Buffer.from(String(value)) };
        });
        const open = (through: Cluster) =>
          openGiver({
            cluster: through,
            transactionalId: `splitter-${step}`,
            group,
            topicOf: (arm) => ARMS[arm as keyof typeof ARMS].topic,
            followed: new Followed(),
            now: io.now,
          });
        const giveFrom = async (giver: Giver, first: number) => {
          for (let at = first; at < 30; at += 10)
            await giver.give(
              {
                records: records.slice(at, at + 10),
                done: { topic: 'orders', partition: 0, offset: String(at + 10) },
              },
              divide,
            );
        };
        // Opening tries an empty transaction; the second batch is the third.
        const { through, died } = dyingAfter(cluster, step, 3);
        await Promise.race([giveFrom(await open(through), 0), died]);
        const next = await open(cluster);
        const committed = (await cluster.committed(group, 'orders')).get(0);
        expect(committed, step).toBe(step === 'commit' ? 20 : 10);
        await giveFrom(next, committed as number);
        await next.close();
      }
      const all = () => [...ordersIn(seen.batch), ...ordersIn(seen.record)];
      await until(() => all().length >= 120, 30_000);
      expect(all().sort((a, b) => a - b)).toEqual(
        steps.flatMap((_, i) => Array.from({ length: 30 }, (_each, n) => i * 100 + n)),
      );
    }, 90_000);
  });
else
  test.skipIf(!isRequired('kafka'))(
    'SKIPPED, Apache Kafka: no java, or STACKTRIAL_KAFKA names no folder of jars',
    () => {
      throw new Error('STACKTRIAL_REQUIRE asks for kafka: name the folder of its jars in STACKTRIAL_KAFKA');
    },
  );
