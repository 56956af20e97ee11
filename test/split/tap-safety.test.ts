/** What must not keep a tap open, or turn another one: a full disk, files that were edited or damaged, caps over kills. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Tap, TapContext } from '../../src/model/ports.js';
import type { Report } from '../../src/model/report.js';
import { commandsTap } from '../../src/split/drivers/commands.js';
import { endCommands, giveBack, startTimeOf } from '../../src/split/index.js';
import { startedAt } from '../../src/split/process/identity.js';
import { allRuns, createRun, takeLease } from '../../src/store/index.js';
import { CLI } from '../cli/program.js';
import { freePort } from '../servers/start.js';
import { arms, temporaryFolder, testIo, until } from './support.js';
import { BEFORE, liveExperiment, node, stateOf } from './tap-support.js';

const LONG = '{ kind: by-key, unit: unit, shares: { old: 50%, new: 50% }, for: 60s, seed: 1 }';
const stacktrial = (folder: string, ...args: string[]) => node(folder, [CLI, ...args]);
const runOf = async (folder: string): Promise<string> =>
  (await allRuns(join(folder, 'reports'), 'live')).at(-1) ?? '';
const stepsOf = async (folder: string): Promise<readonly { step: string }[]> => {
  const text = await readFile(join(await runOf(folder), 'journal.ndjson'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { step: string });
};
const isTurned = async (folder: string): Promise<boolean> =>
  (await stepsOf(folder)).some(({ step }) => step === 'tap-turned');

function start(folder: string, ...args: string[]) {
  const child = spawn(process.execPath, [CLI, '--quiet', 'run', 'live.yaml', ...args], {
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

async function killedWhileTurned(folder: string): Promise<void> {
  const { child, ended } = start(folder);
  await until(() => isTurned(folder), 30_000);
  child.kill('SIGKILL');
  await ended;
  expect(await stateOf(folder)).not.toBe(BEFORE);
}

/** Needs root; where it cannot be mounted that is said, and there is no such test. */
function canMount(): boolean {
  if (process.platform !== 'linux') return false;
  const folder = '/tmp/stacktrial-can-mount';
  spawnSync('mkdir', ['-p', folder]);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  else process.stderr.write('SKIPPED, full disk: no tmpfs can be mounted here (root is needed)\n');
  return mounted;
}

async function smallDisk(
  folder: string,
  name = 'reports',
): Promise<{ fill(): Promise<void>; free(): Promise<void> }> {
  const path = join(folder, name);
  await mkdir(path);
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', path]).status).toBe(0);
  onTestFinished(() => void spawnSync('umount', ['-l', path]));
  const filler = join(path, 'filler');
  return {
    fill: async () => {
      // The last page, too.
      for (const bytes of ['64k', '4k', '1'])
        spawnSync('dd', ['if=/dev/zero', `bs=${bytes}`, `of=${filler}`, 'oflag=append', 'conv=notrunc']);
    },
    free: () => rm(filler),
  };
}

