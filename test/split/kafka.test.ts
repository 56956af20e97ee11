import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputParity } from '../../src/check/output-parity.js';
import type { Evidence, PlannedTrial, Trial, Unit } from '../../src/model/evidence.js';
import { assigner } from '../../src/split/assignment.js';
import { byKey } from '../../src/split/designs/by-key.js';
import { Backlog, lagOf } from '../../src/split/drivers/kafka/backlog.js';
import { Checksum, digestOf, type Written } from '../../src/split/drivers/kafka/checksum.js';
import { kafkaDriver } from '../../src/split/drivers/kafka.js';
import { createRandom } from '../../src/stats/random.js';
import { onlyRun, start } from '../cli/program.js';
import { runWorld, startWorld } from '../example/kafka.js';
import { createTopics, startKafka, startTestBroker } from '../servers/kafka.js';
import { findBinary, isRequired, serverSuite } from '../servers/require.js';
import { freePort } from '../servers/start.js';
import { sharedBroker, stack } from './kafka-support.js';
import { arms, experiment, newRunId, temporaryFolder, testIo, testJournal, until } from './support.js';

describe('a backlog', () => {
  test('gives each record the time from when it was sent to the poll that saw it committed', () => {
    const backlog = new Backlog();
    backlog.saw(new Map(), 0);
    backlog.sent({ partition: 0, from: 10, count: 2, sentAt: 0 });
    backlog.sent({ partition: 1, from: 0, count: 1, sentAt: 100 });
    expect(backlog.saw(new Map([[0, 11]]), 200)).toBe(2);
    expect(
      backlog.saw(
        new Map([
          [0, 99],
          [1, -1],
        ]),
        300,
      ),
    ).toBe(1);
    expect(
      backlog.saw(
        new Map([
          [0, 99],
          [1, 1],
        ]),
        500,
      ),
    ).toBe(0);
    const { latencySeconds, p50Seconds, maxSeconds, meanLag, maxLag } = backlog.summary(500);
    expect([latencySeconds, p50Seconds, maxSeconds]).toEqual([0.2 + 0.3 + 0.4, 0.3, 0.4]);
    // 2 records behind for 100 ms, then 1 for 200 ms.
    expect([meanLag, maxLag]).toEqual([(2 * 100 + 1 * 200) / 500, 2]);
  });

  test('of a group is told without the partitions in which it never committed, unless nobody else writes there', () => {
    const ends = new Map([
      [0, 10],
      [1, 7],
    ]);
    const committed = new Map([
      [0, 4],
      [1, -1],
    ]);
    expect(lagOf(ends, committed)).toBe(6);
    expect(lagOf(ends, committed, 0)).toBe(13);
    expect(lagOf(ends, new Map(), 0)).toBe(17);
  });
});

describe('the checksum of what was written', () => {
  const record = fc.record({
    key: fc.option(fc.uint8Array({ maxLength: 4 })),
    value: fc.option(fc.uint8Array({ maxLength: 6 })),
  });
  const sum = (records: readonly Written[]) => {
    const all = new Checksum();
    for (const each of records) all.add(digestOf(each, 'content'));
    return all.output();
  };

  test('is the same in any order', () => {
    fc.assert(
      fc.property(fc.array(record), fc.integer(), (records, seed) => {
        const random = createRandom(seed, 'order');
        const shuffled = records
          .map((each) => ({ each, at: random.uniform() }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each);
        expect(sum(shuffled)).toEqual(sum(records));
      }),
    );
  });

  test('is another where a record is changed, lost, or there twice instead of another pair', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1 }), record, (records, other) => {
        const [first, ...rest] = records;
        expect(sum(rest).sha256).not.toBe(sum(records).sha256);
        // An exclusive or would be fooled by a pair.
        expect(sum([...records, other, other]).sha256).not.toBe(sum(records).sha256);
        if (JSON.stringify(other) !== JSON.stringify(first))
          expect(sum([other, ...rest]).sha256).not.toBe(sum(records).sha256);
      }),
    );
  });

  test('of named parts leaves the others out', () => {
    const value = (text: string) => ({ key: null, value: Buffer.from(text) });
    const parts = ['$.order', '$.cents'];
    const digest = digestOf(value('{"order":1,"cents":20,"at":"08:00"}'), parts);
    expect(digestOf(value('{"at":"09:00","cents":20,"order":1}'), parts)).toBe(digest);
    expect(digestOf(value('{"order":1,"cents":21,"at":"08:00"}'), parts)).not.toBe(digest);
    expect(digestOf(value('{"order":1,"at":"08:00"}'), parts)).not.toBe(digest);
  });
});

