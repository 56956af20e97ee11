import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { influxdb } from '../../../src/collect/sources/influxdb.js';
import type { Want } from '../../../src/model/ports.js';
import { Secret } from '../../../src/model/secret.js';
import { sentence } from '../../../src/report/words.js';
import { testContext } from '../../servers/context.js';
import { line, startInfluxdb } from '../../servers/influxdb.js';
import { startVictoriaMetrics } from '../../servers/prometheus.js';
import { serverSuite } from '../../servers/require.js';
import type { Running } from '../../servers/start.js';
import { CANARY, expectNoCanary } from '../http/ask.js';
import { ARMS, collectFrom, MINUTE, preflightOf, wanting } from './asking.js';

const FROM = Date.UTC(2026, 9, 1);
const window = { fromMs: FROM, toMs: FROM + 10 * MINUTE, warmupMs: 0, settleMs: 0 };
const STACKS = ['fn-orders', 'emr-prod-3'];
const ns = (ms: number, more = 0): string => String(BigInt(ms) * 1_000_000n + BigInt(more));

/** Every 20 s a batch per stack: functions take 3 s, Spark 2 s, on two hosts in turn; a third stack nobody asks for. */
const batches = (): readonly string[] =>
  [...STACKS, 'o\'brien "x"'].flatMap((stack) =>
    Array.from({ length: 30 }, (_, i) =>
      line(
        'batch',
        { stack, batch_id: `b${i}`, host: i % 2 === 0 ? 'a' : 'b', env: 'prod' },
        {
          seconds: stack === 'fn-orders' ? '3' : '2.5',
          records: `${100 + i}i`,
          note: '"text"',
          stage: `"${stack}"`,
        },
        ns(FROM + i * 20_000, 999_999),
      ),
    ),
  );

/** A counter per host that restarts. */
const counters = (): readonly string[] =>
  STACKS.flatMap((stack) =>
    ['a', 'b'].flatMap((host) =>
      Array.from({ length: 14 }, (_, i) => {
        const since = host === 'a' && i >= 7 ? i - 7 : i;
        return line('served', { stack, host }, { total: `${since * 10}i` }, ns(FROM + (i - 1) * MINUTE));
      }),
    ),
  );

const odd = (): readonly string[] => [
  line('big', { stack: STACKS[0], id: 'x' }, { n: '9007199254740993i' }, ns(FROM)),
  line('big', { stack: STACKS[1], id: 'x' }, { n: '9007199254740992i' }, ns(FROM)),
  line('loose', { id: 'x' }, { v: '1', stack: '"fn-orders"' }, ns(FROM)),
  line('nounit', { stack: STACKS[0] }, { v: '1' }, ns(FROM)),
  line('nounit', { stack: STACKS[1], id: 'u' }, { v: '1', f: '"y"' }, ns(FROM)),
  line('late', { stack: STACKS[0] }, { v: '1' }, ns(FROM - 86_400_000)),
  line('sparse', { stack: STACKS[0] }, { v: '1' }, ns(FROM)),
  line('sparse', { stack: STACKS[0] }, { v: '1' }, ns(FROM + 9 * MINUTE)),
  line('sparse', { stack: STACKS[1] }, { v: '1' }, ns(FROM)),
  line('apart', { stack: STACKS[0], env: 'test' }, { v: '1' }, ns(FROM)),
  line('apart', { stack: 'other', env: 'prod' }, { v: '1' }, ns(FROM)),
];

const MANY = 30_000;
const many = (): readonly string[] =>
  STACKS.flatMap((stack) =>
    Array.from({ length: MANY }, (_, i) => line('many', { stack }, { v: String(i % 7) }, ns(FROM + i * 20))),
  );

const units: Partial<Want> = { window, byMs: null, fold: { kind: 'only' } };
const minutes: Partial<Want> = { window };
const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((a, b) => a + (b ?? Number.NaN), 0);

