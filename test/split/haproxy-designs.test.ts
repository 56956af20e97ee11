/**
 * Designs in time over a real HAProxy with real backends, through the whole program, killed in the middle and gone on
 * with; and a request log that loses lines. All worlds live at the same time, so that their slots do not add up.
 */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExecutedSlot } from '../../src/model/evidence.js';
import type { Report } from '../../src/model/report.js';
import { allRuns } from '../../src/store/index.js';
import { CLI } from '../cli/program.js';
import { startWorld, type World, worldExperiment } from '../servers/haproxy-world.js';
import { serverSuite } from '../servers/require.js';
import { until } from './support.js';
import { type Ended, node } from './tap-support.js';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

interface Live {
  readonly world: World;
  readonly folder: string;
  rows<T>(name: string): Promise<readonly T[]>;
  text(name: string): Promise<string>;
  report(): Promise<Report>;
  /** How the proxy stands: its map, or its weights. */
  standing(): Promise<string>;
}

type Step = { readonly step: string; readonly slot?: number; readonly shares?: Record<string, number> };

async function inWorld<T>(
  args: readonly string[],
  design: string,
  edit: (text: string) => string,
  work: (live: Live) => Promise<T>,
): Promise<T> {
  const world = await startWorld(...args);
  try {
    const folder = await mkdtemp(join(tmpdir(), 'stacktrial-test-'));
    folders.push(folder);
    const text = await worldExperiment(world, { lasts: '7s', every: '1s', edit });
    await writeFile(join(folder, 'live.yaml'), text.replace(/design:\n( {2}.*\n)+/, `design: ${design}\n`));
    const inRun = async (name: string) =>
      join((await allRuns(join(folder, 'reports'), 'haproxy-backends'))[0] ?? folder, name);
    const file = async (name: string) => readFile(await inRun(name), 'utf8').catch(() => '');
    return await work({
      world,
      folder,
      text: file,
      report: async () => {
        const report = await file('report.json');
        if (report === '') throw new Error(`no report of ${args.join(' ')}`);
        return JSON.parse(report) as Report;
      },
      rows: async <R>(name: string) =>
        (await file(name))
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as R),
      standing: async () =>
        args.includes('requests')
          ? `${await world.ask('get weight both/old')}${await world.ask('get weight both/new')}`
          : world.ask(`show map ${world.map}`),
    });
  } finally {
    await world.stop();
  }
}

/** Kills the run with -9 while slot `during` is on. */
async function killedIn(during: number, { folder, rows }: Live): Promise<void> {
  const child = spawn(process.execPath, [CLI, '--quiet', 'run', 'live.yaml'], {
    cwd: folder,
    env: { ...process.env, STACKTRIAL_LEASES: join(folder, 'leases') },
    stdio: 'ignore',
  });
  const gone = new Promise((done) => child.on('exit', done));
  await until(
    async () =>
      (await rows<Step>('journal.ndjson')).some(({ step, slot }) => step === 'tap-turned' && slot === during),
    60_000,
  );
  child.kill('SIGKILL');
  await gone;
}

interface Resumed {
  readonly ended: Ended;
  readonly report: Report;
  /** slots.ndjson when it was killed, and at the end. */
  readonly first: string;
  readonly slots: string;
  readonly steps: readonly Step[];
  readonly standing: { readonly before: string; readonly killed: string; readonly after: string };
  readonly status: string;
}

async function killedAndResumed(during: number, live: Live): Promise<Resumed> {
  const before = await live.standing();
  await killedIn(during, live);
  const [killed, first] = [await live.standing(), await live.text('evidence/slots.ndjson')];
  const status = await node(live.folder, [CLI, 'status']);
  const ended = await node(live.folder, [CLI, 'run', 'live.yaml', '--resume']);
  return {
    ended,
    first,
    status: status.stdout,
    report: await live.report(),
    slots: await live.text('evidence/slots.ndjson'),
    steps: await live.rows<Step>('journal.ndjson'),
    standing: { before, killed, after: await live.standing() },
  };
}

const failing = ({ checks }: Report) =>
  checks.filter(({ status }) => status === 'fail').map(({ check }) => check);
const rowsOf = (text: string): readonly ExecutedSlot[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExecutedSlot);
const stages = (...list: readonly (readonly [coverage: string, lasts: string])[]) =>
  `{ kind: ramp, hash: xxh32, seed: 20261128, shares: { old: 50%, new: 50% }, burn-in: 300ms, stages: [${list
    .map(([coverage, lasts]) => `{ coverage: ${coverage}, for: ${lasts} }`)
    .join(', ')}] }`;
const byKey =
  '{ kind: by-key, hash: xxh32, seed: 20261128, shares: { old: 50%, new: 50% }, for: 7s, burn-in: 500ms }';

/** Lines that the kernel threw away because nobody read them: the last column of its row for the port. */
async function droppedLines(port: number): Promise<number> {
  const sockets = await readFile('/proc/net/udp', 'utf8');
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const row = sockets.split('\n').find((line) => line.includes(`:${hex} `));
  return Number(row?.trim().split(/\s+/).at(-1));
}

