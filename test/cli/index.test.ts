/** reports/index.html and index.json, rebuilt from whatever the folders hold. */
import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyFolder, stacktrial } from './program.js';

const shipped = fileURLToPath(
  new URL('../../reports/spark-vs-faas/20261129T005014Z-88ff8d', import.meta.url),
);

interface Indexed {
  readonly experiments: readonly {
    readonly experiment: string;
    readonly runs: readonly {
      readonly run: string;
      readonly state: string;
      readonly problem: string | null;
      readonly outcome: string | null;
      readonly page: string | null;
    }[];
  }[];
}

describe('the index of runs', () => {
  let folder: string;
  const run = (name: string) => join(folder, 'reports/spark-vs-faas', name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stacktrial-index-'));
    for (const name of [
      'a-whole',
      'b-cut-off',
      'c-edited',
      'd-no-run-json',
      'e-torn-run-json',
      'f-no-report',
    ])
      await cp(shipped, run(name), { recursive: true });
    await rm(join(run('b-cut-off'), 'evidence/manifest.json'));
    for (const form of ['report.json', 'report.html', 'forms.json']) await rm(join(run('b-cut-off'), form));
    await writeFile(join(run('c-edited'), 'report.json'), '{"decision": "adopt"}');
    await rm(join(run('d-no-run-json'), 'evidence/run.json'));
    await truncate(join(run('e-torn-run-json'), 'evidence/run.json'), 20);
    await rm(join(run('f-no-report'), 'report.json'));
    await mkdir(join(folder, 'reports/%zz/run/evidence'), { recursive: true });
    await writeFile(join(folder, 'reports/notes.txt'), 'not a run');
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('status and history go on past a run that is damaged, and say what is the matter with it', async () => {
    const table = await stacktrial(folder, 'status', '--json');
    expect(table.stderr).toBe('');
    const [row] = JSON.parse(table.stdout) as { outcome: string | null; notes: readonly string[] }[];
    expect(row.outcome).toBeNull();
    expect(row.notes.join(' ')).toMatch(/run\.json/);
    const told = await stacktrial(folder, 'history', 'spark-vs-faas');
    expect(told.code).toBe(0);
    expect(told.stdout).toMatch(/c-edited\/report\.json is not as stacktrial wrote it.*makes it anew/);
    expect(told.stdout).toMatch(
      /^e-torn-run-json {2}no report {2}\(it cannot be read\)\n.*run\.json is not JSON/m,
    );
    expect((await stacktrial(folder, 'status', '--textfile', 'nowhere/x.prom')).stderr).toMatch(
      /nowhere\/x\.prom cannot be written: its folder is not there/,
    );
    expect((await stacktrial(folder, 'status', '--textfile', 'reports/notes.txt/x.prom')).stderr).toMatch(
      /cannot be written: ENOTDIR/,
    );
  });

  test('shows every run with its decision, or says what is the matter with it', async () => {
    const { code, stdout } = await stacktrial(folder, 'index', '--json');
    expect(code).toBe(0);
    const written = await readFile(join(folder, 'reports/index.json'), 'utf8');
    expect(stdout).toBe(written);
    const { experiments } = JSON.parse(written) as Indexed;
    expect(experiments.map(({ experiment }) => experiment)).toEqual(['spark-vs-faas']);
    const [{ runs }] = experiments;
    const by = new Map(runs.map((one) => [one.run, one]));
    expect(by.get('a-whole')).toMatchObject({ state: 'complete', problem: null, outcome: 'adopt' });
    expect(by.get('a-whole')?.page).toBe('spark-vs-faas/a-whole/report.html');
    expect(by.get('b-cut-off')).toMatchObject({ state: 'unfinished', outcome: null, page: null });
    expect(by.get('c-edited')).toMatchObject({ state: 'complete', outcome: null });
    expect(by.get('c-edited')?.problem).toContain('not as stacktrial wrote it');
    expect(by.get('e-torn-run-json')).toMatchObject({ state: 'unreadable' });
    expect(by.get('f-no-report')).toMatchObject({ state: 'complete', problem: 'it has no report' });
    expect(by.has('d-no-run-json')).toBe(false); // it never began
  });

  test('the page says the same, without network, and its links lead to reports', async () => {
    const page = await readFile(join(folder, 'reports/index.html'), 'utf8');
    expect(page).toContain('not as stacktrial wrote it');
    expect(page).toContain('cannot be read');
    expect(page).not.toMatch(/\ssrc=|https?:\/\/(?!www\.w3\.org)/);
    const links = [...page.matchAll(/href="([^"]+)"/g)].map((match) => match[1]);
    expect(links).toEqual(['spark-vs-faas/a-whole/report.html']);
    for (const link of links) await readFile(join(folder, 'reports', decodeURI(link)));
  });

  test('an analysis brings it up to date where there is one, and makes none where there is none', async () => {
    const elsewhere = await emptyFolder();
    await cp(shipped, join(elsewhere, 'x/run'), { recursive: true });
    await stacktrial(elsewhere, 'analyze', join(elsewhere, 'x/run'));
    await expect(readFile(join(elsewhere, 'index.json'))).rejects.toThrow();
    await stacktrial(folder, 'analyze', run('f-no-report'));
    const { experiments } = JSON.parse(await readFile(join(folder, 'reports/index.json'), 'utf8')) as Indexed;
    expect(experiments[0].runs.find((one) => one.run === 'f-no-report')?.outcome).toBe('adopt');
  });

  test('a folder that is not there is said', async () => {
    const { code, stderr } = await stacktrial(folder, 'index', 'nowhere');
    expect(code).toBe(64);
    expect(stderr).toContain('there is no folder nowhere');
  });
});
