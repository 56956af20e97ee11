import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { sources } from '../../src/collect/index.js';
import { SourceProblem } from '../../src/collect/source-problem.js';
import { openSandbox } from '../../src/collect/sources/file/duckdb.js';
import type { Observation } from '../../src/model/evidence.js';
import type { Want } from '../../src/model/ports.js';
import { context, said, want } from './fixtures.js';

const folder = mkdtempSync(join(tmpdir(), 'stacktrial file ü '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return name;
};
/** Has DuckDB write a file, outside of any sandbox. */
const copy = async (select: string, name: string, options: string): Promise<string> => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${join(folder, name).replaceAll("'", "''")}' (${options})`);
  connection.closeSync();
  instance.closeSync();
  return name;
};

const io = context({ folder });
const read = async (
  query: Record<string, unknown>,
  over: Partial<Want> = {},
  arm = 0,
): Promise<Observation[]> => {
  const asked = sources.file.ask({}, want(query, { unit: 'batch', ...over }))[arm];
  const found: Observation[] = [];
  for await (const one of sources.file.fetch({}, asked, io)) found.push(one);
  return found;
};
const problem = (query: Record<string, unknown>, over: Partial<Want> = {}) =>
  read(query, over).then(
    (found) => expect.fail(`no problem, but ${JSON.stringify(found)}`),
    (error: unknown) => {
      expect(error).toBeInstanceOf(SourceProblem);
      expect(said((error as SourceProblem).reason)).toMatch(/\.$|:/u);
      return (error as SourceProblem).reason;
    },
  );
const short = (found: readonly Observation[]) => found.map(({ unit, value, start }) => [unit, value, start]);

const rows = [
  { arm: 'a', batch: 'x 1', value: 0.1, t: '2026-01-01T00:00:00Z' },
  { arm: 'b', batch: 'x 1', value: 7, t: '2026-01-01T00:00:00Z' },
  { arm: 'a', batch: 'größe "2", 測', value: 0.30000000000000004, t: '2026-01-01 00:01:00' },
  { arm: 'a', batch: "it's; DROP TABLE", value: null, t: '2026-01-01T01:02:00+01:00' },
];
const T = Date.UTC(2026, 0, 1);
const expected = [
  ['x 1', 0.1, T],
  ['größe "2", 測', 0.30000000000000004, T + 60_000],
  ["it's; DROP TABLE", null, T + 120_000],
];
const ndjson = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const quoted = (text: unknown): string => (text === null ? '' : `"${String(text).replaceAll('"', '""')}"`);
const csv = `arm,batch,value,t\r\n${rows.map((row) => Object.values(row).map(quoted).join(',')).join('\r\n')}\r\n`;

