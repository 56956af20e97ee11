/** `stacktrial plan`, as a user starts it: before and after a run, and every way of asking it wrong. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/index.js';
import { emptyFolder, onlyRun, smallExperiment, stacktrial } from './program.js';

const withVariation = async (folder: string, file: string, says: string): Promise<void> => {
  const path = join(folder, file);
  await writeFile(path, (await readFile(path, 'utf8')).replace('margin: 3%', `margin: 3%\n    ${says}`));
};

describe('plan', () => {
  test('counts slots of each arm where a slot is a pass of the workload, and how long they take from a run', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder, { old: { delayMs: 60 } });
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/design: \{[^}]*\}/u, 'design: { kind: switchback, slots: 8 }'));
    await withVariation(folder, file, 'variation: 10%');
    const before = await stacktrial(folder, 'plan', file);
    expect(before.stderr).toBe('');
    expect(before.code).toBe(0);
    expect(before.stdout).toMatch(/80% power: \d+ slots of each arm\./u);
    expect(before.stdout).toContain('The 4 slots of each arm declared');
    await stacktrial(folder, 'run', file);
    const after = await stacktrial(folder, 'plan', file, '--json', '--from', await onlyRun(folder));
    const plan = JSON.parse(after.stdout) as Plan;
    expect(plan.claims[0]).toMatchObject({ basis: 'evidence', unit: 'slots', declared: { units: 4 } });
    expect(plan.declared?.durationMs as number).toBeGreaterThan(4 * 2 * 2 * 3 * 60);
  });

  test('says what is missing where nothing is known, and still shows a table', async () => {
    const folder = await emptyFolder();
    const { code, stdout, stderr } = await stacktrial(folder, 'plan', await smallExperiment(folder));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('If it varies by 20%:');
    expect(stdout).toContain('declare `variation: 15%`');
    expect(stdout).toContain('not known before all claims have a number');
  });

  test('counts from a declared variation and the files of the workload', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    await withVariation(folder, file, 'variation: 10%');
    const { code, stdout } = await stacktrial(folder, 'plan', file, '--json');
    expect(code).toBe(0);
    const plan = JSON.parse(stdout) as Plan;
    expect(plan.declared?.units).toBe(6);
    expect(plan.total['80'].units as number).toBeGreaterThan(80);
    expect((plan.total['80'].units as number) % 3).toBe(0);
    expect(plan.warnings).toEqual([
      expect.objectContaining({
        code: 'plan-declared-too-short',
        sentence: expect.stringContaining('too few for 80% power'),
      }),
    ]);
  });

  test('takes variation and time from an earlier run, and runs nothing itself', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder, { repeats: 3 });
    await stacktrial(folder, 'run', file);
    const run = await onlyRun(folder);
    const { code, stdout, stderr } = await stacktrial(
      folder,
      'plan',
      file,
      '--from',
      'reports/small',
      '--json',
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const plan = JSON.parse(stdout) as Plan;
    expect(plan.evidence).toContain('small/');
    expect(plan.claims[0].basis).toBe('evidence');
    expect(plan.total['90'].durationMs as number).toBeGreaterThan(0);
    expect(await onlyRun(folder)).toBe(run);
    const again = await stacktrial(folder, 'plan', file, '--from', run, '--json');
    expect(again.stdout).toBe(stdout);
  });

  test('plans for the effect that is expected, and for looks', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    await withVariation(folder, file, 'variation: 10%');
    const { stdout } = await stacktrial(
      folder,
      'plan',
      file,
      '--looks',
      '50%,100%',
      '--expect',
      'seconds=40%',
    );
    expect(stdout).toContain('planned for 40% better: as told by --expect');
    expect(stdout).toContain('2 looks need');
    await writeFile(
      join(folder, file),
      (await readFile(join(folder, file), 'utf8')).replace('confidence: 95%', 'looks: [50%, 100%]'),
    );
    const declared = await stacktrial(folder, 'plan', file, '--expect', 'seconds=40%');
    expect(declared.stdout).toBe(stdout);
    expect(stdout).toMatch(/ 50%: \d+ blocks, stops beyond z = 2\.963/);
  });

  const mistakes: [string, string[], string][] = [
    ['an effect without a metric', ['--expect', '20%'], 'is not METRIC=AMOUNT'],
    ['an effect of no amount', ['--expect', 'seconds=fast'], 'is not METRIC=AMOUNT'],
    ['an effect on an unknown metric', ['--expect', 'speed=20%'], 'there is no metric speed'],
    [
      'an effect in another measure than the claim',
      ['--expect', 'seconds=2'],
      'no claim on seconds is made in',
    ],
    ['looks that go back', ['--looks', '50%,20%,100%'], 'are not looks'],
    ['looks that end early', ['--looks', '50%'], 'are not looks'],
    ['a correlation of one', ['--autocorrelation', '1'], 'is not a correlation'],
    ['a folder that is no run', ['--from', '.'], 'is not the folder of a run'],
  ];
  test.each(mistakes)('refuses %s with a sentence', async (_, args, says) => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    const { code, stdout, stderr } = await stacktrial(folder, 'plan', file, ...args);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n\s+at .*\.js/);
  });

  test('a variation that is none is a problem of the file, at its place', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    await withVariation(folder, file, 'variation: much');
    const { code, stderr, stdout } = await stacktrial(folder, 'plan', file);
    expect(code).toBe(64);
    expect(stderr + stdout).toContain('"much" is not a percentage');
  });
});
