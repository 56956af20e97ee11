import { afterEach, describe, expect, test } from 'vitest';
import { http } from '../../../src/collect/sources/http.js';
import { Secret } from '../../../src/model/secret.js';
import { type Answering, json, type Loopback, loopback } from '../../servers/loopback.js';
import { CANARY, SHOWN } from '../http/ask.js';
import { ARMS, collectFrom, firstThere, MINUTE, preflightOf, wanting } from './asking.js';

const FROM = Date.UTC(2026, 9, 1);
const WINDOW = { fromMs: FROM, toMs: FROM + 3 * MINUTE, warmupMs: 0, settleMs: 0 };
const windowed = { window: WINDOW };
const at = (minute: number): number => FROM / 1000 + minute * 60;

const open: Loopback[] = [];
const serve = async (answer: Answering) => {
  const server = await loopback(answer);
  open.push(server);
  return { server, options: { url: server.url, auth: { bearer: new Secret('TOKEN') } } };
};
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const rowsServer = (rows: unknown) => serve((_request, response) => json(response, rows));

describe('Graphite', () => {
  const query = {
    path: "/render?format=json&from={fromSeconds}&until={toSeconds}&target=summarize(orders.{match.stack}.records,'1min','sum',false)",
    rows: '$[*].datapoints',
    value: '$[0]',
    time: '$[1]',
    timeUnit: 's',
  };
  /** As Graphite answers: from is exclusive, until inclusive, and what is not there is null. */
  const graphite: Answering = (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const target = searchParams.get('target') ?? '';
    const value = target.includes('emr-prod-3') ? 7 : 5;
    const from = Number(searchParams.get('from'));
    const until = Number(searchParams.get('until'));
    const datapoints: [number | null, number][] = [];
    for (let t = from; t <= until; t += 60) datapoints.push([t === at(1) ? null : value, t]);
    json(response, [{ target, tags: { name: target }, datapoints }]);
  };

  test('pairs of value and seconds are read, null is a missing value, and the end of the window is outside', async () => {
    const { server, options } = await serve(graphite);
    const got = await collectFrom(http, options, wanting(query, windowed));
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toEqual([5, null, 5]);
    expect(got.values('spark')).toEqual([7, null, 7]);
    expect(got.observations.map(({ start }) => start).slice(0, 3)).toEqual([
      FROM,
      FROM + MINUTE,
      FROM + 2 * MINUTE,
    ]);
    expect(server.asked).toHaveLength(2);
    expect(got.queries[0].text).toContain(
      `/render?format=json&from=${at(0)}&until=${at(3)}&target=summarize(orders.fn-orders`,
    );
  });

  test('no series is a failure with its reason and not an empty success', async () => {
    const { options } = await rowsServer([]);
    expect((await collectFrom(http, options, wanting(query, windowed))).problem?.code).toBe('http-no-rows');
  });
});

describe('Datadog', () => {
  const query = {
    path: '/api/v1/query?from={fromSeconds}&to={toSeconds}&query=sum:orders.records{*} by {{stack}}.as_count().rollup(sum,60)',
    rows: '$.series[*].pointlist',
    time: '$[0]',
    timeUnit: 'ms',
    value: '$[1]',
    arm: '^.scope',
  };

  test('one query answers for all arms by their scope, and null is a missing value', async () => {
    const { server, options } = await serve((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://x');
      if (!searchParams.get('query')?.includes('by {stack}'))
        return json(response, { errors: ['Rule is wrong'] }, 400);
      const series = ['stack:fn-orders', 'stack:emr-prod-3', 'stack:other'].map((scope, i) => ({
        scope,
        tag_set: [scope],
        interval: 60,
        pointlist: [0, 1, 2, 3].map((minute) => [at(minute) * 1000, minute === 2 ? null : i + minute]),
      }));
      json(response, {
        status: 'ok',
        res_type: 'time_series',
        series,
        from_date: at(0) * 1000,
        to_date: at(3) * 1000,
      });
    });
    const headers = { 'DD-API-KEY': new Secret('TOKEN'), 'DD-APPLICATION-KEY': new Secret('TOKEN') };
    const got = await collectFrom(http, { url: options.url, headers }, wanting(query, windowed));
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toEqual([0, 1, null]);
    expect(got.values('spark')).toEqual([1, 2, null]);
    expect(server.asked).toHaveLength(1);
    expect(server.headers[0]).toMatchObject({ 'dd-api-key': CANARY, 'dd-application-key': CANARY });
  });

  test('a list of tags is matched by all labels of the arm', async () => {
    const arms = ARMS.map((arm) => ({ ...arm, match: { ...arm.match, env: 'prod' } }));
    const rows = ARMS.flatMap(({ match }, i) =>
      ['prod', 'test'].map((env) => ({
        tags: [`stack:${match.stack}`, `env:${env}`],
        t: at(0),
        v: env === 'prod' ? i : 99,
      })),
    );
    const { options } = await rowsServer({ rows });
    const asked = { path: '/x', rows: '$.rows', value: '$.v', time: '$.t', arm: '$.tags' };
    const got = await collectFrom(http, options, wanting(asked, { ...windowed, arms }));
    expect([got.values('faas'), got.values('spark')]).toEqual([[0], [1]]);
  });
});

