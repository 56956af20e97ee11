/**
 * Whole runs of `kafka-split` through the program: killed and gone on with, stopped by a guardrail, in stages, in slots, to
 * the end of their files, and past a lock. All of a suite are under way at once, on one broker.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ExecutedSlot, Request } from '../../src/model/evidence.js';
import type { Report } from '../../src/model/report.js';
import { assigner } from '../../src/split/assignment.js';
import { start } from '../cli/program.js';
import { startKafka, startTestBroker } from '../servers/kafka.js';
import { findBinary, isRequired, serverSuite } from '../servers/require.js';
import {
  ascending,
  byKey,
  committedIn,
  keyed,
  numbers,
  order,
  ordersIn,
  produce,
  stacks,
  traffic,
} from './kafka-split-support.js';
import { type Finished, newPlace, type Place, sharedBroker, stack } from './kafka-support.js';
import { temporaryFolder, until } from './support.js';

const WAIT_MS = 90_000;

interface Declared {
  readonly design?: string;
  readonly from?: string;
  readonly driver?: string;
  readonly rollback?: string;
  readonly guardrails?: string;
}

const LIVE = ({ source, group }: Place) => `{ topic: ${source}, group: ${group}, begin: earliest }`;
const BY_KEY = '{ kind: by-key, seed: 7, for: 5s }';

const declare = (place: Place, given: Declared): string => `experiment: live
question: Which waits less?
arms: { batch: , record: }
baseline: record
design: ${given.design ?? BY_KEY}
driver:
  type: kafka-split
  brokers: ["${place.address}"]
  from: ${given.from ?? LIVE(place)}
  poll: 10ms
  arms: ${JSON.stringify(place.arms)}
${given.driver ?? ''}
watch: { every: 200ms }
rollback: ${given.rollback ?? 'restore'}
metrics:
  latency: { from: requests, query: { field: total }, fold: mean, in: s, better: lower, words: [faster, slower], margin: 50% }
  failed: { from: requests, query: { field: failed }, fold: sum, in: records }
  orders: { from: requests, query: { field: count }, fold: sum, in: records }
  error_rate: { ratio: { of: failed, per: orders, kind: proportion }, in: fraction, better: lower }
hypotheses: [ batch is faster than record ]
${given.guardrails ?? ''}
`;

interface World {
  readonly folder: string;
  run(...args: string[]): ReturnType<typeof start>;
  /** Of the newest run. */
  text(name: string): Promise<string>;
  rows<T>(name: string): Promise<readonly T[]>;
  report(): Promise<Report>;
}

async function worldOf(
  place: Place,
  declared: Declared,
  env: Readonly<Record<string, string>> = {},
): Promise<World> {
  const folder = await temporaryFolder(place.finished);
  await writeFile(join(folder, 'live.yaml'), declare(place, declared));
  const text = async (name: string): Promise<string> => {
    const runs = await readdir(join(folder, 'reports/live')).catch(() => []);
    const newest =
      runs
        .filter((run) => /^\d/.test(run))
        .sort()
        .at(-1) ?? '';
    return readFile(join(folder, 'reports/live', newest, name), 'utf8').catch(() => '');
  };
  return {
    folder,
    text,
    run: (...args) => start(folder, args, { env: { ...env, STACKTRIAL_LEASES: join(folder, 'leases') } }),
    rows: async <T>(name: string) =>
      (await text(name)).split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as T])),
    report: async () => JSON.parse(await text('report.json')) as Report,
  };
}

/** Killed with -9 once `arrived` records are there. */
async function killed({ run }: World, arrived: () => readonly number[], count: number): Promise<void> {
  const { child, ended } = run('run', 'live.yaml');
  await until(() => arrived().length > count || child.exitCode !== null, WAIT_MS);
  child.kill('SIGKILL');
  const { signal, stderr } = await ended;
  expect(signal, stderr).toBe('SIGKILL');
}

const timesOf = (all: readonly number[]): ReadonlyMap<number, number> => {
  const times = new Map<number, number>();
  for (const n of all) times.set(n, (times.get(n) ?? 0) + 1);
  return times;
};

