import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { is_valid_flux as isValidFlux } from '@influxdata/flux-lsp-node';
import { afterEach, describe, expect, test } from 'vitest';
import { influxdb } from '../../../src/collect/sources/influxdb.js';
import type { Want } from '../../../src/model/ports.js';
import { Secret } from '../../../src/model/secret.js';
import { sentence } from '../../../src/report/words.js';
import { testContext } from '../../servers/context.js';
import {
  type FluxPoint,
  type FluxServer,
  type FluxSettings,
  startInfluxFlux,
} from '../../servers/influx-flux.js';
import { line } from '../../servers/influxdb.js';
import { CANARY } from '../http/ask.js';
import { ARMS, collectFrom, MINUTE, preflightOf, wanting } from './asking.js';

const FROM = Date.UTC(2026, 9, 1);
const window = { fromMs: FROM, toMs: FROM + 10 * MINUTE, warmupMs: 0, settleMs: 0 };
const units: Partial<Want> = { window, byMs: null, fold: { kind: 'only' } };
const minutes: Partial<Want> = { window };
const STACKS = ['fn-orders', 'emr-prod-3'];
const at = (ms: number, rest = '000000'): string => new Date(ms).toISOString().replace('Z', `${rest}Z`);

/** A name that would end a string of Flux, or begin an expression in it. */
const SLY = `o'brien "$${'{'}x}"\\`;

const POINTS: readonly FluxPoint[] = [
  ...[...STACKS, SLY].flatMap((stack) =>
    Array.from({ length: 30 }, (_, i): FluxPoint[] => {
      const of = {
        measurement: 'batch',
        tags: { stack, batch_id: `b,"${i}"`, host: i % 2 === 0 ? 'a' : 'b' },
        time: at(FROM + i * 20_000 + 999, '999999'),
      };
      return [
        { ...of, field: 'seconds', value: stack === 'fn-orders' ? 3 : 2.5 },
        { ...of, field: 'records', value: BigInt(100 + i) },
        { ...of, field: 'job', value: `job ${i}` },
      ];
    }).flat(),
  ),
  {
    measurement: 'big',
    tags: { stack: STACKS[0], id: 'x' },
    field: 'n',
    value: 9007199254740993n,
    time: at(FROM),
  },
  {
    measurement: 'big',
    tags: { stack: STACKS[1], id: 'x' },
    field: 'n',
    value: 9007199254740992n,
    time: at(FROM),
  },
  { measurement: 'loose', tags: { stack: STACKS[0] }, field: 'v', value: 1, time: at(FROM) },
  { measurement: 'text', tags: { stack: STACKS[0], id: 'x' }, field: 'v', value: 'fast', time: at(FROM) },
  {
    measurement: 'infinite',
    tags: { stack: STACKS[0], id: 'x' },
    field: 'v',
    value: Number.POSITIVE_INFINITY,
    time: at(FROM),
  },
  { measurement: 'fielded', tags: { id: 'x' }, field: 'v', value: 1, time: at(FROM) },
  { measurement: 'fielded', tags: { id: 'x' }, field: 'stack', value: STACKS[0], time: at(FROM) },
  {
    measurement: 'late',
    tags: { stack: STACKS[0], id: 'x' },
    field: 'v',
    value: 1,
    time: at(FROM - 86_400_000),
  },
  {
    measurement: 'apart',
    tags: { stack: STACKS[0], env: 'test', id: 'x' },
    field: 'v',
    value: 1,
    time: at(FROM),
  },
  {
    measurement: 'apart',
    tags: { stack: 'other', env: 'prod', id: 'x' },
    field: 'v',
    value: 1,
    time: at(FROM),
  },
  ...['a', 'b'].flatMap((host) =>
    STACKS.flatMap((stack) =>
      Array.from(
        { length: 12 },
        (_, i): FluxPoint => ({
          measurement: 'served',
          tags: { stack, host },
          field: 'total',
          value: BigInt(i * 10),
          time: at(FROM + (i - 1) * MINUTE),
        }),
      ),
    ),
  ),
];

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const started = async (
  settings: Partial<FluxSettings> = {},
): Promise<{ server: FluxServer; options: object }> => {
  const server = await startInfluxFlux({
    token: CANARY,
    org: 'data',
    buckets: { pipelines: POINTS, empty: [] },
    ...settings,
  });
  open.push(server);
  return { server, options: { url: server.url, token: new Secret('TOKEN'), org: 'data' } };
};

