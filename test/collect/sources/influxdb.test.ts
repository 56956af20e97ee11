import { is_valid_flux as isValidFlux } from '@influxdata/flux-lsp-node';
import { fluxString as fluxStringOfClient } from '@influxdata/influxdb-client';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reasonOf } from '../../../src/collect/source-problem.js';
import { integer, LostInteger, markLost, revived } from '../../../src/collect/sources/influxdb/exact.js';
import { fluxQueries } from '../../../src/collect/sources/influxdb/flux-catalogue.js';
import { influxdbOptions, influxdbQuery } from '../../../src/collect/sources/influxdb/options.js';
import { type Asked, type Declared, questionsOf } from '../../../src/collect/sources/influxdb/question.js';
import { filled, namesArm } from '../../../src/collect/sources/influxdb/template.js';
import { fluxString, quotedName } from '../../../src/collect/sources/influxdb/text.js';
import { influxdb } from '../../../src/collect/sources/influxdb.js';
import type { Want } from '../../../src/model/ports.js';
import { Secret } from '../../../src/model/secret.js';
import { ARMS, MINUTE, wanting } from './asking.js';

const FROM = Date.UTC(2026, 10, 1);
const window = { fromMs: FROM, toMs: FROM + 10 * MINUTE, warmupMs: 0, settleMs: 0 };
const points = { bucket: 'pipelines', measurement: 'batch', field: 'seconds', unit: 'batch_id' };
const named: Partial<Want> = { window, byMs: null, fold: { kind: 'only' } };
const URL = { url: 'http://influx:8086' };

const ask = (
  query: Record<string, unknown>,
  more: Partial<Want> = {},
  options: object = {},
): readonly Asked[] =>
  questionsOf(
    influxdbOptions.parse({ ...URL, ...options }),
    influxdbQuery.parse(query),
    wanting(query, { window, ...more }),
  );

const refusal = (query: Record<string, unknown>, more: Partial<Want> = {}, options: object = {}): string => {
  try {
    ask(query, more, options);
  } catch (error) {
    return reasonOf(error).code;
  }
  return 'nothing';
};

describe('the language', () => {
  test.each([
    ['a bucket is Flux', { ...points }, {}, 'flux'],
    ['a database is InfluxQL', { ...points, bucket: undefined, database: 'd' }, {}, 'influxql'],
    ['an org is Flux', { ...points, bucket: undefined }, { org: 'o', database: 'd' }, 'flux'],
    [
      'what the source declares goes before',
      { ...points, bucket: undefined, database: 'd' },
      { dialect: 'sql' },
      'sql',
    ],
    ['a raw query is in its own', { influxql: 'SELECT 1', unit: 'u' }, { org: 'o' }, 'influxql'],
  ] as const)('%s', (_title, query, options, dialect) => {
    const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
    expect(ask(given, named, options)[0].dialect).toBe(dialect);
  });

  test('1.8 is asked in Flux for database/policy', () => {
    const query = { database: 'd', retentionPolicy: 'week', measurement: 'm', field: 'f', unit: 'u' };
    expect(ask(query, named, { dialect: 'flux' })[0].text).toContain('from(bucket: "d/week")');
  });

  test.each([
    ['two languages', { flux: 'x', unit: 'u' }, named, { dialect: 'sql' }, 'influxdb-other-dialect'],
    ['no window', points, { ...named, window: null }, {}, 'influxdb-needs-window'],
    ['no unit and no buckets', { ...points, unit: undefined }, named, {}, 'influxdb-needs-unit'],
    ['no database', { measurement: 'm', field: 'f', unit: 'u' }, named, {}, 'influxdb-needs-database'],
    [
      'buckets wider than the window',
      { ...points, unit: undefined },
      { byMs: 60 * MINUTE },
      {},
      'influxdb-no-whole-bucket',
    ],
    [
      'a counter in SQL',
      { ...points, unit: undefined },
      { fold: { kind: 'increase' } },
      { dialect: 'sql' },
      'influxdb-counter-in-sql',
    ],
    [
      'a name with a line break',
      { ...points, database: 'd', field: 'a\nb' },
      named,
      { dialect: 'influxql' },
      'influxdb-name-unusable',
    ],
    ['{every} without buckets', { flux: 'f({every})', unit: 'u' }, named, {}, 'influxdb-needs-by'],
    ['a label that the arm lacks', { flux: '{match.app}', unit: 'u' }, named, {}, 'influxdb-no-match'],
    [
      'a value in a name',
      { influxql: 'SELECT "{arm}"', unit: 'u' },
      named,
      {},
      'influxdb-placeholder-in-name',
    ],
    ['a time that is denied and needed', { flux: 'x', time: false }, {}, {}, 'influxdb-needs-time'],
  ] as const)('%s is refused before anything is sent', (_title, query, more, options, code) => {
    const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
    expect(refusal(given, more as Partial<Want>, options)).toBe(code);
  });

  test.each([
    [{ measurement: 'm' }],
    [{ measurement: 'm', field: 'f', flux: 'x' }],
    [{ flux: 'x', where: { a: 'b' } }],
    [{ measurement: 'm', field: 'f', value: 'v' }],
    [{}],
  ])('%j is no query', (query) => {
    expect(influxdbQuery.safeParse(query).success).toBe(false);
  });

  test('a token and a password, or half of them, are no options', () => {
    expect(influxdbOptions.safeParse({ ...URL, token: 't', username: 'u', password: 'p' }).success).toBe(
      false,
    );
    expect(influxdbOptions.safeParse({ ...URL, username: 'u' }).success).toBe(false);
  });
});