/** Numbers below `sent`, each at least once. @throws naming those that did not come */
async function untilAll(all: () => readonly number[], sent: number): Promise<void> {
  await until(() => timesOf(all()).size >= sent, WAIT_MS).catch(() => {
    const here = timesOf(all());
    const missing = numbers(sent).filter((n) => !here.has(n));
    throw new Error(
      `of ${sent} records ${missing.length} did not come: ${missing.slice(0, 20).join(', ')} …`,
    );
  });
}

const failing = ({ checks }: Report) =>
  checks.filter(({ status }) => status === 'fail').map(({ check }) => check);

const statusOf = ({ checks }: Report, name: string) => checks.find(({ check }) => check === name)?.status;

const writeOrders = (folder: string, name: string, count: number, from: number): Promise<void> =>
  writeFile(
    join(folder, 'orders', name),
    numbers(count, from)
      .map((i) => `${order(i).value}\n`)
      .join(''),
  );

/** Each in its arm's topic, each key in order: what was read by both stacks. */
function expectInOrder(seen: Awaited<ReturnType<typeof stacks>>): void {
  for (const arm of ['batch', 'record'] as const)
    for (const own of byKey(seen[arm].values).values()) expect(own).toEqual(ascending(own));
}

function killedOn(placeFor: (finished: Finished) => Promise<Place>, isReal: boolean): void {
  test(`kill -9 in the middle: status shows it open, revert tells where to go on, and no record is lost${isReal ? ' or doubled' : ''}`, async ({
    onTestFinished,
  }) => {
    const place = await placeFor(onTestFinished);
    const seen = await stacks(place);
    const end = traffic(place);
    const world = await worldOf(place, {});
    await killed(world, seen.arrived, 20);
    const sent = await end();
    expect((await world.run('status').ended).stdout).toContain(
      `OPEN: kafka ${place.source} in the group ${place.group}`,
    );
    const reverted = await world.run('revert').ended;
    expect([reverted.code, reverted.stderr]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(`whoever reads it in the group ${place.group} goes on at 0:(\\d+|its begin) `),
      ),
    ]);
    expect((await world.run('revert').ended).stdout).toContain('Nothing is open');

    if (isReal) {
      // The next run begins where the killed one was cut off.
      const before = seen.arrived().length;
      const again = await world.run('run', 'live.yaml').ended;
      expect([0, 10], again.stderr).toContain(again.code);
      expect(seen.arrived().length).toBeGreaterThan(before);
      for (const { assigned, served } of await world.rows<Request>('evidence/requests.ndjson'))
        expect(served).toBe(assigned);
    }
    // librdkafka's test broker keeps a dead member for a minute: there somebody else reads what the baseline would.
    const baseline = await stack(place.address, isReal ? place.group : `${place.group}-reader`, place.source);
    onTestFinished(() => baseline.stop());
    const from = isReal ? new Map<number, number>() : await committedIn(place);
    const rest = () =>
      baseline.values.filter(({ partition, offset }) => offset >= (from.get(partition) ?? 0));
    const all = () => [...seen.arrived(), ...ordersIn({ values: rest() })];
    await untilAll(all, sent);
    if (isReal) expect(ascending(all())).toEqual(numbers(sent));
  }, 240_000);

  test(`kill -9 in the middle and run --resume: ${isReal ? 'no record is lost or doubled, and the report is that of a whole slot' : 'no record is lost'}`, async ({
    onTestFinished,
  }) => {
    const place = await placeFor(onTestFinished);
    const seen = await stacks(place);
    const end = traffic(place);
    const world = await worldOf(place, {});
    await killed(world, seen.arrived, 20);
    const before = seen.arrived().length;
    const resumed = await world.run('run', 'live.yaml', '--resume').ended;
    expect([0, 10], resumed.stderr).toContain(resumed.code);
    const sent = await end();
    expect(seen.arrived().length).toBeGreaterThan(before);
    const slots = await world.rows<ExecutedSlot>('evidence/slots.ndjson');
    expect(slots.map(({ index, outcome }) => [index, outcome])).toEqual([[0, 'ok']]);
    const [{ appliedAt, endedAt }] = slots;
    expect((endedAt ?? 0) - (appliedAt ?? 0)).toBeGreaterThanOrEqual(4_990);
    const report = await world.report();
    expect([report.run.resumed, failing(report)]).toEqual([1, []]);
    const steps = (await world.rows<{ step: string }>('journal.ndjson')).map(({ step }) => step);
    expect(steps.filter((step) => step === 'tap-turned' || step === 'tap-restored')).toEqual([
      'tap-turned',
      'tap-restored',
      'tap-turned',
      'tap-restored',
    ]);
    const baseline = await stack(place.address, isReal ? place.group : `${place.group}-reader`, place.source);
    onTestFinished(() => baseline.stop());
    const from = isReal ? new Map<number, number>() : await committedIn(place);
    const rest = () =>
      baseline.values.filter(({ partition, offset }) => offset >= (from.get(partition) ?? 0));
    const all = () => [...seen.arrived(), ...ordersIn({ values: rest() })];
    await untilAll(all, sent);
    if (!isReal) return;
    expect(ascending(all())).toEqual(numbers(sent));
    expectInOrder(seen);
  }, 240_000);

  const FILES = { from: '{ files: "orders/*.ndjson", rate: 150 }', driver: '  key: $.customer' };

  test(`kill -9 among files and run --resume: ${isReal ? 'it goes on with exactly the files that it began with, once each' : 'a broker that has forgotten how far it was is not believed'}`, async ({
    onTestFinished,
  }) => {
    const place = await placeFor(onTestFinished);
    const seen = await stacks(place);
    const world = await worldOf(place, { ...FILES, design: '{ kind: by-key, seed: 7, for: 60s }' });
    await mkdir(join(world.folder, 'orders'));
    await writeOrders(world.folder, 'b.ndjson', 200, 0);
    await writeOrders(world.folder, 'd.ndjson', 200, 200);
    await killed(world, seen.arrived, 100);
    // Before, between and after those that were there.
    await writeOrders(world.folder, 'a.ndjson', 10, 1_000);
    await writeOrders(world.folder, 'c.ndjson', 10, 2_000);
    const resume = () => world.run('run', 'live.yaml', '--resume').ended;
    if (!isReal) {
      const { code, stderr } = await resume();
      expect([code, stderr]).toEqual([
        69,
        expect.stringContaining('does not know any more how many records of orders/*.ndjson'),
      ]);
      return;
    }
    const file = join(world.folder, 'orders/d.ndjson');
    const whole = await readFile(file, 'utf8');
    await writeFile(file, whole.replace('"order":399', '"order":998'));
    const changed = await resume();
    expect([changed.code, changed.stderr]).toEqual([
      69,
      expect.stringContaining(
        '1 of the 2 files that this run divides are not as they were: orders/d.ndjson has another content',
      ),
    ]);
    expect(changed.stderr).toContain('Put them back as they were and --resume again');
    await writeFile(file, whole);
    const resumed = await resume();
    expect([0, 10], resumed.stderr).toContain(resumed.code);
    expect(resumed.stderr).toContain(
      'orders/a.ndjson, orders/c.ndjson came after this run had begun: its records take no part in it',
    );
    await until(() => seen.arrived().length >= 400, WAIT_MS);
    expect(ascending(seen.arrived())).toEqual(numbers(400));
    expectInOrder(seen);
    expect(failing(await world.report())).toEqual([]);
  }, 240_000);
}