describe.runIf(canMount())('a full disk', () => {
  test('ends the run; the tap is given back, and room that was kept for it lets the journal say so', async () => {
    const folder = await temporaryFolder();
    const disk = await smallDisk(folder);
    await liveExperiment(folder, { design: LONG });
    const { ended } = start(folder);
    await until(() => isTurned(folder), 30_000);
    await disk.fill();
    const { code, stderr } = await ended;
    expect(code).toBe(69);
    expect(stderr).toContain('No room is left to write');
    expect(await stateOf(folder)).toBe(BEFORE);
    expect((await stepsOf(folder)).at(-1)).toMatchObject({ step: 'tap-restored' });
    expect((await stacktrial(folder, 'status')).stdout).not.toContain('OPEN');
  }, 60_000);

  test('after a kill -9 does not keep revert from giving the tap back: the room that was kept is for that', async () => {
    const folder = await temporaryFolder();
    const disks = [await smallDisk(folder), await smallDisk(folder, 'leases')];
    await liveExperiment(folder, { design: LONG });
    await killedWhileTurned(folder);
    for (const disk of disks) await disk.fill();
    await expect(writeFile(join(folder, 'reports/more'), 'x')).rejects.toThrow('ENOSPC');
    const reverted = await stacktrial(folder, 'revert');
    expect([reverted.code, reverted.stderr]).toEqual([0, expect.stringContaining('No room is left in')]);
    expect(await stateOf(folder)).toBe(BEFORE);
    expect((await stepsOf(folder)).at(-1)).toMatchObject({ step: 'tap-restored' });
    expect((await readdir(join(folder, 'leases'))).filter((name) => name.endsWith('.json'))).toEqual([]);
  }, 60_000);

  test('on which the journal finds no room any more is known as one, and once there is room the next row is whole', async () => {
    const folder = await temporaryFolder();
    const disk = await smallDisk(folder);
    const root = join(folder, 'reports');
    const info = {
      id: 'r',
      stacktrial: '0',
      startedAt: 0,
      finishedAt: null,
      mode: 'real',
      inject: null,
      environment: {},
      resumed: 0,
    } as const;
    const run = await createRun(root, 'x', info, 'experiment: x\n', {});
    onTestFinished(() => run.close());
    const pad = 'x'.repeat(5_000);
    await run.journal.append('tap-saved', { pad });
    await disk.fill();
    // Each needs pages of its own: the room that was kept is what they find.
    for (const i of [0, 1, 2]) await run.journal.append('tap-restoring', { i, pad });
    await disk.fill();
    await expect(run.journal.append('tap-restored', { pad })).rejects.toMatchObject({
      code: 'disk-full',
      exit: 69,
    });
    await disk.free();
    await run.journal.append('tap-restored', { pad });
    expect((await run.journaled()).map(({ step }) => step)).toEqual([
      'tap-saved',
      'tap-restoring',
      'tap-restoring',
      'tap-restoring',
      'tap-restored',
    ]);
  }, 60_000);
});

test('a tap that was given back, and a journal that takes nothing: it is shouted that it stands as before, with what to do', async () => {
  const io = testIo('.');
  const journal = { append: () => Promise.reject(new Error('No room is left')) };
  const context: TapContext = { ...io, arms: arms('old', 'new'), baseline: 'old', journal, runId: 'x' };
  const restored: unknown[] = [];
  const tap = {
    readBack: async () => ({ state: 'as before', instance: null }),
    restore: async (_options: unknown, saved: unknown) => void restored.push(saved),
  } as Partial<Tap> as Tap;
  await giveBack(tap, {}, 'as before', context, async () => undefined);
  expect(restored).toEqual(['as before']);
  expect(io.warnings.at(-1)).toContain('THE TAP STANDS AS BEFORE and was read back');
  expect(io.warnings.at(-1)).toContain('make some, then run stacktrial revert');
});

