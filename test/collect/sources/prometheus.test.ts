import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { bound, rangesOf, selectorsOf } from '../../../src/collect/sources/prometheus/promql.js';
import { chunksOf, stepsOf } from '../../../src/collect/sources/prometheus/steps.js';
import { prometheus } from '../../../src/collect/sources/prometheus.js';
import { Secret } from '../../../src/model/secret.js';
import { json, type Loopback, loopback } from '../../servers/loopback.js';
import { CANARY, SHOWN } from '../http/ask.js';
import { ARMS, collectFrom, MINUTE, preflightOf, wanting } from './asking.js';

const FROM = Date.UTC(2026, 9, 1);
const window = { fromMs: FROM, toMs: FROM + 3 * MINUTE, warmupMs: 0, settleMs: 0 };
const counter = wanting({ metric: 'orders_total', counter: true }, { window });

const open: Loopback[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A Prometheus that answers every range query with this. */
const answering = async (
  answer: object,
  build: object = { version: '2.42.0' },
  header: Record<string, string> = {},
) => {
  const server = await loopback((request, response) => {
    const isBuild = request.url?.endsWith('/buildinfo') === true;
    json(response, { status: 'success', ...(isBuild ? { data: build } : answer) }, 200, header);
  });
  open.push(server);
  return { server, options: { url: server.url, auth: { bearer: new Secret('TOKEN') } } };
};

const matrix = (...result: object[]) => ({ data: { resultType: 'matrix', result } });
const points = (...values: string[]) => values.map((value, i) => [(FROM + (i + 1) * MINUTE) / 1000, value]);
const both = (values: unknown[]) => matrix(...ARMS.map(({ match }) => ({ metric: match, values })));

describe('what is asked', () => {
  test('one query for all arms, with the values of match bound as text', async () => {
    const [query, ...more] = prometheus.ask({ url: 'http://p' }, counter);
    expect(more).toEqual([]);
    expect(query.text).toBe(
      'http://p/api/v1/query_range query=sum by (stack) (increase(orders_total{stack=~"fn-orders|emr-prod-3"}[60s])) start=2026-10-01T00:01:00.000Z end=2026-10-01T00:03:00.000Z step=60s',
    );
  });

  test('arms with different labels are asked for one by one', () => {
    const arms = [ARMS[0], { ...ARMS[1], match: { app: 'spark' } }];
    const texts = prometheus.ask({ url: 'http://p' }, { ...counter, arms }).map(({ text }) => text);
    expect(texts[0]).toContain('sum(increase(orders_total{stack="fn-orders"}[60s]))');
    expect(texts[1]).toContain('sum(increase(orders_total{app="spark"}[60s]))');
  });

  test('an address that is a secret, or holds a password, is not printed', () => {
    expect(prometheus.ask({ url: new Secret('PROM_URL') }, counter)[0].text).toMatch(/^\$\{PROM_URL\}\/api/);
    expect(prometheus.ask({ url: 'http://me:pass-word@p/x' }, counter)[0].text).toMatch(
      /^http:\/\/p\/x\/api/,
    );
  });

  test.each([{ metric: 'x', counter: true }, { promql: 'sum by (env) (increase(x[{by}]))' }])(
    'an arm that is part of another one is refused, since its points would count for both: %j',
    (query) => {
      const arms = [
        { name: 'all', title: '', match: { env: 'prod' } },
        { name: 'spark', title: '', match: { env: 'prod', stack: 'emr' } },
      ];
      const twins = [arms[0], { ...arms[0], name: 'twin' }];
      const ask = (of: typeof arms, asked: object = query) =>
        prometheus.ask({ url: 'http://p' }, { ...counter, query: { ...asked }, arms: of });
      expect(() => ask(arms)).toThrow(
        expect.objectContaining({
          reason: { code: 'arms-nested', values: { wide: 'all', narrow: 'spark', same: false } },
        }),
      );
      expect(() => ask(twins)).toThrow(
        expect.objectContaining({ reason: expect.objectContaining({ code: 'arms-nested' }) }),
      );
      expect(ask(twins, { promql: 'sum(increase(x{stack="{arm}"}[{by}]))' })).toHaveLength(2);
    },
  );

  test.each([
    [
      'a name that looks like a counter without counter:',
      { metric: 'orders_total' },
      {},
      'prometheus-counter-unsaid',
    ],
    [
      'a counter that is folded as a counter again',
      { metric: 'x', counter: true },
      { fold: { kind: 'increase' } },
      'prometheus-counter-fold',
    ],
    ['a gauge that is added up', { metric: 'x' }, {}, 'prometheus-gauge-fold'],
    ['no buckets', { metric: 'x', counter: true }, { byMs: null }, 'prometheus-needs-by'],
    ['no window', { metric: 'x', counter: true }, { window: null }, 'prometheus-needs-window'],
    [
      'a label that Prometheus cannot have',
      { metric: 'x', counter: true, where: { 'app.kubernetes.io/name': 'a' } },
      {},
      'prometheus-label-name',
    ],
    ['a metric that Prometheus cannot have', { metric: 'x-y', counter: true }, {}, 'prometheus-metric-name'],
    [
      'a label that the arm does not have',
      { promql: 'sum(increase(x{a={match.app}}[{by}]))' },
      {},
      'prometheus-no-match',
    ],
  ] as const)('%s is refused before anything is sent', async (_title, query, more, code) => {
    const got = await collectFrom(
      prometheus,
      { url: 'http://nothing.invalid' },
      { ...counter, ...(more as object), query },
    );
    expect(got.problem?.code).toBe(code);
  });

  test('the folds of a gauge look back one bucket', () => {
    const asked = (fold: object) =>
      prometheus.ask({ url: 'http://p' }, { ...counter, query: { metric: 'depth' }, fold: fold as never })[0]
        .text;
    expect(asked({ kind: 'mean' })).toContain(
      'query=avg_over_time(depth{stack=~"fn-orders|emr-prod-3"}[60s])',
    );
    expect(asked({ kind: 'last' })).toContain('last_over_time(');
    expect(asked({ kind: 'quantile', q: 0.99 })).toContain('quantile_over_time(0.99, depth');
  });
});

describe('values in expressions', () => {
  const arm = (value: string) => ({ name: value, title: '', match: { x: value } });

  test('placeholders work with and without quotes, and behind =~ they are quoted for the expression', () => {
    expect(bound('a{x={match.x}}', 1000, arm('b"c\\'))).toBe('a{x="b\\"c\\\\"}');
    expect(bound('a{x="{match.x}"}', 1000, arm('b"c'))).toBe('a{x="b\\"c"}');
    expect(bound("a{x='{arm}-1'}", 1000, arm("it's"))).toBe("a{x='it\\'s-1'}");
    expect(bound('a{x=~"{match.x}.*"}', 1000, arm('a.b'))).toBe('a{x=~"a\\\\.b.*"}');
    expect(bound('a{x=~{match.x}}', 1000, arm('a|b'))).toBe('a{x=~"a\\\\|b"}');
    expect(bound('rate(a[{by}])', 90_000, null)).toBe('rate(a[90s])');
    expect(bound('a{x="{by}"}', 1_500, null)).toBe('a{x="1500ms"}');
  });

  test('whatever a value holds, it stays one string literal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('"', "'", ''), (value, quote) => {
        const text = bound(`a{x=${quote}{arm}${quote}}`, 1000, arm(value));
        const inside = text.slice('a{x='.length, -1);
        const shut = inside[0];
        expect(inside.at(-1)).toBe(shut);
        expect(inside.slice(1, -1).replace(/\\./gsu, '')).not.toMatch(new RegExp(`[${shut}\\n]`, 'u'));
      }),
    );
  });

  test('ranges and selectors are found, and strings are not taken for them', () => {
    expect(rangesOf('sum(rate(a{x="[5m]"}[1h30m])) / rate(b[30s])')).toEqual([5_400_000, 30_000]);
    expect(
      selectorsOf(
        'sum by (stack) (rate(a:b_total{x="1}2", y=~"z"}[5m])) / on (stack) group_left (z) max(c) * 2 offset 5m',
      ),
    ).toEqual([
      { metric: 'a:b_total', equal: [['x', '1}2']] },
      { metric: 'c', equal: [] },
    ]);
  });
});

