import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../src/collect/sources/sql.js';
import { Secret } from '../../../src/model/secret.js';
import { sentence } from '../../../src/report/words.js';
import { testContext } from '../../servers/context.js';
import { type Postgresql, startPostgresql } from '../../servers/postgresql.js';
import { serverSuite } from '../../servers/require.js';
import { freePort } from '../../servers/start.js';
import { CANARY } from '../http/ask.js';
import { ARMS, collectFrom, firstThere, MINUTE, preflightOf, wanting } from './asking.js';

const FROM = Date.UTC(2026, 9, 1);
const HOUR = 60 * MINUTE;
const window = { fromMs: FROM, toMs: FROM + HOUR, warmupMs: 0, settleMs: 0 };
const MANY = 12_000;

const SCHEMA = `
CREATE TYPE stack AS ENUM ('fn-orders', 'emr-prod-3');
CREATE DOMAIN amount AS numeric(30, 10);
CREATE TABLE batches (
  batch_id text NOT NULL, stack varchar(20), kind stack, padded char(20), env text, shard int, retried boolean, region text,
  seconds float8, records bigint, usd amount, took interval, price money,
  finished_at timestamptz NOT NULL, local timestamp, day date
);
INSERT INTO batches
SELECT 'b' || i, s, s::stack, s, 'prod', 1, false, NULL, CASE s WHEN 'fn-orders' THEN 20 ELSE 10 END + i, 100 * i, 0.1 * i,
  '1 minute', 3, t, t AT TIME ZONE 'Europe/Berlin', t::date
FROM unnest(ARRAY['fn-orders', 'emr-prod-3']) s, generate_series(0, 60) i, LATERAL (SELECT timestamptz '2026-10-01 00:00Z' + i * interval '1 min' t) at;
INSERT INTO batches (batch_id, stack, env, shard, seconds, records, finished_at)
VALUES ('test', 'emr-prod-3', 'test', 2, 999, 999, '2026-10-01 00:10Z'), ('other', 'glue', 'prod', 2, 5, 5, '2026-10-01 00:10Z');

CREATE TABLE gaps AS SELECT stack, finished_at, batch_id, CASE WHEN shard = 1 AND batch_id IN ('b3', 'b4') AND stack = 'fn-orders' THEN NULL
  WHEN batch_id = 'b7' THEN 'NaN' ELSE seconds END AS seconds, NULL::float8 AS nothing FROM batches WHERE env = 'prod';

CREATE TABLE exact (stack text, at timestamptz, unit text, whole bigint, fraction numeric, float float8);
INSERT INTO exact SELECT s, '2026-10-01 00:01Z', s, 9007199254740992, 12345678901.2345, 0.1::float8 + 0.2::float8 FROM unnest(ARRAY['fn-orders', 'emr-prod-3']) s;
CREATE TABLE lost AS SELECT * FROM exact;
INSERT INTO lost VALUES ('fn-orders', '2026-10-01 00:02Z', 'x', 9007199254740993, 12345678901234567890.12, 'Infinity');

CREATE SCHEMA analytics;
CREATE TABLE analytics.orders AS SELECT * FROM batches;
CREATE TABLE empty (stack text, at timestamptz, v int);
CREATE TABLE "odd ""one""; DROP TABLE batches" ("a ""stack""" text, "the $1 time" timestamptz, "v'" int);
INSERT INTO "odd ""one""; DROP TABLE batches" VALUES ('''; DROP TABLE batches; --', '2026-10-01 00:01Z', 1), ('\\', '2026-10-01 00:01Z', 2);
CREATE TABLE many AS SELECT s AS stack, 'u' || i AS unit, timestamptz '2026-10-01 00:00Z' + i * interval '1 ms' AS at, i AS v
  FROM unnest(ARRAY['fn-orders', 'emr-prod-3']) s, generate_series(0, ${MANY - 1}) i;
CREATE TABLE written (v int);
CREATE FUNCTION writes() RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO written VALUES (1); RETURN 1; END';
CREATE FUNCTION echoes(text) RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''you sent %'', $1; END';
CREATE ROLE reader LOGIN PASSWORD 'of-the-reader';
GRANT SELECT ON batches TO reader;
`;