describe('OpenCost', () => {
  const DAY = 86_400_000;
  const query = {
    path: '/allocation?window={from},{to}&aggregate=label:stack&step=1d',
    rows: '$.data[*].*',
    time: '$.window.start',
    end: '$.window.end',
    value: '$.totalCost',
    arm: '@',
  };
  const days = { window: { ...WINDOW, toMs: FROM + 2 * DAY }, byMs: DAY };
  const allocation = (name: string, day: number, totalCost: number | null) => ({
    name,
    properties: { labels: { stack: name } },
    window: {
      start: new Date(FROM + day * DAY).toISOString(),
      end: new Date(FROM + (day + 1) * DAY).toISOString(),
    },
    cpuCoreHours: 1,
    totalCost,
  });
  const step = (day: number, idle: number) => ({
    'fn-orders': allocation('fn-orders', day, 1.25 + day),
    'emr-prod-3': allocation('emr-prod-3', day, 2.5),
    __idle__: allocation('__idle__', day, idle),
  });

  test('maps of names, one per step, are rows under their names', async () => {
    const { server, options } = await rowsServer({ code: 200, data: [step(0, 9), step(1, 9)] });
    const got = await collectFrom(http, options, wanting(query, days));
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toEqual([1.25, 2.25]);
    expect(got.values('spark')).toEqual([2.5, 2.5]);
    expect(got.observations[0]).toMatchObject({ start: FROM, end: FROM + DAY });
    expect(new URL(server.asked[0].slice(4), 'http://x').searchParams.get('window')).toBe(
      '2026-10-01T00:00:00.000Z,2026-10-03T00:00:00.000Z',
    );
  });

  test('a label that no allocation has is named together with what exists', async () => {
    const arms = ARMS.map((arm) => ({ ...arm, match: { stack: `${arm.match.stack}-x` } }));
    const { options } = await rowsServer({ code: 200, data: [step(0, 9)] });
    const found = await preflightOf(http, options, wanting(query, { ...days, arms }));
    expect(found.map(({ problem }) => problem?.code)).toEqual(['http-arm-missing', 'http-arm-missing']);
    expect(firstThere(found[0].problem)).toBe('fn-orders');
  });

  test('a plain text 400 is an error', async () => {
    const { options } = await serve((request, response) => {
      response.writeHead(400, { 'content-type': 'text/plain' });
      response.end(`Invalid 'window' parameter: ${request.headers.authorization}`);
    });
    const got = await collectFrom(http, options, wanting(query, days));
    expect(got.problem?.values.message).toContain(
      `400 Bad Request: Invalid 'window' parameter: Bearer ${SHOWN}`,
    );
  });
});

describe('questions', () => {
  const unit = { byMs: null, fold: { kind: 'only' as const } };

  test('values are encoded wherever they stand in the address', async () => {
    const arms = [{ name: 'a', title: '', match: { stack: '../x?y=1&z#ä /' } }];
    const { server, options } = await rowsServer({ rows: [{ id: 'u', v: 1 }] });
    const query = {
      path: '/api/{match.stack}/runs?arm={match.stack}&m={metric}',
      rows: '$.rows',
      value: '$.v',
      unit: '$.id',
    };
    await collectFrom(http, options, wanting(query, { arms, ...unit }));
    expect(server.asked[0]).toBe(
      'GET /api/..%2Fx%3Fy%3D1%26z%23%C3%A4%20%2F/runs?arm=..%2Fx%3Fy%3D1%26z%23%C3%A4%20%2F&m=records',
    );
  });

  test('a path of another host is refused: the token is not for it', async () => {
    const { options } = await rowsServer([]);
    const query = { path: 'http://elsewhere.invalid/x', rows: '$', value: '$.v', unit: '$.id', arm: '$.a' };
    expect((await collectFrom(http, options, wanting(query, unit))).problem?.code).toBe(
      'http-path-elsewhere',
    );
  });

  test('a body is JSON whatever the values hold, and numbers in it are numbers', async () => {
    const { server, options } = await rowsServer([{ a: 'fn-orders', t: FROM, v: 1 }]);
    const query = {
      path: '/query',
      body: { from: '{fromMs}', text: 'SELECT {{x}} WHERE metric = "{metric}"', by: '{by}' },
      rows: '$',
      value: '$.v',
      time: '$.t',
      arm: '$.a',
    };
    await collectFrom(http, options, wanting(query, { ...windowed, metric: 'a"b' }));
    expect(server.asked[0]).toBe('POST /query');
    expect(JSON.parse(server.bodies[0])).toEqual({
      from: FROM,
      text: 'SELECT {x} WHERE metric = "a"b"',
      by: MINUTE,
    });
  });

  test.each([
    ['arms that cannot be told apart', { path: '/x' }, {}, 'http-arms-share-rows'],
    ['arms that are told apart twice', { path: '/{arm}', arm: '$.a' }, {}, 'http-arm-twice'],
    ['buckets without a time', { path: '/{arm}', time: undefined }, {}, 'http-needs-time'],
    ['no unit and no bucket', { path: '/{arm}' }, { byMs: null }, 'http-needs-unit'],
    ['a variable that does not exist', { path: '/{arm}?from={form}' }, {}, 'http-no-variable'],
  ])('%s are refused before anything is sent', async (_title, query, more, code) => {
    const asked = { rows: '$', value: '$.v', time: '$.t', ...query };
    const got = await collectFrom(
      http,
      { url: 'http://nothing.invalid' },
      wanting(asked, { ...windowed, ...more }),
    );
    expect(got.problem?.code).toBe(code);
  });

  test.each([
    ['rows', 'data'],
    ['rows', '$.a[x]'],
    ['value', 'cost'],
    ['arm', '^.x['],
    ['time', '@.x'],
  ])('%s: %s is no path', (key, path) => {
    const right = { path: '/x', rows: '$', value: '$.v' };
    expect(http.query.safeParse(right).success).toBe(true);
    expect(http.query.safeParse({ ...right, [key]: path }).success).toBe(false);
  });
});