test('one group for two arms is refused: the partition would be the unit', () => {
  const { error } = kafkaDriver.options.safeParse({
    brokers: ['b:1'],
    topic: 't',
    arms: { a: { group: 'g' }, b: { group: 'g' } },
  });
  expect(error?.issues[0].path).toEqual(['arms', 'b', 'group']);
  expect(error?.issues[0].message).toContain('the partition would be the unit');
});

test('no broker is said with its address, before any trial', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const options = kafkaDriver.options.parse({ brokers: [address], topic: 't', arms: { a: { group: 'g' } } });
  const opening = kafkaDriver.open(options, arms('a'), testJournal(), testIo('/'), newRunId());
  await expect(opening).rejects.toMatchObject({
    code: 'kafka-unreachable',
    hint: expect.stringContaining(address),
  });
}, 30_000);

const planned = (id: string, arm: string, unit: Unit): PlannedTrial => ({
  id,
  block: Number(id.slice(1, 4)),
  order: Number(id[5]),
  unit: unit.id,
  repeat: 0,
  arm,
});

async function unitsIn(
  folder: string,
  files: Readonly<Record<string, readonly object[]>>,
): Promise<readonly Unit[]> {
  return Promise.all(
    Object.entries(files).map(async ([name, records]) => {
      await writeFile(join(folder, name), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      return { id: name, path: name, covariates: { records: records.length } };
    }),
  );
}

const orders = (n: number) => Array.from({ length: n }, (_, i) => ({ order: i, customer: `C${i % 50}` }));

/** A broker that others use as well: topics and groups by names of one's own. */
interface Names {
  readonly address: string;
  readonly of: (name: string) => string;
}

let tests = 0;
const TOPICS = ['orders', 'orders-a', 'orders-b', 'out-a', 'out-b'];

/** `makes`: the broker makes topics by itself. */
async function namesOn(address: string, makes: boolean): Promise<Names> {
  const n = ++tests;
  const of = (name: string) => `${name}-${n}`;
  if (!makes) await createTopics(address, TOPICS.map(of));
  return { address, of };
}

/** What holds on every broker. */
function onBroker(start: () => Promise<Names>): void {
  test('mirrored: every record reaches both groups, and each trial ends at lag 0', async ({
    onTestFinished,
  }) => {
    const { address, of } = await start();
    const stacks = await Promise.all([
      stack(address, of('a'), of('orders'), { out: of('out-a') }),
      stack(address, of('b'), of('orders'), { out: of('out-b') }),
    ]);
    const folder = await temporaryFolder(onTestFinished);
    const [unit] = await unitsIn(folder, { 'one.ndjson': orders(1_200) });
    const options = kafkaDriver.options.parse({
      brokers: [address],
      topic: of('orders'),
      key: '$.customer',
      arms: { a: { group: of('a'), out: of('out-a') }, b: { group: of('b') } },
    });
    const driver = await kafkaDriver.open(options, arms('a', 'b'), testJournal(), testIo(folder), newRunId());
    try {
      for (const block of ['b000', 'b001']) {
        const rows = await Promise.all(
          ['a', 'b'].map((arm, i) => driver.trial(planned(`${block}.${i}.${arm}`, arm, unit), unit, 0)),
        );
        for (const row of rows) {
          expect(row.outcome, row.problem).toBe('ok');
          expect(row.answer).toMatchObject({ records: 1_200 });
          expect(row.measured.wallSeconds).toBeGreaterThan(0);
        }
        // The stack leaves one record of each fetch unwritten: these are failures, and only where an output is declared.
        const { out, failed } = rows[0].answer as { out: number; failed: number };
        expect(failed).toBeGreaterThan(0);
        expect(out + failed).toBe(1_200);
        expect(rows[1].answer).not.toHaveProperty('failed');
      }
      for (const { values } of stacks) {
        expect(values).toHaveLength(2_400);
        expect(new Set(values.map(({ value }) => value)).size).toBe(1_200);
        expect(values.every(({ key, value }) => JSON.parse(value).customer === key)).toBe(true);
      }
    } finally {
      await driver.close();
      await Promise.all(stacks.map((each) => each.stop()));
    }
  }, 120_000);

  test('parity: what both arms write is compared by content, in any order; one wrong value among 600 makes the run invalid', async ({
    onTestFinished,
  }) => {
    const { address, of } = await start();
    let plant = false;
    const stacks = await Promise.all([
      stack(address, of('a'), of('orders'), { out: of('out-a'), write: (messages) => messages }),
      stack(address, of('b'), of('orders'), {
        out: of('out-b'),
        write: (messages) =>
          messages.toReversed().map(({ key, value }) => {
            const order = JSON.parse(String(value));
            const wrong = plant && order.order === 417;
            return { key, value: wrong ? JSON.stringify({ ...order, customer: 'C0' }) : value };
          }),
      }),
    ]);
    const folder = await temporaryFolder(onTestFinished);
    const [unit] = await unitsIn(folder, { 'one.ndjson': orders(600) });
    const options = kafkaDriver.options.parse({
      brokers: [address],
      topic: of('orders'),
      key: '$.customer',
      parity: 'content',
      arms: { a: { group: of('a'), out: of('out-a') }, b: { group: of('b'), out: of('out-b') } },
    });
    const driver = await kafkaDriver.open(options, arms('a', 'b'), testJournal(), testIo(folder), newRunId());
    const verdict = async (block: string) => {
      const trials = await Promise.all(
        ['a', 'b'].map((arm, i) => driver.trial(planned(`${block}.${i}.${arm}`, arm, unit), unit, 0)),
      );
      for (const { outcome, answer, output } of trials) {
        expect(outcome).toBe('ok');
        expect(answer).toMatchObject({ records: 600, out: 600, failed: 0 });
        expect(output?.count).toBe(600);
      }
      const seen = { trials, experiment: experiment({ arms: ['a', 'b'] }) } as unknown as Evidence;
      return outputParity.run(seen, { index: 1, of: 1 })[0];
    };
    try {
      expect(await verdict('b000')).toMatchObject({ status: 'pass' });
      plant = true;
      expect(await verdict('b001')).toMatchObject({
        status: 'fail',
        saw: { code: 'output-parity-differs' },
      });
    } finally {
      await driver.close();
      await Promise.all(stacks.map((each) => each.stop()));
    }
  }, 120_000);

  test('by key: each key is in the topic of the arm that `assign` names, and in no other', async ({
    onTestFinished,
  }) => {
    const { address, of } = await start();
    const [engine, functions] = await Promise.all([
      stack(address, of('engine'), of('orders-a')),
      stack(address, of('functions'), of('orders-b')),
    ]);
    const stacks = { engine, functions };
    const folder = await temporaryFolder(onTestFinished);
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`C${i}.ndjson`, [{ customer: `C${i}` }, { customer: `C${i}` }]]),
    );
    const units = (await unitsIn(folder, files)).map((unit) => ({
      ...unit,
      key: unit.id.replace('.ndjson', ''),
    }));
    const keyed = experiment({
      design: { kind: 'by-key', hash: 'xxh32' },
      workload: { key: '$.customer', repeats: 1 },
    });
    const { trials } = byKey.schedule(keyed, units, createRandom);
    const options = kafkaDriver.options.parse({
      brokers: [address],
      key: '$.customer',
      arms: {
        engine: { group: of('engine'), topic: of('orders-a') },
        functions: { group: of('functions'), topic: of('orders-b') },
      },
    });
    const driver = await kafkaDriver.open(options, keyed.arms, testJournal(), testIo(folder), newRunId());
    try {
      for (const each of trials) {
        const unit = units.find(({ id }) => id === each.unit) as Unit;
        expect((await driver.trial(each, unit, 0)).outcome).toBe('ok');
      }
      const arm = assigner(keyed);
      for (const name of ['engine', 'functions'] as const) {
        expect(stacks[name].values.length).toBeGreaterThan(0);
        for (const { key } of stacks[name].values) expect(arm(key as string).arm).toBe(name);
      }
      expect(stacks.engine.values.length + stacks.functions.values.length).toBe(24);
    } finally {
      await driver.close();
      await Promise.all(Object.values(stacks).map((each) => each.stop()));
    }
  }, 120_000);
}

