import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SourceProblem } from '../../../src/collect/source-problem.js';
import { exactNumber } from '../../../src/collect/sources/sql/decimal.js';
import { filled } from '../../../src/collect/sources/sql/text.js';
import { sql } from '../../../src/collect/sources/sql.js';
import { Secret } from '../../../src/model/secret.js';
import { everythingOf, testContext } from '../../servers/context.js';
import { CANARY, expectNoCanary } from '../http/ask.js';
import { ARMS, collectFrom, MINUTE, wanting } from './asking.js';

const FROM = Date.UTC(2026, 9, 1);
const window = { fromMs: FROM, toMs: FROM + 60 * MINUTE, warmupMs: 0, settleMs: 0 };
const table = { table: 'batches', value: 'seconds', time: 'finished_at' };
const options = { url: new Secret('PG_URL') };

describe('a decimal', () => {
  test('of up to 15 digits is the double that is written like it', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 15n) + 1n, 10n ** 15n - 1n),
        fc.integer({ min: 0, max: 30 }),
        (digits, places) => {
          const [sign, all] = digits < 0n ? ['-', String(-digits)] : ['', String(digits)];
          const padded = all.padStart(places + 1, '0');
          const text =
            places === 0 ? `${sign}${padded}` : `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`;
          expect(exactNumber(text)).toBe(Number(text));
          expect(exactNumber(places === 0 ? text : `${text}000`)).toBe(Number(text));
        },
      ),
    );
  });

  test('that is whole is exact where its double is the same integer, or none', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (whole) => {
        const value = exactNumber(String(whole));
        if (value !== null) expect(BigInt(value)).toBe(whole);
        else expect(whole > 2n ** 53n || whole < -(2n ** 53n)).toBe(true);
      }),
    );
    expect(exactNumber('9007199254740993')).toBeNull();
    expect(exactNumber('0.10000000000000000001')).toBeNull();
    expect(exactNumber('NaN')).toBeNull();
  });
});

describe('the text of a query', () => {
  const filling = { metric: 'm', fromMs: FROM, toMs: FROM + MINUTE, byMs: MINUTE };

  test('has its placeholders bound, each value once, and nothing else touched', () => {
    const { text, params } = filled(
      `SELECT date_bin({every}, t, {from}), '{"a": 1}'::json, '{1,2}'::int[], $q$it's$q$, E'\\'', "x{y}" -- until {to}
FROM b /* {from} */ WHERE t >= {from} AND t < {to};`,
      filling,
    );
    expect(text).toBe(
      `SELECT date_bin($1::interval, t, $2::timestamptz), '{"a": 1}'::json, '{1,2}'::int[], $q$it's$q$, E'\\'', "x{y}" -- until {to}
FROM b /* {from} */ WHERE t >= $2::timestamptz AND t < $3::timestamptz`,
    );
    expect(params).toEqual(['60000 milliseconds', '2026-10-01T00:00:00.000Z', '2026-10-01T00:01:00.000Z']);
  });

  test.each([
    ["SELECT '{from}'", {}, 'sql-placeholder-quoted'],
    ['SELECT $x$ {to} $x$', {}, 'sql-placeholder-quoted'],
    ['SELECT {match.stack}', {}, 'sql-placeholder-arm'],
    ['SELECT {every}', { byMs: null }, 'sql-needs-by'],
    ['SELECT {from}', { fromMs: null }, 'sql-needs-window'],
  ])('%s with %j: %s', (text, more, code) => {
    const fill = () => filled(text, { ...filling, ...more });
    expect(fill).toThrow(SourceProblem);
    expect(fill).toThrow(code);
  });
});

