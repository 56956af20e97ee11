import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Collected, Observation, RunInfo, Schedule, Trial } from '../../src/model/evidence.js';
import { startTimeOf } from '../../src/split/index.js';
import {
  createRun,
  findResumable,
  isLocked,
  latestRun,
  openRun,
  type RunFolder,
  writeAtomic,
} from '../../src/store/index.js';
import { lockFolder } from '../../src/store/lock.js';
import { temporaryFolder } from '../split/support.js';

// Every row is synced to a disk that may be busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

const info = (id: string): RunInfo => ({
  id,
  stacktrial: '0.1.0',
  startedAt: 1,
  finishedAt: null,
  mode: 'real',
  inject: null,
  environment: {},
  resumed: 0,
});
const trial = (n: number): Trial => ({
  id: `b00${n}.0.a`,
  attempt: 0,
  block: n,
  order: 0,
  unit: 'ü',
  repeat: 0,
  arm: 'a',
  start: n,
  end: n + 1,
  outcome: 'ok',
  exit: 0,
  measured: { wallSeconds: 0.1, cpuSeconds: null },
  covariates: {},
  answer: { records: n },
});
const observation = (n: number): Observation => ({
  metric: 'seconds',
  arm: 'a',
  unit: `u${n}`,
  start: n,
  end: n + 1,
  value: n / 3,
  n: 1,
  estimated: false,
  labels: {},
});
const collected = (metric = 'seconds', arm = 'a', count = 3): Collected => ({
  meta: {
    metric,
    arm,
    source: 'trials',
    type: 'trials',
    query: 'wallSeconds',
    startedAt: 1,
    finishedAt: 2,
    serverVersion: null,
    observations: 0,
    sha256: '',
    problem: null,
  },
  observations: Array.from({ length: count }, (_, i) => ({ ...observation(i), metric, arm })),
});
const schedule: Schedule = {
  algorithm: 'stacktrial-1',
  design: 'interleaved',
  seed: 1,
  blocks: 0,
  units: [],
  trials: [],
  refused: [],
};

const create = (root: string, id = '20261101T000000-aaaa', name = 'x') =>
  createRun(root, name, info(id), 'experiment: x\n', {
    'cards/a b.yaml': 'card: 1\n',
    '../a b.yaml': 'card: 2\n',
  });

async function finished(root: string, id?: string): Promise<RunFolder> {
  const run = await create(root, id);
  await run.saveSchedule(schedule);
  await run.appendTrial(trial(0));
  await run.appendTrial(trial(1));
  await run.saveCollected(collected());
  await run.finish({ ...info(id ?? 'r'), finishedAt: 5 });
  await run.close();
  return run;
}