serverSuite(
  'kcat',
  'kcat',
  (kcat) => {
    const broker = sharedBroker(() => startTestBroker(kcat));
    onBroker(() => namesOn(broker().address, true));

    test('a stack that does not keep up fails its trial, and what it left is not counted in the next one', async ({
      onTestFinished,
    }) => {
      const { address, of } = await namesOn(broker().address, true);
      let release: () => void = () => undefined;
      const may = new Promise<void>((done) => {
        release = done;
      });
      const stuck = await stack(address, of('a'), of('orders'), { may });
      const folder = await temporaryFolder(onTestFinished);
      const [unit] = await unitsIn(folder, { 'one.ndjson': orders(40) });
      const options = kafkaDriver.options.parse({
        brokers: [address],
        arms: { a: { group: of('a'), topic: of('orders') } },
        timeout: '700ms',
      });
      const driver = await kafkaDriver.open(options, arms('a'), testJournal(), testIo(folder), newRunId());
      try {
        const first = await driver.trial(planned('b000.0.a', 'a', unit), unit, 0);
        expect([first.outcome, first.answer]).toEqual(['sut-timeout', null]);
        expect(first.problem).toContain('still 40 records behind after 0.7 s');
        release();
        await until(() => stuck.values.length === 40);
        const next = await driver.trial(planned('b001.0.a', 'a', unit), unit, 0);
        expect([next.outcome, (next.answer as { records: number }).records]).toEqual(['ok', 40]);
      } finally {
        await driver.close();
        await stuck.stop();
      }
    });

    test('contents that the client cannot read are refused by the name of their compression', async ({
      onTestFinished,
    }) => {
      const { address, of } = await namesOn(broker().address, true);
      const consumers = await Promise.all(['a', 'b'].map((arm) => stack(address, of(arm), of('orders'))));
      onTestFinished(async () => void (await Promise.all(consumers.map((each) => each.stop()))));
      const folder = await temporaryFolder(onTestFinished);
      const [unit] = await unitsIn(folder, { 'one.ndjson': orders(4) });
      const options = kafkaDriver.options.parse({
        brokers: [address],
        topic: of('orders'),
        parity: 'content',
        arms: { a: { group: of('a'), out: of('out-a') }, b: { group: of('b'), out: of('out-b') } },
      });
      const driver = await kafkaDriver.open(
        options,
        arms('a', 'b'),
        testJournal(),
        testIo(folder),
        newRunId(),
      );
      onTestFinished(() => driver.close());
      const sending = spawn(kcat, ['-P', '-b', address, '-t', of('out-b'), '-z', 'lz4'], {
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      sending.stdin.end('the same again and again and again\n'.repeat(50));
      await once(sending, 'exit');
      const trials = ['a', 'b'].map((arm, i) =>
        driver.trial(planned(`b000.${i}.${arm}`, arm, unit), unit, 0),
      );
      const [, failed] = await Promise.allSettled(trials);
      expect(failed).toMatchObject({
        reason: {
          code: 'kafka-codec',
          message: expect.stringContaining(`${of('out-b')} are compressed with lz4`),
          hint: expect.stringContaining('parity: none'),
        },
      });
    }, 120_000);

    test('one topic for arms that do not run together is refused', async ({ onTestFinished }) => {
      const { address, of } = await namesOn(broker().address, true);
      const folder = await temporaryFolder(onTestFinished);
      const [unit] = await unitsIn(folder, { 'one.ndjson': orders(4) });
      const options = kafkaDriver.options.parse({
        brokers: [address],
        topic: of('orders'),
        arms: { a: { group: of('a') }, b: { group: of('b') } },
      });
      const driver = await kafkaDriver.open(
        options,
        arms('a', 'b'),
        testJournal(),
        testIo(folder),
        newRunId(),
      );
      onTestFinished(() => driver.close());
      await expect(driver.trial(planned('b000.0.a', 'a', unit), unit, 0)).rejects.toMatchObject({
        code: 'kafka-shared-topic',
      });
    }, 30_000);

    test('kill -9 and --resume: every file reaches both stacks, and what was under way is done again', async ({
      onTestFinished,
    }) => {
      const project = new URL('../..', import.meta.url).pathname;
      const folder = await temporaryFolder(onTestFinished);
      const yaml = await readFile(join(project, 'experiments/kafka-batch-vs-record.yaml'), 'utf8');
      await writeFile(
        join(folder, 'kafka.yaml'),
        yaml
          .replace('stacks/kafka-orders.js', join(project, 'experiments/stacks/kafka-orders.js'))
          .replace('repeats: 5', 'repeats: 2'),
      );
      const { brokers, stop } = await startWorld({ project, world: 'failing' });
      onTestFinished(stop);
      const run = (...more: string[]) =>
        start(folder, ['run', 'kafka.yaml', ...more], { env: { KAFKA_BROKERS: brokers } });
      const rows = async (): Promise<readonly Trial[]> => {
        const text = await readFile(
          join(await onlyRun(folder, 'kafka-batch-vs-record'), 'evidence/trials.ndjson'),
          'utf8',
        ).catch(() => '');
        return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Trial]));
      };
      const killed = run();
      await until(
        async () => (await rows().catch(() => [])).filter(({ block }) => block >= 0).length > 5,
        60_000,
      );
      killed.child.kill('SIGKILL');
      expect((await killed.ended).signal).toBe('SIGKILL');
      const resumed = await run('--resume').ended;
      expect(resumed.code, resumed.stderr).toBe(12);
      const all = await rows();
      for (let block = 0; block < 16; block++)
        for (const arm of ['batch', 'record'])
          expect(
            all.filter((row) => row.block === block && row.arm === arm && row.outcome === 'ok').at(-1)
              ?.answer,
            `block ${block} of ${arm}`,
          ).toMatchObject({ records: 300 });
      expect(
        new Set(all.filter(({ block, attempt }) => block >= 0 && attempt > 0).map(({ block }) => block)).size,
      ).toBeLessThan(2);
    }, 120_000);
  },
  describe.concurrent,
);