describe('rows', () => {
  const base = { path: '/{arm}', rows: '$.rows', value: '$.v', time: '$.t' };
  const one = { arms: [ARMS[0]] };
  const of = async (rows: unknown[], query: object = {}, more: object = {}) => {
    const { options } = await rowsServer({ rows });
    return collectFrom(http, options, wanting({ ...base, ...query }, { ...windowed, ...one, ...more }));
  };
  const t = new Date(FROM).toISOString();

  test('numbers may be text; null, nothing and NaN are missing values', async () => {
    const got = await of([{ t, v: '1.5' }, { t, v: null }, { t }, { t, v: 'NaN' }, { t, v: -2e3 }]);
    expect(got.values('faas')).toEqual([1.5, null, null, null, -2000]);
  });

  test.each([
    ['http-row-not-number', { t, v: 'many' }],
    ['http-row-not-number', { t, v: true }],
    ['http-row-not-number', { t, v: 'Infinity' }],
    ['http-row-no-time', { t: 'yesterday', v: 1 }],
    ['http-row-no-time', { v: 1 }],
  ])('%s names the row', async (code, row) => {
    const got = await of([{ t, v: 1 }, row]);
    expect(got.problem).toMatchObject({ code, values: { row: 2 } });
  });

  test.each([
    ['s', FROM / 1000],
    ['ms', FROM],
    ['us', FROM * 1000],
    ['iso', '2026-10-01T02:00:00+02:00'],
    ['iso', '2026-10-01 00:00:00'],
    [undefined, FROM / 1000],
    [undefined, String(FROM)],
  ])('time in %s', async (timeUnit, time) => {
    const got = await of([{ t: time, v: 1 }], { timeUnit });
    expect(got.observations[0]?.start).toBe(FROM);
  });

  test('a row that only has its end began one bucket before', async () => {
    const got = await of([{ e: FROM + MINUTE, v: 1 }], { time: undefined, end: '$.e' });
    expect(got.observations[0]).toMatchObject({ start: FROM, end: FROM + MINUTE });
  });

  test('where keeps rows that hold the value, and says what rows hold when none does', async () => {
    const rows = [
      { t, v: 1, state: 'done' },
      { t, v: 2, state: 'failed' },
    ];
    expect((await of(rows, { where: { '$.state': 'done' } })).values('faas')).toEqual([1]);
    const none = await of(rows, { where: { '$.status': 'done' } });
    expect(none.problem).toMatchObject({ code: 'http-where-none', values: { exist: ['t', 'v', 'state'] } });
  });

  test('a value that is nowhere is a mistake in the path, not missing data', async () => {
    const got = await of([{ t, cost: 1 }]);
    expect(got.problem).toMatchObject({
      code: 'http-no-values',
      values: { at: '$.v', exist: ['t', 'cost'] },
    });
  });

  test('rows that all lie outside of the window say from when to when they are', async () => {
    const got = await of([{ t: '2025-01-01T00:00:00Z', v: 1 }]);
    expect(got.problem).toMatchObject({
      code: 'http-outside-window',
      values: { first: Date.UTC(2025, 0, 1) },
    });
  });

  test('units that are too long for a number of JSON are refused, not merged', async () => {
    const { options } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"rows":[{"id":9007199254740993,"v":1},{"id":9007199254740992,"v":2}]}');
    });
    const asked = wanting({ ...base, time: undefined, unit: '$.id' }, { ...one, byMs: null });
    expect((await collectFrom(http, options, asked)).problem?.code).toBe('http-unit-not-exact');
  });

  test('the unit of the design is the name of the field where the query gives none', async () => {
    const { options } = await rowsServer({ rows: [{ batch_id: 'b-7', v: 1 }] });
    const asked = wanting(
      { ...base, time: undefined, times: 2, labels: { all: '$' } },
      { ...one, byMs: null, unit: 'batch_id' },
    );
    const got = await collectFrom(http, options, asked);
    expect(got.observations[0]).toMatchObject({
      unit: 'b-7',
      value: 2,
      labels: { all: '{"batch_id":"b-7","v":1}' },
    });
  });

  test('a place for rows that is not there is named together with what is', async () => {
    const { options } = await rowsServer({ result: { data: [] } });
    const asked = wanting({ ...base, rows: '$.result.rows' }, { ...windowed, ...one });
    expect((await collectFrom(http, options, asked)).problem).toMatchObject({
      code: 'http-no-rows-there',
      values: { missing: 'rows', exist: ['data'] },
    });
  });

  test('a token that a server puts into names of units and labels is not in evidence', async () => {
    const { options } = await rowsServer({ rows: [{ id: `x-${CANARY}`, v: 1, who: CANARY }] });
    const asked = wanting(
      { ...base, time: undefined, unit: '$.id', labels: { who: '$.who' } },
      { ...one, byMs: null },
    );
    const got = await collectFrom(http, options, asked);
    expect(got.observations[0]).toMatchObject({ unit: `x-${SHOWN}`, labels: { who: SHOWN } });
  });
});

