import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type kafkajs from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { KnownError } from '../../src/errors.js';
import { settingOf } from '../../src/pipeline.js';
import { assigner } from '../../src/split/assignment.js';
import { inBatches } from '../../src/split/drivers/kafka/batches.js';
import { type Cluster, connect } from '../../src/split/drivers/kafka/client.js';
import { divider } from '../../src/split/drivers/kafka-split/divide.js';
import type { FeedBatch } from '../../src/split/drivers/kafka-split/feed.js';
import { Followed } from '../../src/split/drivers/kafka-split/followed.js';
import { type Giver, openGiver } from '../../src/split/drivers/kafka-split/giver.js';
import { isPassing, LOST } from '../../src/split/drivers/kafka-split/outage.js';
import { kafkaSplitTap } from '../../src/split/drivers/kafka-split.js';
import { giveBack } from '../../src/split/tap/held-tap.js';
import { runWorld } from '../example/kafka.js';
import { startCuttable } from '../servers/cuttable.js';
import { startKafka, startTestBroker } from '../servers/kafka.js';
import { findBinary, isRequired, serverSuite } from '../servers/require.js';
import {
  ascending,
  byKey,
  committedIn,
  contextOf,
  hold,
  keyed,
  numbers,
  optionsOf,
  order,
  orders,
  ordersIn,
  produce,
  slot,
  stacks,
} from './kafka-split-support.js';
import { client, type Finished, newPlace, type Place, sharedBroker, stack } from './kafka-support.js';
import { newRunId, temporaryFolder, testIo, until } from './support.js';

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

test('a splitter is begun again after what may pass, and never where somebody else has opened its transactional id', () => {
  const protocol = (type: string, retriable: boolean) =>
    Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type, retriable });
  const within = (name: string, cause: Error) => Object.assign(new Error(name, { cause }), { name });
  const passing = [
    new Error(LOST),
    Object.assign(new Error('closed'), { name: 'KafkaJSConnectionClosedError', retriable: true }),
    protocol('NOT_LEADER_FOR_PARTITION', true),
    protocol('UNKNOWN_MEMBER_ID', false),
    within('KafkaJSNonRetriableError', within('KafkaJSGroupCoordinatorNotFound', new Error('ECONNREFUSED'))),
    within('KafkaJSNumberOfRetriesExceeded', protocol('NOT_COORDINATOR_FOR_GROUP', true)),
  ];
  const lasting = [
    protocol('PRODUCER_FENCED', false),
    within('KafkaJSNumberOfRetriesExceeded', protocol('INVALID_PRODUCER_EPOCH', false)),
    within('KafkaJSNonRetriableError', protocol('TOPIC_AUTHORIZATION_FAILED', false)),
    new KnownError('kafka-group-in-use', 'somebody else reads it'),
    new TypeError('ours'),
  ];
  expect(passing.map(isPassing)).toEqual(passing.map(() => true));
  expect(lasting.map(isPassing)).toEqual(lasting.map(() => false));
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

const WAIT_MS = 60_000;

const expectInOrder = (values: Parameters<typeof byKey>[0]): void => {
  for (const own of byKey(values).values()) expect(own).toEqual(ascending(own));
};