const live = process.env.INFLUX_URL;

/** A real 2.x where INFLUX_URL names one (with INFLUX_TOKEN, INFLUX_ORG, INFLUX_BUCKET), else the stand-in. */
const connected = async (): Promise<{
  options: object;
  bucket: string;
  io: ReturnType<typeof testContext>;
  queries: readonly string[] | null;
}> => {
  if (live === undefined) {
    const { server, options } = await started();
    return { options, bucket: 'pipelines', io: testContext({ TOKEN: CANARY }), queries: server.queries };
  }
  const { INFLUX_TOKEN: token = '', INFLUX_ORG: org = '', INFLUX_BUCKET: bucket = '' } = process.env;
  const ns = (time: string): string =>
    `${BigInt(Date.parse(time)) * 1_000_000n + BigInt(/(\d{6})Z$/u.exec(time)?.[1] ?? 0)}`;
  const shown = (value: FluxPoint['value']): string =>
    typeof value === 'bigint'
      ? `${value}i`
      : typeof value === 'string'
        ? JSON.stringify(value)
        : String(value);
  const body = POINTS.filter(({ value }) => value !== Number.POSITIVE_INFINITY)
    .map(({ measurement, tags, field, value, time }) =>
      line(measurement, tags, { [field]: shown(value) }, ns(time)),
    )
    .join('\n');
  const address = `${live}/api/v2/write?org=${encodeURIComponent(org)}&bucket=${encodeURIComponent(bucket)}`;
  const written = await fetch(address, {
    method: 'POST',
    headers: { authorization: `Token ${token}` },
    body,
  });
  if (!written.ok) throw new Error(`${address}: ${written.status} ${await written.text()}`);
  return {
    options: { url: live, token: new Secret('TOKEN'), org },
    bucket,
    io: testContext({ TOKEN: token }),
    queries: null,
  };
};