async function pausedListener({ folder, rows, report, world }: Live) {
  const child = spawn(process.execPath, [CLI, '--quiet', 'run', 'live.yaml'], {
    cwd: folder,
    env: { ...process.env, STACKTRIAL_LEASES: join(folder, 'leases') },
    stdio: 'ignore',
  });
  const gone = new Promise<number | null>((done) => child.on('exit', done));
  await until(
    async () => (await rows<Step>('journal.ndjson')).some(({ step }) => step === 'tap-turned'),
    60_000,
  );
  await new Promise((done) => setTimeout(done, 700));
  child.kill('SIGSTOP');
  const port = Number(world.log.split(':')[1]);
  const full = await filledBuffer(port);
  await until(async () => (await droppedLines(port)) > full + 60, 20_000);
  child.kill('SIGCONT');
  await new Promise((done) => setTimeout(done, 700));
  const dropped = (await droppedLines(port)) - full;
  await gone;
  return { report: await report(), dropped };
}

/** However large the buffer of the socket is: what does not fit any more is what others send. */
async function filledBuffer(port: number): Promise<number> {
  const socket = createSocket('udp4');
  const junk = Buffer.alloc(60_000, 'x');
  try {
    for (let i = 0; i < 20_000; i++) {
      await new Promise((done) => socket.send(junk, port, '127.0.0.1', done));
      const dropped = await droppedLines(port);
      if (dropped > 0) return dropped;
    }
    throw new Error('the buffer of the listener takes everything');
  } finally {
    socket.close();
  }
}