describe('pages', () => {
  const base = { path: '/{arm}?limit=2', rows: '$.rows', value: '$.v', unit: '$.id' };
  const one = { arms: [ARMS[0]], byMs: null };
  const total = 5;
  const page = (from: number) =>
    Array.from({ length: Math.max(0, Math.min(2, total - from)) }, (_, i) => ({
      id: `u${from + i}`,
      v: from + i,
    }));
  const offsetOf = (request: { url?: string }, name: string) =>
    Number(new URL(request.url ?? '', 'http://x').searchParams.get(name) ?? 0);

  test('by the next address', async () => {
    const { options } = await serve((request, response) => {
      const from = offsetOf(request, 'from');
      json(response, {
        rows: page(from),
        links: { next: from + 2 < total ? `/faas?limit=2&from=${from + 2}` : null },
      });
    });
    const got = await collectFrom(http, options, wanting({ ...base, paging: { next: '$.links.next' } }, one));
    expect(got.values('faas')).toEqual([0, 1, 2, 3, 4]);
  });

  test('by a token, and a page that fails once is asked for again without doubling its rows', async () => {
    const { options } = await serve((request, response, _body, count) => {
      const from = offsetOf(request, 'cursor');
      if (count === 2) {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(`{"rows":[${JSON.stringify(page(from)[0])},`);
        setTimeout(() => request.socket.resetAndDestroy(), 20);
      } else json(response, { rows: page(from), cursor: from + 2 < total ? String(from + 2) : '' });
    });
    const got = await collectFrom(
      http,
      options,
      wanting({ ...base, paging: { next: '$.cursor', param: 'cursor' } }, one),
    );
    expect(got.values('faas')).toEqual([0, 1, 2, 3, 4]);
  });

  test('by counting until a page has no rows', async () => {
    const { server, options } = await serve((request, response) =>
      json(response, { rows: page(offsetOf(request, 'skip')) }),
    );
    const got = await collectFrom(
      http,
      options,
      wanting({ ...base, paging: { page: 'skip', first: 0, step: 2 } }, one),
    );
    expect(got.values('faas')).toEqual([0, 1, 2, 3, 4]);
    expect(server.asked).toHaveLength(4);
  });

  test('one that comes again is an error and not an endless loop', async () => {
    const { options } = await rowsServer({ rows: page(0), links: { next: '/faas?limit=2' } });
    const got = await collectFrom(http, options, wanting({ ...base, paging: { next: '$.links.next' } }, one));
    expect(got.problem?.code).toBe('http-page-repeated');
  });

  test('one on another host is an error: the token is not for it', async () => {
    const { options } = await rowsServer({ rows: page(0), links: { next: 'http://elsewhere.invalid/2' } });
    const got = await collectFrom(http, options, wanting({ ...base, paging: { next: '$.links.next' } }, one));
    expect(got.problem?.code).toBe('http-next-elsewhere');
  });
});
