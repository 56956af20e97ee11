import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Workload } from '../../src/model/experiment.js';
import { matchFiles } from '../../src/split/glob.js';
import { listUnits } from '../../src/split/units.js';
import { newRunId, temporaryFolder, testIo, testJournal } from './support.js';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

describe('patterns', () => {
  const files = {
    'a.csv': '',
    'b.csv': '',
    '.c.csv': '',
    'x/d.csv': '',
    'x/y/e.csv': '',
    'x/y/f.txt': '',
    'a[1].csv': '',
  };
  const match = async (pattern: string) => (await matchFiles(pattern, await folderWith(files))).paths;

  test('match inside a name, across folders, one character; the rest is literal', async () => {
    expect(await match('*.csv')).toEqual(['a.csv', 'a[1].csv', 'b.csv']);
    expect(await match('?.csv')).toEqual(['a.csv', 'b.csv']);
    expect(await match('**/*.csv')).toEqual(['a.csv', 'a[1].csv', 'b.csv', 'x/d.csv', 'x/y/e.csv']);
    expect(await match('x/**/*.csv')).toEqual(['x/d.csv', 'x/y/e.csv']);
    expect(await match('x/**')).toEqual(['x/d.csv', 'x/y/e.csv', 'x/y/f.txt']);
    expect(await match('*/y/*')).toEqual(['x/y/e.csv', 'x/y/f.txt']);
    expect(await match('a[1].csv')).toEqual(['a[1].csv']);
    expect(await match('a.csv')).toEqual(['a.csv']);
    expect(await match('.c*')).toEqual(['.c.csv']);
    expect(await match('A.csv*')).toEqual([]);
    expect(await match('nowhere/*.csv')).toEqual([]);
  });

  test('may be absolute, go upwards, and meet links that lead in circles', async () => {
    const folder = await folderWith(files);
    await symlink(folder, join(folder, 'x', 'loop'));
    await symlink(join(folder, 'a.csv'), join(folder, 'link.csv'));
    expect((await matchFiles(`${folder}/a.csv`, '/')).paths).toEqual([`${folder}/a.csv`]);
    expect((await matchFiles('../*.csv', join(folder, 'x'))).paths).toContain('../b.csv');
    expect((await matchFiles('**/d.csv', folder)).paths).toEqual(['x/d.csv']);
    expect((await matchFiles('link.*', folder)).paths).toEqual(['link.csv']);
  });
});

describe('units', () => {
  const workload = (given: Partial<Workload>): Workload => ({
    kind: 'fixed',
    prepare: null,
    files: '*',
    repeats: 1,
    key: null,
    ...given,
  });
  const list = (folder: string, given: Partial<Workload>, prepare = true) =>
    listUnits(workload(given), folder, {
      io: testIo(folder),
      journal: testJournal(),
      runId: newRunId(),
      prepare,
    });

  test('know their bytes and records before any arm has seen them', async () => {
    const folder = await folderWith({
      'a.csv': 'id,x\n1,2\r\n3,4',
      'b.ndjson': '{}\n\n{}\n{}\n',
      'c.parquet': 'PAR1\n\n',
      'd.csv': '',
      'e.csv': 'id\n',
    });
    const found = await list(folder, {});
    expect(found.map((unit) => [unit.id, unit.covariates])).toEqual([
      ['a.csv', { bytes: 13, records: 2 }],
      ['b.ndjson', { bytes: 10, records: 3 }],
      ['c.parquet', { bytes: 6 }],
      ['d.csv', { bytes: 0, records: 0 }],
      ['e.csv', { bytes: 3, records: 0 }],
    ]);
    expect(found[0].path).toBe('a.csv');
  });

  test('count lines that reach over the pieces in which a large file is read', async () => {
    const row = `${'x'.repeat(997)},1\n`;
    const folder = await folderWith({ 'big.csv': `h,n\n${row.repeat(3000)}` });
    expect((await list(folder, {}))[0].covariates.records).toBe(3000);
  });

  test('carry the key of their first record where the file names one', async () => {
    const folder = await folderWith({
      'a.ndjson': '{"order":{"tenant":"t1"}}\n{"order":{"tenant":"t2"}}\n',
      'b.ndjson': '{"order":{}}\n',
      'c.json': '[{"order":{"tenant":7}}]',
      'd.csv': 'tenant\nx\n',
    });
    expect((await list(folder, { key: '$.order.tenant' })).map((unit) => unit.key)).toEqual([
      't1',
      undefined,
      '7',
      undefined,
    ]);
  });

  test('that are not there say where they were looked for', async () => {
    const folder = await folderWith({});
    await expect(list(folder, { files: 'batches/*.csv' })).rejects.toMatchObject({
      code: 'no-units',
      message: expect.stringContaining('batches/*.csv'),
      hint: expect.stringContaining(`${join(folder, 'batches')}, which is not there`),
    });
  });

  test('are generated first, if the file says how', async () => {
    const folder = await folderWith({});
    const prepare = ['sh', '-c', 'echo a > made.txt'];
    await expect(list(folder, { prepare, files: '*.txt' }, false)).rejects.toThrow('No file matches');
    expect(await list(folder, { prepare, files: '*.txt' })).toHaveLength(1);
    const failing = list(folder, { prepare: ['sh', '-c', 'echo no seed >&2; exit 3'] });
    await expect(failing).rejects.toMatchObject({
      code: 'workload-prepare',
      message: expect.stringContaining('no seed'),
    });
    await expect(list(folder, { prepare: ['/nowhere/x'] })).rejects.toThrow(/could not be started/);
  });
});