serverSuite('haproxy', 'haproxy', () => {
  let ramp: Resumed;
  let switchback: Resumed;
  let harmed: { report: Report; ended: Ended; standing: string; slots: string; steps: readonly Step[] };
  let silent: { report: Report; ended: Ended };
  let paused: { report: Report; dropped: number };
  let capped: { report: Report; ended: Ended; standing: string };

  beforeAll(async () => {
    const asItIs = (text: string) => text;
    // Two at a time: six proxies with their load at once were more than two cores could turn in time.
    const all = [
      () =>
        inWorld(
          ['--rate', '150'],
          stages(['5%', '1s'], ['25%', '2s'], ['50%', '3s']),
          asItIs,
          async (live) => {
            ramp = await killedAndResumed(1, live);
          },
        ),
      () =>
        inWorld(
          ['--mode', 'requests', '--rate', '120', '--slower', '60'],
          '{ kind: switchback, slot: 1200ms, slots: 10, burn-in: 150ms, burn-out: 50ms, seed: 3 }',
          (text) =>
            text
              .replace(/exposure: .*/, 'exposure: { share: 100%, time: 1h }')
              .replace(/map: .*\n/, 'backend: both\n'),
          async (live) => {
            switchback = await killedAndResumed(3, live);
          },
        ),
      () =>
        inWorld(
          ['--rate', '200', '--failing', '40'],
          stages(['1%', '1s'], ['5%', '1s'], ['25%', '12s'], ['50%', '12s']),
          asItIs,
          async (live) => {
            const ended = await node(live.folder, [CLI, 'run', 'live.yaml']);
            harmed = {
              ended,
              report: await live.report(),
              standing: await live.standing(),
              slots: await live.text('evidence/slots.ndjson'),
              steps: await live.rows<Step>('journal.ndjson'),
            };
          },
        ),
      () =>
        inWorld(['--rate', '150', '--silent', '20'], byKey, asItIs, async (live) => {
          const ended = await node(live.folder, [CLI, 'run', 'live.yaml']);
          silent = { ended, report: await live.report() };
        }),
      () =>
        inWorld(
          ['--rate', '150'],
          byKey.replace('for: 7s', 'for: 60s'),
          (text) => text.replace('units: 200000', 'units: 150'),
          async (live) => {
            const ended = await node(live.folder, [CLI, 'run', 'live.yaml']);
            capped = { ended, report: await live.report(), standing: await live.standing() };
          },
        ),
      () =>
        inWorld(['--rate', '150'], byKey, asItIs, async (live) => {
          paused = await pausedListener(live);
        }),
    ];
    for (let first = 0; first < all.length; first += 2)
      await Promise.all(all.slice(first, first + 2).map((start) => start()));
  }, 120_000);

  describe('a ramp', () => {
    test('that was killed in its second stage gives the tap back first, does that stage again whole, and goes on to the last', () => {
      // Equal backends: keep, or not yet decided.
      expect([0, 10], ramp.ended.stderr).toContain(ramp.ended.code);
      expect(rowsOf(ramp.first).map(({ index, outcome }) => [index, outcome])).toEqual([[0, 'ok']]);
      expect(ramp.slots.startsWith(ramp.first)).toBe(true);
      expect(rowsOf(ramp.slots).map(({ index, outcome }) => [index, outcome])).toEqual([
        [0, 'ok'],
        [1, 'ok'],
        [2, 'ok'],
      ]);
      const [, second] = rowsOf(ramp.slots);
      expect((second.endedAt ?? 0) - (second.appliedAt ?? 0)).toBeGreaterThan(1_700);
      const taps = ramp.steps.filter(({ step }) => step === 'tap-turned' || step === 'tap-restored');
      expect(taps.map(({ step, shares }) => shares?.new ?? step)).toEqual([
        0.025,
        0.125,
        'tap-restored',
        0.125,
        0.25,
        'tap-restored',
      ]);
      expect(ramp.standing.killed.trim().split('\n').length).toBe(2500);
      expect(ramp.standing.after).toBe(ramp.standing.before);
      expect(ramp.status).toMatch(/OPEN: haproxy .* is turned \(old 87\.5%, new 12\.5%\)/);
    });

    test('has stages that are compared for themselves, each with half of what takes part', () => {
      const { report } = ramp;
      expect(report.run.resumed).toBe(1);
      expect(failing(report)).toEqual([]);
      const passed = report.checks.filter(({ status }) => status === 'pass').map(({ check }) => check);
      expect(passed).toEqual(
        expect.arrayContaining(['sample-ratio', 'treatments', 'exposure', 'lost-lines']),
      );
      const latency = report.comparisons.find(({ metric }) => metric === 'latency');
      expect(latency?.method).toBe('ramp-keys');
      expect(latency?.effect?.details.stages).toBeGreaterThanOrEqual(2);
    });

    test('that does harm ends in that stage: the next one is never begun, and the map is as it was', () => {
      expect(harmed.ended.code, harmed.ended.stderr).toBe(12);
      expect(harmed.standing.trim()).toBe('');
      const rows = rowsOf(harmed.slots);
      expect(rows.at(-1)).toMatchObject({ index: 2, outcome: 'cut-off' });
      expect(Math.max(...harmed.steps.map(({ shares }) => shares?.new ?? 0))).toBe(0.125);
      expect(harmed.report.decision.outcome).toBe('keep');
      expect(failing(harmed.report)).toEqual([]);
      expect(harmed.report.watch?.stop?.why).toBe('harm');
      expect(harmed.report.watch?.strip?.guardrails[0].stretches.at(-1)).toMatchObject({ outcome: 'harm' });
      expect(harmed.report.watch?.strip?.exposed.map(({ share }) => share)).toEqual([0.005, 0.025, 0.125]);
    });
  });

  describe('a switchback', () => {
    test('that was killed in its fourth slot keeps the three that were held and does the others', () => {
      const { ended, first, slots, standing } = switchback;
      expect(ended.code, ended.stderr).toBe(0);
      expect(rowsOf(first).map(({ index, outcome }) => [index, outcome])).toEqual(
        [0, 1, 2].map((i) => [i, 'ok']),
      );
      expect(slots.startsWith(first)).toBe(true);
      const held = rowsOf(slots).filter(({ outcome }) => outcome === 'ok');
      expect(held.map(({ index }) => index)).toEqual(Array.from({ length: 10 }, (_, i) => i));
      expect(standing.after).toBe(standing.before);
      expect(standing.killed).not.toBe(standing.before);
    });

    test('sees by slots that one backend is slower, and no request went where it had no share', () => {
      const { report } = switchback;
      expect(failing(report)).toEqual([]);
      // By how much, the machine's other work may blur; not that it is no faster.
      expect(report.claims[0]).toMatchObject({ verdict: 'refuted' });
      const treatments = report.checks.find(({ check }) => check === 'treatments');
      expect(treatments?.saw.values).toMatchObject({ lost: 0, slots: 10 });
    });
  });

  test('a cap on what other arms may serve ends the split at the poll that finds it reached, and the map is as it was', () => {
    const { report, ended, standing } = capped;
    expect(report.watch?.stop, ended.stderr).toMatchObject({
      why: 'cap',
      reason: { values: { cap: 'units', most: 150 } },
    });
    expect(report.watch?.units).toBeGreaterThanOrEqual(150);
    // 75 a second, looked after every second.
    expect(report.watch?.units).toBeLessThan(600);
    expect(standing.trim()).toBe('');
    expect(failing(report)).toEqual([]);
  });

  describe('a log that loses lines', () => {
    const lostOf = ({ checks }: Report) => checks.find(({ check }) => check === 'lost-lines');

    test('of one arm makes the run invalid', () => {
      expect(silent.ended.code, silent.ended.stderr).toBe(11);
      expect(failing(silent.report)).toContain('lost-lines');
      const [old, fresh] = (lostOf(silent.report)?.saw.values.shares ?? []) as readonly number[];
      expect(old).toBeLessThan(0.01);
      expect(fresh).toBeGreaterThan(0.1);
    });

    test('because the listener did not come to read them is counted as the kernel counts it', () => {
      const lost = lostOf(paused.report);
      expect(['warn', 'fail']).toContain(lost?.status);
      expect(paused.dropped).toBeGreaterThan(60);
      expect(Math.abs(Number(lost?.saw.values.lost) - paused.dropped)).toBeLessThan(12);
    });
  });
});