serverSuite('influxdb', 'influxd', (binary) => {
  let server: Running;
  let options: { url: string; database: string };
  beforeAll(async () => {
    server = await startInfluxdb(
      binary,
      { shop: [...batches(), ...counters(), ...odd(), ...many()], other: [] },
      { maxRowLimit: 1_000 },
    );
    options = { url: server.url, database: 'shop' };
  }, 120_000);
  afterAll(() => server?.stop());

  const batch = { measurement: 'batch', field: 'seconds', unit: 'batch_id' };

  describe('points of named units', () => {
    test('come one for each, of both arms in one answer; nanoseconds do not move them', async () => {
      const got = await collectFrom(influxdb, options, wanting(batch, units));
      expect(got.problem).toBeNull();
      expect(got.queries).toHaveLength(1);
      expect(got.values('faas')).toEqual(Array(30).fill(3));
      expect(got.values('spark')).toEqual(Array(30).fill(2.5));
      expect(got.observations[0]).toEqual({
        metric: 'records',
        arm: got.observations[0].arm,
        unit: 'b0',
        start: FROM,
        end: FROM,
        value: got.observations[0].value,
        n: 1,
        estimated: false,
        labels: {},
      });
      expect(got.warned).toEqual([]);
    });

    test('the unit may be a field, the retention policy named, tags asked for, values scaled', async () => {
      const query = {
        ...batch,
        unit: { field: 'records' },
        retentionPolicy: 'autogen',
        where: { env: 'prod', host: 'a' },
        times: 1_000,
      };
      const got = await collectFrom(influxdb, options, wanting(query, units));
      expect(got.values('faas')).toEqual(Array(15).fill(3_000));
      expect(got.observations[1].unit).toBe('102');
    });

    test('an arm whose value holds quotes is bound', async () => {
      const arms = [{ name: 'x', title: '', match: { stack: 'o\'brien "x"' } }];
      const got = await collectFrom(influxdb, options, wanting(batch, { ...units, arms }));
      expect(got.values('x')).toHaveLength(30);
    });
  });

  describe('time buckets', () => {
    test.each([
      ['sum', 9, 7.5],
      ['mean', 3, 2.5],
      ['max', 3, 2.5],
      ['min', 3, 2.5],
      ['last', 3, 2.5],
    ] as const)('are folded by the server: %s', async (kind, faas, spark) => {
      const got = await collectFrom(
        influxdb,
        options,
        wanting({ ...batch, unit: undefined }, { ...minutes, fold: { kind } }),
      );
      expect(got.problem).toBeNull();
      expect(got.values('faas')).toEqual(Array(10).fill(faas));
      expect(got.values('spark')).toEqual(Array(10).fill(spark));
      expect(got.observations[0]).toMatchObject({
        unit: '2026-10-01T00:00:00.000Z',
        start: FROM,
        end: FROM + MINUTE,
        n: 3,
      });
    });

    test('a gap stays a gap', async () => {
      const got = await collectFrom(
        influxdb,
        options,
        wanting({ measurement: 'sparse', field: 'v' }, minutes),
      );
      expect(
        got.observations.filter(({ arm }) => arm === 'faas').map(({ start }) => (start - FROM) / MINUTE),
      ).toEqual([0, 9]);
      expect(got.values('spark')).toEqual([1]);
    });

    test('a counter comes series by series, with the point before the window', async () => {
      const got = await collectFrom(
        influxdb,
        options,
        wanting({ measurement: 'served', field: 'total' }, { ...minutes, fold: { kind: 'increase' } }),
      );
      const faas = got.observations.filter(({ arm }) => arm === 'faas');
      expect(faas).toHaveLength(22);
      expect(faas[0].start).toBe(FROM - MINUTE);
      expect(new Set(faas.map(({ labels }) => labels.host))).toEqual(new Set(['a', 'b']));
    });

    test('those that are not complete yet are held back', async () => {
      const io = testContext({ TOKEN: CANARY }, { now: () => FROM + 5 * MINUTE + 61_000 });
      const got = await collectFrom(influxdb, options, wanting({ ...batch, unit: undefined }, minutes), io);
      expect(got.values('faas')).toHaveLength(5);
      expect(got.warned).toContain('source-held-back');
    });
  });

  test('60,000 points come whole from a server that cuts at 1,000 rows', async () => {
    const got = await collectFrom(
      influxdb,
      options,
      wanting({ measurement: 'many', field: 'v', unit: 'stack' }, { ...units, fold: { kind: 'sum' } }),
    );
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toHaveLength(MANY);
    expect(sum(got.values('spark'))).toBe(
      Array.from({ length: MANY }, (_, i) => i % 7).reduce((a, b) => a + b, 0),
    );
  });

  describe('raw InfluxQL', () => {
    const raw = (influxql: string, more: object = {}) => ({ influxql, ...more });

    test('for all arms', async () => {
      const text = `SELECT sum("records") AS "value" FROM "batch" WHERE time >= {from} AND time < {to} GROUP BY time({every}), "stack" fill(none)`;
      const got = await collectFrom(influxdb, options, wanting(raw(text), minutes));
      // The third stack belongs to nobody.
      expect(got.observations).toHaveLength(20);
      expect(got.values('faas')[0]).toBe(303);
    });

    test('arm by arm, with its value bound', async () => {
      const text = `SELECT "seconds" AS s, "batch_id" FROM "batch" WHERE "stack" = {match.stack} AND time >= {from} AND time < {to}`;
      const got = await collectFrom(
        influxdb,
        options,
        wanting(raw(text, { value: 's', unit: 'batch_id' }), units),
      );
      expect(got.queries).toHaveLength(2);
      expect(got.values('faas')).toHaveLength(30);
    });

    test('without fill(none) the empty buckets are null and said so', async () => {
      const text = `SELECT sum("v") AS "value" FROM "sparse" WHERE time >= {from} AND time < {to} GROUP BY time({every}), "stack"`;
      const got = await collectFrom(influxdb, options, wanting(raw(text), minutes));
      expect(got.values('faas')).toEqual([1, null, null, null, null, null, null, null, null, 1]);
      expect(got.warned).toContain('influxdb-null-values');
    });

    test.each([
      [
        'the arms merged into one',
        'SELECT "seconds" AS "value", "batch_id" FROM "batch"',
        'influxdb-arms-merged',
      ],
      [
        'grouped by a field',
        'SELECT "seconds" AS "value", "batch_id" FROM "batch" GROUP BY "stage", "stack2"',
        'influxdb-arms-merged',
      ],
      [
        'a column that is not there',
        'SELECT "seconds", "batch_id" FROM "batch" GROUP BY "stack"',
        'influxdb-no-column',
      ],
      [
        'text instead of numbers',
        'SELECT "note" AS "value", "batch_id" FROM "batch" GROUP BY "stack"',
        'influxdb-not-number',
      ],
      [
        'two statements',
        'SELECT "seconds" AS "value", "batch_id" FROM "batch" GROUP BY "stack"; SELECT "seconds" AS "value", "batch_id" FROM "batch" GROUP BY "stack"',
        'influxdb-several-statements',
      ],
      ['an unknown retention policy', 'SELECT "seconds" AS "value" FROM "nope"."batch"', 'influxdb-refused'],
      [
        'no such rows',
        'SELECT "seconds" AS "value", "batch_id" FROM "nope" GROUP BY "stack"',
        'influxdb-no-points',
      ],
    ])('%s is an error', async (_title, text, code) => {
      const got = await collectFrom(influxdb, options, wanting(raw(text, { unit: 'batch_id' }), units));
      expect(got.problem?.code).toBe(code);
      expect(got.observations).toEqual([]);
    });

    test('a label that is a field groups nothing, and is told from a tag', async () => {
      const arms = ARMS.map((arm) => ({ ...arm, match: { stage: arm.match.stack } }));
      const text = 'SELECT "seconds" AS "value", "batch_id" FROM "batch" GROUP BY "stage"';
      const got = await collectFrom(
        influxdb,
        options,
        wanting(raw(text, { unit: 'batch_id' }), { ...units, arms }),
      );
      expect(got.problem?.code).toBe('influxdb-arm-empty');
    });

    test('a syntax error is told in the words of the server', async () => {
      const got = await collectFrom(
        influxdb,
        options,
        wanting(raw('SELECT value FORM batch', { unit: 'u' }), units),
      );
      expect(got.problem?.values.message).toMatch(
        /answered 400 Bad Request: .*error parsing query: found FORM/,
      );
    });
  });

  describe('what is missing is named', () => {
    const ask = async (query: Record<string, unknown>, more: Partial<Want> = minutes, other: object = {}) => {
      const got = await collectFrom(influxdb, { ...options, ...other }, wanting(query, more));
      if (got.problem === null) return { code: 'nothing', values: {}, said: '' };
      return { ...got.problem, said: sentence(got.problem) };
    };
    const about = { measurement: 'batch', field: 'seconds' };

    test('the database', async () => {
      expect(await ask(about, minutes, { database: 'shpo' })).toMatchObject({
        code: 'influxdb-no-database',
        values: { exist: ['shop', 'other'] },
      });
    });
    test('the measurement', async () => {
      expect(await ask({ ...about, measurement: 'batchs' })).toMatchObject({
        code: 'influxdb-no-measurement',
        values: { exist: expect.arrayContaining(['batch']) },
      });
    });
    test('the field', async () => {
      expect(await ask({ ...about, field: 'second' })).toMatchObject({
        code: 'influxdb-no-field',
        values: { exist: expect.arrayContaining(['seconds']) },
      });
    });
    test('the label', async () => {
      const arms = ARMS.map((arm) => ({ ...arm, match: { stak: arm.match.stack } }));
      expect(await ask(about, { ...minutes, arms })).toMatchObject({
        code: 'influxdb-no-label',
        values: { label: 'stak', exist: expect.arrayContaining(['stack']) },
      });
    });
    test('a label that is a field', async () => {
      const arms = [
        { name: 'faas', title: '', match: { stack: 'fn-orders' } },
        { name: 'b', title: '', match: { stack: 'nope' } },
      ];
      expect(await ask({ measurement: 'loose', field: 'v' }, { ...minutes, arms: [arms[1]] })).toMatchObject({
        code: 'influxdb-label-is-field',
      });
      expect(await ask({ measurement: 'loose', field: 'v' }, { ...minutes, arms })).toMatchObject({
        code: 'influxdb-arm-empty',
      });
    });
    test('the value', async () => {
      const arms = [{ ...ARMS[0], match: { stack: 'fn-order' } }];
      const found = await ask(about, { ...minutes, arms });
      expect(found).toMatchObject({ code: 'influxdb-no-value', values: { value: 'fn-order' } });
      expect(found.said).toContain('“fn-order”. There is fn-orders');
    });
    test('their combination', async () => {
      expect(
        await ask(
          { measurement: 'apart', field: 'v', where: { env: 'prod' } },
          { ...minutes, arms: [ARMS[0]] },
        ),
      ).toMatchObject({ code: 'influxdb-no-combination' });
    });
    test('points in another time', async () => {
      expect(await ask({ measurement: 'late', field: 'v' }, { ...minutes, arms: [ARMS[0]] })).toMatchObject({
        code: 'influxdb-outside-window',
        values: { last: FROM - 86_400_000 },
      });
    });
    test('the unit of a point', async () => {
      expect(await ask({ measurement: 'nounit', field: 'v', unit: 'id' }, units)).toMatchObject({
        code: 'influxdb-no-unit',
      });
    });
    test('a whole number that a double cannot hold', async () => {
      const found = await ask({ measurement: 'big', field: 'n', unit: 'id' }, units);
      expect(found).toMatchObject({ code: 'influxdb-integer-lost', values: { digits: '9007199254740993' } });
      const spark = await collectFrom(
        influxdb,
        options,
        wanting({ measurement: 'big', field: 'n', unit: 'id' }, { ...units, arms: [ARMS[1]] }),
      );
      expect(spark.values('spark')).toEqual([9007199254740992]);
    });

    test('preflight says per arm how many points there are, and why there are none', async () => {
      const arms = [ARMS[0], { ...ARMS[1], match: { stack: 'emr-prod-4' } }];
      expect(await preflightOf(influxdb, options, wanting(batch, { ...units, arms }))).toEqual([
        {
          metric: 'records',
          arm: 'faas',
          points: 30,
          missing: 0,
          fromMs: FROM,
          toMs: FROM + 29 * 20_000,
          problem: null,
        },
        {
          metric: 'records',
          arm: 'spark',
          points: 0,
          fromMs: null,
          toMs: null,
          problem: expect.objectContaining({
            code: 'influxdb-no-value',
            values: expect.objectContaining({ value: 'emr-prod-4' }),
          }),
        },
      ]);
    });

    test('the arm that is there keeps its points', async () => {
      const arms = [ARMS[0], { ...ARMS[1], match: { stack: 'emr-prod-4' } }];
      const got = await collectFrom(influxdb, options, wanting(batch, { ...units, arms }));
      expect(got.values('faas')).toHaveLength(30);
      expect(got.io.warnings).toEqual([
        { why: expect.objectContaining({ code: 'influxdb-no-value' }), arms: ['spark'] },
      ]);
    });
  });

  test('Flux on 1.6, and SQL, are told which language it speaks', async () => {
    const query = { flux: 'from(bucket: "shop/autogen") |> range(start: {from}, stop: {to})', unit: 'u' };
    const flux = await collectFrom(influxdb, options, wanting(query, units));
    expect(flux.problem).toMatchObject({ code: 'influxdb-wrong-dialect', values: { use: 'influxql' } });
    const sql = await collectFrom(influxdb, { ...options, dialect: 'sql' }, wanting(batch, units));
    expect(sql.problem).toMatchObject({ code: 'influxdb-wrong-dialect', values: { use: 'influxql' } });
  });

  test('it says which version it is', async () => {
    expect(await influxdb.version?.(options, testContext())).toMatch(/^InfluxDB 1\./);
  });
});