const jars = process.env.STACKTRIAL_KAFKA ?? '';
const java = findBinary('java');
if (jars !== '' && java !== null)
  describe.concurrent('Apache Kafka', () => {
    const broker = sharedBroker(() => startKafka(java, jars));
    onBroker(() => namesOn(broker().address, false));

    test('many large records are sent in parts; one that the topic does not take is named, with its line and the setting', async ({
      onTestFinished,
    }) => {
      const { address, of } = await namesOn(broker().address, false);
      const consumer = await stack(address, of('a'), of('orders'));
      onTestFinished(() => consumer.stop());
      const folder = await temporaryFolder(onTestFinished);
      const sized = (n: number, bytes: number) => ({ order: n, customer: 'C1', fill: 'x'.repeat(bytes) });
      const [many, large] = await unitsIn(folder, {
        'many.ndjson': Array.from({ length: 300 }, (_, i) => sized(i, 10_000)),
        'large.ndjson': [sized(1, 10), sized(2, 1_200_000)],
      });
      const options = kafkaDriver.options.parse({
        brokers: [address],
        key: '$.customer',
        arms: { a: { group: of('a'), topic: of('orders') } },
      });
      const driver = await kafkaDriver.open(options, arms('a'), testJournal(), testIo(folder), newRunId());
      onTestFinished(() => driver.close());
      const sent = await driver.trial(planned('b000.0.a', 'a', many), many, 0);
      expect(sent.outcome, sent.problem).toBe('ok');
      expect(consumer.values).toHaveLength(300);
      await expect(driver.trial(planned('b001.0.a', 'a', large), large, 0)).rejects.toMatchObject({
        code: 'kafka-record-too-large',
        message: expect.stringMatching(
          new RegExp(`large\\.ndjson:2 is too large for ${of('orders')}, partition \\d: 12000\\d\\d bytes`),
        ),
        hint: expect.stringContaining('max.message.bytes=2097152'),
      });
    }, 120_000);
  });
