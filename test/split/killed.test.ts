import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trial } from '../../src/model/evidence.js';
import { openRun } from '../../src/store/index.js';
import { alive, temporaryFolder } from './support.js';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const harness = join(root, 'test/split/killed-harness.mjs');

/** Compiled inside the project, so that its packages are found. */
let compiled: string;

beforeAll(async () => {
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
  compiled = await mkdtemp(join(root, 'node_modules/.cache/killed-'));
  const config = join(compiled, 'tsconfig.json');
  const files = ['split/index.ts', 'store/index.ts', 'stats/random.ts'].map((file) =>
    join(root, 'src', file),
  );
  const compilerOptions = {
    rootDir: join(root, 'src'),
    outDir: join(compiled, 'out'),
    declaration: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  await writeFile(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files }),
  );
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
    stdio: 'pipe',
  });
}, 60_000);

afterAll(() => rm(compiled, { recursive: true, force: true }));

interface Ended {
  readonly signal: string | null;
  readonly code: number | string | null;
  readonly stderr: string;
  readonly result: { runId: string; path: string; steps: string[] } | null;
}

function start(
  folder: string,
  when: 'before' | 'after' | 'never',
  step: number,
  type = 'command',
): Promise<Ended> {
  const args = [harness, join(compiled, 'out'), folder, when, String(step), type];
  return new Promise((done) => {
    execFile(process.execPath, args, { timeout: 30_000 }, (error, stdout, stderr) => {
      const failed = error as (Error & { signal?: string; code?: number | string }) | null;
      done({
        signal: failed?.signal ?? null,
        code: failed?.code ?? 0,
        stderr,
        result: failed === null ? JSON.parse(stdout) : null,
      });
    });
  });
}

/** One complete run, nothing left over, at most one block done again. */
async function expectWhole(folder: string, where: string): Promise<readonly Trial[]> {
  const [name, ...more] = await readdir(join(folder, 'x'));
  expect(more, where).toEqual([]);
  expect(alive(name), where).toEqual([]);
  const left = await readdir(folder);
  expect(
    left.filter((file) => file.startsWith('up-') || file.startsWith('prepared-')),
    where,
  ).toEqual([]);
  const { trials, schedule } = await (await openRun(join(folder, 'x', name))).load();
  const again = new Set<number>();
  for (const planned of schedule?.trials ?? []) {
    const rows = trials.filter((trial) => trial.id === planned.id);
    expect(
      rows.some((trial) => trial.outcome === 'ok'),
      `${where}: ${planned.id}`,
    ).toBe(true);
    if (planned.block >= 0 && rows.some((trial) => trial.attempt > 0)) again.add(planned.block);
  }
  expect(again.size, where).toBeLessThanOrEqual(1);
  const attempts = trials.map((trial) => `${trial.id}#${trial.attempt}`);
  expect(new Set(attempts).size, where).toBe(attempts.length);
  return trials;
}