describe(live === undefined ? 'Flux (stand-in)' : 'Flux (live)', () => {
  const collected = async (query: Record<string, unknown>, more: Partial<Want>) => {
    const { options, bucket, io, queries } = await connected();
    const got = await collectFrom(influxdb, options, wanting({ bucket, ...query }, more), io);
    for (const flux of queries ?? []) expect(isValidFlux(flux), flux).toBe(true);
    return got;
  };
  const batch = { measurement: 'batch', field: 'seconds', unit: 'batch_id' };

  test('points of named units: both arms in one answer, nanoseconds cut, names with commas and quotes whole', async () => {
    const got = await collected(batch, units);
    expect(got.problem).toBeNull();
    expect(got.queries).toHaveLength(1);
    expect(got.values('faas')).toEqual(Array(30).fill(3));
    expect(got.values('spark')).toEqual(Array(30).fill(2.5));
    expect(got.observations.find(({ unit }) => unit === 'b,"0"')).toMatchObject({
      start: FROM + 999,
      end: FROM + 999,
      n: 1,
      labels: {},
    });
  });

  test('an arm whose value looks like Flux is bound', async () => {
    const got = await collected(batch, {
      ...units,
      arms: [{ name: 'x', title: '', match: { stack: SLY } }],
    });
    expect(got.values('x')).toHaveLength(30);
  });

  test('a unit that is a field', async () => {
    const got = await collected({ ...batch, unit: { field: 'job' }, where: { host: 'a' } }, units);
    expect(got.values('faas')).toEqual(Array(15).fill(3));
    expect(new Set(got.observations.map(({ unit }) => unit)).size).toBe(15);
  });

  test.each([
    ['sum', 9, 7.5],
    ['mean', 3, 2.5],
    ['max', 3, 2.5],
    ['min', 3, 2.5],
    ['last', 3, 2.5],
  ] as const)('time buckets folded by the server, with their counts: %s', async (kind, faas, spark) => {
    const got = await collected({ ...batch, unit: undefined }, { ...minutes, fold: { kind } });
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toEqual(Array(10).fill(faas));
    expect(got.values('spark')).toEqual(Array(10).fill(spark));
    const first = got.observations.find(({ arm, start }) => arm === 'faas' && start === FROM);
    expect(first).toMatchObject({ unit: '2026-10-01T00:00:00.000Z', start: FROM, end: FROM + MINUTE, n: 3 });
  });

  test('a counter comes series by series', async () => {
    const got = await collected(
      { measurement: 'served', field: 'total' },
      { ...minutes, fold: { kind: 'increase' } },
    );
    const faas = got.observations.filter(({ arm }) => arm === 'faas');
    expect(faas).toHaveLength(22);
    expect(new Set(faas.map(({ labels }) => labels.host))).toEqual(new Set(['a', 'b']));
    expect(Math.min(...faas.map(({ start }) => start))).toBe(FROM - MINUTE);
  });

  test('a raw query for all arms, and one for each', async () => {
    const { bucket } = await connected();
    const all = `from(bucket: "${bucket}") |> range(start: {from}, stop: {to})
  |> filter(fn: (r) => r["_measurement"] == "batch" and r["_field"] == "records")
  |> group(columns: ["stack"])
  |> aggregateWindow(every: {every}, fn: sum, createEmpty: false, timeSrc: "_start")`.replace(
      ') |> range',
      ')\n  |> range',
    );
    const got = await collected({ bucket: undefined, flux: all }, minutes);
    expect(got.problem).toBeNull();
    expect(got.values('faas')[0]).toBe(303);
    const one = all.replace('== "batch"', '== "batch" and r["stack"] == "{match.stack}"');
    const each = await collected({ bucket: undefined, flux: one }, minutes);
    expect(each.queries).toHaveLength(2);
    expect(each.values('spark')[0]).toBe(303);
  });

  test.each([
    [
      'a whole number that a double cannot hold',
      { measurement: 'big', field: 'n', unit: 'id' },
      'influxdb-integer-lost',
    ],
    ['a field of text', { measurement: 'text', field: 'v', unit: 'id' }, 'influxdb-not-number'],
    ['a unit that is no tag', { measurement: 'loose', field: 'v', unit: 'id' }, 'influxdb-no-unit-column'],
    [
      'an unknown bucket',
      { bucket: 'pipeline', measurement: 'batch', field: 'seconds', unit: 'batch_id' },
      'influxdb-no-database',
    ],
    [
      'an unknown measurement',
      { measurement: 'batchs', field: 'seconds', unit: 'batch_id' },
      'influxdb-no-measurement',
    ],
    ['an unknown field', { measurement: 'batch', field: 'second', unit: 'batch_id' }, 'influxdb-no-field'],
    [
      'a label that is a field',
      { measurement: 'fielded', field: 'v', unit: 'id' },
      'influxdb-label-is-field',
    ],
    [
      'no such combination',
      { measurement: 'apart', field: 'v', unit: 'id', where: { env: 'prod' } },
      'influxdb-no-combination',
    ],
    ['points in another time', { measurement: 'late', field: 'v', unit: 'id' }, 'influxdb-outside-window'],
    [
      'an unknown tag',
      { measurement: 'batch', field: 'seconds', unit: 'batch_id', where: { env: 'x' } },
      'influxdb-no-label',
    ],
  ] as const)('%s is named', async (_title, query, code) => {
    const got = await collected(query, {
      ...units,
      arms: code === 'influxdb-integer-lost' ? ARMS : [ARMS[0]],
    });
    expect(got.problem?.code).toBe(code);
  });

  test('preflight says per arm how many points there are, and what exists instead', async () => {
    const { options, bucket, io } = await connected();
    const arms = [ARMS[0], { ...ARMS[1], match: { stack: 'emr-prod-4' } }];
    const found = await preflightOf(influxdb, options, wanting({ bucket, ...batch }, { ...units, arms }), io);
    expect(found[0]).toEqual({
      metric: 'records',
      arm: 'faas',
      points: 30,
      missing: 0,
      fromMs: FROM + 999,
      toMs: FROM + 29 * 20_000 + 999,
      problem: null,
    });
    expect(found[1].problem).toMatchObject({
      code: 'influxdb-no-value',
      values: { value: 'emr-prod-4', exist: expect.arrayContaining(['emr-prod-3']) },
    });
  });
});