describe.runIf(process.platform === 'linux')('revert after a kill -9', () => {
  test.each([
    [
      'names another tap',
      (text: string) => text.replace('apply: [node, apply.mjs]', 'apply: [node, evil.mjs]'),
    ],
    ['is no YAML any more', () => '\u0000{{{'],
    ['is gone', () => null],
  ])(
    'gives back what the journal says, although the experiment of the run %s',
    async (_, edit) => {
      const folder = await temporaryFolder();
      await liveExperiment(folder, { design: LONG });
      await writeFile(
        join(folder, 'evil.mjs'),
        `import { writeFileSync } from 'node:fs'; writeFileSync('evil.txt', '');`,
      );
      await killedWhileTurned(folder);
      const path = join(await runOf(folder), 'evidence/experiment.yaml');
      const edited = edit(await readFile(path, 'utf8'));
      if (edited === null) await rm(path);
      else await writeFile(path, edited);
      await writeFile(join(await runOf(folder), 'evidence/run.json'), 'not JSON');
      const reverted = await stacktrial(folder, 'revert');
      expect([reverted.code, reverted.stderr]).toEqual([0, '']);
      expect(await stateOf(folder)).toBe(BEFORE);
      await expect(readFile(join(folder, 'evil.txt'))).rejects.toThrow('ENOENT');
    },
    60_000,
  );

  test('refuses a journal that names one tap and says that it turned another', async () => {
    const folder = await temporaryFolder();
    await liveExperiment(folder, { design: LONG });
    await killedWhileTurned(folder);
    const path = join(await runOf(folder), 'journal.ndjson');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"apply":["node","apply.mjs"]', '"apply":["node","evil.mjs"]'));
    const reverted = await stacktrial(folder, 'revert');
    expect(reverted.code).toBe(69);
    expect(reverted.stderr).toMatch(/The run has turned .*, and names .* now/);
    // Put right, it is given back.
    await writeFile(path, text);
    expect((await stacktrial(folder, 'revert')).code).toBe(0);
    expect(await stateOf(folder)).toBe(BEFORE);
  }, 60_000);

  test('and --resume turns no other tap than the one that was turned, however both files were edited', async () => {
    const folder = await temporaryFolder();
    await liveExperiment(folder, { design: LONG });
    await writeFile(join(folder, 'other.json'), BEFORE);
    await killedWhileTurned(folder);
    for (const path of [join(folder, 'live.yaml'), join(await runOf(folder), 'evidence/experiment.yaml')])
      await writeFile(path, (await readFile(path, 'utf8')).replace('cat state.json', 'cat other.json'));
    const resumed = await stacktrial(folder, '--quiet', 'run', 'live.yaml', '--resume');
    expect([resumed.code, resumed.stderr]).toEqual([69, expect.stringContaining('stacktrial revert')]);
    expect((await stacktrial(folder, 'revert')).code).toBe(0);
    expect(await stateOf(folder)).toBe(BEFORE);
  }, 60_000);
});