describe('steps', () => {
  test('every whole bucket of the window is asked for once, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.integer({ min: 0, max: 50_000_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 50 }),
        (from, length, by, most) => {
          const steps = stepsOf(
            { fromMs: from, toMs: from + length, warmupMs: 0, settleMs: 0 },
            by,
            Number.POSITIVE_INFINITY,
          );
          if (steps === null) {
            expect(Math.floor((from + length) / by) - Math.ceil(from / by)).toBeLessThan(1);
            return;
          }
          const { firstMs, lastMs } = steps;
          expect(firstMs % by).toBe(0);
          expect(firstMs - by).toBeGreaterThanOrEqual(from);
          expect(lastMs).toBeLessThanOrEqual(from + length);
          fc.pre((lastMs - firstMs) / by < 5_000);
          const times: number[] = [];
          for (const chunk of chunksOf(steps, by, most)) {
            expect((chunk.toMs - chunk.fromMs) / by).toBeLessThan(most);
            for (let at = chunk.fromMs; at <= chunk.toMs; at += by) times.push(at);
          }
          expect(times).toEqual(
            Array.from({ length: (lastMs - firstMs) / by + 1 }, (_, i) => firstMs + i * by),
          );
        },
      ),
    );
  });

  test('the warm-up is not asked for', () => {
    const steps = stepsOf(
      { fromMs: 0, toMs: 600_000, warmupMs: 90_000, settleMs: 0 },
      MINUTE,
      Number.POSITIVE_INFINITY,
    );
    expect(steps?.firstMs).toBe(180_000);
  });
});