else
  test.skipIf(!isRequired('kafka'))(
    'SKIPPED, Apache Kafka: no java, or STACKTRIAL_KAFKA names no folder of jars',
    () => {
      throw new Error('STACKTRIAL_REQUIRE asks for kafka: name the folder of its jars in STACKTRIAL_KAFKA');
    },
  );

// When all others have ended: times are measured.
serverSuite('kcat', 'kcat', (kcat) => {
  const broker = sharedBroker(() => startTestBroker(kcat));

  test('with a rate, records go out on time and latency runs from when they were due', async () => {
    const { address, of } = await namesOn(broker().address, true);
    const consumer = await stack(address, of('a'), of('orders'));
    const folder = await temporaryFolder();
    const [unit] = await unitsIn(folder, { 'one.ndjson': orders(200) });
    const options = kafkaDriver.options.parse({
      brokers: [address],
      arms: { a: { group: of('a'), topic: of('orders') } },
      rate: 400,
      poll: '5ms',
    });
    const driver = await kafkaDriver.open(options, arms('a'), testJournal(), testIo(folder), newRunId());
    try {
      const { outcome, measured, answer } = await driver.trial(planned('b000.0.a', 'a', unit), unit, 0);
      expect(outcome).toBe('ok');
      expect(measured.wallSeconds).toBeGreaterThanOrEqual(0.49);
      // Most are done long before the last one is sent: a batch that is sent at once would have them all wait.
      const { p50Seconds, maxLag } = answer as { p50Seconds: number; maxLag: number };
      expect(p50Seconds).toBeLessThan((measured.wallSeconds ?? 0) / 2);
      expect(maxLag).toBeLessThan(200);
    } finally {
      await driver.close();
      await consumer.stop();
    }
  });

  test('end to end: 20 % slower is kept out, and so is faster with 2 % of the orders lost', async () => {
    const project = new URL('../..', import.meta.url).pathname;
    const [slower, failing] = await Promise.all(
      (['slower', 'failing'] as const).map(async (world) =>
        runWorld({ project, world, reports: await temporaryFolder() }),
      ),
    );
    expect(slower.code, slower.stderr).toBe(0);
    expect(slower.stdout).toContain('“batch is at least 5% faster than record” is refuted');
    expect(failing.code, failing.stderr).toBe(12);
    expect(failing.stdout).toContain('KEEP RECORD');
    expect(failing.stdout).toMatch(
      /✗ batch is at most 0\.5 points worse on error_rate than record\n\s+refuted: \d/,
    );
  }, 180_000);
});