describe('a run’s folder', () => {
  test('gives back everything that was put into it', async () => {
    const root = await temporaryFolder();
    const run = await openRun((await finished(root)).path);
    const stored = await run.load();
    expect(stored.info.finishedAt).toBe(5);
    expect(stored.experimentText).toBe('experiment: x\n');
    expect(stored.attachments).toEqual({ 'cards/a b.yaml': 'card: 1\n', '../a b.yaml': 'card: 2\n' });
    expect(stored.schedule).toEqual(schedule);
    expect(stored.trials).toEqual([trial(0), trial(1)]);
    expect(stored.collected[0].observations).toEqual(collected().observations);
    const rows = collected()
      .observations.map((row) => `${JSON.stringify(row)}\n`)
      .join('');
    expect(stored.collected[0].meta).toMatchObject({
      observations: 3,
      sha256: createHash('sha256').update(rows).digest('hex'),
    });
  });

  test('is laid out as described, names encoded, nothing temporary left', async () => {
    const root = await temporaryFolder();
    const run = await create(root, '20261101T000000-aaaa', 'a/../b');
    await run.saveCollected(collected('p95 (ms)/../x', 'ä.b'));
    await run.journal.append('opened', {});
    await run.finish(info('r'));
    await run.saveReport('report.md', '# x\n');
    const files = (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort();
    const base = 'a%2F%2E%2E%2Fb/20261101T000000-aaaa';
    expect(files).toEqual(
      [
        'evidence/attachments/000-a%20b.yaml',
        'evidence/attachments/001-a%20b.yaml',
        'evidence/attachments/index.json',
        'evidence/experiment.yaml',
        'evidence/manifest.json',
        'evidence/run.json',
        'evidence/sources/p95%20%28ms%29%2F%2E%2E%2Fx.%C3%A4%2Eb.meta.json',
        'evidence/sources/p95%20%28ms%29%2F%2E%2E%2Fx.%C3%A4%2Eb.ndjson.gz',
        'journal.ndjson',
        'report.md',
      ].map((path) => `${base}/${path}`),
    );
    await run.close();
  });

  test('has the same bytes for the same rows', async () => {
    const bytes = async () => {
      const run = await create(await temporaryFolder());
      await run.saveCollected(collected('seconds', 'a', 1000));
      return readFile(join(run.path, 'evidence/sources/seconds.a.ndjson.gz'));
    };
    const [one, two] = [await bytes(), await bytes()];
    expect(one.equals(two)).toBe(true);
    expect([...one.subarray(4, 8), one[9]]).toEqual([0, 0, 0, 0, 255]);
  });

  test('refuses values that JSON would silently change', async () => {
    const run = await create(await temporaryFolder());
    const bad = collected();
    const observations = [{ ...bad.observations[0], value: Number.NaN }];
    await expect(run.saveCollected({ ...bad, observations })).rejects.toThrow(
      /NaN as value of seconds \(a\)/,
    );
  });

  test('is not made twice, and not found where there is none', async () => {
    const root = await temporaryFolder();
    await create(root);
    await expect(create(root)).rejects.toMatchObject({ code: 'run-exists' });
    await expect(openRun(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'no-run' });
  });
});

describe('evidence', () => {
  const changes: Readonly<Record<string, (evidence: string) => Promise<void>>> = {
    'experiment.yaml was changed': (evidence) => appendFile(join(evidence, 'experiment.yaml'), ' '),
    'trials.ndjson was changed': (evidence) => appendFile(join(evidence, 'trials.ndjson'), '{"torn'),
    'sources/seconds.a.ndjson.gz was changed': (evidence) =>
      appendFile(join(evidence, 'sources/seconds.a.ndjson.gz'), 'x'),
    'schedule.json is missing': (evidence) => rm(join(evidence, 'schedule.json')),
    'sources/x.a.meta.json was added': (evidence) => writeFile(join(evidence, 'sources/x.a.meta.json'), '{}'),
    'attachments/000-a%20b.yaml was changed': (evidence) =>
      writeFile(join(evidence, 'attachments/000-a%20b.yaml'), 'card: 3\n'),
  };
  for (const [problem, change] of Object.entries(changes)) {
    test(`that was changed is refused by name: ${problem}`, async () => {
      const run = await finished(await temporaryFolder());
      await change(join(run.path, 'evidence'));
      await expect((await openRun(run.path)).load()).rejects.toMatchObject({
        code: 'evidence-changed',
        message: expect.stringContaining(problem),
      });
    });
  }

  test('of a run that was cut off is not analysed', async () => {
    const run = await create(await temporaryFolder());
    await run.appendTrial(trial(0));
    expect(await run.isFinished()).toBe(false);
    await expect(run.load()).rejects.toMatchObject({
      code: 'run-cut-off',
      hint: expect.stringContaining('--resume'),
    });
  });
});

describe('rows', () => {
  test('cut in the middle by a crash are left out, and cut off before the next is written', async () => {
    const root = await temporaryFolder();
    const first = await create(root);
    await first.appendTrial(trial(0));
    await first.appendTrial(trial(1));
    await first.close();
    const path = join(first.path, 'evidence/trials.ndjson');
    const whole = await readFile(path);
    const start = whole.indexOf(0x0a) + 1;
    for (let cut = start; cut < whole.length; cut++) {
      await writeFile(path, whole.subarray(0, cut));
      const run = await openRun(first.path);
      expect(await run.loadTrials()).toEqual([trial(0)]);
      await run.appendTrial(trial(2));
      expect(await run.loadTrials()).toEqual([trial(0), trial(2)]);
      await run.close();
    }
  });

  test('damaged elsewhere are named, not skipped', async () => {
    const run = await create(await temporaryFolder());
    const path = join(run.path, 'evidence/trials.ndjson');
    await writeFile(path, `${JSON.stringify(trial(0))}\nxx\n${JSON.stringify(trial(1))}\n`);
    await expect(run.loadTrials()).rejects.toThrow('trials.ndjson:2');
  });

  test('written at once stand one after the other', async () => {
    const run = await create(await temporaryFolder());
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => run.journal.append('spawned', { i, pad: 'x'.repeat(5000) })),
    );
    const rows = await run.journaled();
    expect(rows.map((row) => row.i)).toEqual([...Array(50).keys()]);
    expect(rows[0]).toMatchObject({ step: 'spawned', at: expect.any(Number) });
    await run.close();
  });

  test('on a file that cannot be written to are an error, each time', async () => {
    const run = await create(await temporaryFolder());
    await mkdir(join(run.path, 'evidence/trials.ndjson'));
    await expect(run.appendTrial(trial(0))).rejects.toThrow('EISDIR');
    await expect(run.appendTrial(trial(1))).rejects.toThrow('EISDIR');
  });

  test('an empty file holds none', async () => {
    const run = await create(await temporaryFolder());
    expect(await run.loadTrials()).toEqual([]);
    await run.appendTrial(trial(0));
    await run.close();
    await truncate(join(run.path, 'evidence/trials.ndjson'), 3);
    expect(await run.loadTrials()).toEqual([]);
  });
});