/** What holds on every broker. */
function onBroker(placeFor: (finished: Finished) => Promise<Place>): void {
  test('a live topic is divided record by record as it was written, and the baseline goes on where it ended', async ({
    onTestFinished,
  }) => {
    const place = await placeFor(onTestFinished);
    const seen = await stacks(place);
    await produce(place, [...orders(300), ...Array.from({ length: 5 }, (_, i) => order(9_000 + i, null))]);
    const asked = keyed({ design: { seed: 7, hash: 'xxh32' } });
    const { held, listener, said } = await hold(place, asked, {
      from: { topic: place.source, group: place.group, begin: 'earliest' },
    });
    await held.turn(settingOf(asked, slot(1)));
    await until(() => seen.arrived().length === 305, WAIT_MS);
    await produce(place, orders(200, 300));
    await until(() => seen.arrived().length === 505, WAIT_MS);
    expect(await held.verify()).toBe('as-set');
    await held.giveBack();
    await produce(place, orders(20, 500));

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
    expect(ascending(seen.arrived())).toEqual([...numbers(500), ...numbers(5, 9_000)]);

    const requests = listener.take();
    expect(requests).toHaveLength(500);
    for (const { key, assigned, served, status, ms } of requests) {
      expect([assigned, served, status]).toEqual([arm(key as string).arm, assigned, 0]);
      expect(ms.total).toBeGreaterThanOrEqual(0);
    }
    expect(said.join('\n')).toContain('5 of 505 records have no key');
    expect(said.join('\n')).toMatch(
      new RegExp(`whoever reads it in the group ${place.group} goes on at 0:\\d+ 1:\\d+`),
    );

    // The baseline's consumer, back on the source, gets what came afterwards and nothing else.
    const baseline = await stack(place.address, place.group, place.source);
    await until(() => baseline.values.length >= 20, WAIT_MS);
    expect(ascending(ordersIn(baseline))).toEqual(numbers(20, 500));
    await baseline.stop();
  }, 180_000);

  test('files are divided in their order, and it is over when both arms have worked them off', async ({
    onTestFinished,
  }) => {
    const place = await placeFor(onTestFinished);
    const seen = await stacks(place);
    const asked = keyed({ design: { coverage: 0.5 } });
    const { held, listener, context } = await hold(place, asked, {
      from: { files: '*.ndjson', rate: 2_000 },
      key: '$.customer',
    });
    for (const [file, from] of [
      ['b', 400],
      ['a', 0],
    ] as const)
      await writeFile(
        join(context.folder, `${file}.ndjson`),
        orders(400, from)
          .map(({ value }) => `${value}\n`)
          .join(''),
      );
    await held.turn(settingOf(asked, slot(0.5)));
    expect(held.isOver()).toBe(false);
    await until(held.isOver, WAIT_MS);
    const arm = assigner(asked);
    for (const name of ['batch', 'record'] as const) {
      const { values } = seen[name];
      expectInOrder(values);
      for (const { key } of values) expect(arm(key as string).arm ?? 'record').toBe(name);
    }
    expect(seen.arrived()).toHaveLength(800);
    await held.giveBack();
    const counted = listener.take();
    expect(counted.every(({ key, assigned }) => arm(key as string).arm === assigned)).toBe(true);
    expect(counted).toHaveLength(
      numbers(800)
        .map((i) => arm(`C${i % 60}`).arm)
        .filter((name) => name !== null).length,
    );
  }, 180_000);
}

serverSuite(
  'kcat',
  'kcat',
  (kcat) => {
    const broker = sharedBroker(() => startTestBroker(kcat));
    onBroker((finished) => newPlace(broker(), true, finished));

    test('a broker that dies ends the split with an error that says so, and leaves the process standing', async ({
      onTestFinished,
    }) => {
      const own = await startTestBroker(kcat);
      onTestFinished(() => own.stop());
      const place = await newPlace(own, true, onTestFinished);
      const seen = await stacks(place);
      await produce(place, [order(1), order(2)]);
      const asked = keyed();
      const { held } = await hold(place, asked, {
        from: { topic: place.source, group: place.group, begin: 'earliest' },
        outage: '1s',
      });
      await held.turn(settingOf(asked, slot(1)));
      await until(() => seen.arrived().length === 2, WAIT_MS);
      await own.stop();
      let failure: unknown = null;
      await until(async () => {
        failure = await held.verify().then(
          () => null,
          (error: unknown) => error,
        );
        return failure !== null;
      }, WAIT_MS);
      expect(failure).toMatchObject({
        code: 'kafka-splitter',
        hint: expect.stringContaining('none is lost'),
      });
    }, 180_000);

    test.for(['snappy', 'lz4', 'zstd'])(
      'a topic that is compressed with %s is refused by that name, with what to do',
      async (codec, { onTestFinished }) => {
        const place = await newPlace(broker(), true, onTestFinished);
        await stacks(place);
        const sending = spawn(kcat, ['-P', '-b', place.address, '-t', place.source, '-z', codec, '-K', ':'], {
          stdio: ['pipe', 'ignore', 'ignore'],
        });
        sending.stdin.end(
          numbers(50)
            .map((i) => `C${i}:${'the same again '.repeat(20)}\n`)
            .join(''),
        );
        expect((await once(sending, 'exit'))[0]).toBe(0);
        const asked = keyed();
        const { held } = await hold(place, asked, {
          from: { topic: place.source, group: place.group, begin: 'earliest' },
        });
        const failing = async () => {
          await held.turn(settingOf(asked, slot(1)));
          await until(() => held.verify().then(() => false), WAIT_MS);
        };
        await expect(failing()).rejects.toMatchObject({
          code: 'kafka-codec',
          message: expect.stringContaining(`${place.source} are compressed with ${codec}`),
          hint: expect.stringContaining('compression.type=gzip'),
        });
      },
      180_000,
    );
  },
  describe.concurrent,
);
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

