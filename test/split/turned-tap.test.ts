import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ExecutedSlot, Slot } from '../../src/model/evidence.js';
import { runSlots } from '../../src/split/tap/run-slots.js';
import { CLI } from '../cli/program.js';
import { temporaryFolder, until } from './support.js';
import { BEFORE, liveExperiment, node, stateOf } from './tap-support.js';

const LONG = '{ kind: by-key, unit: unit, shares: { old: 50%, new: 50% }, for: 60s, seed: 1 }';

function start(folder: string) {
  const child = spawn(process.execPath, [CLI, 'run', 'live.yaml'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', STACKTRIAL_LEASES: join(folder, 'leases') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((done) =>
    child.on('close', (code) => done({ code, stderr })),
  );
  return { child, ended };
}

const turned = (folder: string) => until(async () => (await stateOf(folder)) !== BEFORE, 20_000);

describe('every way out gives the tap back', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s, and a second run is refused meanwhile',
    async (signal, code) => {
      const folder = await temporaryFolder();
      await liveExperiment(folder, { design: LONG });
      const { child, ended } = start(folder);
      await turned(folder);
      if (signal === 'SIGINT') {
        const status = await node(folder, [CLI, 'status']);
        expect(status.stdout).toMatch(/is turned \(old 50%, new 50%\)/);
        const second = await node(folder, [CLI, '--quiet', 'run', 'live.yaml']);
        expect([second.code, second.stderr]).toEqual([
          69,
          expect.stringContaining('Two experiments cannot turn one tap'),
        ]);
        const revert = await node(folder, [CLI, 'revert']);
        expect([revert.code, revert.stderr]).toEqual([64, expect.stringContaining('is working in')]);
      }
      child.kill(signal);
      expect((await ended).code).toBe(code);
      expect(await stateOf(folder)).toBe(BEFORE);
      expect(await readdir(join(folder, 'leases'))).toEqual([]);
    },
    60_000,
  );

  test.each([
    ['a launcher passes on the Ctrl-C of a terminal', 'SIGINT', 'SIGINT', 130],
    ['a log-out sends SIGHUP and SIGTERM', 'SIGHUP', 'SIGTERM', 129],
  ] as const)(
    'one wish to stop that arrives twice (%s) leaves nothing turned',
    async (_, first, copy, code) => {
      const folder = await temporaryFolder();
      await liveExperiment(folder, { design: LONG });
      const { child, ended } = start(folder);
      let copied = false;
      child.stderr.on('data', () => {
        // Not before the first was heard: the system would make one signal of two equal ones.
        if (child.killed && !copied) copied = child.kill(copy);
      });
      await turned(folder);
      child.kill(first);
      expect((await ended).code).toBe(code);
      expect(copied).toBe(true);
      expect(await stateOf(folder)).toBe(BEFORE);
    },
    60_000,
  );

  test('a link in place of the folder of leases does not open what it leads to to everybody', async () => {
    const folder = await temporaryFolder();
    await liveExperiment(folder, { design: LONG });
    await mkdir(join(folder, 'private'), { mode: 0o700 });
    await symlink(join(folder, 'private'), join(folder, 'leases'));
    const { code, stderr } = await start(folder).ended;
    expect([code, stderr]).toEqual([69, expect.stringContaining('no link to one')]);
    expect((await stat(join(folder, 'private'))).mode & 0o777).toBe(0o700);
    expect(await stateOf(folder)).toBe(BEFORE);
  }, 60_000);

  test('an error while it runs: the first error is told, and a tap that cannot be given back is shouted beside it', async () => {
    const folder = await temporaryFolder();
    await liveExperiment(folder, { design: LONG });
    const { ended } = start(folder);
    await turned(folder);
    // From now on nothing works any more: apply fails, and somebody has broken the state.
    await writeFile(join(folder, 'apply.mjs'), 'console.error("no permission"); process.exit(1);');
    // At once: nobody may find half of it.
    await writeFile(join(folder, 'broken.json'), 'broken');
    await rename(join(folder, 'broken.json'), join(folder, 'state.json'));
    const { code, stderr } = await ended;
    expect(code).toBe(69);
    expect(stderr).toContain('THE TAP COULD NOT BE GIVEN BACK');
    expect(stderr).toContain('stacktrial revert');
    expect(stderr.trimEnd().split('stacktrial: ').at(-1)).toContain(
      'read did not end with a line of JSON: broken',
    );
    const status = await node(folder, [CLI, 'status']);
    expect(status.stdout).toContain('OPEN:');
    // Mended, it is given back.
    await liveExperiment(folder, { design: LONG });
    await writeFile(join(folder, 'state.json'), '{"shares":{"old":50,"new":50}}');
    const reverted = await node(folder, [CLI, 'revert']);
    expect([reverted.code, reverted.stderr]).toEqual([0, '']);
    expect(await stateOf(folder)).toBe(BEFORE);
  }, 60_000);

  test('what rollback lists is run once the state before is restored', async () => {
    const folder = await temporaryFolder();
    await liveExperiment(folder, { rollback: '[[node, told.mjs]]' });
    await writeFile(
      join(folder, 'told.mjs'),
      `import { copyFileSync } from 'node:fs'; copyFileSync('state.json', 'told.json');`,
    );
    await node(folder, [CLI, '--quiet', 'run', 'live.yaml']);
    expect(await readFile(join(folder, 'told.json'), 'utf8')).toBe(BEFORE);
  }, 60_000);

  test('a person’s hand ends the run and is left: status says whose setting it is, and only a named revert undoes it', async () => {
    const folder = await temporaryFolder();
    await liveExperiment(folder, { design: LONG });
    const { ended } = start(folder);
    await until(async () => {
      const [run] = await readdir(join(folder, 'reports/live')).catch(() => []);
      const journal = await readFile(
        join(folder, 'reports/live', run ?? '-', 'journal.ndjson'),
        'utf8',
      ).catch(() => '');
      return journal.includes('"tap-turned"');
    }, 30_000);
    const theirs = '{"shares":{"old":90,"new":10},"note":"by hand"}';
    await writeFile(join(folder, 'hand.json'), theirs);
    await rename(join(folder, 'hand.json'), join(folder, 'state.json'));
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([69, expect.stringContaining('their setting is left as it is')]);
    expect(await stateOf(folder)).toBe(theirs);
    expect(await readdir(join(folder, 'leases'))).toEqual([]);
    const status = (await node(folder, [CLI, 'status'])).stdout;
    expect(status).toMatch(/somebody else set commands .* while this run had it turned, and theirs is left/);
    expect(status).not.toContain('OPEN');
    const all = await node(folder, [CLI, 'revert']);
    expect([all.code, all.stderr]).toEqual([0, expect.stringContaining('theirs is left')]);
    expect(await stateOf(folder)).toBe(theirs);
    expect((await node(folder, [CLI, 'revert', 'reports/live'])).code).toBe(0);
    expect(await stateOf(folder)).toBe(BEFORE);
  }, 60_000);

  test('a command of rollback that fails leaves the tap as it was, says so, and is run again by revert', async () => {
    const folder = await temporaryFolder();
    const program = (code: number) =>
      writeFile(join(folder, 'told.mjs'), `console.error('no such pager'); process.exit(${code});`);
    await liveExperiment(folder, { rollback: '[[node, told.mjs]]' });
    await program(4);
    const ended = await node(folder, [CLI, '--quiet', 'run', 'live.yaml']);
    expect(ended.code).toBe(69);
    expect(ended.stderr).toContain('THE TAP STANDS AS BEFORE and was read back');
    expect(ended.stderr).toContain('node told.mjs ended with exit code 4\nno such pager');
    expect(ended.stderr).toMatch(/stacktrial revert \S+[\s\S]*stacktrial analyze \S+/);
    expect(await stateOf(folder)).toBe(BEFORE);
    const told = (await node(folder, [CLI, 'status'])).stdout;
    expect(told).toContain('stands as before, but not all that rollback: lists ended well');
    await program(0);
    expect((await node(folder, [CLI, 'revert'])).code).toBe(0);
    expect((await node(folder, [CLI, 'status'])).stdout).not.toContain('OPEN');
    const [run] = await readdir(join(folder, 'reports/live'));
    expect((await node(folder, [CLI, 'analyze', `reports/live/${run}`])).stdout).toContain('new is faster');
  }, 60_000);

  test('a cap on what arms may cost ends the split, and says so', async () => {
    const folder = await temporaryFolder();
    await liveExperiment(folder, { design: LONG, more: 'exposure: { cost: 20 USD }\n' });
    const text = await readFile(join(folder, 'live.yaml'), 'utf8');
    await writeFile(
      join(folder, 'live.yaml'),
      text.replace(
        'hypotheses:',
        '  spent: { from: file, query: { file: values.csv, value: seconds, unit: unit, arm: arm }, fold: sum, in: USD, role: cost, better: lower }\nhypotheses:',
      ),
    );
    const ended = await node(folder, [CLI, '--quiet', 'run', 'live.yaml', '--json']);
    const report = JSON.parse(ended.stdout);
    expect(report.watch.stop).toMatchObject({ why: 'cap', reason: { values: { cap: 'cost', most: 20 } } });
    expect(await stateOf(folder)).toBe(BEFORE);
  }, 60_000);
});