const byBatch = {
  table: 'batches',
  value: 'seconds',
  time: 'finished_at',
  unit: 'batch_id',
  where: { env: 'prod' },
};
const inBuckets = { table: 'batches', value: 'records', time: 'finished_at', where: { env: 'prod' } };
const said = (why: Parameters<typeof sentence>[0] | null | undefined): string =>
  why === null || why === undefined ? '' : sentence(why);

serverSuite('postgresql', 'postgres', (binary) => {
  let server: Postgresql;
  const options = (more: object = {}) => ({
    host: '127.0.0.1',
    port: server.port,
    database: 'postgres',
    user: 'postgres',
    password: new Secret('TOKEN'),
    ...more,
  });
  const units = (query: object, more: object = {}) => wanting({ ...query }, { window, byMs: null, ...more });
  const buckets = (query: object, more: object = {}) => wanting({ ...query }, { window, ...more });
  const collected = (query: object, more: object = {}, own: object = {}) =>
    collectFrom(sql, options(own), units(query, more));

  beforeAll(async () => {
    server = await startPostgresql(binary, { password: CANARY, schema: SCHEMA });
  });
  afterAll(() => server?.stop());

  describe('a table', () => {
    test('gives a value per unit and arm, with one query, over a window that is half open', async () => {
      const got = await collected(byBatch);
      expect(got.problem).toBeNull();
      expect(got.queries).toHaveLength(1);
      for (const { name, match } of ARMS) {
        const own = got.observations.filter(({ arm }) => arm === name);
        // b60 lies at the end of the window; the test row and the third stack are nobody's.
        expect(own.map(({ unit }) => unit)).toEqual(Array.from({ length: 60 }, (_, i) => `b${i}`));
        expect(own.map(({ value }) => value)).toEqual(
          Array.from({ length: 60 }, (_, i) => (match.stack === 'fn-orders' ? 20 : 10) + i),
        );
        expect(own[0]).toMatchObject({ start: FROM, end: FROM, n: 1, estimated: false });
      }
      expect(got.warned).toEqual([]);
    });

    test('is folded into whole time buckets by the database, with how many rows are in each', async () => {
      const got = await collectFrom(sql, options(), buckets(inBuckets, { byMs: 10 * MINUTE }));
      expect(got.problem).toBeNull();
      expect(got.values('spark')).toEqual([4500, 14500, 24500, 34500, 44500, 54500]);
      expect(got.observations[0]).toMatchObject({
        n: 10,
        start: FROM,
        end: FROM + 10 * MINUTE,
        unit: '2026-10-01T00:00:00.000Z',
      });
      const mean = await collectFrom(
        sql,
        options(),
        buckets(inBuckets, { byMs: 30 * MINUTE, fold: { kind: 'mean' } }),
      );
      expect(mean.values('faas')).toEqual([1450, 4450]);
    });

    test('a bucket in which a value is null has none, and that is said; a null value is no zero', async () => {
      const query = { table: 'gaps', value: 'seconds', time: 'finished_at' };
      const got = await collectFrom(sql, options(), buckets(query, { byMs: 5 * MINUTE }));
      expect(got.values('faas').slice(0, 3)).toEqual([null, null, 160]);
      expect(got.values('spark').slice(0, 3)).toEqual([60, null, 110]);
      expect(got.io.warnings.find(({ arms }) => arms?.[0] === 'faas')?.why).toMatchObject({
        code: 'sql-null-values',
        values: { points: 2, of: 12 },
      });
      const named = await collected({ ...query, unit: 'batch_id' });
      expect(named.observations.filter(({ arm, value }) => arm === 'faas' && value === null)).toHaveLength(3);
      expect((await collected({ ...query, value: 'nothing', unit: 'batch_id' })).problem?.code).toBe(
        'sql-no-values',
      );
    });

    test('bigint and numeric are exact', async () => {
      const query = { table: 'exact', time: 'at', unit: 'unit' };
      for (const [value, expected] of [
        ['whole', 9007199254740992],
        ['fraction', 12345678901.2345],
        ['float', 0.1 + 0.2],
      ])
        expect((await collected({ ...query, value })).values('faas')).toEqual([expected]);
    });

    test('a number that a double cannot hold is refused and not rounded', async () => {
      const query = { table: 'lost', time: 'at', unit: 'unit' };
      const whole = await collected({ ...query, value: 'whole' });
      expect(whole.problem).toMatchObject({
        code: 'sql-number-lost',
        values: { digits: '9007199254740993', column: 'whole' },
      });
      expect(said(whole.problem)).toContain('round(whole, 6) AS value');
      expect((await collected({ ...query, value: 'fraction' })).problem?.values.digits).toBe(
        '12345678901234567890.12',
      );
      expect((await collected({ ...query, value: 'float' })).problem?.code).toBe('sql-infinite');
    });

    test('a domain is what it is made of; intervals and money are refused with the way to a number', async () => {
      expect((await collected({ ...byBatch, value: 'usd' })).values('spark')[3]).toBe(0.3);
      expect(said((await collected({ ...byBatch, value: 'took' })).problem)).toContain(
        'extract(epoch FROM took) AS value',
      );
      expect(said((await collected({ ...byBatch, value: 'price' })).problem)).toContain(
        'price::numeric AS value',
      );
      expect((await collected({ ...byBatch, value: 'env' })).problem?.code).toBe('sql-not-number');
    });

    test('a time without a zone is refused until its zone is declared, and then is the same instant', async () => {
      const refused = await collected({ ...byBatch, time: 'local' });
      expect(refused.problem?.code).toBe('sql-time-without-zone');
      expect(said(refused.problem)).toContain('zone: UTC');
      const got = await collected({ ...byBatch, time: 'local', zone: 'Europe/Berlin' });
      expect(got.observations).toEqual((await collected(byBatch)).observations);
      expect((await collected({ ...byBatch, zone: 'UTC' })).problem?.code).toBe('sql-zone-needless');
      expect((await collected({ ...byBatch, time: 'local', zone: 'Europe/Bärlin' })).problem?.code).toBe(
        'sql-zone-unknown',
      );
      expect((await collected({ ...byBatch, time: 'env' })).problem?.code).toBe('sql-not-time');
      expect((await collected({ ...byBatch, time: 'day' })).problem?.code).toBe('sql-time-without-zone');
    });

    test('a label may be text, an enum or padded; where takes numbers, truth values and null', async () => {
      for (const arm of ['kind', 'padded'])
        expect((await collected({ ...byBatch, arm })).values('faas')).toHaveLength(60);
      const where = { shard: 1, retried: false, region: null };
      expect((await collected({ ...byBatch, where })).values('faas')).toHaveLength(60);
    });

    test('names and values are quoted and bound, whatever they hold', async () => {
      const arms = [
        { name: 'a', title: 'a', match: { 'a "stack"': "'; DROP TABLE batches; --" } },
        { name: 'b', title: 'b', match: { 'a "stack"': '\\' } },
      ];
      const query = { table: 'odd "one"; DROP TABLE batches', value: "v'", time: 'the $1 time' };
      const got = await collectFrom(sql, options(), buckets(query, { arms }));
      expect(got.problem).toBeNull();
      expect([got.values('a'), got.values('b')]).toEqual([[1], [2]]);
      expect(got.queries[0].text).not.toMatch(/= *'; DROP/);
      expect(await server.query('SELECT count(*)::int AS n FROM batches')).toEqual([{ n: 124 }]);
    });

    test('of another schema; without a time where units are named', async () => {
      const query = { ...byBatch, table: 'analytics.orders', time: false };
      expect((await collected(query)).values('spark')).toHaveLength(61);
    });

    test('more rows than are fetched at a time come all, in order', async () => {
      const got = await collected({ table: 'many', value: 'v', time: 'at', unit: 'unit' });
      expect(got.observations).toHaveLength(2 * MANY);
      expect(got.values('spark').every((value, i) => value === i)).toBe(true);
    });

    test('buckets that are not over are held back, and that is said', async () => {
      const io = testContext({ TOKEN: CANARY }, { now: () => FROM + 31 * MINUTE });
      const got = await collectFrom(sql, options(), buckets(inBuckets, { byMs: 10 * MINUTE }), io);
      expect(got.values('faas')).toHaveLength(3);
      expect(got.warned).toEqual(['source-held-back', 'source-held-back']);
      const early = testContext({ TOKEN: CANARY }, { now: () => FROM });
      const arms = [ARMS[0], { ...ARMS[1], match: { stack: 'emr-prod-4' } }];
      const found = await preflightOf(sql, options(), buckets(inBuckets, { byMs: 10 * MINUTE, arms }), early);
      expect(found.map(({ problem }) => problem?.code)).toEqual(['sql-nothing-yet', 'sql-no-value']);
    });
  });

  describe('what is missing is named with what is there instead', () => {
    test.each([
      [{ ...byBatch, table: 'batchs' }, 'sql-no-table', 'batches'],
      [{ ...byBatch, table: 'orders' }, 'sql-no-table', 'analytics.orders'],
      [{ ...byBatch, value: 'secnds' }, 'sql-no-column', 'seconds'],
      [{ ...byBatch, arm: 'stak' }, 'sql-no-arm-column', 'stack'],
      [{ ...byBatch, where: { env: 'prd' } }, 'sql-no-value', 'prod'],
    ])('%j: %s', async (query, code, there) => {
      const { problem } = await collected(query);
      expect(problem?.code).toBe(code);
      expect(firstThere(problem)).toBe(there);
    });

    test('an empty table, a combination that never occurs, a window without rows', async () => {
      expect(
        (await collectFrom(sql, options(), buckets({ table: 'empty', value: 'v', time: 'at' }))).problem
          ?.code,
      ).toBe('sql-table-empty');
      expect((await collected({ ...byBatch, where: { env: 'test', shard: 1 } })).problem?.code).toBe(
        'sql-no-combination',
      );
      const later = { ...window, fromMs: FROM + 24 * HOUR, toMs: FROM + 25 * HOUR };
      expect((await collected(byBatch, { window: later })).problem).toMatchObject({
        code: 'sql-outside-window',
        values: { first: FROM, last: FROM + HOUR },
      });
    });

    test('preflight says per arm how many, from when to when, and which values there are', async () => {
      const arms = [ARMS[0], { ...ARMS[1], match: { stack: 'emr-prod-4' } }];
      const found = await preflightOf(sql, options(), units(byBatch, { arms }));
      expect(found[0]).toMatchObject({
        arm: 'faas',
        points: 60,
        fromMs: FROM,
        toMs: FROM + 59 * MINUTE,
        problem: null,
      });
      expect(found[1]).toMatchObject({ points: 0, problem: { code: 'sql-no-value' } });
      expect(found[1].problem?.values.exist).toEqual(['emr-prod-3', 'fn-orders', 'glue']);
      const got = await collected(byBatch, { arms });
      expect(got.values('faas')).toHaveLength(60);
      expect(got.io.warnings).toMatchObject([{ why: { code: 'sql-no-value' }, arms: ['spark'] }]);
    });
  });

  describe('a SELECT of the user', () => {
    const text = `SELECT date_bin({every}, finished_at, 'epoch') AS time, stack, sum(records) AS value -- {from} in a comment
      FROM batches WHERE finished_at >= {from} AND finished_at < {to} AND env = 'prod' GROUP BY 1, 2 ORDER BY 1;`;
    const rows =
      "SELECT finished_at AS time, stack, seconds AS value, batch_id FROM batches WHERE env = 'prod'";

    test('gets its window bound and is read like a table', async () => {
      const got = await collectFrom(sql, options(), buckets({ text }, { byMs: 10 * MINUTE }));
      expect(got.problem).toBeNull();
      expect(got.values('spark')).toEqual([4500, 14500, 24500, 34500, 44500, 54500]);
    });

    test('without a window of its own its rows outside are left out all the same', async () => {
      const got = await collected({ text: rows, unit: 'batch_id' });
      expect(got.observations.map(({ value }) => value).sort()).toEqual(
        (await collected(byBatch)).observations.map(({ value }) => value).sort(),
      );
    });

    test.each([
      ['SELECT finished_at AS time, seconds AS value, batch_id FROM batches', 'sql-arms-merged'],
      [
        'SELECT finished_at AS time, NULL::text AS stack, seconds AS value, batch_id FROM batches',
        'sql-arm-null',
      ],
      [
        "SELECT finished_at AS time, 'glue' AS stack, seconds AS value, batch_id FROM batches",
        'sql-arm-missing',
      ],
      ['SELECT finished_at AS time, stack, seconds, batch_id FROM batches', 'sql-answer-without-column'],
      ['SELECT local AS time, stack, seconds AS value, batch_id FROM batches', 'sql-time-without-zone'],
      [`${rows} AND false`, 'sql-no-rows'],
      [`${rows} AND finished_at < '{to}'`, 'sql-placeholder-quoted'],
      [`${rows} AND stack = {arm}`, 'sql-placeholder-arm'],
    ])('%s: %s', async (wrong, code) => {
      expect((await collected({ text: wrong, unit: 'batch_id' })).problem?.code).toBe(code);
    });

    test('reads and never writes', async () => {
      for (const wrong of [
        'DELETE FROM batches',
        'SELECT 1; DROP TABLE batches',
        "SELECT writes() AS value, now() AS time, 'fn-orders' AS stack, 'u' AS batch_id",
      ])
        expect((await collected({ text: wrong, unit: 'batch_id' })).problem?.code).toBe('source-failed');
      expect(await server.query('SELECT count(*)::int AS n FROM written')).toEqual([{ n: 0 }]);
    });

    test('a mistake in it is told in the words of the server, with what to do', async () => {
      const { problem } = await collected({ text: 'SELEC 1', unit: 'u' });
      expect(said(problem)).toMatch(
        /PostgreSQL at 127\.0\.0\.1:\d+\/postgres answered: syntax error at or near "SELEC".*42601.*not tried again/,
      );
      expect(problem?.values.hint).toContain('psql');
    });
  });

  describe('what goes wrong on the way', () => {
    const failing = async (own: object, query: object = byBatch, io = testContext({ TOKEN: CANARY })) => {
      const { problem } = await collectFrom(sql, options(own), units(query), io);
      expect(problem?.code).toBe('source-failed');
      return `${problem?.values.message} | ${problem?.values.hint}`;
    };

    test('nobody listens: tried again, and how often is told', async () => {
      expect(await failing({ port: await freePort() })).toMatch(
        /refused the connection.*tried 6 times.*listens there/,
      );
    });

    test('a wrong password, no password, no such database, no right', async () => {
      expect(await failing({ password: 'wrong' })).toMatch(
        /password authentication failed for user "postgres".*not tried again.*Check user and password/,
      );
      expect(await failing({ password: undefined })).toMatch(/asks for a password.*Declare password/);
      expect(await failing({ database: 'warehouse' })).toMatch(
        /database "warehouse" does not exist.*psql -l/,
      );
      const reader = { user: 'reader', password: 'of-the-reader' };
      expect(await failing(reader, { ...byBatch, table: 'gaps', where: {} })).toMatch(
        /permission denied for table gaps.*GRANT SELECT/,
      );
      expect((await collectFrom(sql, options(reader), units(byBatch))).problem).toBeNull();
    });

    test('a query that takes too long is ended, here and on the server', async () => {
      const text = "SELECT now() AS time, 'fn-orders' AS stack, 1 AS value, 'u' AS batch_id, pg_sleep(30)";
      expect(await failing({ deadline: '300ms' }, { text, unit: 'batch_id' })).toMatch(
        /no whole answer within the deadline of 0.3 s.*not tried again.*deadline/,
      );
      expect(
        await server.query(
          "SELECT query FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid() AND state = 'active'",
        ),
      ).toEqual([]);
    });

    test('a server that accepts and says nothing', async () => {
      const silent = createServer(() => {}).listen(0, '127.0.0.1');
      await new Promise((resolve) => silent.once('listening', resolve));
      const { port } = silent.address() as { port: number };
      expect(await failing({ port, deadline: '200ms' })).toMatch(
        /no whole answer within the deadline of 0.2 s/,
      );
      silent.close();
    });

    test('a session that somebody ended is begun again, and nothing comes twice', async () => {
      const text = `SELECT finished_at AS time, stack, seconds AS value, batch_id, CASE WHEN batch_id = 'b50' THEN pg_sleep(0.3) END AS slow
        FROM batches WHERE env = 'prod'`;
      const asking = collected({ text, unit: 'batch_id' });
      let ended = 0;
      for (let tries = 0; ended === 0 && tries < 200; tries++)
        ended = (
          await server.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stacktrial' AND query LIKE 'FETCH%' AND state = 'active'",
          )
        ).length;
      expect(ended).toBe(1);
      const got = await asking;
      expect(got.io.waits).toHaveLength(1);
      expect(got.observations).toHaveLength(120);
    });

    test('whoever interrupts gets their own reason back', async () => {
      const stop = new AbortController();
      const io = testContext({ TOKEN: CANARY }, { signal: stop.signal });
      const text = "SELECT now() AS time, 'fn-orders' AS stack, 1 AS value, 'u' AS batch_id, pg_sleep(30)";
      const [query] = sql.ask(options(), units({ text, unit: 'batch_id' }));
      const asking = sql.fetch(options(), query, io)[Symbol.asyncIterator]().next();
      setTimeout(() => stop.abort(new Error('Ctrl-C')), 100);
      await expect(asking).rejects.toThrow('Ctrl-C');
      // The server notices that nobody is there any more, long before the half minute is over.
      const active = () =>
        server.query(
          `SELECT 1 FROM pg_stat_activity WHERE application_name = 'stacktrial' AND state = 'active'`,
        );
      for (let tries = 0; tries < 100 && (await active()).length > 0; tries++) await sleep(100);
      expect(await active()).toEqual([]);
    });

    test('TLS: required is encrypted, a certificate of nobody is refused, and the way out is said', async () => {
      const text =
        "SELECT now() AS time, 'fn-orders' AS stack, CASE WHEN ssl THEN 1 ELSE 0 END AS value, 'u' AS batch_id FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
      const query = { text, unit: 'batch_id' };
      const open = { window: null };
      expect((await collected(query, open, { ssl: 'require' })).values('faas')).toEqual([1]);
      expect((await collected(query, open)).values('faas')).toEqual([0]);
      expect(await failing({ ssl: 'verify' })).toMatch(/certificate.*NODE_EXTRA_CA_CERTS/);
      const plain = createServer((socket) => socket.on('data', () => socket.end('N'))).listen(0, '127.0.0.1');
      await new Promise((resolve) => plain.once('listening', resolve));
      const { port } = plain.address() as { port: number };
      expect(await failing({ port, ssl: 'require' })).toMatch(/does not speak TLS.*ssl: disable/);
      plain.close();
    });
  });

  test('an address in one secret, whose password is shown nowhere, not even where the server echoes it', async () => {
    const url = `postgres://postgres:${encodeURIComponent(CANARY)}@127.0.0.1:${server.port}/postgres?sslmode=disable`;
    const io = testContext({ PG_URL: url, TOKEN: CANARY });
    const got = await collectFrom(sql, { url: new Secret('PG_URL') }, units(byBatch), io);
    expect(got.observations).toHaveLength(120);
    expect(got.queries[0].text).toMatch(/^\$\{PG_URL\}\nSELECT/);
    const literal = await collectFrom(sql, { url }, units({ ...byBatch, table: 'nope' }), io);
    expect(literal.problem?.code).toBe('sql-no-table');
    const echo = { text: `SELECT echoes('${CANARY.replaceAll("'", "''")}') AS value`, unit: 'u' };
    const [query] = sql.ask({ url: new Secret('PG_URL') }, units(echo));
    const error = await sql
      .fetch({ url: new Secret('PG_URL') }, query, io)
      [Symbol.asyncIterator]()
      .next()
      .catch(String);
    expect(String(error)).toContain('you sent ***');
    expect(String(error)).not.toContain('token-5f3a9e');
  });

  test('the version is evidence; a Unix socket will do', async () => {
    const io = testContext({ TOKEN: CANARY });
    expect(await sql.version?.(options({ host: server.folder }), io)).toMatch(/^PostgreSQL \d+/);
  });
});