describe('looks that were taken', () => {
  const looksOf = async () => {
    const run = await create(await temporaryFolder());
    return { run, path: join(run.path, 'evidence/looks.json') };
  };

  test('cannot be taken back by editing or deleting the file of a run that is not finished', async () => {
    const { run, path } = await looksOf();
    await run.saveLooks([{ index: 1 }]);
    const first = await readFile(path);
    await run.saveLooks([{ index: 1 }, { index: 2 }]);
    expect(await run.loadLooks()).toEqual([{ index: 1 }, { index: 2 }]);
    await writeFile(path, '[]\n');
    await expect((await openRun(run.path)).loadLooks()).rejects.toMatchObject({ code: 'file-changed' });
    // Not even by what stood there before.
    await writeFile(path, first);
    await expect(run.loadLooks()).rejects.toThrow('is not what the run has written');
    await rm(path);
    await expect(run.loadLooks()).rejects.toThrow('is gone');
  });

  test('are whole after a crash at any step of writing them: the ones before, or the new ones', async () => {
    const { run, path } = await looksOf();
    await run.saveLooks([1]);
    const [before, journal] = [await readFile(path), await readFile(join(run.path, 'journal.ndjson'))];
    await run.saveLooks([1, 2]);
    const after = await readFile(path);
    const rows = (await readFile(join(run.path, 'journal.ndjson'))).subarray(journal.length);
    const sealing = rows.subarray(0, rows.indexOf(0x0a) + 1);
    for (const [seals, file] of [
      [[], before],
      [[sealing], before],
      [[sealing], after],
      [[rows], after],
    ] as const) {
      await writeFile(join(run.path, 'journal.ndjson'), Buffer.concat([journal, ...seals]));
      await writeFile(path, file);
      expect(await (await openRun(run.path)).loadLooks()).toEqual(file === before ? [1] : [1, 2]);
    }
    await writeFile(join(run.path, 'journal.ndjson'), Buffer.concat([journal, rows]));
    await writeFile(path, before);
    await expect((await openRun(run.path)).loadLooks()).rejects.toMatchObject({ code: 'file-changed' });
  });
});

test('what had been run before cannot be edited or deleted while the run goes on', async () => {
  const run = await create(await temporaryFolder());
  const path = join(run.path, 'evidence/earlier.json');
  await run.saveEarlier([]);
  const before = await readFile(path);
  expect(await run.loadEarlier()).toEqual([]);
  await writeFile(path, '[ ]\n');
  await expect((await openRun(run.path)).loadEarlier()).rejects.toMatchObject({ code: 'file-changed' });
  await expect(run.finish(info('r'))).rejects.toMatchObject({ code: 'file-changed' });
  expect(await run.isFinished()).toBe(false);
  await rm(path);
  await expect(run.loadEarlier()).rejects.toThrow('is gone');
  await writeFile(path, before);
  await run.finish({ ...(await run.loadInfo()), finishedAt: 2 });
  expect(await run.loadEarlier()).toEqual([]);
});

describe('finding runs', () => {
  test('the newest complete one, and the newest if it was cut off', async () => {
    const root = await temporaryFolder();
    expect(await latestRun(root, 'x')).toBeNull();
    expect(await findResumable(root, 'x')).toBeNull();
    const old = await finished(root, '20261101T000000-zzzz');
    expect(await latestRun(root, 'x')).toBe(old.path);
    expect(await findResumable(root, 'x')).toBeNull();
    const cut = await create(root, '20261102T000000-aaaa');
    await mkdir(join(root, 'x', '20261103T000000-bbbb', 'evidence'), { recursive: true });
    expect(await latestRun(root, 'x')).toBe(old.path);
    expect(await findResumable(root, 'x')).toBe(cut.path);
    await cut.finish(info('y'));
    expect(await latestRun(root, 'x')).toBe(cut.path);
    expect(await findResumable(root, 'x')).toBeNull();
  });
});