const ANNOTATED =
  '#datatype,string,long,dateTime:RFC3339,double,string,string\r\n#group,false,false,false,false,true,false\r\n#default,_result,,,,,\r\n';
const HEADER = `${ANNOTATED},result,table,_time,_value,stack,batch_id\r\n`;
const row = (stack: string, unit: string, value: string, time = '2026-10-01T00:00:00Z'): string =>
  `,,0,${time},${value},${stack},${unit}\r\n`;
const GOOD = `${HEADER}${STACKS.map((stack) => row(stack, 'b1', '1.5')).join('')}\r\n`;
const ERROR =
  '\r\n#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n,"runtime error: panic: ""x"", at 1:2",897\r\n';

const csv =
  (text: string | Buffer, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8', ...headers });
    response.end(text);
  };
/** Ends the body without having said how long it is. */
const closing =
  (text: string) =>
  (response: ServerResponse): void => {
    response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\nconnection: close\r\n\r\n${text}`);
  };

const query = { bucket: 'pipelines', measurement: 'batch', field: 'seconds', unit: 'batch_id' };

/** Answers the first `times` questions so, the rest itself. */
const misbehaving = async (
  answer: (response: ServerResponse) => void,
  times = Number.POSITIVE_INFINITY,
  settings: object = {},
) => {
  const { server, options } = await started({
    instead: (response, count) => {
      if (count > times) return false;
      answer(response);
      return true;
    },
  });
  return {
    server,
    got: await collectFrom(influxdb, { ...options, deadline: '2s', ...settings }, wanting(query, units)),
  };
};

describe('an answer that must not be believed', () => {
  test('the good one is', async () => {
    for (const answer of [
      csv(GOOD),
      closing(GOOD),
      csv(gzipSync(GOOD), { 'content-encoding': 'gzip' }),
      csv(GOOD.replaceAll('\r\n', '\n')),
    ]) {
      const { got } = await misbehaving(answer);
      expect(got.problem).toBeNull();
      expect(got.observations.map(({ value }) => value)).toEqual([1.5, 1.5]);
    }
  });

  test.each([
    ['an error table after rows', csv(GOOD.slice(0, -2) + ERROR), 'influxdb-error-row'],
    ['an error table alone', csv(ERROR.slice(2)), 'influxdb-error-row'],
    [
      'the documented error table with a numeric reference',
      csv('#datatype,string,long\n,error,reference\n,Failed to parse query,897\n'),
      'influxdb-error-row',
    ],
    ['a short row in the middle', csv(GOOD.replace(',fn-orders,b1', ',fn-orders')), 'influxdb-row-misshapen'],
    [
      'a row that is too long',
      csv(GOOD.replace(',fn-orders,b1', ',fn-orders,b1,x')),
      'influxdb-row-misshapen',
    ],
    ['no annotations', csv(GOOD.slice(ANNOTATED.length)), 'influxdb-not-annotated'],
    ['a null time', csv(`${HEADER}${row(STACKS[0], 'b1', '1', '')}\r\n`), 'influxdb-no-time'],
    [
      'a time that is none',
      csv(`${HEADER}${row(STACKS[0], 'b1', '1', 'yesterday')}\r\n`),
      'influxdb-no-time',
    ],
    ['a null tag of an arm', csv(`${HEADER}${row('', 'b1', '1')}\r\n`), 'influxdb-arm-empty'],
    ['a null unit', csv(`${HEADER}${row(STACKS[0], '', '1')}\r\n`), 'influxdb-no-unit'],
    ['an infinite value', csv(`${HEADER}${row(STACKS[0], 'b1', '+Inf')}\r\n`), 'influxdb-infinite'],
    [
      'a number that is none',
      csv(`${HEADER}${row(STACKS[0], 'b1', '1,5')}\r\n`.replace(',1,5,', ',1.5.2,')),
      'influxdb-not-number',
    ],
    [
      'arms merged into one for want of a tag',
      csv(GOOD.replaceAll(',stack,', ',stak,')),
      'influxdb-arms-merged',
    ],
    ['no column of values', csv(GOOD.replace(',_value,', ',_val,')), 'influxdb-no-column'],
  ])('%s', async (_title, answer, code) => {
    const { got } = await misbehaving(answer);
    expect(got.problem?.code).toBe(code);
    expect(got.observations).toEqual([]);
    expect(sentence(got.problem as never)).not.toMatch(/undefined|^influxdb-/);
  });

  const login = '<html><form action="/login">Log in<input type="password"></form></html>';
  const json = (response: ServerResponse): void => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"code":"internal error","message":"query was killed"}');
  };
  test.each([
    ['JSON with status 200', json, /instead of text\/csv.*query was killed/],
    [
      'a login page with status 200',
      csv(login, { 'content-type': 'text/html' }),
      /a login page came instead of data/,
    ],
    ['a login page that calls itself CSV', csv(login), null],
    ['an empty answer', csv(''), null],
    ['an answer of one blank line', csv('\r\n'), null],
    [
      'bytes that are no UTF-8',
      csv(Buffer.concat([Buffer.from(HEADER), Buffer.from([0x2c, 0xff, 0xfe, 0x0a])])),
      /not UTF-8/,
    ],
    ['one line without end', csv('x'.repeat(9 * 2 ** 20)), /longer than 4194304 bytes/],
    [
      'a quote that never closes',
      csv(`${HEADER},"${'x\n'.repeat(5 * 2 ** 20)}`),
      /longer than 4194304 bytes/,
    ],
  ])('%s', async (_title, answer, said) => {
    const { got } = await misbehaving(answer);
    expect(got.problem).not.toBeNull();
    expect(got.observations).toEqual([]);
    if (said !== null) expect(got.problem?.values.message).toMatch(said);
  });

  const half = GOOD.slice(0, -14);
  test.each([
    ['cut in the middle of a row, closed without a length', closing(half)],
    ['cut behind a row, closed without a length', closing(GOOD.slice(0, -2))],
    [
      'cut in the middle, said to be longer',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'text/csv', 'content-length': GOOD.length });
        response.write(half);
        setTimeout(() => response.destroy(), 20);
      },
    ],
    [
      'cut in the middle of chunks',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'text/csv' });
        response.write(half);
        setTimeout(() => response.destroy(), 20);
      },
    ],
    ['gzip cut short', closing2(gzipSync(GOOD))],
  ])('%s is tried again, and then whole', async (_title, answer) => {
    const { server, got } = await misbehaving(answer, 1);
    expect(got.problem).toBeNull();
    expect(got.observations).toHaveLength(60);
    expect(server.queries).toHaveLength(2);
    const never = await misbehaving(answer);
    expect(never.got.problem?.values.message).toMatch(/tried \d+ times|leaves no time/);
    expect(never.got.observations).toEqual([]);
  });

  test('503 with Retry-After: 3 waits three seconds and not three milliseconds', async () => {
    const busy = (response: ServerResponse): void => {
      response
        .writeHead(503, { 'retry-after': '3', 'content-type': 'application/json' })
        .end('{"message":"busy"}');
    };
    const { got } = await misbehaving(busy, 1, { deadline: '1m' });
    expect(got.problem).toBeNull();
    expect(got.io.waits[0]).toBeGreaterThanOrEqual(3_000);
    expect(got.io.waits[0]).toBeLessThan(4_100);
  });

  test('a stalled body ends after the time-out, a dripping one at the deadline', async () => {
    const stalled = await misbehaving(
      (response) => {
        response.writeHead(200, { 'content-type': 'text/csv' });
        response.write(HEADER);
      },
      Number.POSITIVE_INFINITY,
      { timeout: '150ms', deadline: '500ms' },
    );
    expect(stalled.got.problem?.values.message).toMatch(/nothing came for 0.15 s|deadline/);
    const drops: NodeJS.Timeout[] = [];
    const began = Date.now();
    const dripping = await misbehaving(
      (response) => {
        response.writeHead(200, { 'content-type': 'text/csv' });
        response.write(HEADER);
        drops.push(setInterval(() => response.write(row(STACKS[0], 'b1', '1')), 50));
      },
      Number.POSITIVE_INFINITY,
      { timeout: '5s', deadline: '600ms' },
    );
    for (const drop of drops) clearInterval(drop);
    expect(dripping.got.problem?.values.message).toContain('within the deadline of 0.6 s');
    expect(Date.now() - began).toBeLessThan(4_000);
  });

  test('values without their counts are half an answer', async () => {
    const { options } = await started({
      instead: (response) => {
        const value = GOOD.replace('#default,_result', '#default,value');
        csv(value)(response);
        return true;
      },
    });
    const got = await collectFrom(influxdb, options, wanting({ ...query, unit: undefined }, minutes));
    expect(got.problem?.code).toBe('influxdb-half-answer');
  });

  test('Ctrl-C ends it at once, with its own reason', async () => {
    const stop = new AbortController();
    const { options } = await started({
      instead: (response) => {
        response.writeHead(200, { 'content-type': 'text/csv' });
        response.write(HEADER);
        setTimeout(() => stop.abort(new Error('Ctrl-C')), 50);
        return true;
      },
    });
    const io = testContext({ TOKEN: CANARY }, { signal: stop.signal });
    const got = await collectFrom(influxdb, options, wanting(query, units), io);
    expect(got.problem?.values.message).toBe('Ctrl-C');
  });
});

