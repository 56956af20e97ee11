import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { influxdb } from '../../../src/collect/sources/influxdb.js';
import type { Want } from '../../../src/model/ports.js';
import { Secret } from '../../../src/model/secret.js';
import { startInfluxSql } from '../../servers/influx-sql.js';
import { CANARY } from '../http/ask.js';
import { ARMS, collectFrom, MINUTE, preflightOf, wanting } from './asking.js';

const FROM = Date.UTC(2026, 9, 1);
const window = { fromMs: FROM, toMs: FROM + 10 * MINUTE, warmupMs: 0, settleMs: 0 };
const units: Partial<Want> = { window, byMs: null, fold: { kind: 'only' } };
const minutes: Partial<Want> = { window };

const TABLES = [
  "CREATE TYPE stack AS ENUM ('fn-orders', 'emr-prod-3', 'o''brien')",
  'CREATE TABLE batch (time TIMESTAMP, stack stack, batch_id VARCHAR, seconds DOUBLE, records BIGINT)',
  `INSERT INTO batch SELECT TIMESTAMP '2026-10-01 00:00:00.999' + INTERVAL (i * 20) SECOND, s.stack, 'b' || i, CASE WHEN s.stack = 'fn-orders' THEN 3 ELSE 2.5 END, 100 + i
   FROM range(30) r(i), (SELECT unnest(enum_range(NULL::stack)) AS stack) s`,
  // A row whose field was not written.
  "INSERT INTO batch VALUES (TIMESTAMP '2026-10-01 00:00:30', 'fn-orders', 'b9', NULL, 7)",
  'CREATE TABLE big (time TIMESTAMP, stack stack, id VARCHAR, n BIGINT)',
  "INSERT INTO big VALUES (TIMESTAMP '2026-10-01', 'fn-orders', 'x', 9007199254740993), (TIMESTAMP '2026-10-01', 'emr-prod-3', NULL, 1)",
];

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const started = async (instead?: (response: ServerResponse, count: number) => boolean) => {
  const server = await startInfluxSql({
    token: CANARY,
    database: 'shop',
    tables: TABLES,
    ...(instead === undefined ? {} : { instead }),
  });
  open.push(server);
  return {
    server,
    options: { url: server.url, token: new Secret('TOKEN'), database: 'shop', dialect: 'sql' },
  };
};
const batch = { measurement: 'batch', field: 'seconds', unit: 'batch_id' };