/** Ten orders of a source of one partition. */
const batchOf = (from: number, topic: string, upTo: number): FeedBatch => ({
  records: orders(10, from).map(({ key, value }) => ({
    key: Buffer.from(String(key)),
    value: Buffer.from(String(value)),
  })),
  done: { topic, partition: 0, offset: String(upTo) },
  whereIs: () => '',
});

async function partitionOf(
  { address, source }: Place,
  key: string,
  io: ReturnType<typeof testIo>,
): Promise<number> {
  const cluster = await connect({ brokers: [address], ssl: false }, io, newRunId());
  try {
    return await cluster.partitionOf(source, key);
  } finally {
    await cluster.close();
  }
}

const jars = process.env.STACKTRIAL_KAFKA ?? '';
const java = findBinary('java');
if (jars !== '' && java !== null)
  describe.concurrent('Apache Kafka', () => {
    const broker = sharedBroker(() => startKafka(java, jars));
    const placeFor = (finished: Finished) => newPlace(broker(), false, finished);
    onBroker(placeFor);

    test('another run’s splitter is refused and left alone: neither a second run nor the revert of an old one ends it', async ({
      onTestFinished,
    }) => {
      const place = await placeFor(onTestFinished);
      const seen = await stacks(place);
      const asked = keyed();
      const driver = { from: { topic: place.source, group: place.group, begin: 'earliest' } };
      const { held } = await hold(place, asked, driver);
      await held.turn(settingOf(asked, slot(1)));

      const { context: old, said } = contextOf(asked, '/');
      const options = optionsOf(place, driver);
      await Promise.all([
        // A second run of another machine does not get so far as to save how the tap stands.
        expect(hold(place, asked, driver)).rejects.toMatchObject({ code: 'kafka-group-in-use' }),
        // Giving back runs the commands of `rollback` only after this.
        expect(kafkaSplitTap.restore(options, { divided: 'no' }, old)).rejects.toMatchObject({
          code: 'kafka-group-in-use',
        }),
      ]);
      expect(said).toEqual([]);

      await produce(place, orders(50));
      await until(() => seen.arrived().length === 50, WAIT_MS);
      expect(await held.verify()).toBe('as-set');
      await held.giveBack();
      await giveBack(kafkaSplitTap, options, { divided: 'no' }, old, async () => undefined);
      expect(said.join()).toContain(`${place.source} is divided no more`);
    }, 180_000);

    test('`begin: latest` is written for every partition at once: what comes after a hand-back without a record reaches the baseline', async ({
      onTestFinished,
    }) => {
      const place = await placeFor(onTestFinished);
      await stacks(place);
      await produce(place, orders(40));
      const asked = keyed();
      const { held } = await hold(place, asked, {
        from: { topic: place.source, group: place.group, begin: 'latest' },
      });
      await held.turn(settingOf(asked, slot(1)));
      await held.giveBack();
      expect([...(await committedIn(place)).values()].reduce((sum, each) => sum + each, 0)).toBe(40);
      await produce(place, orders(100, 100));
      const baseline = await stack(place.address, place.group, place.source);
      onTestFinished(() => baseline.stop());
      await until(() => baseline.values.length >= 100, WAIT_MS);
      expect(ascending(ordersIn(baseline))).toEqual(numbers(100, 100));
    }, 180_000);

    test('a group that has committed in some partitions only is refused where nobody says where the others begin', async ({
      onTestFinished,
    }) => {
      const place = await placeFor(onTestFinished);
      await stacks(place);
      await produce(place, orders(40));
      const producer = client(place.address).producer({
        transactionalId: place.group,
        maxInFlightRequests: 1,
      });
      await producer.connect();
      const transaction = await producer.transaction();
      await transaction.sendOffsets({
        consumerGroupId: place.group,
        topics: [{ topic: place.source, partitions: [{ partition: 0, offset: '0' }] }],
      });
      await transaction.commit();
      await producer.disconnect();
      const asked = keyed();
      const { held } = await hold(place, asked, { from: { topic: place.source, group: place.group } });
      await expect(held.turn(settingOf(asked, slot(1)))).rejects.toMatchObject({
        code: 'kafka-no-offsets',
        message: expect.stringMatching(new RegExp(`partition [123, ]+ of ${place.source}`)),
      });
      await held.giveBack();
    }, 180_000);

    test('a position that the broker has forgotten is not taken for none: a resumed run refuses, and so it does with files', async ({
      onTestFinished,
    }) => {
      const place = await placeFor(onTestFinished);
      const seen = await stacks(place);
      await produce(place, orders(40));
      const asked = keyed();
      const folder = await temporaryFolder(onTestFinished);
      await writeFile(join(folder, 'a.ndjson'), `${order(7).value}\n`);
      const drivers = {
        live: { from: { topic: place.source, group: place.group, begin: 'earliest' } },
        files: { from: { files: '*.ndjson' }, key: '$.customer' },
      };
      for (const [kind, driver] of Object.entries(drivers)) {
        const given = contextOf(asked, folder);
        const { held, listener } = await hold(place, asked, driver, given);
        await held.turn(settingOf(asked, slot(1)));
        await until(() => seen.arrived().length === (kind === 'live' ? 40 : 41), WAIT_MS);
        await held.giveBack();
        await listener.close();
        const admin = client(place.address).admin();
        await admin.connect();
        await admin.deleteGroups([kind === 'live' ? place.group : `stacktrial-${given.context.runId}`]);
        await admin.disconnect();
        const again = await hold(place, asked, driver, given);
        await expect(again.held.turn(settingOf(asked, slot(1)))).rejects.toMatchObject({
          code: kind === 'live' ? 'kafka-position' : 'kafka-files-position',
          message: expect.stringContaining('does not know any more'),
          hint: expect.stringContaining('offsets.retention.minutes'),
        });
        await again.held.giveBack();
        await again.listener.close();
      }
      expect(seen.arrived()).toHaveLength(41);
    }, 180_000);

    test('a record larger than an arm’s topic takes is named, with its place, its size and the setting; those before it are given out', async ({
      onTestFinished,
    }) => {
      const place = await newPlace(broker(), false, onTestFinished, {
        arms: { 'max.message.bytes': '50000' },
      });
      const seen = await stacks(place);
      const asked = keyed();
      const { held, context, said } = await hold(place, asked, {
        from: { topic: place.source, group: place.group, begin: 'earliest' },
      });
      // Together they are far more than the topic takes at once.
      const fitting = orders(60).map((each, i) => ({
        ...each,
        key: 'C1',
        value: JSON.stringify({ order: i, fill: 'x'.repeat(10_000) }),
      }));
      await produce(place, fitting);
      await held.turn(settingOf(asked, slot(1)));
      await until(() => seen.arrived().length === 60, WAIT_MS);
      expect(said.join()).toContain('takes records of at most 50000 bytes');
      const at = await partitionOf(place, 'C1', testIo('/'));
      await produce(place, [{ key: 'C1', value: 'y'.repeat(70_000) }]);
      await expect(until(() => held.verify().then(() => false), WAIT_MS)).rejects.toMatchObject({
        code: 'kafka-record-too-large',
        message: expect.stringMatching(
          new RegExp(
            `^the record at ${place.source}, partition ${at}, offset 60 is too large for ${place.source}-[ab], partition ${at}: 70002 bytes`,
          ),
        ),
        hint: expect.stringContaining('takes 50000 bytes: max.message.bytes'),
      });
      await held.giveBack();
      expect((await committedIn(place)).get(at)).toBe(60);

      await writeFile(
        join(context.folder, 'a.ndjson'),
        `{"customer":"C1"}\n\n{"customer":"C1","fill":"${'z'.repeat(60_000)}"}\n`,
      );
      const files = await hold(
        place,
        asked,
        { from: { files: 'a.ndjson' }, key: '$.customer' },
        contextOf(asked, context.folder),
      );
      await files.held.turn(settingOf(asked, slot(1)));
      await expect(until(() => files.held.verify().then(() => false), WAIT_MS)).rejects.toMatchObject({
        message: expect.stringContaining('the record at a.ndjson:3 is too large'),
      });
      await files.held.giveBack();
    }, 180_000);

    test('brokers that are away for a while end nothing: the split goes on where the last whole transaction ended, and says when it was not divided', async ({
      onTestFinished,
    }) => {
      const place = await placeFor(onTestFinished);
      const { cuttable } = broker();
      const way = await startCuttable(cuttable);
      onTestFinished(() => way.close());
      const seen = await stacks(place);
      const asked = keyed();
      const { held, context, listener } = await hold(
        { ...place, address: `127.0.0.1:${cuttable.port}` },
        asked,
        { from: { topic: place.source, group: place.group, begin: 'earliest' }, outage: '10m' },
      );
      await held.turn(settingOf(asked, slot(1)));
      let sent = 0;
      const send = async () => {
        await produce(place, orders(100, sent));
        sent += 100;
      };
      await send();
      await until(() => seen.arrived().length === sent, WAIT_MS);

      // Broken off in the middle of work, and back at once: the client itself sees to that.
      for (let time = 0; time < 3; time++) {
        await send();
        way.cut();
        way.mend();
        await until(
          async () => (await held.verify()) !== 'as-set' || seen.arrived().length === sent,
          WAIT_MS,
        );
        await until(() => seen.arrived().length === sent, WAIT_MS);
      }
      // Away for so long that the client gives up.
      await send();
      way.cut();
      await send();
      await until(
        async () =>
          JSON.stringify(
            await kafkaSplitTap.readBack(
              optionsOf(place, { from: { topic: place.source, group: place.group } }),
              context,
            ),
          ).includes('no more'),
        WAIT_MS,
      );
      way.mend();
      expect(await held.verify()).toBe('put-right');
      expect(await held.verify()).toBe('as-set');
      await send();
      await until(() => seen.arrived().length === sent, WAIT_MS);
      await held.giveBack();
      expect(ascending(seen.arrived())).toEqual(numbers(sent));
      for (const name of ['batch', 'record'] as const) expectInOrder(seen[name].values);
      // Also those whose transaction ended while nobody heard it.
      expect(listener.take()).toHaveLength(sent);
    }, 240_000);

    test('a commit whose answer is lost is neither lost nor repeated, and its records are followed', async ({
      onTestFinished,
    }) => {
      const place = await placeFor(onTestFinished);
      const seen = await stacks(place);
      const io = testIo('/');
      const cluster = await connect({ brokers: [place.address], ssl: false }, io, newRunId());
      onTestFinished(() => cluster.close());
      const asked = keyed();
      const divide = divider(settingOf(asked, slot(1)), asked.arms, 'record', undefined);
      const followed = new Followed();
      const open = (through: Cluster) =>
        openGiver({
          cluster: through,
          transactionalId: place.group,
          group: place.group,
          topicOf: (arm) => place.arms[arm as 'batch' | 'record'].topic,
          limits: new Map(),
          followed,
          now: io.now,
        });
      const give = (giver: Giver, from: number) => giver.give(batchOf(from, place.source, 10), divide);
      const { through, died } = dyingAfter(cluster, 'commit', 2);
      void give(await open(through), 0);
      await died;
      const giver = await open(cluster);
      expect(followed.left('batch') + followed.left('record')).toBe(10);
      expect((await cluster.committed(place.group, place.source)).get(0)).toBe(10);
      // Cut off before: what was sent is not there, and not followed.
      const { through: sooner, died: dead } = dyingAfter(cluster, 'sendOffsets', 2);
      void give(await open(sooner), 10);
      await dead;
      await giver.close();
      const last = await open(cluster);
      expect(followed.left('batch') + followed.left('record')).toBe(10);
      await give(last, 10);
      await last.close();
      await until(() => seen.arrived().length >= 20, WAIT_MS);
      expect(ascending(seen.arrived())).toEqual(numbers(20));
    }, 180_000);

    test('cut off after each step of giving out: the next process begins where the last whole transaction ended', async ({
      onTestFinished,
    }) => {
      const place = await placeFor(onTestFinished);
      const io = testIo('/');
      const cluster = await connect({ brokers: [place.address], ssl: false }, io, newRunId());
      onTestFinished(() => cluster.close());
      // Their groups make a broker that has just started ready for offsets.
      const seen = await stacks(place);
      const asked = keyed();
      const divide = divider(settingOf(asked, slot(1)), asked.arms, 'record', undefined);
      const steps = ['transaction', 'sendBatch', 'sendOffsets', 'commit'] as const;
      for (const [i, step] of steps.entries()) {
        const group = `${place.group}-${step}`;
        const open = (through: Cluster) =>
          openGiver({
            cluster: through,
            transactionalId: group,
            group,
            topicOf: (arm) => place.arms[arm as 'batch' | 'record'].topic,
            limits: new Map(),
            followed: new Followed(),
            now: io.now,
          });
        const giveFrom = async (giver: Giver, first: number) => {
          for (let at = first; at < 30; at += 10)
            await giver.give(batchOf(i * 100 + at, place.source, at + 10), divide);
        };
        // Opening tries an empty transaction; the second batch is the third.
        const { through, died } = dyingAfter(cluster, step, 3);
        await Promise.race([giveFrom(await open(through), 0), died]);
        const next = await open(cluster);
        const committed = (await cluster.committed(group, place.source)).get(0);
        expect(committed, step).toBe(step === 'commit' ? 20 : 10);
        await giveFrom(next, committed as number);
        await next.close();
      }
      await until(() => seen.arrived().length >= 120, WAIT_MS);
      expect(ascending(seen.arrived())).toEqual(steps.flatMap((_, i) => numbers(30, i * 100)));
    }, 180_000);
  });
else
  test.skipIf(!isRequired('kafka'))(
    'SKIPPED, Apache Kafka: no java, or STACKTRIAL_KAFKA names no folder of jars',
    () => {
      throw new Error('STACKTRIAL_REQUIRE asks for kafka: name the folder of its jars in STACKTRIAL_KAFKA');
    },
  );

// When all others have ended: two stacks are measured.
serverSuite('kcat', 'kcat', () => {
  test('end to end by key: each customer’s orders wait longer where pricing takes twice as long, and that is refuted', async ({
    onTestFinished,
  }) => {
    const project = new URL('../..', import.meta.url).pathname;
    const { code, stdout, stderr } = await runWorld({
      project,
      world: 'twice',
      byKey: true,
      reports: await temporaryFolder(onTestFinished),
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('“batch is faster than record” is refuted');
    expect(stdout).toContain('Checks: 0 failed');
  }, 180_000);
});
