/** check, status, history and prune as somebody who watches meets them: real processes, real folders. */
import { execFileSync } from 'node:child_process';
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serverSuite } from '../servers/require.js';
import { emptyFolder, FORMS, smallExperiment, stacktrial, start } from './program.js';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const runsIn = async (folder: string): Promise<string[]> =>
  (await readdir(join(folder, 'reports', 'small'))).sort();

/** One run, and one of the changed file. */
async function twice(folder: string): Promise<string> {
  const file = await smallExperiment(folder);
  await stacktrial(folder, 'run', file);
  const text = await readFile(join(folder, file), 'utf8');
  await writeFile(join(folder, file), text.replace('margin: 3%', 'margin: 4%'));
  await stacktrial(folder, 'run', file);
  return file;
}

/** A report as a run would have left it that ended so. */
async function rewritten(folder: string, change: (report: Record<string, unknown>) => void): Promise<void> {
  const run = join(folder, 'reports', 'small', (await runsIn(folder)).at(-1) as string);
  const report = JSON.parse(await readFile(join(run, 'report.json'), 'utf8'));
  change(report);
  const text = JSON.stringify(report);
  const { createHash } = await import('node:crypto');
  const hashes = JSON.parse(await readFile(join(run, 'forms.json'), 'utf8'));
  hashes['report.json'] = createHash('sha256').update(text).digest('hex');
  await writeFile(join(run, 'report.json'), text);
  await writeFile(join(run, 'forms.json'), JSON.stringify(hashes));
}

describe('check', () => {
  test('says UNKNOWN where nothing has run, and where the file cannot be read: one line, 3', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    expect(await stacktrial(folder, 'check', file)).toMatchObject({
      code: 3,
      stdout: 'STACKTRIAL UNKNOWN - there is no report of small\n',
    });
    const gone = await stacktrial(folder, 'check', 'gone.yaml');
    expect([gone.code, gone.stdout]).toEqual([3, 'STACKTRIAL UNKNOWN - gone.yaml: there is no such file\n']);
  });

  test('gives 0, 1, 2 or 3 by the newest report, by file and by name', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    await stacktrial(folder, 'run', file);
    const decide = (outcome: string) =>
      rewritten(folder, (report) => Object.assign(report.decision as object, { outcome }));
    for (const [outcome, code, state] of [
      ['adopt', 0, 'OK'],
      ['trade-off', 0, 'OK'],
      ['inconclusive', 1, 'WARNING'],
      ['invalid', 2, 'CRITICAL'],
    ] as const) {
      await decide(outcome);
      const checked = await stacktrial(folder, 'check', outcome === 'adopt' ? file : 'small');
      expect([outcome, checked.code]).toEqual([outcome, code]);
      expect(checked.stdout).toMatch(new RegExp(`^STACKTRIAL ${state} - [^\\n]*\\n$`));
    }
    await decide('adopt');
    expect((await stacktrial(folder, 'check', file, '--max-age', '1h')).code).toBe(0);
    await rewritten(folder, (report) =>
      Object.assign(report.run as object, { finishedAt: '2020-01-01T00:00:00.000Z' }),
    );
    const old = await stacktrial(folder, 'check', file, '--max-age', '26h');
    expect([old.code, old.stdout]).toEqual([3, expect.stringContaining('older than 26h')]);
    const json = await stacktrial(folder, 'check', file, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ state: 'OK', outcome: 'adopt' });
  });

  test('does not believe a report that was edited, and does not count a rehearsal', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    await stacktrial(folder, 'run', file, '--aa');
    expect(await stacktrial(folder, 'check', file)).toMatchObject({ code: 3 });
    await stacktrial(folder, 'run', file);
    const run = join(folder, 'reports', 'small', (await runsIn(folder)).at(-1) as string);
    await writeFile(join(run, 'report.json'), `${await readFile(join(run, 'report.json'), 'utf8')} `);
    const { code, stdout } = await stacktrial(folder, 'check', file);
    expect([code, stdout]).toEqual([3, expect.stringContaining('is not as stacktrial wrote it')]);
  });
});