describe('SQL of 3.x (stand-in, carried out by DuckDB)', () => {
  test('points of named units; rows without the field are no points', async () => {
    const { options } = await started();
    const got = await collectFrom(influxdb, options, wanting(batch, units));
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toEqual(Array(30).fill(3));
    expect(got.values('spark')).toEqual(Array(30).fill(2.5));
    expect(got.observations.find(({ unit }) => unit === 'b0')).toMatchObject({ start: FROM + 999, n: 1 });
  });

  test.each([
    ['sum', 9, 7.5],
    ['mean', 3, 2.5],
    ['max', 3, 2.5],
    ['min', 3, 2.5],
    ['last', 3, 2.5],
  ] as const)('time buckets folded by the server: %s', async (kind, faas, spark) => {
    const { options } = await started();
    const got = await collectFrom(
      influxdb,
      options,
      wanting({ ...batch, unit: undefined }, { ...minutes, fold: { kind } }),
    );
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toEqual(Array(10).fill(faas));
    expect(got.values('spark')).toEqual(Array(10).fill(spark));
    expect(got.observations.find(({ start }) => start === FROM)).toMatchObject({
      unit: '2026-10-01T00:00:00.000Z',
      end: FROM + MINUTE,
      n: 3,
    });
  });

  test('a raw query with bound values', async () => {
    const { options } = await started();
    const sql = `SELECT time, stack, records AS value, batch_id FROM batch WHERE stack = {match.stack} AND time >= {from} AND time < {to} AND seconds IS NOT NULL`;
    const arms = [{ name: 'x', title: '', match: { stack: "o'brien" } }];
    const got = await collectFrom(influxdb, options, wanting({ sql, unit: 'batch_id' }, { ...units, arms }));
    expect(got.values('x')).toHaveLength(30);
  });

  test.each([
    [
      'arms merged into one',
      { sql: 'SELECT time, records AS value, batch_id FROM batch', unit: 'batch_id' },
      'influxdb-arms-merged',
    ],
    [
      'no column of values',
      { sql: 'SELECT time, stack, records, batch_id FROM batch', unit: 'batch_id' },
      'influxdb-no-values',
    ],
    [
      'a whole number that a double cannot hold',
      { measurement: 'big', field: 'n', unit: 'id' },
      'influxdb-integer-lost',
    ],
    ['an unknown measurement', { measurement: 'batchs', field: 'n', unit: 'id' }, 'influxdb-no-measurement'],
    ['an unknown field', { measurement: 'batch', field: 'second', unit: 'batch_id' }, 'influxdb-no-field'],
    ['an unknown tag', { ...batch, where: { env: 'prod' } }, 'influxdb-no-label'],
    ['a column that only a raw query has', { sql: 'SELECT nope FROM batch', unit: 'id' }, 'source-failed'],
  ] as const)('%s is named', async (_title, query, code) => {
    const { options } = await started();
    expect((await collectFrom(influxdb, options, wanting(query, units))).problem?.code).toBe(code);
  });

  test('a null unit is named', async () => {
    const { options } = await started();
    const got = await collectFrom(
      influxdb,
      options,
      wanting({ measurement: 'big', field: 'n', unit: 'id' }, { ...units, arms: [ARMS[1]] }),
    );
    expect(got.problem?.code).toBe('influxdb-no-unit');
  });

  test('preflight names the value that exists instead, and points in another time', async () => {
    const { options } = await started();
    const arms = [ARMS[0], { ...ARMS[1], match: { stack: 'emr-prod-4' } }];
    // The stand-in's tags are an enumeration, which refuses unknown values; 3.x finds nothing.
    const later = { window: { ...window, fromMs: FROM + 86_400_000, toMs: FROM + 2 * 86_400_000 } };
    const found = await preflightOf(
      influxdb,
      options,
      wanting(batch, { ...units, ...later, arms: [arms[0]] }),
    );
    expect(found[0].problem).toMatchObject({
      code: 'influxdb-outside-window',
      values: { first: FROM + 999 },
    });
  });

  test.each([
    [
      'rows whose end nobody tells',
      (response: ServerResponse) => {
        response.socket?.end(
          'HTTP/1.1 200 OK\r\ncontent-type: application/jsonl\r\nconnection: close\r\n\r\n{"a":1}\n',
        );
      },
      /nothing says where the answer ends/,
    ],
    [
      'a last row without end',
      (response: ServerResponse) => {
        response
          .writeHead(200, { 'content-type': 'application/jsonl' })
          .end(
            '{"stacktrial_time":"2026-10-01T00:00:00","stack":"fn-orders","stacktrial_value":1,"stacktrial_unit":"x"}\n{"stack',
          );
      },
      /the last line of the answer has no end/,
    ],
    [
      'an array',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/jsonl' }).end('[1]\n');
      },
      null,
    ],
    [
      'an error with status 200',
      (response: ServerResponse) => {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"error":"file limit exceeded"}\n');
      },
      null,
    ],
  ])('%s is an error', async (_title, answer, said) => {
    const { options } = await started((response) => {
      answer(response);
      return true;
    });
    const got = await collectFrom(influxdb, { ...options, deadline: '2s' }, wanting(batch, units));
    expect(got.problem).not.toBeNull();
    expect(got.observations).toEqual([]);
    if (said !== null) expect(got.problem?.values.message).toMatch(said);
  });

  test('an unknown database is named, and the version told', async () => {
    const { options } = await started();
    expect(
      (await collectFrom(influxdb, options, wanting({ ...batch, database: 'shpo' }, units))).problem?.code,
    ).toBe('influxdb-no-database');
    expect(
      await influxdb.version?.(
        options as never,
        (await import('../../servers/context.js')).testContext({ TOKEN: CANARY }),
      ),
    ).toBe('InfluxDB 3.4.1');
  });
});