describe('what is answered', () => {
  test('NaN is counted and becomes a missing value, gaps stay gaps', async () => {
    const { options } = await answering(both([points('1')[0], points('', 'NaN')[1]]));
    const got = await collectFrom(prometheus, options, counter);
    expect(got.values('faas')).toEqual([1, null]);
    expect(
      got.io.warnings
        .filter(({ why }) => why.code === 'prometheus-nan')
        .map(({ why, arms }) => [arms, why.values.points]),
    ).toEqual([
      [['faas'], 1],
      [['spark'], 1],
    ]);
  });

  test('warnings of the server make the evidence worth less, and its data stays', async () => {
    const { options } = await answering({
      ...both(points('1', '2', '3')),
      warnings: ['store 10.0.0.7 is unreachable'],
    });
    const got = await collectFrom(prometheus, options, counter);
    expect(got.values('spark')).toEqual([1, 2, 3]);
    expect(got.io.warnings[0]).toMatchObject({
      why: { code: 'prometheus-warnings', values: { warnings: ['store 10.0.0.7 is unreachable'] } },
      arms: ['faas', 'spark'],
    });
  });

  test('native histograms are named', async () => {
    const histograms = [[FROM / 1000, { count: '1', sum: '2' }]];
    const { options } = await answering(matrix({ metric: ARMS[0].match, histograms }));
    expect((await collectFrom(prometheus, options, counter)).problem?.code).toBe(
      'prometheus-native-histogram',
    );
  });

  test.each(['+Inf', '-Inf'])('%s is an error that says where', async (value) => {
    const { options } = await answering(both(points('1', value)));
    const got = await collectFrom(prometheus, options, counter);
    expect(got.problem).toMatchObject({
      code: 'prometheus-infinite',
      values: { found: value, atMs: FROM + 2 * MINUTE },
    });
  });

  test('status error inside a 200 is an error', async () => {
    const { options } = await answering({ status: 'error', errorType: 'execution', error: `bad ${CANARY}` });
    const got = await collectFrom(prometheus, options, counter);
    expect(got.problem).toEqual({
      code: 'prometheus-refused',
      values: { errorType: 'execution', error: `bad ${SHOWN}` },
    });
  });

  test('JSON that is not of this API is named', async () => {
    const server = await loopback((_request, response) => json(response, { hello: 'world' }));
    open.push(server);
    const got = await collectFrom(prometheus, { url: server.url }, counter);
    expect(got.problem?.code).toBe('prometheus-not-its-api');
  });

  test('a vector where a matrix belongs is named', async () => {
    const { options } = await answering({ data: { resultType: 'vector', result: [] } });
    expect((await collectFrom(prometheus, options, counter)).problem).toMatchObject({
      code: 'prometheus-no-matrix',
      values: { found: 'vector' },
    });
  });

  test('one arm without points is a warning for that arm, none at all a failure', async () => {
    const { options } = await answering(matrix({ metric: ARMS[0].match, values: points('1') }));
    const got = await collectFrom(prometheus, options, counter);
    expect(got.values('faas')).toEqual([1]);
    expect(got.io.warnings.map(({ why, arms }) => [why.code, arms])).toEqual([
      ['prometheus-no-points', ['spark']],
    ]);
    const { options: empty } = await answering(matrix());
    expect((await collectFrom(prometheus, empty, counter)).problem?.code).toBe('prometheus-no-points');
  });

  test('an expression that only looks values up, and one that overlaps, are said to be worth less', async () => {
    const { options } = await answering(both(points('1', '2')));
    const asked = async (promql: string) =>
      (await collectFrom(prometheus, options, wanting({ promql }, { window }))).warned;
    expect(await asked('sum by (stack) (depth)')).toEqual(['prometheus-lookback']);
    expect(await asked('sum by (stack) (rate(x[5m]))')).toEqual(['prometheus-overlap']);
    expect(await asked('sum by (stack) (increase(x[20s]))')).toEqual(['prometheus-range-short']);
    expect(await asked('sum by (stack) (increase(x[{by}]))')).toEqual([]);
  });

  test('a factor brings values into the unit of the metric', async () => {
    const { options } = await answering(both(points('1500')));
    const got = await collectFrom(
      prometheus,
      options,
      wanting({ metric: 'x', counter: true, times: 0.001 }, { window }),
    );
    expect(got.values('faas')).toEqual([1.5]);
  });
});

