/** `stacktrial run` and `analyze` as a user meets them: real processes, real folders. */
import { createHash } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Trial } from '../../src/model/evidence.js';
import { emptyFolder, FORMS, forms, onlyRun, smallExperiment, stacktrial } from './program.js';

describe('a run', () => {
  test('ends with the decision on standard output, progress on standard error, and every form in the run folder', async () => {
    const folder = await emptyFolder();
    // Three files leave two degrees of freedom: a busy machine's seconds could decide nothing.
    const file = await smallExperiment(folder, { measured: 'work', old: { effort: 10 } });
    const { code, stdout, stderr } = await stacktrial(folder, 'run', file);
    expect(stderr).toMatch(/trials: 0 of 14/);
    expect(stdout).toMatch(/new is at least 10% faster than old/);
    expect(stdout).toMatch(/ADOPT/);
    expect(code).toBe(0);
    const report = JSON.parse((await forms(await onlyRun(folder)))['report.json']);
    expect(report.decision.outcome).toBe('adopt');
    expect(report.claims[0].verdict).toBe('supported');
    expect(report.claims[0].benefit.interval.low).toBeGreaterThan(0.1);
  });

  test('is analysed again to the same bytes, on a copy of its folder, without the experiment and its data', async () => {
    const folder = await emptyFolder();
    const elsewhere = await emptyFolder();
    await stacktrial(folder, 'run', await smallExperiment(folder));
    const run = await onlyRun(folder);
    const first = await forms(run);
    await cp(join(run, 'evidence'), join(elsewhere, 'copy', 'evidence'), { recursive: true });
    await rm(folder, { recursive: true });
    const again = await stacktrial(elsewhere, 'analyze', 'copy');
    expect(again.stderr).toBe('');
    const second = await forms(join(elsewhere, 'copy'));
    for (const form of FORMS) expect(second[form], form).toBe(first[form]);
  });

  test('whose evidence was changed afterwards is refused, naming the file', async () => {
    const folder = await emptyFolder();
    await stacktrial(folder, 'run', await smallExperiment(folder));
    const run = await onlyRun(folder);
    const trials = join(run, 'evidence', 'trials.ndjson');
    await writeFile(
      trials,
      (await readFile(trials, 'utf8')).replace('"outcome":"ok"', '"outcome":"harness"'),
    );
    const { code, stderr } = await stacktrial(folder, 'analyze', run);
    expect(code).toBe(64);
    expect(stderr).toContain('trials.ndjson was changed');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('whose report.json was edited by hand is not shown until it is made anew', async () => {
    const folder = await emptyFolder();
    await stacktrial(folder, 'run', await smallExperiment(folder));
    const run = await onlyRun(folder);
    expect((await stacktrial(folder, 'report', run)).code).not.toBe(64);
    const file = join(run, 'report.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"confidence": 0.95', '"confidence": 0.99'));
    const { code, stdout, stderr } = await stacktrial(folder, 'report', run);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/report\.json is not as stacktrial wrote it\n {2}`stacktrial analyze /);
    await stacktrial(folder, 'analyze', run);
    expect(await readFile(file, 'utf8')).toBe(text);
    expect((await stacktrial(folder, 'report', run)).code).not.toBe(64);
    await rm(join(run, 'forms.json'));
    expect((await stacktrial(folder, 'report', run)).code).toBe(64);
  });

  test('analysed with another experiment keeps its report and gets one beside it that says post hoc', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    await stacktrial(folder, 'run', file);
    const run = await onlyRun(folder);
    const before = await forms(run);
    const other = (await readFile(join(folder, file), 'utf8')).replace('at least 10% faster', 'faster');
    await writeFile(join(folder, 'other.yaml'), other);
    const { stdout } = await stacktrial(folder, 'analyze', run, '--with', 'other.yaml');
    const name = `post-hoc-${createHash('sha256').update(other).digest('hex').slice(0, 8)}`;
    expect(stdout).toContain(`${name}/report.html`);
    expect(await forms(run)).toEqual(before);
    const after = await forms(join(run, name));
    expect(JSON.parse(after['report.json'])).toMatchObject({ postHoc: true });
    for (const form of FORMS.slice(1))
      expect(after[form].replace(/\s+/g, ' '), form).toContain(
        'post hoc: written after the data were seen; cannot be adopt',
      );
    expect((await stacktrial(folder, 'report', join(run, name))).stdout).toMatch(/post\s+hoc/);
  });

  test('in which one arm drops records is invalid because outputs differ, although that arm is faster', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder, { old: { delayMs: 150 }, new: { drop: 100 } });
    const { code, stdout } = await stacktrial(folder, 'run', file);
    expect(stdout).toMatch(/INVALID/);
    expect(stdout).toMatch(/output/i);
    expect(code).toBe(11);
  });

  test('in which an arm fails on a file counts the failure against it: not faster, and said so', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder, { old: { delayMs: 100 }, new: { failOn: '600' } });
    const { stdout } = await stacktrial(folder, 'run', file);
    expect(stdout).not.toMatch(/ADOPT/);
    const report = JSON.parse((await forms(await onlyRun(folder)))['report.json']);
    const failed = report.trials.filter((trial: { outcome: string }) => trial.outcome === 'sut-error');
    expect(failed.length).toBe(3); // once per repeat and once in warm-up, or as the schedule has it
    expect(report.claims[0].verdict).not.toBe('supported');
  });

  test('of the baseline against itself (--aa) prices and runs both arms alike', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder, { measured: 'work', new: { effort: 10 } });
    const { stdout } = await stacktrial(folder, 'run', file, '--aa');
    expect(stdout).not.toMatch(/ADOPT/);
    const report = JSON.parse((await forms(await onlyRun(folder)))['report.json']);
    expect(report.run.mode).toBe('aa');
    const { ratio } = report.comparisons[0].effect;
    expect(ratio.estimate).toBeGreaterThan(0.9);
    expect(ratio.estimate).toBeLessThan(1.1);
  });

  test('with an injected slowdown (--inject 300%) finds it', async () => {
    const folder = await emptyFolder();
    // Four times as long, of which little is how long a process takes to start on a busy machine.
    // `new` runs what the baseline runs.
    const file = await smallExperiment(folder, { old: { delayMs: 400 }, new: { failOn: '' } });
    await stacktrial(folder, 'run', file, '--inject', '300%');
    const run = await onlyRun(folder);
    const report = JSON.parse((await forms(run))['report.json']);
    expect(report.run).toMatchObject({ mode: 'inject', inject: 3 });
    // A stack waits for 0.4 s and hardly less; the injected wait is three times what its own trial took.
    const rows = (await readFile(join(run, 'evidence/trials.ndjson'), 'utf8')).trim().split('\n');
    expect(rows).toHaveLength(14);
    for (const { arm, outcome, measured } of rows.map((row): Trial => JSON.parse(row))) {
      expect(outcome).toBe('ok');
      expect(measured.wallSeconds).toBeGreaterThanOrEqual((arm === 'new' ? 4 : 1) * 0.398);
    }
    expect(report.comparisons[0].effect.ratio.estimate).toBeGreaterThan(1.5);
    expect(report.claims[0].verdict).toBe('refuted');
  });

  test('with --dry-run prints the schedule and runs nothing', async () => {
    const folder = await emptyFolder();
    const { code, stdout } = await stacktrial(folder, 'run', await smallExperiment(folder), '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/6 blocks, 14 trials/);
    await expect(onlyRun(folder)).rejects.toThrow();
  });
});

describe('exit codes', () => {
  test('can be remapped, but never to 1', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder, { old: { delayMs: 150 }, new: { drop: 100 } });
    expect((await stacktrial(folder, 'run', file, '--exit-on', 'invalid=42')).code).toBe(42);
    const refused = await stacktrial(folder, 'run', file, '--exit-on', 'invalid=1');
    expect(refused.code).toBe(64);
    expect(refused.stderr).toContain('codes 0 and 2 to 255');
  });
});

describe('what a user typed', () => {
  test('is escaped in every form', async () => {
    const folder = await emptyFolder();
    const nasty = '</script><img src=x onerror=alert(1)>';
    await stacktrial(folder, 'run', await smallExperiment(folder, { title: nasty, metricTitle: nasty }));
    const all = await forms(await onlyRun(folder));
    for (const form of ['report.html', 'report.md', 'adr.md', 'report.json'])
      expect(all[form], form).not.toContain('<img src=x');
    expect(all['report.html']).toContain('&lt;/script&gt;');
  });
});

describe('a stack that fails fast', () => {
  test('is not adopted for it: its failures count with the longest limit of the run, and it fails more often', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder, { old: { delayMs: 150 }, new: { failOn: '400' } });
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/cleanup: \[node, cleanup.mjs, new\], timeout: 20s/, 'timeout: 1s'));
    const { stdout } = await stacktrial(folder, 'run', file);
    expect(stdout).not.toMatch(/ADOPT/);
  });

  test('or never starts is unmeasured, not fast', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder, { old: { delayMs: 150 } });
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text
        .replace(/new: \{ command: \[node,/, 'new: { command: [no-such-program,')
        .replace(/(cleanup.mjs, new\], timeout: )20s/, '$1100ms'),
    );
    const { code, stdout } = await stacktrial(folder, 'run', file);
    expect(stdout).toMatch(/unmeasured/);
    expect(stdout).not.toMatch(/ADOPT|KEEP/);
    expect(code).toBe(69);
  });
});
