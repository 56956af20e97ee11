/** What the real InfluxDB 1.6 cannot be brought to answer, and a server or a proxy on the way does. */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { influxdb } from '../../../src/collect/sources/influxdb.js';
import { Secret } from '../../../src/model/secret.js';
import { json, type Loopback, loopback } from '../../servers/loopback.js';
import { collectFrom, wanting } from './asking.js';

const FROM = Date.UTC(2026, 9, 1);
const window = { fromMs: FROM, toMs: FROM + 600_000, warmupMs: 0, settleMs: 0 };
const query = { database: 'shop', measurement: 'batch', field: 'seconds', unit: 'batch_id' };

const open: Loopback[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const series = (stack: string, more: object = {}) => ({
  name: 'batch',
  tags: { stack },
  columns: ['time', 'value', 'unit'],
  values: [[FROM, 1.5, 'b1']],
  ...more,
});
const results = (all: object[], more: object = {}) => ({
  results: [{ statement_id: 0, series: all, ...more }],
});
const GOOD = results([series('fn-orders'), series('emr-prod-3')]);

const asked = async (
  answer: (response: ServerResponse, count: number) => void,
  options: object = {},
  want: object = {},
) => {
  const server = await loopback((request, response, _body, count) => {
    if (request.url === '/ping') response.writeHead(204, { 'x-influxdb-version': '1.8.10' }).end();
    else answer(response, count);
  });
  open.push(server);
  const from = { url: server.url, token: new Secret('TOKEN'), deadline: '2s', ...options };
  const got = await collectFrom(
    influxdb,
    from,
    wanting(query, { window, byMs: null, fold: { kind: 'only' }, ...want }),
  );
  return { server, got };
};
const text = (body: string) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
};

describe('InfluxQL', () => {
  test('whole answers count, in one line or in several, with a line end or without', async () => {
    const halves = [results([series('fn-orders')], { partial: true }), results([series('emr-prod-3')])];
    for (const body of [JSON.stringify(GOOD), halves.map((half) => `${JSON.stringify(half)}\n`).join('')]) {
      const { got } = await asked(text(body));
      expect(got.problem).toBeNull();
      expect(got.observations).toHaveLength(2);
    }
  });

  test('what is asked travels as a form: values beside the text, times in milliseconds, in chunks', async () => {
    const { server } = await asked(text(JSON.stringify(GOOD)));
    const form = new URLSearchParams(server.bodies[0]);
    expect(Object.fromEntries(form)).toMatchObject({
      db: 'shop',
      epoch: 'ms',
      chunked: 'true',
      params: '{"p0":"fn-orders","p1":"emr-prod-3"}',
    });
    expect(server.asked[0]).toBe('POST /query');
    expect(server.headers[0].authorization).toMatch(/^Token /);
  });

  test.each([
    [
      'an error with status 200',
      JSON.stringify({ results: [{ statement_id: 0, error: 'max-select-series limit exceeded' }] }),
      'influxdb-refused',
    ],
    [
      'an error after rows',
      `${JSON.stringify(results([series('fn-orders')], { partial: true }))}\n{"error":"timeout"}\n`,
      'influxdb-refused',
    ],
    [
      'a part of the rows, which the server says',
      JSON.stringify(results([series('fn-orders', { partial: true })])),
      'source-failed',
    ],
    [
      'chunks of which the last is missing',
      `${JSON.stringify(results([series('fn-orders')], { partial: true }))}\n`,
      'source-failed',
    ],
    ['JSON cut short', JSON.stringify(GOOD).slice(0, -30), 'source-failed'],
    ['nothing', '', 'source-failed'],
    ['JSON of something else', '{"status":"success"}', 'influxdb-not-its-api'],
    ['an array', '[]', 'influxdb-not-its-api'],
    [
      'databases instead of rows',
      JSON.stringify(results([{ name: 'databases', columns: ['name'], values: [['_internal']] }])),
      'influxdb-no-column',
    ],
    [
      'a short row',
      JSON.stringify(results([series('fn-orders', { values: [[FROM, 1]] })])),
      'influxdb-row-misshapen',
    ],
    ['arms merged into one', JSON.stringify(results([series('x', { tags: {} })])), 'influxdb-arms-merged'],
    ['a label that groups nothing', JSON.stringify(results([series('')])), 'influxdb-arm-empty'],
    [
      'a null time',
      JSON.stringify(results([series('fn-orders', { values: [[null, 1, 'b1']] })])),
      'influxdb-no-time',
    ],
    [
      'text for a value',
      JSON.stringify(results([series('fn-orders', { values: [[FROM, '1', 'b1']] })])),
      'influxdb-not-number',
    ],
    [
      'a lost whole number',
      JSON.stringify(results([series('fn-orders', { values: [[FROM, 5, 'b1']] })])).replace(
        ',5,',
        ',9007199254740993,',
      ),
      'influxdb-integer-lost',
    ],
  ])('%s is an error', async (_title, body, code) => {
    const { got } = await asked(text(body));
    expect(got.problem?.code).toBe(code);
    expect(got.observations).toEqual([]);
  });

  test('a login page with status 200 is an error', async () => {
    const { got } = await asked((response) => {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<form>Log in <input type="password"></form>');
    });
    expect(got.problem?.values.message).toContain('a login page came instead of data');
  });

  test('429 with Retry-After: 2 waits two seconds, and then it is whole', async () => {
    const { got } = await asked(
      (response, count) => {
        if (count > 1) json(response, GOOD);
        else response.writeHead(429, { 'retry-after': '2' }).end();
      },
      { deadline: '1m' },
    );
    expect(got.observations).toHaveLength(2);
    expect(got.io.waits[0]).toBeGreaterThanOrEqual(2_000);
    expect(got.io.waits[0]).toBeLessThan(3_100);
  });

  test('arms that are told apart by other labels may share a raw query', async () => {
    const arms = [
      { name: 'faas', title: '', match: { stack: 'fn' } },
      { name: 'spark', title: '', match: { app: 'emr' } },
    ];
    const both = results([
      series('', { tags: { stack: 'fn', app: '' } }),
      series('', { tags: { stack: '', app: 'emr' } }),
    ]);
    const raw = { influxql: 'SELECT 1', unit: 'unit' };
    const { got } = await asked(text(JSON.stringify(both)), {}, { arms, query: raw });
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toEqual([1.5]);
    expect(got.values('spark')).toEqual([1.5]);
    const none = results([series('', { tags: { stack: '', app: '' } })]);
    expect((await asked(text(JSON.stringify(none)), {}, { arms, query: raw })).got.problem?.code).toBe(
      'influxdb-arm-empty',
    );
    const two = results([series('', { tags: { stack: 'fn', app: 'emr' } })]);
    expect((await asked(text(JSON.stringify(two)), {}, { arms, query: raw })).got.problem?.code).toBe(
      'influxdb-arm-ambiguous',
    );
  });
});