describe('source file reads', () => {
  const query = { arm: 'arm', unit: 'batch', value: 'value', time: 't' };

  test.each([
    ['NDJSON', () => write('rows.ndjson', ndjson)],
    ['NDJSON, compressed', () => write('rows.jsonl.gz', gzipSync(ndjson))],
    ['JSON', () => write('rows.json', JSON.stringify(rows, null, 2))],
    ['CSV with quotes and CRLF', () => write('rows.csv', csv)],
    ['CSV, compressed', () => write('rows.csv.gz', gzipSync(csv))],
    [
      'Parquet',
      () =>
        copy(
          `SELECT * FROM read_json('${join(folder, write('p.ndjson', ndjson))}', columns={arm:'VARCHAR',batch:'VARCHAR',value:'DOUBLE',t:'TIMESTAMPTZ'})`,
          'rows.parquet',
          'FORMAT parquet',
        ),
    ],
  ])('%s: the same rows, exactly', async (_name, make) => {
    const file = await make();
    expect(short(await read({ ...query, file }))).toEqual(expected);
    expect(short(await read({ ...query, file }, {}, 1))).toEqual([['x 1', 7, T]]);
  });

  test('the types of Parquet: naive timestamps are UTC, decimals are rounded once, integers are whole', async () => {
    const select = `SELECT 'a' AS arm, u AS batch, CAST(v AS DECIMAL(38,12)) AS d, CAST(9007199254740993 AS BIGINT) AS i,
      CAST(0.1 AS FLOAT) AS f, TIMESTAMP '2026-01-01 00:00:00.5' AS t, DATE '2026-01-02' AS day
      FROM (VALUES ('u', '20.520226728990')) x(u, v)`;
    const file = await copy(select, 'types.parquet', 'FORMAT parquet');
    const value = async (name: string, time = 't') => (await read({ file, value: name, time }))[0];
    expect(await value('d')).toMatchObject({ value: 20.52022672899, start: T + 500, end: T + 500 });
    expect((await value('i')).value).toBe(Number('9007199254740993'));
    expect(await value('f', 'day')).toMatchObject({ value: 0.1, start: T + 86_400_000 });
  });

  test('columns with any name, also those that look like SQL', async () => {
    const name = 'va"l\'ue; DROP TABLE x, ünit $1';
    const file = write('ugly.csv', `select,${quoted(name)},"""from"""\na,1.5,u\na,NULL,v\nb,3,u\n`);
    const found = await read({ file, arm: 'select', value: name, unit: '"from"' });
    expect(short(found)).toEqual([
      ['u', 1.5, 0],
      ['v', null, 0],
    ]);
  });

  test('end, n and where', async () => {
    const file = write(
      'where.csv',
      'arm,batch,v,from,to,n,region,ok,nothing\na,1,2,0,60,5,eu,true,\na,2,3,60,120,4,us,true,\na,3,4,60,120,4,eu,false,\n',
    );
    const base = { file, value: 'v', time: 'from', end: 'to', n: 'n' };
    expect(await read({ ...base, where: { region: 'eu', ok: true, nothing: null } })).toMatchObject([
      { unit: '1', start: 0, end: 60_000, n: 5, value: 2 },
    ]);
    expect((await read({ ...base, where: { n: 4 } })).map(({ unit }) => unit)).toEqual(['2', '3']);
  });

  test('a pattern reads all its files, a file whose name looks like a pattern only itself', async () => {
    write('part-1.csv', 'arm,batch,value\na,1,1\n');
    write('part-2.csv', 'arm,value,batch\na,2,2\n');
    write('part-[12].csv', 'arm,batch,value\na,3,3\n');
    expect(short(await read({ file: 'part-?.csv', value: 'value' }))).toEqual([
      ['1', 1, 0],
      ['2', 2, 0],
    ]);
    expect(short(await read({ file: 'part-[12].csv', value: 'value' }))).toEqual([['3', 3, 0]]);
  });

  test('one file per arm needs no arm column, but two arms may not share the rows of one file', async () => {
    const file = write('only-a.csv', 'batch,value\n1,4\n');
    const alone = [{ name: 'a', title: 'A', match: { arm: 'a' } }];
    expect(short(await read({ file, arm: false, value: 'value' }, { arms: alone }))).toEqual([['1', 4, 0]]);
    expect(await problem({ file, arm: false, value: 'value' })).toMatchObject({
      code: 'file-arms-share-rows',
    });
  });

  test('arms are told apart by their match: all of its columns, or the one that arm names', async () => {
    const file = write(
      'match.csv',
      'stack,zone,batch,value\nfn-orders,eu,1,1\nfn-orders,us,1,2\nemr,eu,1,3\n',
    );
    const arms = [
      { name: 'faas', title: '', match: { stack: 'fn-orders', zone: 'us' } },
      { name: 'spark', title: '', match: { team: 'emr' } },
    ];
    expect(short(await read({ file, value: 'value' }, { arms }))).toEqual([['1', 2, 0]]);
    expect(short(await read({ file, value: 'value', arm: 'stack' }, { arms }, 1))).toEqual([['1', 3, 0]]);
    const column = { code: 'file-arm-ambiguous', values: { column: 'batch', match: ['stack', 'zone'] } };
    expect(await problem({ file, value: 'value', arm: 'batch' }, { arms })).toMatchObject(column);
  });

  test('only the window, half-open, is read', async () => {
    const file = write(
      'window.csv',
      'arm,batch,value,t\na,1,1,2025-12-31T23:59:59Z\na,2,2,2026-01-01\na,3,3,2026-01-02T00:00Z\n',
    );
    const window = { fromMs: T, toMs: T + 86_400_000, warmupMs: 0, settleMs: 0 };
    expect((await read({ file, value: 'value', time: 't' }, { window })).map(({ unit }) => unit)).toEqual([
      '2',
    ]);
    const later = { ...window, fromMs: T + 10 * 86_400_000, toMs: T + 11 * 86_400_000 };
    expect(await problem({ file, value: 'value', time: 't' }, { window: later })).toEqual({
      code: 'file-outside-window',
      values: { file, rows: 3, first: T - 1000, last: T + 86_400_000, from: later.fromMs, to: later.toMs },
    });
  });
});