function closing2(whole: Buffer) {
  return (response: ServerResponse): void => {
    response.socket?.write(
      'HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n',
    );
    response.socket?.end(whole.subarray(0, whole.length - 12));
  };
}

describe('who asks', () => {
  test('a wrong token is named and not shown, wherever the server repeats it', async () => {
    const { options } = await started({
      token: 'another',
    });
    const got = await collectFrom(influxdb, options, wanting(query, units));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a secret prints.
    expect(got.problem?.values.hint).toContain('${TOKEN} as token');
    const echoing = await started({
      instead: (response, _count, request) => {
        response
          .writeHead(400, { 'content-type': 'application/json' })
          .end(JSON.stringify({ message: `bad header ${request.headers.authorization}` }));
        return true;
      },
    });
    const echoed = await collectFrom(influxdb, echoing.options, wanting(query, units));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a secret prints.
    expect(echoed.problem?.values.message).toContain('bad header Token ${TOKEN}');
  });

  test('a token is not repeated from an error row, from units, or where it stands in the file', async () => {
    const { options } = await started({
      instead: (response) => {
        csv(ERROR.slice(2).replace('panic', CANARY.replaceAll('"', '""')))(response);
        return true;
      },
    });
    const got = await collectFrom(influxdb, options, wanting(query, units));
    expect(got.problem?.code).toBe('influxdb-error-row');
    const plain = await started();
    const own = await collectFrom(
      influxdb,
      { ...plain.options, token: CANARY },
      wanting({ ...query, bucket: CANARY.slice(0, 5) }, units),
    );
    expect(own.problem?.code).toBe('influxdb-no-database');
  });

  test('user and password are a token for Flux, as 1.8 wants it', async () => {
    const { server } = await started({ token: `reader:${CANARY}`, version: '1.8.10' });
    const options = { url: server.url, org: 'data', username: 'reader', password: new Secret('TOKEN') };
    const got = await collectFrom(influxdb, options, wanting(query, units));
    expect(got.values('faas')).toHaveLength(30);
  });

  test('an address that ends in /api/v2 is the same server', async () => {
    const { server, options } = await started();
    const got = await collectFrom(
      influxdb,
      { ...options, url: `${server.url}/api/v2/query/` },
      wanting(query, units),
    );
    expect(got.values('faas')).toHaveLength(30);
  });

  test('3.x without Flux is told apart, and what to declare', async () => {
    const { options } = await started({
      version: '3.4.1',
      instead: (response) => {
        response.writeHead(404).end();
        return true;
      },
    });
    const got = await collectFrom(influxdb, options, wanting(query, units));
    expect(got.problem).toMatchObject({
      code: 'influxdb-wrong-dialect',
      values: { use: 'sql', version: '3.4.1' },
    });
    expect(sentence(got.problem as never)).toContain('Declare dialect: sql');
  });

  test('it says which version it is', async () => {
    const { options } = await started();
    expect(await influxdb.version?.(options as never, testContext({ TOKEN: CANARY }))).toBe(
      'InfluxDB v2.7.12',
    );
  });
});
