/** Declared looks as a user meets them: real processes, real folders. */
import { readFileSync, rmSync } from 'node:fs';
import { access, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyFolder, FORMS, forms, onlyRun, smallExperiment, stacktrial, start } from './program.js';

interface Work {
  /** What the old stack needs, where the new one needs 1. */
  readonly old: number;
  /** Spread of a trial around that. */
  readonly noise: number;
}

/** Whatever else the machine does, these end at the first look, or do not. */
const HUGE: Work = { old: 10, noise: 0.05 };
const DROWNED: Work = { old: 1, noise: 0.9 };

/**
 * Three files, six times each: 18 blocks, looked at after nine. A trial's time is what the stack says it was, drawn
 * from the trial's name.
 */
async function looked(folder: string, { old, noise }: Work, repeats = 6): Promise<string> {
  const file = await smallExperiment(folder, { repeats });
  const edit = async (name: string, ...edits: readonly (readonly [string, string])[]): Promise<void> => {
    const text = edits.reduce(
      (all, [from, to]) => {
        if (!all.includes(from)) throw new Error(`"${from}" is not in ${name}`);
        return all.replace(from, () => to);
      },
      await readFile(join(folder, name), 'utf8'),
    );
    await writeFile(join(folder, name), text);
  };
  await edit(
    'stack.mjs',
    [
      'const lines',
      `const { STACKTRIAL_TRIAL: trial, STACKTRIAL_ARM: arm } = process.env;
const draw = createHash('sha256').update(trial).digest().readUInt32BE(0) / 2 ** 31 - 1;
const lines`,
    ],
    ['work, checksum', `work: lines.length * (arm === 'old' ? ${old} : 1) * (1 + ${noise} * draw), checksum`],
  );
  await edit(
    file,
    ['{ field: wallSeconds }', '{ stdout: $.work }'],
    ['decide: { confidence: 95% }', 'decide: { confidence: 95%, looks: [50%, 100%] }'],
  );
  return file;
}

const looksOf = async (run: string) =>
  JSON.parse(await readFile(join(run, 'evidence', 'looks.json'), 'utf8')) as {
    index: number;
    of: number;
    units: number;
    at: number;
  }[];

const reportOf = async (run: string) => JSON.parse(await readFile(join(run, 'report.json'), 'utf8'));

const blocksRun = (report: { trials: { block: number }[] }): number =>
  new Set(report.trials.filter(({ block }) => block >= 0).map(({ block }) => block)).size;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe('a run with two looks', () => {
  test('ends at the first where the effect is huge: half the trials, said on standard error and in the report', async () => {
    const folder = await emptyFolder();
    const { code, stdout, stderr } = await stacktrial(folder, 'run', await looked(folder, HUGE));
    expect(stderr).toContain('look 1 of 2, after 9 of 18 blocks: adopt new; ending here');
    expect(stdout).toMatch(/look 1 of 2, an early\s+stop:\s+its\s+estimate\s+is\s+biased\s+outward/);
    expect(code).toBe(0);
    const run = await onlyRun(folder);
    const report = await reportOf(run);
    expect(blocksRun(report)).toBe(9);
    expect(report.look).toMatchObject({ index: 1, of: 2, stoppedEarly: true });
    expect(report.look.taken[0]).toMatchObject({ plannedFraction: 0.5, units: 9, maximum: 18 });
    expect(report.comparisons[0].effect.confidence).toBeCloseTo(0.99695, 5);
    expect((await looksOf(run)).map(({ index }) => index)).toEqual([1]);
    // The arms were given back although trials were left.
    expect((await readFile(join(folder, 'cleaned.txt'), 'utf8')).trim().split('\n').sort()).toEqual([
      'new',
      'old',
    ]);

    const elsewhere = await emptyFolder();
    const first = await forms(run);
    await cp(join(run, 'evidence'), join(elsewhere, 'copy', 'evidence'), { recursive: true });
    await stacktrial(elsewhere, 'analyze', 'copy');
    const again = await forms(join(elsewhere, 'copy'));
    for (const form of FORMS) expect(again[form], form).toBe(first[form]);
    expect(await looksOf(join(elsewhere, 'copy'))).toEqual(await looksOf(run));
  });

  test('goes on where it can say nothing yet, keeps the report of that look, and the last look spends what is left', async () => {
    const folder = await emptyFolder();
    const { stderr } = await stacktrial(folder, 'run', await looked(folder, DROWNED));
    expect(stderr).toContain('look 1 of 2, after 9 of 18 blocks: inconclusive; going on');
    const run = await onlyRun(folder);
    const interim = JSON.parse(await readFile(join(run, 'look-1.report.json'), 'utf8'));
    expect(interim.look).toMatchObject({ index: 1, of: 2, stoppedEarly: false });
    expect(interim.run.finishedAt).toBeNull();
    const report = await reportOf(run);
    expect(blocksRun(report)).toBe(18);
    const looks = await looksOf(run);
    expect(looks.map(({ index, units }) => [index, units])).toEqual([
      [1, 9],
      [2, 18],
    ]);
    expect(report.look.taken[1].alphaSpent).toBeCloseTo(0.05, 11);
  });

  test('is refused before the first trial where the first look comes too early', async () => {
    const folder = await emptyFolder();
    const file = await looked(folder, HUGE, 3);
    const text = await readFile(join(folder, file), 'utf8');
    await writeFile(join(folder, file), text.replace('[50%, 100%]', '[20%, 100%]'));
    const { code, stderr } = await stacktrial(folder, 'run', file);
    expect(code).toBe(64);
    expect(stderr).toContain('the look at 20% comes after 3 units of old');
    expect(await exists(join(folder, 'cleaned.txt'))).toBe(false);
  });
});