describe('source file says what is wrong', () => {
  test('a missing file, with the names beside it', async () => {
    write('results.csv', 'a,b\n');
    const found = await problem({ file: 'result.csv', value: 'v' });
    expect(found).toMatchObject({ code: 'file-missing', values: { file: 'result.csv' } });
    expect((found.values.exist as string[])[0]).toBe('results.csv');
    mkdirSync(join(folder, 'empty folder'), { recursive: true });
    expect(await problem({ file: 'empty folder/*.csv', value: 'v' })).toMatchObject({
      values: { exist: [] },
    });
  });

  test('a missing column, with those that exist, nearest first', async () => {
    const file = write('columns.csv', 'arm,batch,Seconds,other\na,1,2,3\n');
    expect(await problem({ file, value: 'second' })).toEqual({
      code: 'file-no-column',
      values: { file: join(folder, file), column: 'second', exist: ['Seconds', 'arm', 'batch', 'other'] },
    });
    const lines = write('columns.ndjson', '{"arm":"a","batch":"1","seconds":2}\n');
    expect(await problem({ file: lines, value: 'secs' })).toMatchObject({ code: 'file-no-column' });
  });

  test('a JSON key that only a late row has is a column all the same', async () => {
    const many = Array.from({ length: 30_000 }, (_, i) => `{"arm":"a","batch":"${i}"}\n`).join('');
    const file = write('late.ndjson', `${many}{"arm":"a","batch":"last","value":1}\n`);
    const found = await read({ file, value: 'value' });
    expect(found).toHaveLength(30_001);
    expect(found.at(-1)).toMatchObject({ unit: 'last', value: 1 });
  });

  test('text where a number should be, with its row, also far beyond what a sniffer looks at', async () => {
    const many = Array.from({ length: 30_000 }, (_, i) => `a,${i},${i % 2 === 0 ? '1' : '2.5'}\n`).join('');
    const file = write('late.csv', `arm,batch,value\n${many}b,x,what\na,y,"1,5"\n`);
    expect(await problem({ file, value: 'value' })).toEqual({
      code: 'file-not-number',
      values: { file: join(folder, file), row: 30_002, column: 'value', found: '1,5' },
    });
    const lines = write('true.ndjson', '{"arm":"a","batch":"1","value":{"x":1}}\n');
    expect(await problem({ file: lines, value: 'value' })).toMatchObject({
      code: 'file-not-number',
      values: { row: 1 },
    });
    const infinite = write('inf.csv', 'arm,batch,value\na,1,inf\n');
    expect(await problem({ file: infinite, value: 'value' })).toMatchObject({ code: 'file-not-number' });
  });

  test('a time that is none, an end before its start, a row without a unit', async () => {
    const file = write('times.csv', 'arm,batch,value,t,e\na,1,1,yesterday,2026-01-01\n');
    expect(await problem({ file, value: 'value', time: 't' })).toMatchObject({
      code: 'file-not-time',
      values: { row: 1, found: 'yesterday' },
    });
    const ends = write('ends.csv', 'arm,batch,value,t,e\na,1,1,2026-01-02,2026-01-01\n');
    expect(await problem({ file: ends, value: 'value', time: 't', end: 'e' })).toMatchObject({
      code: 'file-ends-before-start',
    });
    const none = write('no-unit.csv', 'arm,batch,value\na,1,1\na,,2\n');
    expect(await problem({ file: none, value: 'value' })).toMatchObject({
      code: 'file-no-unit',
      values: { row: 2 },
    });
  });

  test('an arm that never appears, with the values that do', async () => {
    const file = write('arms.csv', 'arm,batch,value\nA,1,1\nb,1,2\nb,2,2\n');
    expect(await problem({ file, value: 'value' })).toEqual({
      code: 'file-value-absent',
      values: { file, column: 'arm', wanted: 'a', exist: ['A', 'b'] },
    });
    const both = write('both.csv', 'arm,batch,value,zone\na,1,1,eu\nb,1,1,us\n');
    expect(await problem({ file: both, value: 'value', where: { zone: 'us' } })).toEqual({
      code: 'file-no-row',
      values: { file: both, conditions: ['arm = a', 'zone = us'] },
    });
  });

  test.each([
    ['empty.csv', ''],
    ['header.csv', 'arm,batch,value\n'],
    ['empty.ndjson', ''],
    ['empty.json', '[]'],
  ])('%s is empty', async (name, content) => {
    expect((await problem({ file: write(name, content), value: 'value' })).code).toBe('file-empty');
  });

  test.each([
    ['broken.ndjson', '{"arm":"a","batch":"1","value":1}\n{"arm":\n'],
    ['ragged.csv', 'arm,batch,value\na,1,1\na,2,2,3,4\na,3,1\n'],
    ['not.parquet', 'PAR1 and no more'],
    ['late ragged.csv', `arm,batch,value\n${'a,1,1\n'.repeat(300_000)}a,2\n${'a,1,1\n'.repeat(9)}`],
    ['late broken.ndjson', `${'{"arm":"a","batch":"1","value":1}\n'.repeat(200_000)}{"arm":\n`],
    ['late.json', `[${'{"arm":"a","batch":"1","value":1},'.repeat(100_000)}{"arm":`],
    ['latin1.csv', Buffer.from('arm,batch,value\na,gr\xf6\xdfe,1\n', 'latin1')],
  ])('%s cannot be read, in the reader’s words', async (name, content) => {
    const found = await problem({ file: write(name, content), value: 'value' });
    expect(found.code).toBe('file-unreadable');
    expect(String(found.values.message)).toMatch(/\w{4}/);
    expect(String(found.values.message)).not.toContain('SELECT');
  });

  test('a gzip file that was cut off is none, also where it was cut between two rows or inside a number', async () => {
    const all = `arm,batch,value\n${Array.from({ length: 500 }, (_, i) => `a,${i},${i}.25\n`).join('')}`;
    const packed = gzipSync(all);
    for (const at of [200, 201, 202, 203, 204, 205, 206, 207, packed.length - 8, packed.length - 1])
      expect(
        await problem({ file: write('cut.csv.gz', packed.subarray(0, at)), value: 'value' }),
      ).toMatchObject({ code: 'file-damaged', values: { file: join(folder, 'cut.csv.gz') } });
    const flipped = Buffer.from(packed);
    flipped[packed.length - 6] ^= 1;
    expect((await problem({ file: write('cut.csv.gz', flipped), value: 'value' })).code).toBe('file-damaged');
    expect(await read({ file: write('cut.csv.gz', packed), value: 'value' })).toHaveLength(500);
  });

  test('rows that belong to two arms are nobody’s result', async () => {
    const arms = [
      { name: 'all', title: '', match: { env: 'prod' } },
      { name: 'spark', title: '', match: { env: 'prod', stack: 'emr' } },
    ];
    const file = write('shared.csv', 'env,stack,batch,value\nprod,fn,1,1\nprod,emr,1,2\nprod,emr,2,2\n');
    expect(await problem({ file, value: 'value' }, { arms })).toMatchObject({
      code: 'arms-nested',
      values: { wide: 'all', narrow: 'spark', same: false },
    });
    const crossed = [arms[0], { name: 'emr', title: '', match: { stack: 'emr' } }];
    expect(await problem({ file, value: 'value' }, { arms: crossed })).toMatchObject({
      code: 'file-arms-overlap',
      values: { rows: 2, other: 'emr' },
    });
    const disjoint = [arms[1], { name: 'fn', title: '', match: { stack: 'fn' } }];
    expect(short(await read({ file, value: 'value' }, { arms: disjoint }))).toHaveLength(2);
    const other = write('apart.csv', 'env,team,batch,value\nprod,x,1,1\ntest,y,1,2\n');
    const apart = [arms[0], { name: 'y', title: '', match: { team: 'y' } }];
    expect(short(await read({ file: other, value: 'value' }, { arms: apart }, 1))).toEqual([['1', 2, 0]]);
  });

  test('rows without a single value are no data; with some, how many is said', async () => {
    const file = write(
      'void.csv',
      'arm,batch,value,t\na,1,,2026-01-01\na,2,NaN,2026-01-01\nb,1,1,2026-01-01\n',
    );
    const none = { code: 'file-no-values', values: { rows: 2, column: 'value' } };
    expect(await problem({ file, value: 'value' })).toMatchObject(none);
    const folded = await copy(
      "SELECT 'a' AS arm, CAST(NULL AS DOUBLE) AS value, TIMESTAMP '2026-01-01' AS t",
      'void.parquet',
      'FORMAT parquet',
    );
    const hourly = { byMs: 3_600_000, fold: { kind: 'sum' } } as const;
    expect((await problem({ file: folded, value: 'value', time: 't' }, hourly)).code).toBe('file-no-values');
    const warned: unknown[] = [];
    const some = write('some.csv', 'arm,batch,value\na,1,\na,2,3\n');
    const asked = sources.file.ask({}, want({ file: some, value: 'value' }, { unit: 'batch' }))[0];
    for await (const _one of sources.file.fetch({}, asked, { ...io, warn: (why) => warned.push(why) }));
    expect(warned).toMatchObject([{ code: 'file-null-values', values: { missing: 1, rows: 2 } }]);
  });

  test('the row of a CSV that does not fit its header is named, without what the reader had guessed', async () => {
    const wrong = async (name: string, content: string | Uint8Array) =>
      said(await problem({ file: write(name, content), value: 'value' }));
    const rest = Array.from({ length: 40 }, (_, i) => `a,${i},1\n`).join('');
    const cut = await wrong('cut-row.csv', `arm,batch,value\na,1,1\na,2\n${rest}`);
    expect(cut).toContain('Line: 3: a,2: Expected Number of Columns: 3 Found: 2');
    const open = await wrong('open.csv', `arm,batch,value\n"a,1,1\n${rest}`);
    expect(open).toMatch(/Line: 2: "a,1,1: Value with unterminated quote found\.$/u);
    const latin = await wrong('latin.csv', Buffer.from(`arm,batch,value\na,gr\xf6\xdfe,1\n`, 'latin1'));
    expect(latin).toMatch(/This file is not utf-8 encoded\. Save it as UTF-8\.$/u);
    for (const text of [cut, open, latin]) expect(text).not.toMatch(/sniff|Auto-Detected|Possible|dialect/u);
    expect(await wrong('comma.csv', 'arm;batch;value\na;1;1,5\n')).toContain('with a decimal point');
    expect(await wrong('bom.json', '\ufeff[{"arm":"a","batch":"1","value":1}]')).toContain('byte order mark');
  });

  test('a URL, an unknown format, time buckets without a time, rows without any unit', async () => {
    expect(await problem({ file: 's3://bucket/x.parquet', value: 'v' })).toMatchObject({
      code: 'file-remote',
    });
    expect(await problem({ file: write('x.dat', 'arm,batch,v\na,1,2\n'), value: 'v' })).toMatchObject({
      code: 'file-format-unknown',
    });
    expect(short(await read({ file: 'x.dat', value: 'v', format: 'csv' }))).toEqual([['1', 2, 0]]);
    expect(await problem({ file: 'x.dat', value: 'v' }, { byMs: 1000 })).toMatchObject({
      code: 'file-needs-time',
    });
    expect(await problem({ file: 'x.dat', value: 'v' }, { unit: null })).toMatchObject({
      code: 'file-needs-unit',
    });
  });

  test('a stream that ends early is not taken for the whole', async () => {
    write('three.csv', 'x\n1\n2\n3\n');
    const sandbox = await openSandbox('three.csv', folder, io.signal);
    const reading = (async () => {
      for await (const _chunk of sandbox.chunks(
        `SELECT x FROM read_csv('${join(folder, 'three.csv')}')`,
        [],
        4,
      ));
    })();
    await expect(reading).rejects.toMatchObject({
      reason: { code: 'file-cut-short', values: { rows: 4, seen: 3 } },
    });
    sandbox.close();
  });

  test('DuckDB that cannot be loaded', async () => {
    const missing = () => Promise.reject(new Error("Cannot find package '@duckdb/node-api'"));
    await expect(openSandbox('arms.csv', folder, io.signal, missing)).rejects.toMatchObject({
      reason: { code: 'file-no-duckdb', values: { message: "Cannot find package '@duckdb/node-api'" } },
    });
  });
});

describe('the sandbox', () => {
  test('opens the files that were named and nothing else, and cannot be widened', async () => {
    write('inside.csv', 'x\n1\n');
    write('outside.csv', 'x\n2\n');
    const sandbox = await openSandbox('inside.csv', folder, io.signal);
    const rowsOf = async (sql: string) => {
      const found: unknown[] = [];
      for await (const columns of sandbox.chunks(sql, [], 1)) found.push(...columns[0]);
      return found;
    };
    const path = (name: string) => `'${join(folder, name)}'`;
    expect(await rowsOf(`SELECT x FROM read_csv(${path('inside.csv')})`)).toEqual([1n]);
    for (const sql of [
      `SELECT x FROM read_csv(${path('outside.csv')})`,
      `SELECT content FROM read_text('/etc/passwd')`,
      `COPY (SELECT 1) TO ${path('written.csv')}`,
      `SET enable_external_access = true`,
      `SET allowed_paths = ['/etc/passwd']`,
      `ATTACH ${path('new.db')}`,
      `INSTALL httpfs`,
    ])
      await expect(rowsOf(sql), sql).rejects.toMatchObject({ reason: { code: 'file-unreadable' } });
    sandbox.close();
  });
});

test('preflight says how many, from when to when, or what is wrong', async () => {
  const file = write('preflight.csv', 'arm,batch,value,t\na,1,1,2026-01-01\na,2,2,2026-01-03\n');
  const asked = sources.file.ask({}, want({ file, value: 'value', time: 't' }, { unit: 'batch' }));
  expect(await sources.file.preflight({}, asked[0], io)).toEqual([
    { metric: 'm', arm: 'a', points: 2, fromMs: T, toMs: T + 2 * 86_400_000, problem: null },
  ]);
  expect(await sources.file.preflight({}, asked[1], io)).toMatchObject([
    { arm: 'b', points: 0, fromMs: null, problem: { code: 'file-value-absent', values: { exist: ['a'] } } },
  ]);
});

test('validate prints the question without opening the file', () => {
  const query = { file: 'x/*.parquet', arm: 'stack', value: 'seconds', time: 't', where: { "it's": 'a"b' } };
  const arms = [{ name: 'faas', title: '', match: { stack: "fn'orders" } }];
  expect(sources.file.ask({}, want(query, { arms, unit: 'batch' })).map(({ text }) => text)).toEqual([
    `SELECT "seconds" AS value, "batch" AS unit, "t" AS time FROM 'x/*.parquet' WHERE "stack" = 'fn''orders' AND "it's" = 'a"b'`,
  ]);
});

test('a million rows of NDJSON, Parquet or compressed CSV go by in bounded memory', async () => {
  const select = `SELECT CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END AS arm, 'batch ' || (i % 1000) AS batch, i * 0.1 AS value,
    TIMESTAMP '2026-01-01' + to_milliseconds(i * 10) AS t FROM range(1000000) r(i)`;
  const files = [
    await copy(select, 'million.ndjson', 'FORMAT json'),
    await copy(select, 'million.parquet', 'FORMAT parquet'),
    await copy(select, 'million.csv.gz', 'FORMAT csv, HEADER'),
  ];
  for (const file of files) {
    const asked = sources.file.ask({}, want({ file, value: 'value', time: 't' }, { unit: 'batch' }))[0];
    const before = process.memoryUsage().rss;
    const startedAt = performance.now();
    let peak = before;
    let count = 0;
    let sum = 0;
    for await (const { value } of sources.file.fetch({}, asked, io)) {
      count += 1;
      sum += value as number;
      if (count % 10_000 === 0) peak = Math.max(peak, process.memoryUsage().rss);
    }
    expect(count).toBe(500_000);
    expect(sum).toBeCloseTo(24_999_950_000 * 1, -1);
    const grownMb = (peak - before) / 1e6;
    if (process.env.SHOW_MEASURED)
      console.log(file, `${Math.round(performance.now() - startedAt)} ms`, `+${Math.round(grownMb)} MB`);
    expect(grownMb).toBeLessThan(400);
  }
}, 180_000);

test('whoever stops reading in the middle leaves nothing open, and a stop interrupts the reader', async () => {
  const file = await copy(
    `SELECT 'a' AS arm, i AS batch, i AS value FROM range(300000) r(i)`,
    'long.ndjson',
    'FORMAT json',
  );
  const stop = new AbortController();
  const asked = sources.file.ask({}, want({ file, value: 'value' }, { unit: 'batch' }))[0];
  for await (const { unit } of sources.file.fetch({}, asked, io)) if (unit === '5') break;
  const reading = (async () => {
    let count = 0;
    for await (const _one of sources.file.fetch({}, asked, { ...io, signal: stop.signal }))
      if (++count === 10) stop.abort();
    return count;
  })();
  await expect(reading).rejects.toThrow();
  expect(await read({ file, value: 'value', where: { batch: 7 } })).toHaveLength(1);
});