describe('kinds of servers', () => {
  const lastAsked = (server: Loopback) =>
    new URL(server.asked.at(-1)?.split(' ')[1] ?? '', server.url).searchParams;

  test('Thanos is asked for whole answers, raw and without doubles', async () => {
    const { server, options } = await answering(both(points('1')), { version: '0.34.1' });
    await collectFrom(prometheus, options, counter);
    const sent = lastAsked(server);
    expect(['partial_response', 'dedup', 'max_source_resolution'].map((name) => sent.get(name))).toEqual([
      'false',
      'true',
      '0s',
    ]);
  });

  test('VictoriaMetrics is told not to move the range', async () => {
    const { server, options } = await answering(both(points('1')), {}, { 'x-server-hostname': 'vm-1' });
    await collectFrom(prometheus, options, counter);
    expect(lastAsked(server).get('nocache')).toBe('1');
  });

  test('Prometheus is sent nothing that it does not know', async () => {
    const { server, options } = await answering(both(points('1')));
    await collectFrom(prometheus, options, counter);
    expect([...lastAsked(server).keys()]).toEqual(['query', 'start', 'end', 'step']);
  });

  test('the tenant and further headers are sent with every request, below a prefix', async () => {
    const { server } = await answering(both(points('1')), {
      application: 'Grafana Mimir',
      version: '2.11.0',
    });
    const options = {
      url: `${server.url}/prometheus/`,
      tenant: new Secret('TOKEN'),
      headers: { 'X-Team': 'data' },
    };
    const got = await collectFrom(prometheus, options, counter);
    expect(got.problem).toBeNull();
    expect(server.asked[1]).toMatch(/^GET \/prometheus\/api\/v1\/query_range\?/);
    for (const headers of server.headers)
      expect(headers).toMatchObject({ 'x-scope-orgid': CANARY, 'x-team': 'data' });
  });

  test('a server that hides its build is taken for Prometheus', async () => {
    const server = await loopback((request, response) =>
      request.url?.endsWith('/buildinfo')
        ? json(response, {}, 404)
        : json(response, { status: 'success', ...both(points('1')) }),
    );
    open.push(server);
    expect((await collectFrom(prometheus, { url: server.url }, counter)).values('faas')).toEqual([1]);
  });

  test('a long expression goes as a form', async () => {
    const { server, options } = await answering(both(points('1')));
    const promql = `sum by (stack) (increase(x{a=~"${'b|'.repeat(1_500)}c"}[{by}]))`;
    await collectFrom(prometheus, options, wanting({ promql }, { window }));
    expect(server.asked.at(-1)).toBe('POST /api/v1/query_range');
    expect(new URLSearchParams(server.bodies.at(-1)).get('query')).toBe(promql.replace('{by}', '60s'));
  });
});

describe('secrets', () => {
  test('a token that a server puts into labels, warnings and errors is not in evidence', async () => {
    const arms = ARMS.map((arm) => ({ ...arm, match: { ...arm.match } }));
    const { options } = await answering({
      ...matrix({ metric: { [CANARY]: CANARY }, values: points('1') }),
      warnings: [CANARY],
    });
    const got = await collectFrom(
      prometheus,
      options,
      wanting({ promql: 'sum(increase(x[{by}])) # {arm}' }, { window, arms }),
    );
    // The comment makes it one query per arm; the labels belong to no reason, but the warning does.
    expect(JSON.stringify(got.io.warnings)).not.toContain('token-5f3a9e');
  });

  test('preflight gives the failure as the reason, per arm', async () => {
    const server = await loopback((request, response) =>
      json(response, { error: request.headers.authorization }, 401),
    );
    open.push(server);
    const found = await preflightOf(
      prometheus,
      { url: server.url, auth: { bearer: new Secret('TOKEN') } },
      counter,
    );
    expect(found.map(({ arm, problem }) => [arm, problem?.code])).toEqual([
      ['faas', 'source-failed'],
      ['spark', 'source-failed'],
    ]);
    expect(String(found[0].problem?.values.message)).toContain('401 Unauthorized');
  });

  test('a secret that is not set is named before anything is sent', async () => {
    const { server, options } = await answering(both(points('1')));
    const got = await collectFrom(prometheus, { ...options, auth: { bearer: new Secret('OTHER') } }, counter);
    expect(got.problem?.values.message).toBe(`${String(new Secret('OTHER'))} is not set in the environment`);
    expect(server.asked).toEqual([]);
  });
});