describe('declared questions', () => {
  test('one for all arms: points where units are named', () => {
    const [asked, ...more] = ask(points, named);
    expect(more).toEqual([]);
    expect(asked.text).toBe(`from(bucket: "pipelines")
  |> range(start: 2026-11-01T00:00:00.000Z, stop: 2026-11-01T00:10:00.000Z)
  |> filter(fn: (r) => r["_measurement"] == "batch" and (r["_field"] == "seconds"))
  |> filter(fn: (r) => r["stack"] == "fn-orders" or r["stack"] == "emr-prod-3")
  |> group(columns: ["stack"])
  |> keep(columns: ["_time", "_value", "stack", "batch_id"])`);
  });

  test('buckets are folded by the server, with the number of points', () => {
    const query = { database: 'd', measurement: 'batch', field: 'seconds', where: { env: 'prod' } };
    expect(ask(query, {})[0]).toMatchObject({
      text: `SELECT sum("seconds") AS "value", count("seconds") AS "n" FROM "batch" WHERE time >= '2026-11-01T00:00:00.000Z' AND time < '2026-11-01T00:10:00.000Z' AND (("stack" = $p0) OR ("stack" = $p1)) AND "env" = $p2 GROUP BY time(60s), "stack" fill(none)`,
      params: { p0: 'fn-orders', p1: 'emr-prod-3', p2: 'prod' },
    });
    expect(ask(query, {}, { dialect: 'sql' })[0].text).toBe(
      `SELECT date_bin(INTERVAL '60000 milliseconds', time, TIMESTAMP '1970-01-01T00:00:00.000Z') AS "stacktrial_time", "stack", sum("seconds") AS "stacktrial_value", count("seconds") AS "stacktrial_n" FROM "batch" WHERE time >= TIMESTAMP '2026-11-01T00:00:00.000Z' AND time < TIMESTAMP '2026-11-01T00:10:00.000Z' AND (("stack" = $p0) OR ("stack" = $p1)) AND "env" = $p2 AND "seconds" IS NOT NULL GROUP BY 1, 2`,
    );
    expect(ask({ ...points, unit: undefined } as never, {})[0].text).toContain(
      'aggregateWindow(every: 60s, fn: sum, createEmpty: false, timeSrc: "_start")',
    );
  });

  test('only whole buckets after the warm-up are asked for; points from the beginning of the window', () => {
    const odd = { fromMs: FROM + 1_000, toMs: FROM + 5 * MINUTE + 1, warmupMs: MINUTE, settleMs: 0 };
    const query = { database: 'd', measurement: 'm', field: 'f' };
    expect(ask(query, { window: odd })[0].text).toContain(
      `time >= '2026-11-01T00:02:00.000Z' AND time < '2026-11-01T00:05:00.000Z'`,
    );
    expect(ask({ ...query, unit: 'u' }, { ...named, window: odd })[0].text).toContain(
      `time >= '2026-11-01T00:00:01.000Z'`,
    );
  });

  test.each([{ kind: 'quantile', q: 0.9 }, { kind: 'only' }, { kind: 'increase' }] as const)(
    'the fold $kind gets points, because the server could not fold them so',
    (fold) => {
      const query = { bucket: 'b', measurement: 'm', field: 'f' };
      expect(ask(query, { fold })[0].text).not.toContain('aggregateWindow');
    },
  );

  test('counters keep all their series, and the point before the window', () => {
    const query = { database: 'd', measurement: 'm', field: 'f' };
    const [{ text }] = ask(query, { fold: { kind: 'increase' } });
    expect(text).toContain('GROUP BY *');
    expect(text).toContain(`time >= '2026-10-31T23:59:00.000Z'`);
  });

  test('arms with other labels are asked for apart', () => {
    const arms = [ARMS[0], { ...ARMS[1], match: { app: 'spark' } }];
    const [faas, spark] = ask(points, { ...named, arms });
    expect(faas.text).toContain('r["stack"] == "fn-orders"');
    expect(spark.text).toContain('r["app"] == "spark"');
  });

  test('an arm that is part of another one is refused, since its points would count for both', () => {
    const arms = [
      { name: 'all', title: '', match: { env: 'prod' } },
      { name: 'spark', title: '', match: { env: 'prod', stack: 'emr' } },
    ];
    expect(() => ask(points, { ...named, arms })).toThrow(
      expect.objectContaining({
        reason: { code: 'arms-nested', values: { wide: 'all', narrow: 'spark', same: false } },
      }),
    );
  });

  test.each([
    ['influxql', 'DROP MEASUREMENT batch', 'DROP'],
    ['influxql', 'SELECT mean(x) AS value FROM m; delete from m', 'DELETE'],
    ['influxql', 'SELECT x AS value INTO other FROM m', 'INTO'],
    ['influxql', '/* SELECT */ KILL QUERY 3', 'KILL'],
    ['flux', 'from(bucket: "b") |> range(start: -1h) |> to(bucket: "c")', 'to()'],
    ['sql', 'INSERT INTO m VALUES (1)', 'INSERT'],
  ])('a raw query that may write is not sent: %s %s', (dialect, text, found) => {
    const query = { [dialect]: text, database: 'd', unit: 'u' };
    expect(() => ask(query, named)).toThrow(
      expect.objectContaining({
        reason: expect.objectContaining({
          code: 'influxdb-not-read-only',
          values: expect.objectContaining({ found }),
        }),
      }),
    );
  });

  test('words of writing in names, texts and comments are read', () => {
    const influxql = `-- drop\nSELECT "into" AS value FROM "delete" WHERE a = 'x; DROP' GROUP BY stack`;
    expect(ask({ influxql, database: 'd', unit: 'u' }, named)).toHaveLength(1);
  });

  test('a unit that is a field is brought beside the value', () => {
    const [{ text, columns }] = ask({ ...points, unit: { field: 'batch_id' } }, named);
    expect(text).toContain('pivot(');
    expect(columns).toMatchObject({ value: 'seconds', unit: 'batch_id' });
  });

  test('what is printed names the address and the parameters, and no secret', () => {
    const options = { url: new Secret('INFLUX_URL'), token: new Secret('TOKEN'), org: new Secret('ORG') };
    const want = wanting(points, { window, ...named });
    expect(influxdb.ask(options, want)[0].text).toMatch(
      /^\$\{INFLUX_URL\}\/api\/v2\/query\?org=\$\{ORG\}\nfrom\(/,
    );
    const other = { database: 'd', measurement: 'm', field: 'f', unit: 'u' };
    expect(influxdb.ask({ url: 'http://me:pw@i' }, wanting(other, { ...named, window }))[0].text).toMatch(
      /^http:\/\/i\/query\?db=d\nSELECT .*\n\{"p0":"fn-orders","p1":"emr-prod-3"\}$/,
    );
  });
});

const anyText = fc.string({ unit: 'binary', minLength: 1 });
const anyName = fc.string({ unit: 'grapheme', minLength: 1 });

describe('what the Flux compiler takes', () => {
  const kinds = ['sum', 'mean', 'last', 'max', 'min', 'increase', 'only'] as const;

  test('it is the real one: it refuses unknown functions and wrong arguments', () => {
    expect(isValidFlux('from(bucket: "b") |> range(start: 2026-11-01T00:00:00.000Z)')).toBe(true);
    expect(isValidFlux('from(bucket: "b") |> rage(start: 2026-11-01T00:00:00.000Z)')).toBe(false);
    expect(isValidFlux('from(bucket: "b") |> range(begin: 2026-11-01T00:00:00.000Z)')).toBe(false);
  });

  test('every declared question, whatever its names and values are', () => {
    fc.assert(
      fc.property(
        fc.record({
          bucket: anyText,
          measurement: anyText,
          field: anyText,
          where: fc.dictionary(anyText, anyText, { maxKeys: 2 }),
        }),
        fc.option(fc.oneof(anyText, fc.record({ field: anyText })), { nil: undefined }),
        fc.constantFrom(...kinds),
        fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 100_000 }),
        (query, unit, kind, labels, byMs) => {
          const arms = ARMS.map((arm, i) => ({
            ...arm,
            match: Object.fromEntries(labels.map(([label, value]) => [label, `${value}${i}`])),
          }));
          const given = { ...query, ...(unit === undefined ? {} : { unit }) };
          for (const { text } of ask(given, { arms, fold: { kind }, byMs }))
            expect(isValidFlux(text), text).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('every question of preflight', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (bucket, measurement, field, tag) => {
        const { buckets, measurements, fields, tags, values, end } = fluxQueries(bucket, {
          measurement,
          field,
        } as Declared);
        for (const text of [
          buckets,
          measurements,
          fields,
          tags,
          values(tag),
          end('first', [[tag, field]]),
          end('last', []),
        ])
          expect(isValidFlux(text), text).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('every placeholder in a raw query', () => {
    const raw = `// {arm} it's a "comment
from(bucket: "b-{match.stack}")
  |> range(start: {from}, stop: {to})
  |> filter(fn: (r) => r.stack == {match.stack} and r.x =~ /^{arm}[\\/"]$/ and r.y / 2.0 > 1.0)
  |> aggregateWindow(every: {every}, fn: sum, createEmpty: false, timeSrc: "_start")`;
    fc.assert(
      fc.property(anyText, anyText, (name, stack) => {
        const filling = {
          metric: 'm',
          fromMs: FROM,
          toMs: FROM + MINUTE,
          byMs: 1_500,
          arm: { name, title: '', match: { stack } },
        };
        const { text, params } = filled('flux', raw, filling);
        expect(params).toEqual({});
        expect(isValidFlux(text), text).toBe(true);
        expect(text).toContain('{arm} it');
      }),
      { numRuns: 200 },
    );
  });

  test('strings are escaped as the client escapes them', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, fc.constantFrom(`$${'{'}x}`, `\\$${'{'}`, `$$$${'{'}`, 'a"b\\', '\r\n\t')),
        (value) => {
          expect(fluxString(value)).toBe(String(fluxStringOfClient(value.toWellFormed())));
        },
      ),
    );
  });
});

describe('placeholders', () => {
  const arm = { name: "o'brien", title: '', match: { stack: 'a\\b"c' } };
  const fill = (dialect: 'influxql' | 'sql', text: string) =>
    filled(dialect, text, { metric: 'm', fromMs: FROM, toMs: FROM + MINUTE, byMs: MINUTE, arm });

  test('InfluxQL gets values beside its text, whole literals and parts of them alike', () => {
    expect(
      fill(
        'influxql',
        `SELECT x / 2 FROM "m" WHERE stack = {match.stack} AND a = '{arm}-1\\'s' AND b = {arm} AND time >= {from} AND time < '{to}' GROUP BY time({every}) -- {arm}`,
      ),
    ).toEqual({
      text: `SELECT x / 2 FROM "m" WHERE stack = $p0 AND a = $p1 AND b = $p2 AND time >= '2026-11-01T00:00:00.000Z' AND time < '2026-11-01T00:01:00.000Z' GROUP BY time(60s) -- {arm}`,
      params: { p0: 'a\\b"c', p1: "o'brien-1's", p2: "o'brien" },
    });
  });

  test('in an expression of InfluxQL they are quoted for it', () => {
    expect(fill('influxql', 'SELECT x FROM /^{match.stack}$/').text).toBe('SELECT x FROM /^a\\\\b"c$/');
  });

  test('SQL too; its quotes are doubled', () => {
    expect(
      fill(
        'sql',
        `SELECT date_bin({every}, time) FROM "m""x" WHERE a = 'it''s {arm}' AND time >= {from} /* {arm} */`,
      ),
    ).toEqual({
      text: `SELECT date_bin(INTERVAL '60000 milliseconds', time) FROM "m""x" WHERE a = $p0 AND time >= TIMESTAMP '2026-11-01T00:00:00.000Z' /* {arm} */`,
      params: { p0: "it's o'brien" },
    });
  });

  test('a query that names an arm only in a comment names none', () => {
    expect(namesArm('flux', 'x // {arm}')).toBe(false);
    expect(namesArm('sql', `'{match.stack}'`)).toBe(true);
    expect(namesArm('influxql', `{from} {every}`)).toBe(false);
  });

  test('whatever a value holds, it never is in the text of InfluxQL or SQL', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('influxql' as const, 'sql' as const),
        fc.string({ unit: 'binary' }),
        (dialect, value) => {
          const filling = {
            metric: 'm',
            fromMs: 0,
            toMs: 1,
            byMs: 1,
            arm: { name: `<${value}>`, title: '', match: { x: value } },
          };
          const { text, params } = filled(dialect, `SELECT 1 WHERE a = {arm} AND b = '{match.x}'`, filling);
          expect(text).toMatch(/^SELECT 1 WHERE a = \$p0 AND b = \$p1$/);
          expect(params).toEqual({ p0: `<${value}>`.toWellFormed(), p1: value.toWellFormed() });
        },
      ),
    );
  });

  test('names stay one name', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: names with them are refused.
        fc.pre(!/[\u0000-\u001f]/u.test(name));
        const inside = quotedName('influxql', name).slice(1, -1);
        expect(inside.replace(/\\./gsu, '')).not.toContain('"');
        expect(quotedName('sql', name).slice(1, -1).replaceAll('""', '')).not.toContain('"');
      }),
    );
  });
});