describe('kill -9 between looks.json and the analysis', () => {
  const pending = async (folder: string, run: string): Promise<void> => {
    // What a kill leaves at that moment: trials, sources and looks.json, but no manifest and no report.
    for (const name of await readdir(run))
      if (name !== 'evidence' && name !== 'journal.ndjson') await rm(join(run, name), { recursive: true });
    rmSync(join(run, 'evidence', 'manifest.json'));
    const info = JSON.parse(readFileSync(join(run, 'evidence', 'run.json'), 'utf8'));
    await writeFile(join(run, 'evidence', 'run.json'), JSON.stringify({ ...info, finishedAt: null }));
    await rm(join(folder, 'cleaned.txt'));
  };

  test('and --resume: the look is analysed, not taken again, and ends the run as it would have', async () => {
    const folder = await emptyFolder();
    const file = await looked(folder, HUGE);
    await stacktrial(folder, 'run', file);
    const run = await onlyRun(folder);
    const [looks, before] = [await looksOf(run), await reportOf(run)];
    await pending(folder, run);
    const { code, stderr } = await stacktrial(folder, 'run', file, '--resume');
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('look 1 of 2, after 9 of 18 blocks: adopt new; ending here'),
    ]);
    expect(await looksOf(run)).toEqual(looks);
    const after = await reportOf(run);
    expect(after.claims).toEqual(before.claims);
    expect(after.trials).toEqual(before.trials);
  });

  test('at whatever moment after it: one look of each index', async () => {
    const folder = await emptyFolder();
    const file = await looked(folder, HUGE);
    const { child, ended } = start(folder, ['run', file]);
    const reports = join(folder, 'reports', 'small');
    const there = async (): Promise<boolean> => {
      const [run] = await readdir(reports).catch(() => []);
      return run !== undefined && (await exists(join(reports, run, 'evidence', 'looks.json')));
    };
    while (!(await there()) && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGKILL');
    await ended;
    const run = await onlyRun(folder);
    const [first, ...others] = await looksOf(run);
    expect([first.index, others]).toEqual([1, []]);
    if (!(await exists(join(run, 'evidence', 'manifest.json')))) {
      const { code, stderr } = await stacktrial(folder, 'run', file, '--resume');
      expect(stderr.match(/look 1 of 2.*/g), stderr).toEqual([
        'look 1 of 2, after 9 of 18 blocks: adopt new; ending here',
      ]);
      expect(code).toBe(0);
    }
    expect(await looksOf(run)).toEqual([first]);
    expect(blocksRun(await reportOf(run))).toBe(9);
  });
});