describe('the lock', () => {
  const lockOf = (pid: number, startTime: string | null, host?: string) =>
    import('node:os').then((os) => JSON.stringify({ host: host ?? os.hostname(), pid, startTime }));

  test('lets one process in at a time, and the next when it has left', async () => {
    const run = await create(await temporaryFolder());
    const release = await run.lock(startTimeOf);
    await expect(run.lock(startTimeOf)).rejects.toMatchObject({ code: 'run-in-use' });
    await release();
    await (await run.lock(startTimeOf))();
  });

  test('never lets two in, however many come at once', async () => {
    const run = await create(await temporaryFolder());
    const tried = await Promise.allSettled(Array.from({ length: 8 }, () => run.lock(startTimeOf)));
    expect(tried.filter((each) => each.status === 'fulfilled').length).toBeLessThanOrEqual(1);
    for (const each of tried) if (each.status === 'fulfilled') await each.value();
    await (await run.lock(startTimeOf))();
  });

  test('of another living process holds; of a dead one, or of one whose number was used again, does not', async () => {
    const run = await create(await temporaryFolder());
    const other = spawn('sleep', ['60']);
    const pid = other.pid as number;
    const path = join(run.path, `lock-${pid}-abc.json`);
    await writeFile(path, await lockOf(pid, startTimeOf(pid)));
    await expect(run.lock(startTimeOf)).rejects.toThrow(`Process ${pid}`);
    await writeFile(path, await lockOf(pid, 'another boot:1'));
    await (await run.lock(startTimeOf))();
    await expect(readFile(path)).rejects.toThrow('ENOENT');
    const startTime = startTimeOf(pid);
    await writeFile(path, await lockOf(pid, startTime));
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('exit', resolve));
    await (await run.lock(startTimeOf))();
  });

  test('of another machine cannot be judged from here, and holds', async () => {
    const run = await create(await temporaryFolder());
    await writeFile(join(run.path, 'lock-1-abc.json'), await lockOf(1, null, 'elsewhere'));
    await expect(run.lock(startTimeOf)).rejects.toMatchObject({ hint: expect.stringContaining('delete') });
  });

  test('of a pod that was killed, a host that never comes back, does not hold for ever', async () => {
    const run = await create(await temporaryFolder());
    const path = join(run.path, 'lock-1-abc.json');
    await writeFile(path, await lockOf(1, 'x:1', 'stacktrial-29388180-x7k2p'));
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    await utimes(path, ago(14), ago(14));
    expect(await isLocked(run.path, startTimeOf)).toBe(true);
    await expect(run.lock(startTimeOf)).rejects.toMatchObject({ code: 'run-in-use' });
    await utimes(path, ago(16), ago(16));
    expect(await isLocked(run.path, startTimeOf)).toBe(false);
    await (await run.lock(startTimeOf))();
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  test('shows that its holder lives, until it is given back', async () => {
    const folder = await temporaryFolder();
    const release = await lockFolder(folder, startTimeOf, 5);
    const [name] = await readdir(folder);
    const path = join(folder, name);
    const before = await readFile(path, 'utf8');
    await utimes(path, new Date(0), new Date(0));
    while ((await stat(path)).mtimeMs === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await readFile(path, 'utf8')).toBe(before);
    await release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('an atomic write', () => {
  test('replaces a file, or leaves it and no trace', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'a');
    await writeAtomic(path, 'one');
    await writeAtomic(path, Buffer.from('two'));
    expect(await readFile(path, 'utf8')).toBe('two');
    await mkdir(join(folder, 'b'));
    await expect(writeAtomic(join(folder, 'b'), 'x')).rejects.toThrow();
    expect((await readdir(folder)).sort()).toEqual(['a', 'b']);
  });
});

describe('a place where no run can be kept', () => {
  const info = {
    id: 'r1',
    stacktrial: '0',
    startedAt: 0,
    finishedAt: null,
    mode: 'real',
    inject: null,
    environment: {},
    resumed: 0,
  } as const;
  test.runIf(process.platform === 'linux')(
    'is refused with a hint, also where the file system has no room for new folders',
    async () => {
      await expect(createRun('/proc/reports', 'x', info, '', {})).rejects.toMatchObject({
        code: 'unwritable',
        hint: expect.stringContaining('--reports'),
      });
      await expect(createRun('/etc/hostname', 'x', info, '', {})).rejects.toMatchObject({
        code: 'not-a-folder',
      });
    },
  );
});