test('status shows every experiment in one table, what is scheduled next, and what cannot be read', async () => {
  const folder = await emptyFolder();
  const file = await smallExperiment(folder);
  await stacktrial(folder, 'run', file);
  const text = await readFile(join(folder, file), 'utf8');
  await writeFile(
    join(folder, 'paced.yaml'),
    `${text.replace('experiment: small', 'experiment: paced')}schedule: { pace: "0 2 * * *" }\n`,
  );
  await writeFile(
    join(folder, 'off.yaml'),
    `${text.replace('experiment: small', 'experiment: off')}schedule: { pace: "0 2 * * *", disabled: true }\n`,
  );
  await writeFile(join(folder, 'broken.yaml'), 'experiment: broken\n');
  await writeFile(join(folder, 'ci.yaml'), 'jobs: {}\n');
  const { code, stdout } = await stacktrial(folder, 'status', '.');
  expect(code).toBe(0);
  const [head, ...rows] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/^experiment +decision +decided +run +next +notes$/);
  expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
    ['off', 'no report', '–', 'none', '–', 'disabled'],
    ['paced', 'no report', '–', 'none', expect.stringMatching(/^20\d\d-\d\d-\d\d 02:00 UTC$/)],
    ['small', expect.any(String), expect.stringMatching(/ago$/), 'finished', '–'],
    [
      'broken.yaml',
      'no report',
      '–',
      'none',
      '–',
      expect.stringMatching(/^\d+ problems in the experiment file, first 1:1 .*is missing/),
    ],
  ]);
});

test('history tells runs apart by what was changed in the file', async () => {
  const folder = await emptyFolder();
  await twice(folder);
  const { code, stdout } = await stacktrial(folder, 'history', 'small');
  expect(code).toBe(0);
  const [first, second] = await runsIn(folder);
  expect(stdout).toMatch(new RegExp(`^small: 2 runs\\n\\n${first}  [\\s\\S]*\\n\\n${second}  `));
  expect(stdout).toContain('  changed in the file: metrics.seconds.margin\n');
  expect(stdout).toMatch(/ {2}seconds, new against old: .*(faster|slower)/);
  expect(stdout).toContain('2 finished runs: from 6 on, changes over time are looked for.');
  const json = JSON.parse((await stacktrial(folder, 'history', 'small', '--json')).stdout);
  expect(json.runs.map(({ changed }: { changed: unknown }) => changed)).toEqual([
    null,
    ['metrics.seconds.margin'],
  ]);
  expect((await stacktrial(folder, 'history', 'nothing')).code).toBe(64);
});

test('prune says what would go, deletes with --yes only, keeps the newest run and every decision', async () => {
  const folder = await emptyFolder();
  await twice(folder);
  const [first, second] = await runsIn(folder);
  const at = (run: string, ...path: string[]) => join(folder, 'reports', 'small', run, ...path);
  expect((await stacktrial(folder, 'prune')).code).toBe(64);
  expect((await stacktrial(folder, 'prune', '--older-than', '90d')).stdout).toContain('Nothing in reports');

  const dry = await stacktrial(folder, 'prune', '--older-than', '0s');
  expect(dry.stdout).toContain(`small/${first}: `);
  expect(dry.stdout).toContain('  evidence/trials.ndjson  ');
  expect(dry.stdout).not.toContain(second);
  expect(await exists(at(first, 'evidence', 'trials.ndjson'))).toBe(true);

  const before = await readFile(at(first, 'report.json'), 'utf8');
  expect((await stacktrial(folder, 'prune', '--keep', '1', '--yes')).stdout).toContain(
    'Deleted the evidence of 1 run',
  );
  expect(await exists(at(first, 'evidence', 'trials.ndjson'))).toBe(false);
  expect(await exists(at(first, 'evidence', 'sources'))).toBe(false);
  expect(await exists(at(second, 'evidence', 'trials.ndjson'))).toBe(true);
  for (const form of FORMS) expect(await exists(at(first, form)), form).toBe(true);
  expect(await readFile(at(first, 'report.json'), 'utf8')).toBe(before);
  const listed = JSON.parse(await readFile(at(first, 'evidence', 'pruned.json'), 'utf8'));
  expect(listed.files.map(({ path }: { path: string }) => path)).toContain('evidence/trials.ndjson');

  const { code, stderr } = await stacktrial(folder, 'analyze', at(first));
  expect([code, stderr]).toEqual([64, expect.stringContaining('was deleted by `stacktrial prune`')]);
  expect((await stacktrial(folder, 'report', at(first))).stdout).not.toBe('');
  expect((await stacktrial(folder, 'history', 'small')).stdout).toContain('its evidence was deleted on');
  expect((await stacktrial(folder, 'prune', '--keep', '1')).stdout).toContain('Nothing in reports');
});

serverSuite('prometheus', 'promtool', (promtool) => {
  test('promtool accepts the textfile, with names that need escaping', async () => {
    const folder = await emptyFolder();
    await stacktrial(folder, 'run', await smallExperiment(folder));
    await rewritten(folder, (report) =>
      Object.assign(report.experiment as object, { name: 'a "quoted" \\ name' }),
    );
    const { ended } = start(folder, ['status', '--textfile', 'stacktrial.prom']);
    expect((await ended).code).toBe(0);
    const text = await readFile(join(folder, 'stacktrial.prom'), 'utf8');
    expect(text).toContain('stacktrial_effect_ratio{experiment="a \\"quoted\\" \\\\ name",metric="seconds"');
    expect(execFileSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
  });
});