serverSuite(
  'kcat',
  'kcat',
  (kcat) => {
    const broker = sharedBroker(() => startTestBroker(kcat));
    // Its transactions do nothing: what one had held is there at once.
    killedOn((finished) => newPlace(broker(), true, finished), false);
  },
  describe.concurrent,
);

const jars = process.env.STACKTRIAL_KAFKA ?? '';
const java = findBinary('java');
if (jars !== '' && java !== null)
  describe.concurrent('Apache Kafka', () => {
    const broker = sharedBroker(() => startKafka(java, jars));
    const placeFor = (finished: Finished) => newPlace(broker(), false, finished);
    killedOn(placeFor, true);

    test('harm ends the split, and the commands of `rollback` run when the baseline’s position is told', async ({
      onTestFinished,
    }) => {
      const place = await placeFor(onTestFinished);
      let release: () => void = () => undefined;
      const may = new Promise<void>((done) => {
        release = done;
      });
      const { batch, record } = place.arms;
      const [stuck, well] = await Promise.all([
        stack(place.address, batch.group, batch.topic, { may }),
        stack(place.address, record.group, record.topic),
      ]);
      onTestFinished(async () => {
        release();
        await Promise.all([stuck.stop(), well.stop()]);
      });
      const end = traffic(place);
      const world = await worldOf(place, {
        design: '{ kind: by-key, seed: 7, for: 10m }',
        driver: '  timeout: 4s\n  drain: 500ms',
        rollback: '[[node, back.mjs, "the baseline reads again"], [node, back.mjs, "and is watched"]]',
        guardrails: 'guardrails: [ batch is at most 3 points worse than record on error_rate ]',
      });
      await writeFile(
        join(world.folder, 'back.mjs'),
        "import { appendFileSync } from 'node:fs'; appendFileSync('back.txt', process.argv[2] + '\\n');",
      );
      const ended = await world.run('run', 'live.yaml').ended;
      const sent = await end();
      expect(ended.code, ended.stderr).toBe(12);
      const report = await world.report();
      expect(report.watch?.stop?.why).toBe('harm');
      expect(report.decision.outcome).toBe('keep');
      expect(await readFile(join(world.folder, 'back.txt'), 'utf8')).toBe(
        'the baseline reads again\nand is watched\n',
      );
      const steps = (await world.rows<{ step: string; role?: string }>('journal.ndjson')).map(
        ({ step, role }) => (role === 'rollback' ? 'rollback' : step),
      );
      const at = (step: string) => steps.indexOf(step);
      expect(at('kafka-handed-back')).toBeGreaterThan(at('tap-restoring'));
      expect(at('rollback')).toBeGreaterThan(at('kafka-handed-back'));
      expect(at('tap-restored')).toBeGreaterThan(steps.lastIndexOf('rollback'));
      // Nothing is lost: what the stuck stack was given it has, once it goes on; the rest the baseline reads.
      release();
      const baseline = await stack(place.address, place.group, place.source);
      onTestFinished(() => baseline.stop());
      const all = () => [...ordersIn(stuck), ...ordersIn(well), ...ordersIn(baseline)];
      await untilAll(all, sent);
      expect(ascending(all())).toEqual(numbers(sent));
    }, 240_000);

    test('a ramp over files ends with them, in the stage that is on, and owes no later one', async ({
      onTestFinished,
    }) => {
      const place = await placeFor(onTestFinished);
      const seen = await stacks(place);
      const stages = ['10%, for: 2s', '50%, for: 10m', '100%, for: 10m'];
      const world = await worldOf(place, {
        design: `{ kind: ramp, seed: 7, stages: [${stages.map((each) => `{ coverage: ${each} }`).join(', ')}] }`,
        from: '{ files: "orders/*.ndjson", rate: 250 }',
        driver: '  key: $.customer',
      });
      await mkdir(join(world.folder, 'orders'));
      await writeFile(
        join(world.folder, 'orders/all.ndjson'),
        numbers(1_200)
          .map((i) => `${order(i, `C${i % 300}`).value}\n`)
          .join(''),
      );
      const ended = await world.run('run', 'live.yaml').ended;
      expect([0, 10], `${ended.stdout}\n${ended.stderr}`).toContain(ended.code);
      expect(ascending(seen.arrived())).toEqual(numbers(1_200));
      const slots = await world.rows<ExecutedSlot>('evidence/slots.ndjson');
      expect(slots.map(({ index, outcome }) => [index, outcome])).toEqual([
        [0, 'ok'],
        [1, 'ok'],
      ]);
      const report = await world.report();
      expect(report.watch?.stop).toMatchObject({ why: 'end', reason: { code: 'split-stopped-end' } });
      expect(failing(report)).toEqual([]);
      expect([statusOf(report, 'treatments'), statusOf(report, 'peeking')]).toEqual(['pass', 'pass']);
      // Whose key a stage has not reached goes to the baseline, and is not counted.
      const armAt = [0.1, 0.5].map((coverage) =>
        assigner({ ...keyed({ design: { seed: 7, coverage } }), name: 'live' }),
      );
      const requests = await world.rows<Request>('evidence/requests.ndjson');
      for (const { at, key, assigned } of requests) {
        const stage = at < (slots[1].appliedAt ?? 0) ? 0 : 1;
        const arms = [armAt[stage], armAt[0]].map((arm) => arm(key as string).arm);
        expect(arms).toContain(assigned);
      }
      expect(new Set(requests.map(({ key }) => key)).size).toBe(
        numbers(300).filter((i) => armAt[1](`C${i}`).arm !== null).length,
      );
      const strangers = seen.batch.values.filter(({ key }) => armAt[1](String(key)).arm !== 'batch');
      expect(strangers).toEqual([]);
    }, 240_000);

    test('a switchback gives each arm the whole topic in its slots', async ({ onTestFinished }) => {
      const place = await placeFor(onTestFinished);
      const seen = await stacks(place);
      const end = traffic(place);
      const world = await worldOf(place, {
        design: '{ kind: switchback, slot: 2s, slots: 8, burn-in: 300ms, burn-out: 100ms, seed: 3 }',
      });
      const ended = await world.run('run', 'live.yaml').ended;
      // On a busy machine a slot may pass without a record: then too few are covered.
      expect([0, 10, 69], `${ended.stdout}\n${ended.stderr}`).toContain(ended.code);
      const sent = await end();
      const report = await world.report();
      expect(failing(report).filter((check) => check !== 'coverage')).toEqual([]);
      const slots = await world.rows<ExecutedSlot>('evidence/slots.ndjson');
      expect(slots.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 8 }, () => 'ok'));
      const { slots: planned } = JSON.parse(await world.text('evidence/schedule.json')) as {
        slots: readonly { index: number; shares: Record<string, number> }[];
      };
      const requests = await world.rows<Request>('evidence/requests.ndjson');
      for (const { index, appliedAt, endedAt } of slots) {
        const inside = requests.filter(({ at }) => at >= (appliedAt ?? 0) && at < (endedAt ?? 0));
        const turn = planned.find((one) => one.index === index)?.shares ?? {};
        for (const { assigned } of inside) expect(turn[assigned as string]).toBe(1);
      }
      expect(new Set(requests.map(({ assigned }) => assigned))).toEqual(new Set(['batch', 'record']));
      const baseline = await stack(place.address, place.group, place.source);
      onTestFinished(() => baseline.stop());
      const all = () => [...seen.arrived(), ...ordersIn(baseline)];
      await untilAll(all, sent);
      expect(ascending(all())).toEqual(numbers(sent));
    }, 240_000);

    test('TLS and SASL: with user and password it divides, with a wrong one it says so and shows neither', async ({
      onTestFinished,
    }) => {
      const place = await placeFor(onTestFinished);
      const seen = await stacks(place);
      await produce(
        place,
        [...numbers(50)].map((i) => order(i)),
      );
      const { address, ca, user } = broker().secure;
      const locked = { ...place, address };
      const declared = {
        design: '{ kind: by-key, seed: 7, for: 3s }',
        driver:
          // biome-ignore lint/suspicious/noTemplateCurlyInString: as the file has it
          '  ssl: true\n  sasl: { mechanism: plain, username: "${KAFKA_USER}", password: "${KAFKA_PASSWORD}" }',
      };
      const env = { NODE_EXTRA_CA_CERTS: ca, KAFKA_USER: user.name, KAFKA_PASSWORD: user.password };
      const wrong = 'not the password';
      const refused = await (await worldOf(locked, declared, { ...env, KAFKA_PASSWORD: wrong })).run(
        'run',
        'live.yaml',
      ).ended;
      expect(refused.code).toBe(69);
      expect(refused.stderr).toContain('SASL PLAIN');
      expect(refused.stderr).toContain('user and password');
      expect(refused.stderr).not.toContain(wrong);
      const { NODE_EXTRA_CA_CERTS: _, ...strange } = env;
      const untrusted = await (await worldOf(locked, declared, strange)).run('run', 'live.yaml').ended;
      expect([untrusted.code, untrusted.stderr]).toEqual([
        69,
        expect.stringContaining('NODE_EXTRA_CA_CERTS'),
      ]);
      const world = await worldOf(locked, declared, env);
      const ended = await world.run('run', 'live.yaml').ended;
      expect([0, 10], `${ended.stdout}\n${ended.stderr}`).toContain(ended.code);
      expect(seen.arrived().length).toBeGreaterThan(0);
      expect(new Set(seen.arrived()).size).toBe(seen.arrived().length);
      expect(await world.text('journal.ndjson')).not.toContain(user.password);
    }, 240_000);
  });
else
  test.skipIf(!isRequired('kafka'))(
    'SKIPPED, Apache Kafka: no java, or STACKTRIAL_KAFKA names no folder of jars',
    () => {
      throw new Error('STACKTRIAL_REQUIRE asks for kafka: name the folder of its jars in STACKTRIAL_KAFKA');
    },
  );