describe('slots on a tap, by an injected clock', () => {
  const slot = (index: number, over: Partial<Slot> = {}): Slot => ({
    index,
    startMs: index * 1000,
    endMs: (index + 1) * 1000,
    shares: { old: index % 2, new: 1 - (index % 2) },
    burnInMs: 0,
    burnOutMs: 0,
    stage: null,
    ...over,
  });
  const world = (stopAt = Infinity, putRightAt = Infinity) => {
    let now = 0;
    const turns: number[] = [];
    const rows: ExecutedSlot[] = [];
    let polls = 0;
    return {
      turns,
      rows,
      run: {
        slots: [slot(0), slot(1), slot(2)],
        executed: [] as readonly ExecutedSlot[],
        tap: {
          turn: async ({ slot: index }: { slot: number }) => void turns.push(index),
          verify: async () =>
            now >= putRightAt && now < putRightAt + 250 ? ('put-right' as const) : ('as-set' as const),
        },
        settingOf: ({ index, shares }: Slot) => ({
          slot: index,
          stage: null,
          shares,
          keys: { coverage: 1, shares: [] },
        }),
        pollMs: 250,
        now: () => now,
        sleep: async (ms: number) => {
          now += ms;
        },
        onSlot: async (row: ExecutedSlot) => void rows.push(row),
        onPoll: async () => (++polls >= stopAt ? { why: 'harm' as const } : null),
      },
    };
  };

  test('each is turned on at its time and has a row; a stop ends the split at that poll', async () => {
    const calm = world();
    expect(await runSlots(calm.run)).toBeNull();
    expect(calm.turns).toEqual([0, 1, 2]);
    expect(calm.rows.map(({ appliedAt, endedAt, outcome }) => [appliedAt, endedAt, outcome])).toEqual([
      [0, 1000, 'ok'],
      [1000, 2000, 'ok'],
      [2000, 3000, 'ok'],
    ]);
    const harmed = world(6);
    expect(await runSlots(harmed.run)).toEqual({ why: 'harm' });
    expect(harmed.turns).toEqual([0, 1]);
    expect(harmed.rows.at(-1)).toMatchObject({ index: 1, endedAt: 1500, outcome: 'cut-off' });
  });

  test('turning takes its time: a slot without a time of day has its whole length once its split is on', async () => {
    const slow = world();
    const { run, rows } = slow;
    const tap = { ...run.tap, turn: () => run.sleep(300) };
    const onceApplied = (one: Slot, at: number): Slot => ({ ...one, endMs: at + one.endMs - one.startMs });
    await runSlots({ ...run, tap, onceApplied });
    expect(rows.map(({ appliedAt, endedAt }) => (endedAt ?? 0) - (appliedAt ?? 0))).toEqual([
      1000, 1000, 1000,
    ]);
    const fixed = world();
    await runSlots({ ...fixed.run, tap: { ...fixed.run.tap, turn: () => fixed.run.sleep(300) } });
    expect(fixed.rows.map(({ endedAt }) => endedAt)).toEqual([1000, 2000, 3000]);
  });

  test('a time at which the setting was lost is a gap; a slot that was held before is not done again', async () => {
    const lost = world(Infinity, 500);
    await runSlots({
      ...lost.run,
      executed: [{ index: 1, attempt: 0, appliedAt: 1000, endedAt: 2000, outcome: 'ok' }],
    });
    expect(lost.turns).toEqual([0, 2]);
    expect(lost.rows[0]).toMatchObject({ gaps: [{ fromMs: 250, toMs: 500 }] });
  });

  test('what is divided may have an end: the slot that is on ends well there, and no later one begins', async () => {
    const finite = world();
    const tap = { ...finite.run.tap, isOver: () => finite.run.now() >= 1500 };
    expect(await runSlots({ ...finite.run, tap })).toBeNull();
    expect(finite.turns).toEqual([0, 1]);
    expect(finite.rows.at(-1)).toMatchObject({ index: 1, endedAt: 1500, outcome: 'ok' });
    const told = world();
    const until = { ...told.run.tap, isOver: () => told.run.now() >= 1500 };
    const onOver = async ({ index }: Slot) => ({ why: 'end' as const, index });
    expect(await runSlots({ ...told.run, onPoll: async () => null, tap: until, onOver })).toEqual({
      why: 'end',
      index: 1,
    });
    const last = world();
    const atLast = { ...last.run.tap, isOver: () => last.run.now() >= 2500 };
    expect(await runSlots({ ...last.run, onPoll: async () => null, tap: atLast, onOver })).toBeNull();
  });
});