serverSuite('influxdb with a password', 'influxd', (binary) => {
  let server: Running;
  beforeAll(async () => {
    server = await startInfluxdb(
      binary,
      { shop: batches() },
      { user: { name: 'reader', password: "pass'word/+&" } },
    );
  });
  afterAll(() => server?.stop());
  const batch = { database: 'shop', measurement: 'batch', field: 'seconds', unit: 'batch_id' };

  test('lets in whoever knows it', async () => {
    const io = testContext({ PASSWORD: "pass'word/+&" });
    const got = await collectFrom(
      influxdb,
      { url: server.url, username: 'reader', password: new Secret('PASSWORD') },
      wanting(batch, units),
      io,
    );
    expect(got.values('faas')).toHaveLength(30);
  });

  test('names what was sent, and shows none of it', async () => {
    const options = { url: server.url, username: 'reader', password: new Secret('TOKEN') };
    const got = await collectFrom(influxdb, options, wanting(batch, units));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a secret prints.
    expect(got.problem?.values.hint).toContain('${TOKEN} as password');
    expectNoCanary(JSON.stringify(got.problem));
  });
});

serverSuite('victoria-metrics', 'victoria-metrics', (binary) => {
  let server: Running;
  beforeAll(async () => {
    server = await startVictoriaMetrics(binary, 'batch_seconds{stack="fn-orders"} 1 1790000000\n');
  });
  afterAll(() => server?.stop());

  test.each(['influxql', 'flux'])('is told from InfluxDB, whose answers it imitates: %s', async (dialect) => {
    const query = { database: 'shop', measurement: 'batch', field: 'seconds', unit: 'batch_id' };
    const got = await collectFrom(influxdb, { url: server.url, dialect }, wanting(query, units));
    expect(got.problem?.code).toBe('influxdb-is-victoriametrics');
  });
});