describe.runIf(process.platform === 'linux')('a lease from a host name that is no more', () => {
  /** As if a container had been killed and made anew, a quarter of an hour ago: same files, another host name. */
  async function fromGoneHost(folder: string): Promise<void> {
    const run = await runOf(folder);
    const locks = (await readdir(run))
      .filter((name) => name.startsWith('lock-'))
      .map((name) => join(run, name));
    expect(locks).toHaveLength(1);
    const leases = (await readdir(join(folder, 'leases'))).map((name) => join(folder, 'leases', name));
    expect(leases).toHaveLength(1);
    for (const path of [...locks, ...leases]) {
      const holder = JSON.parse(await readFile(path, 'utf8')) as object;
      await writeFile(path, JSON.stringify({ ...holder, host: 'gone' }));
    }
    const before = new Date(Date.now() - 16 * 60_000);
    for (const path of locks) await utimes(path, before, before);
  }

  test.each([
    ['revert', ['revert']],
    ['run --resume', ['--quiet', 'run', 'live.yaml', '--resume']],
  ])(
    'does not keep the tap turned: %s gives it back',
    async (_, args) => {
      const folder = await temporaryFolder();
      await liveExperiment(folder, { design: LONG.replace('60s', '4s') });
      await killedWhileTurned(folder);
      await fromGoneHost(folder);
      const { code, stderr } = await stacktrial(folder, ...args);
      expect(stderr).not.toContain('is held by');
      expect([0, 10]).toContain(code);
      expect(await stateOf(folder)).toBe(BEFORE);
      expect(await readdir(join(folder, 'leases'))).toEqual([]);
    },
    60_000,
  );

  test('is no reason for a scheduler to wait: it fails; a living holder is waited for, and told once', async () => {
    const folder = await temporaryFolder();
    await liveExperiment(folder, { design: LONG, more: 'schedule: { look: "0 * * * *" }\n' });
    await mkdir(join(folder, 'reports/live'), { recursive: true });
    const ledger = join(folder, 'reports/live/firings.ndjson');
    const timetable = JSON.stringify({ look: '0 * * * *', pace: null, timezone: 'UTC' });
    await writeFile(
      ledger,
      `${JSON.stringify({ step: 'enrolled', at: Date.now() - 2 * 3_600_000, timetable })}\n`,
    );
    const rows = async () =>
      (await readFile(ledger, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { step: string; ended?: string });
    const options = commandsTap.options.parse({ apply: ['node', 'apply.mjs'], read: 'cat state.json' });
    const leases = join(folder, 'leases');
    const resource = commandsTap.resource(options, folder);
    const other = { resource, experiment: 'other', run: join(folder, 'other'), since: 0 };
    await takeLease(leases, other, startTimeOf);

    const codes = [];
    for (let i = 0; i < 3; i++) codes.push((await stacktrial(folder, 'schedule', 'live.yaml', '--due')).code);
    expect(codes).toEqual([0, 0, 0]);
    expect((await rows()).map(({ step, ended }) => ended ?? step)).toEqual(['enrolled', 'started', 'busy']);

    const [name] = await readdir(leases);
    const holder = JSON.parse(await readFile(join(leases, name), 'utf8')) as object;
    await writeFile(join(leases, name), JSON.stringify({ ...holder, host: 'gone' }));
    const due = await stacktrial(folder, 'schedule', 'live.yaml', '--due');
    expect(due.code).toBe(69);
    expect((await rows()).at(-1)).toMatchObject({ ended: 'failed', why: expect.stringContaining('on gone') });
    expect(await allRuns(join(folder, 'reports'), 'live')).toEqual([]);
    expect(await stateOf(folder)).toBe(BEFORE);
  }, 60_000);

  test('a tap that this run has left turned is never waited for, whoever holds it now', async () => {
    const folder = await temporaryFolder();
    await liveExperiment(folder, { design: LONG });
    await killedWhileTurned(folder);
    const leases = join(folder, 'leases');
    const [name] = await readdir(leases);
    const holder = JSON.parse(await readFile(join(leases, name), 'utf8')) as { resource: string };
    await rm(join(leases, name));
    await takeLease(
      leases,
      { resource: holder.resource, experiment: 'other', run: join(folder, 'other'), since: 0 },
      startTimeOf,
    );
    const resumed = await stacktrial(folder, '--quiet', 'run', 'live.yaml', '--resume');
    expect([resumed.code, resumed.stderr]).toEqual([69, expect.stringContaining('has left its tap turned')]);
  }, 60_000);
});

describe.runIf(process.platform === 'linux')('a cap on time', () => {
  test('counts the time in which a killed run left traffic turned: gone on with, the split ends at once and is given back', async () => {
    const folder = await temporaryFolder();
    await liveExperiment(folder, {
      design: '{ kind: by-key, unit: unit, shares: { old: 50%, new: 50% }, for: 4s, seed: 1 }',
      more: 'exposure: { time: 4s }\n',
    });
    await killedWhileTurned(folder);
    // Nobody is there, and the tap is turned.
    await new Promise((done) => setTimeout(done, 3_800));
    const ended = await stacktrial(folder, '--quiet', 'run', 'live.yaml', '--resume', '--json');
    const report = JSON.parse(ended.stdout) as Report;
    expect(report.watch?.stop).toMatchObject({
      why: 'cap',
      reason: { values: { cap: 'time', most: 4_000 } },
    });
    const slots = await readFile(join(await runOf(folder), 'evidence/slots.ndjson'), 'utf8');
    expect(
      slots
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).outcome),
    ).toEqual(['cut-off']);
    expect(await stateOf(folder)).toBe(BEFORE);
  }, 60_000);
});