describe('whole numbers', () => {
  test('of 64 bits are read exactly or named, in CSV', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }), (whole) => {
        const read = integer(String(whole));
        if (read instanceof LostInteger) expect(BigInt(Number(whole))).not.toBe(whole);
        else expect(BigInt(read)).toBe(whole);
      }),
    );
    expect(integer('9007199254740993')).toEqual(new LostInteger('9007199254740993'));
    expect(integer('9007199254740992')).toBe(9007199254740992);
  });

  test('and in JSON, where text that looks like them stays text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
            fc.double({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 53), max: 2 ** 53 }),
            fc.string(),
            fc.constant('[1,9007199254740993,"x"]'),
          ),
        ),
        (cells) => {
          const json = `[${cells.map((cell) => (typeof cell === 'bigint' ? String(cell) : JSON.stringify(cell))).join(',')}]`;
          const read = (JSON.parse(markLost(json)) as unknown[]).map(revived);
          for (const [i, cell] of cells.entries()) {
            const found = read[i];
            if (typeof cell !== 'bigint') expect(found).toEqual(JSON.parse(JSON.stringify(cell)));
            else if (found instanceof LostInteger) expect(found.digits).toBe(String(cell));
            else expect(BigInt(found as number)).toBe(cell);
          }
        },
      ),
    );
  });
});