describe.runIf(process.platform === 'linux')('kill -9', () => {
  test('before and after each row that is written, and a resume: one complete run, nobody left behind', async () => {
    const calm = await temporaryFolder();
    const { result, stderr } = await start(calm, 'never', 0);
    expect(stderr).toBe('');
    await expectWhole(calm, 'undisturbed');
    const steps = result?.steps ?? [];
    for (const kind of [
      'schedule',
      'opened',
      'spawned setup',
      'spawned resident',
      'spawned prepare',
      'spawned trial',
      'trial',
      'block',
      'spawned conclude',
      'spawned cleanup',
      'closed',
      'manifest',
    ]) {
      expect(
        steps.some((step) => step.startsWith(kind)),
        kind,
      ).toBe(true);
    }

    let withOrphans = 0;
    let resumedBlocks = 0;
    // Before a row is what the row before it left, except where a process already runs that is not journaled yet.
    const cases = steps.flatMap((step, i) =>
      (step.startsWith('spawned') ? (['before', 'after'] as const) : (['after'] as const)).map((when) => ({
        when,
        step: i + 1,
      })),
    );
    const next = async (): Promise<void> => {
      for (let each = cases.shift(); each !== undefined; each = cases.shift()) {
        const where = `killed ${each.when} step ${each.step} (${steps[each.step - 1]})`;
        const folder = await temporaryFolder();
        const killed = await start(folder, each.when, each.step);
        expect(killed.signal, where).toBe('SIGKILL');
        const [name] = await readdir(join(folder, 'x'));
        if (alive(name).length > 0) withOrphans++;
        if (!existsSync(join(folder, 'x', name, 'evidence/manifest.json'))) {
          const resumed = await start(folder, 'never', 0);
          expect([resumed.code, resumed.stderr], where).toEqual([0, expect.not.stringContaining('Error')]);
        }
        const trials = await expectWhole(folder, where);
        if (trials.some((trial) => trial.block >= 0 && trial.attempt > 0)) resumedBlocks++;
        await rm(folder, { recursive: true, force: true });
      }
    };
    await Promise.all([next(), next()]);
    // The test would show nothing if the kill had found nobody at work.
    expect(withOrphans).toBeGreaterThan(steps.length / 2);
    expect(resumedBlocks).toBeGreaterThan(5);
  }, 300_000);

  test('while the resume is under way is harmless, too', async () => {
    const folder = await temporaryFolder();
    expect((await start(folder, 'after', 20)).signal).toBe('SIGKILL');
    for (const step of [3, 6, 9]) expect((await start(folder, 'before', step)).signal).toBe('SIGKILL');
    expect((await start(folder, 'never', 0)).code).toBe(0);
    const [name] = await readdir(join(folder, 'x'));
    const { trials, schedule } = await (await openRun(join(folder, 'x', name))).load();
    for (const { id } of schedule?.trials ?? []) expect(trials.some((trial) => trial.id === id)).toBe(true);
    expect(alive(name)).toEqual([]);
    expect(await readFile(join(folder, 'cleaned'), 'utf8')).toMatch(/^(a\nb\n)+$/);
  }, 60_000);

  test('of a run that places batches in inboxes: no batch is left behind, lost or changed', async () => {
    const set = async (): Promise<string> => {
      const folder = await temporaryFolder();
      for (const name of ['in-a', 'in-b', 'out-a', 'out-b']) await mkdir(join(folder, name));
      for (const name of ['u0.csv', 'u1.csv']) await writeFile(join(folder, name), name);
      return folder;
    };
    /** Stacks that answer, and leave the batch where it is. */
    const stacks = (folder: string) =>
      setInterval(() => {
        for (const arm of ['a', 'b'])
          for (const name of readdirSync(join(folder, `in-${arm}`)).filter((each) => !each.startsWith('.'))) {
            const done = join(folder, `out-${arm}`, `${name}.done`);
            if (existsSync(done)) continue;
            writeFileSync(`${done}.tmp`, '{"records":1}');
            renameSync(`${done}.tmp`, done);
          }
      }, 5);
    const calm = await set();
    const answering = stacks(calm);
    const { result, stderr } = await start(calm, 'never', 0, 'inbox');
    clearInterval(answering);
    expect(stderr).toBe('');
    const steps = result?.steps ?? [];
    expect(steps.filter((step) => step.startsWith('placing'))).toHaveLength(4);

    let placedAtKill = 0;
    const cases = steps.flatMap((step, i) =>
      (step.startsWith('settled') ? (['before', 'after'] as const) : (['after'] as const)).map((when) => ({
        when,
        step: i + 1,
      })),
    );
    const next = async (): Promise<void> => {
      for (let each = cases.shift(); each !== undefined; each = cases.shift()) {
        const where = `killed ${each.when} step ${each.step} (${steps[each.step - 1]})`;
        const folder = await set();
        const working = stacks(folder);
        try {
          expect((await start(folder, each.when, each.step, 'inbox')).signal, where).toBe('SIGKILL');
          const [name] = await readdir(join(folder, 'x'));
          if (existsSync(join(folder, 'in-a/.stacktrial'))) placedAtKill++;
          if (!existsSync(join(folder, 'x', name, 'evidence/manifest.json')))
            expect((await start(folder, 'never', 0, 'inbox')).code, where).toBe(0);
          await expectWhole(folder, where);
          for (const arm of ['in-a', 'in-b']) expect(await readdir(join(folder, arm)), where).toEqual([]);
          for (const unit of ['u0.csv', 'u1.csv'])
            expect(await readFile(join(folder, unit), 'utf8')).toBe(unit);
        } finally {
          clearInterval(working);
        }
      }
    };
    await Promise.all([next(), next()]);
    expect(placedAtKill).toBeGreaterThan(10);
  }, 120_000);

  test('of a run that moves batches: each is worked on by one stack, once, or is where it was', async () => {
    const units = ['u0.csv', 'u1.csv'];
    const set = async (): Promise<string> => {
      const folder = await temporaryFolder();
      for (const name of ['in-a', 'in-b', 'out-a', 'out-b', 'worked']) await mkdir(join(folder, name));
      for (const name of units) await writeFile(join(folder, name), name);
      return folder;
    };
    /** Stacks that take a batch away before they work on it, and answer. */
    const stacks = (folder: string) =>
      setInterval(() => {
        for (const arm of ['a', 'b'])
          for (const name of readdirSync(join(folder, `in-${arm}`)).filter((each) => !each.startsWith('.'))) {
            try {
              renameSync(join(folder, `in-${arm}`, name), join(folder, 'worked', name));
            } catch (error) {
              if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue; // taken back in this moment
              throw error;
            }
            const done = join(folder, `out-${arm}`, `${name}.done`);
            writeFileSync(`${done}.tmp`, '{"records":1}');
            renameSync(`${done}.tmp`, done);
          }
      }, 5);
    const whereIs = async (folder: string): Promise<Readonly<Record<string, readonly string[]>>> => {
      const all = await Promise.all(
        ['.', 'in-a', 'in-b', 'worked'].map(async (place) =>
          (await readdir(join(folder, place))).flatMap((name) => {
            const unit = units.find((each) => name.endsWith(each));
            return unit === undefined ? [] : [[unit, place] as const];
          }),
        ),
      );
      return Object.fromEntries(
        units.map((unit) => [unit, all.flat().flatMap(([name, place]) => (name === unit ? [place] : []))]),
      );
    };
    const calm = await set();
    const answering = stacks(calm);
    const { result, stderr } = await start(calm, 'never', 0, 'move');
    clearInterval(answering);
    expect(stderr).toBe('');
    const steps = result?.steps ?? [];
    expect(steps.filter((step) => step.startsWith('placing'))).toHaveLength(2);

    const unmeasured = new Set<string>();
    const cases = steps.flatMap((step, i) =>
      (/^(placing|settled)/.test(step) ? (['before', 'after'] as const) : (['after'] as const)).map(
        (when) => ({ when, step: i + 1 }),
      ),
    );
    const next = async (): Promise<void> => {
      for (let each = cases.shift(); each !== undefined; each = cases.shift()) {
        const where = `killed ${each.when} step ${each.step} (${steps[each.step - 1]})`;
        const folder = await set();
        const working = stacks(folder);
        try {
          expect((await start(folder, each.when, each.step, 'move')).signal, where).toBe('SIGKILL');
          for (const places of Object.values(await whereIs(folder))) expect(places, where).toHaveLength(1);
          const [name] = await readdir(join(folder, 'x'));
          if (!existsSync(join(folder, 'x', name, 'evidence/manifest.json')))
            expect((await start(folder, 'never', 0, 'move')).code, where).toBe(0);
          const { trials, schedule } = await (await openRun(join(folder, 'x', name))).load();
          const once = Object.fromEntries(units.map((unit) => [unit, ['worked']]));
          expect(await whereIs(folder), where).toEqual(once);
          for (const arm of ['in-a', 'in-b']) expect(await readdir(join(folder, arm)), where).toEqual([]);
          // What was under way when it was killed, and is the stack's now, is said not to be measured.
          const lost = (schedule?.trials ?? []).filter(
            ({ id }) => !trials.some((trial) => trial.id === id && trial.outcome === 'ok'),
          );
          expect(lost.length, where).toBeLessThanOrEqual(1);
          for (const { id } of lost) {
            expect(trials.findLast((trial) => trial.id === id)?.outcome, where).toBe('harness');
            unmeasured.add(steps[each.step - 1].split(' ', 1)[0]);
          }
        } finally {
          clearInterval(working);
        }
      }
    };
    await Promise.all([next(), next()]);
    expect([...unmeasured].sort()).toContain('settled');
  }, 120_000);
});