describe.runIf(process.platform === 'linux')('a command that is still at work when its run is killed', () => {
  /** Turns the tap once it is let go, and says who it is; what it is asked for the second time it does at once. */
  const SLOW = `
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
const { STACKTRIAL_PERCENT_OLD: old, STACKTRIAL_PERCENT_NEW: fresh } = process.env;
if (fresh === '50') {
  writeFileSync('at-work', String(process.pid));
  while (!existsSync('let-go')) await sleep(20);
}
writeFileSync('next.json', fresh === '50' ? '{"shares":{"old":50,"new":50}}' : '${BEFORE}');
renameSync('next.json', 'state.json');
`;
  const lives = (pid: number) => startTimeOf(pid) !== null;

  test.each([['revert'], ['run --resume']])(
    'does not turn the tap again after %s',
    async (way) => {
      const folder = await temporaryFolder();
      await liveExperiment(folder, { design: LONG });
      await writeFile(join(folder, 'apply.mjs'), SLOW);
      const { child, ended } = start(folder);
      const atWork = async () => Number(await readFile(join(folder, 'at-work'), 'utf8').catch(() => ''));
      await until(async () => (await atWork()) > 0, 30_000);
      const pid = await atWork();
      child.kill('SIGKILL');
      await ended;
      expect(lives(pid)).toBe(true);
      if (way === 'revert') expect((await stacktrial(folder, 'revert')).code).toBe(0);
      else {
        const again = start(folder, '--resume');
        await until(async () => !lives(pid), 30_000);
        await until(async () => (await atWork()) !== pid, 30_000);
        again.child.kill('SIGTERM');
        expect((await again.ended).code).toBe(143);
      }
      expect(lives(pid)).toBe(false);
      await writeFile(join(folder, 'let-go'), '');
      expect(await stateOf(folder)).toBe(BEFORE);
    },
    60_000,
  );

  test('is found, too, where it was started in the instant before it could be journaled; what stays by intent is left', async () => {
    const folder = await temporaryFolder();
    const marked = () => {
      const one = spawn('sleep', ['60'], {
        env: { ...process.env, STACKTRIAL_RUN: 'killed-1' },
        detached: true,
        stdio: 'ignore',
      });
      onTestFinished(() => void one.kill('SIGKILL'));
      return one.pid as number;
    };
    const said = testIo(folder).log;
    const stays = marked();
    const turning = { step: 'tap-turning', at: startedAt(stays) + 60_000 };
    await endCommands([turning], 'killed-1', said);
    expect(lives(stays)).toBe(true);
    const spawned = (pid: number) => ({
      step: 'spawned',
      role: 'tap',
      pid,
      startTime: startTimeOf(pid),
      at: 0,
    });
    // A row of it, and then others: it is known, and so is when the last command began.
    const known = marked();
    const late = marked();
    await endCommands([spawned(known), { ...turning, at: startedAt(late) }], 'killed-1', said);
    expect([lives(known), lives(late)]).toEqual([false, false]);
    // Between two steps no command is at work that a row does not name.
    const other = marked();
    await endCommands([{ step: 'tap-turned', at: 0 }], 'killed-1', said);
    expect(lives(other)).toBe(true);
  });
});

test('a run that is at work is not called cut off when another one begins beside it', async () => {
  const folder = await temporaryFolder();
  await liveExperiment(folder, {
    design: '{ kind: by-key, unit: unit, shares: { old: 50%, new: 50% }, for: 1s }',
  });
  const info = {
    id: '20260101T000000Z-abcdef',
    stacktrial: '0',
    startedAt: 0,
    finishedAt: null,
    mode: 'real',
    inject: null,
    environment: {},
    resumed: 0,
  } as const;
  const text = await readFile(join(folder, 'live.yaml'), 'utf8');
  const atWork = await createRun(join(folder, 'reports'), 'live', info, text, {});
  const unlock = await atWork.lock(startTimeOf);
  expect((await stacktrial(folder, 'run', 'live.yaml')).stderr).toContain(
    `${info.id} is still going on; this is another run beside it.`,
  );
  await unlock();
  await rm(join(folder, 'reports'), { recursive: true });
  await createRun(join(folder, 'reports'), 'live', info, text, {});
  expect((await stacktrial(folder, 'run', 'live.yaml')).stderr).toContain(`${info.id} was cut off; --resume`);
});