describe('a question', () => {
  test('is one statement for all arms, printed without resolving a secret', () => {
    const [query, ...more] = sql.ask(options, wanting({ ...table, where: { env: 'prod' } }, { window }));
    expect(more).toEqual([]);
    expect(query.text.split('\n')).toEqual([
      `\${PG_URL}`,
      `SELECT to_timestamp(floor(extract(epoch FROM "finished_at")::numeric * 1000 / 60000) * 60000 / 1000) AS stacktrial_time, CASE WHEN count(*) FILTER (WHERE "seconds" IS NULL OR "seconds"::float8 = 'NaN'::float8) > 0 THEN NULL ELSE sum("seconds") END AS stacktrial_value, count(*) AS stacktrial_n, array_remove(ARRAY[CASE WHEN "stack"::text = $1::text THEN 0 END, CASE WHEN "stack"::text = $2::text THEN 1 END], NULL)::text AS stacktrial_arm FROM "batches" WHERE "finished_at" >= $3::timestamptz AND "finished_at" < $4::timestamptz AND (("stack"::text = $1::text) OR ("stack"::text = $2::text)) AND "env"::text = $5::text GROUP BY stacktrial_time, stacktrial_arm ORDER BY stacktrial_time, stacktrial_arm`,
      '["fn-orders","emr-prod-3","2026-10-01T00:00:00.000Z","2026-10-01T01:00:00.000Z","prod"]',
    ]);
  });

  test.each([
    [{ ...table }, { byMs: null, window }, 'sql-needs-unit'],
    [{ ...table, time: false }, { window }, 'sql-needs-time'],
    [{ ...table }, {}, 'sql-needs-window'],
    [{ ...table }, { window, fold: { kind: 'increase' as const } }, 'sql-counter'],
    [{ ...table }, { window, byMs: 120 * MINUTE }, 'sql-no-whole-bucket'],
    [{ ...table }, { window, arms: [ARMS[0], { ...ARMS[1], match: {} }] }, 'sql-arm-without-match'],
    [{ ...table }, { window, arms: [ARMS[0], { ...ARMS[1], match: ARMS[0].match }] }, 'sql-arms-alike'],
    [
      { ...table, arm: 'kind' },
      { window, arms: [{ ...ARMS[0], match: { a: 'x', b: 'y' } }] },
      'sql-arm-ambiguous-column',
    ],
    [{ ...table, table: 'a\u0000b' }, { window }, 'sql-name-unusable'],
  ])('%j with %j: %s', (query, more, code) => {
    expect(() => sql.ask(options, wanting(query, more))).toThrow(code);
  });

  test.each([
    [{ table: 'b' }, 'table needs value and time'],
    [{ table: 'b', value: 'v', time: 't', text: 'SELECT 1' }, 'exactly one of table and text'],
    [{ text: 'SELECT 1', zone: 'UTC' }, 'where and zone belong to table'],
  ])('%j is refused when the file is read', (query, said) => {
    expect(JSON.stringify(sql.query.safeParse(query).error?.issues)).toContain(said);
  });

  test.each([
    [{}, 'exactly one of url and host'],
    [{ url: 'postgres://h/d', user: 'u' }, 'stand in url'],
    [{ host: 'h', user: 'u' }, 'host needs database and user'],
  ])('options %j are refused', (given, said) => {
    expect(JSON.stringify(sql.options.safeParse(given).error?.issues)).toContain(said);
  });
});

test('an address that cannot be used is told without its password', async () => {
  for (const url of [
    `postgres://u:${CANARY}@h:x/d`,
    `mysql://u:${encodeURIComponent(CANARY)}@h/d`,
    `postgres://u:${encodeURIComponent(CANARY)}@h/d?sslmode=maybe`,
    `postgres://u:${encodeURIComponent(CANARY)}@h/`,
    `postgres://u:${encodeURIComponent(CANARY)}@h/d?password=${encodeURIComponent(CANARY)}`,
  ]) {
    const io = testContext({ PG_URL: url });
    for (const given of [{ url }, options]) {
      const { problem } = await collectFrom(sql, given, wanting(table, { window }), io);
      expect(problem?.code).toBe('source-failed');
      expect(String(problem?.values.hint)).toContain('postgres://user:password@host');
      expectNoCanary(everythingOf(problem), JSON.stringify(problem));
    }
  }
});