describe('a tap under the resident scheduler', () => {
  test('is turned by one at a time: a run by hand is refused meanwhile and leaves nothing, and the other way round the firing waits', async () => {
    const folder = await temporaryFolder();
    const hourly = 'schedule: { look: "0 * * * *" }\n';
    await liveExperiment(folder, {
      design: '{ kind: by-key, unit: unit, shares: { old: 50%, new: 50% }, for: 6s, seed: 1 }',
      more: hourly,
    });
    // Another experiment that would turn the same tap, and is not on a schedule.
    const other = (await readFile(join(folder, 'live.yaml'), 'utf8'))
      .replace('experiment: live', 'experiment: other')
      .replace(hourly, '')
      .replace('for: 6s', 'for: 4s');
    await writeFile(join(folder, 'other.yaml'), other);
    await mkdir(join(folder, 'reports/live'), { recursive: true });
    const ledger = join(folder, 'reports/live/firings.ndjson');
    const timetable = JSON.stringify({ look: '0 * * * *', pace: null, timezone: 'UTC' });
    await writeFile(
      ledger,
      `${JSON.stringify({ step: 'enrolled', at: Date.now() - 2 * 3_600_000, timetable })}\n`,
    );
    const rows = async () =>
      (await readFile(ledger, 'utf8'))
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { step: string; ended?: string; exit?: number });

    // First somebody works by hand: what is due waits, and is not done over it.
    const byHand = spawn(process.execPath, [CLI, '--quiet', 'run', 'other.yaml'], {
      cwd: folder,
      env: { ...process.env, STACKTRIAL_LEASES: join(folder, 'leases') },
      stdio: 'ignore',
    });
    const handEnded = new Promise<number | null>((done) => byHand.on('close', done));
    await until(async () => (await stateOf(folder)) !== BEFORE, 30_000);
    const due = await stacktrial(folder, 'schedule', 'live.yaml', '--due');
    expect([due.code, (await rows()).at(-1)]).toEqual([0, expect.objectContaining({ ended: 'busy' })]);
    expect(await allRuns(join(folder, 'reports'), 'live')).toEqual([]);
    expect(await handEnded).toBe(10);
    expect(await stateOf(folder)).toBe(BEFORE);

    // Then the scheduler is at work, and a hand is refused.
    const port = await freePort();
    const resident = spawn(process.execPath, [CLI, 'schedule', 'live.yaml', '--listen', String(port)], {
      cwd: folder,
      env: { ...process.env, STACKTRIAL_LEASES: join(folder, 'leases') },
      stdio: 'ignore',
    });
    const residentEnded = new Promise<number | null>((done) => resident.on('close', done));
    await until(async () => (await stateOf(folder)) !== BEFORE, 30_000);
    const others = await allRuns(join(folder, 'reports'), 'other');
    const refused = await stacktrial(folder, '--quiet', 'run', 'other.yaml');
    expect([refused.code, refused.stderr]).toEqual([
      69,
      expect.stringContaining('Two experiments cannot turn one tap'),
    ]);
    expect(await allRuns(join(folder, 'reports'), 'other')).toEqual(others);
    await until(async () => (await rows()).at(-1)?.ended === 'done', 40_000);
    expect(await stateOf(folder)).toBe(BEFORE);
    resident.kill('SIGTERM');
    expect(await residentEnded).toBe(143);
    expect((await stacktrial(folder, 'status')).stdout).not.toMatch(/cut off|OPEN/);
  }, 120_000);

  test('that is ended in the middle of a split gives the tap back first', async () => {
    const folder = await temporaryFolder();
    await liveExperiment(folder, { design: LONG, more: 'schedule: { look: "0 * * * *" }\n' });
    await mkdir(join(folder, 'reports/live'), { recursive: true });
    const timetable = JSON.stringify({ look: '0 * * * *', pace: null, timezone: 'UTC' });
    await writeFile(
      join(folder, 'reports/live/firings.ndjson'),
      `${JSON.stringify({ step: 'enrolled', at: Date.now() - 2 * 3_600_000, timetable })}\n`,
    );
    const resident = spawn(process.execPath, [CLI, 'schedule', '.', '--listen', String(await freePort())], {
      cwd: folder,
      env: { ...process.env, STACKTRIAL_LEASES: join(folder, 'leases') },
      stdio: 'ignore',
    });
    const ended = new Promise<number | null>((done) => resident.on('close', done));
    await until(() => isTurned(folder), 30_000);
    resident.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(await stateOf(folder)).toBe(BEFORE);
    expect((await stacktrial(folder, 'status')).stdout).toMatch(
      /cut off .*go on: stacktrial run FILE --resume/,
    );
  }, 60_000);
});
