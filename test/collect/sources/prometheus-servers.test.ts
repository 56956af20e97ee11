import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chunksOf } from '../../../src/collect/sources/prometheus/steps.js';
import { prometheus } from '../../../src/collect/sources/prometheus.js';
import { Secret } from '../../../src/model/secret.js';
import { testContext } from '../../servers/context.js';
import { openMetrics, sample, startPrometheus, startVictoriaMetrics } from '../../servers/prometheus.js';
import { serverSuite } from '../../servers/require.js';
import type { Running } from '../../servers/start.js';
import { CANARY } from '../http/ask.js';
import { ARMS, collectFrom, firstThere, MINUTE, preflightOf, wanting } from './asking.js';

const HOUR = 3_600;
const FROM = Date.UTC(2026, 9, 1) / 1000;
const DAYS = 22;
/** What an arm adds per scrape, by pod. */
const ADDS: Readonly<Record<string, number>> = { 'fn-orders': 10, 'emr-prod-3': 15 };
const PODS = ['a', 'b'];

const range = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);

/** Two hours at 15 s by two pods each, a process of which restarts; a gauge that ends; three weeks at a minute. */
const history = (): string => {
  const fine = range(FROM - 60, FROM + 2 * HOUR, 15);
  const coarse = range(FROM - 60, FROM + DAYS * 24 * HOUR, 60);
  const stacks = Object.keys(ADDS);
  const half = Math.floor(fine.length / 2);
  return openMetrics({
    orders_total: {
      type: 'counter',
      samples: stacks.flatMap((stack) =>
        PODS.flatMap((pod) =>
          fine.map((at, i) => {
            // Pod b of functions restarts in the middle: its counter begins again.
            const since = stack === 'fn-orders' && pod === 'b' && i >= half ? i - half : i;
            return sample('orders_total', { stack, pod, job: 'orders' }, since * ADDS[stack], at);
          }),
        ),
      ),
    },
    queue_depth: {
      type: 'gauge',
      samples: stacks.flatMap((stack) =>
        range(FROM, FROM + (stack === 'fn-orders' ? 600 : 1_200), 15).map((at) =>
          sample('queue_depth', { stack, job: 'orders' }, stack === 'fn-orders' ? 5 : 7, at),
        ),
      ),
    },
    bytes_total: {
      type: 'counter',
      samples: stacks.flatMap((stack) =>
        coarse.map((at, i) => sample('bytes_total', { stack }, i * ADDS[stack], at)),
      ),
    },
  });
};

const window = (fromSeconds: number, toSeconds: number) => ({
  fromMs: fromSeconds * 1000,
  toMs: toSeconds * 1000,
  warmupMs: 0,
  settleMs: 0,
});

const counter = { metric: 'orders_total', counter: true, where: { job: 'orders' } };
const TWO_HOURS = { window: window(FROM, FROM + 2 * HOUR) };
const whole = { window: window(FROM, FROM + DAYS * 24 * HOUR) };
const all = DAYS * 24 * 60;

type Start = (binary: string, history: string) => Promise<Running>;

const shared = (begin: Start, binary: string, most: number) => {
  let server: Running;
  const options = () => ({ url: server.url, auth: { bearer: new Secret('TOKEN') } });
  beforeAll(async () => {
    server = await begin(binary, history());
  });
  afterAll(() => server?.stop());

  test('a counter is what was added per bucket, restarts included, one query for all arms', async () => {
    const got = await collectFrom(prometheus, options(), wanting(counter, TWO_HOURS));
    expect(got.problem).toBeNull();
    expect(got.queries).toHaveLength(1);
    for (const { name, match } of ARMS) {
      const values = got.values(name);
      expect(values).toHaveLength(120);
      // Four scrapes a minute, two pods; around the restart the server extrapolates.
      const expected = ADDS[match.stack] * 8;
      const exact = values.filter((value) => Math.abs((value as number) - expected) < 1e-6);
      expect(exact.length).toBeGreaterThanOrEqual(118);
    }
    const [first] = got.observations;
    expect(first).toMatchObject({
      start: FROM * 1000,
      end: FROM * 1000 + MINUTE,
      unit: '2026-10-01T00:00:00.000Z',
    });
    expect(got.observations.at(-1)?.end).toBe((FROM + 2 * HOUR) * 1000);
    expect(got.warned).toEqual([]);
  });

  test('more points than the server gives at once come in parts without a seam', async () => {
    expect(all).toBeGreaterThan(most);
    const got = await collectFrom(
      prometheus,
      options(),
      wanting({ metric: 'bytes_total', counter: true }, whole),
    );
    expect(got.problem).toBeNull();
    for (const { name } of ARMS) {
      const ends = got.observations.filter(({ arm }) => arm === name).map(({ end }) => end);
      expect(ends).toHaveLength(all);
      expect(new Set(ends).size).toBe(all);
      expect(ends.every((end, i) => end === FROM * 1000 + (i + 1) * MINUTE)).toBe(true);
    }
  });

  test('a part that is as long as it may be is taken, so the limit is the true one', async () => {
    const steps = { firstMs: FROM * 1000 + MINUTE, lastMs: FROM * 1000 + all * MINUTE, heldBack: 0 };
    const [{ fromMs, toMs }] = chunksOf(steps, MINUTE, most);
    const ask = (end: number) =>
      fetch(
        `${server.url}/api/v1/query_range?query=vector(1)&start=${fromMs / 1000}&end=${end / 1000}&step=60`,
      );
    expect((await ask(toMs)).status).toBe(200);
    expect((await ask(toMs + 2 * MINUTE)).status).toBeGreaterThanOrEqual(400);
  });

  test('a gauge that ended is not repeated: buckets after its end are gaps', async () => {
    const got = await collectFrom(
      prometheus,
      options(),
      wanting(
        { metric: 'queue_depth', counter: false, aggregate: 'avg' },
        { ...TWO_HOURS, fold: { kind: 'mean' } },
      ),
    );
    expect(got.values('faas').length).toBeLessThanOrEqual(11);
    expect(new Set(got.values('faas'))).toEqual(new Set([5]));
    expect(got.values('spark').length).toBeLessThanOrEqual(21);
    expect(new Set(got.values('spark'))).toEqual(new Set([7]));
  });

  test('an expression with {match.stack} is asked once for each arm', async () => {
    const got = await collectFrom(
      prometheus,
      options(),
      wanting({ promql: 'sum(increase(orders_total{stack={match.stack}}[{by}]))' }, TWO_HOURS),
    );
    expect(got.queries.map(({ text }) => /stack="[^"]*"/.exec(text)?.[0])).toEqual([
      'stack="fn-orders"',
      'stack="emr-prod-3"',
    ]);
    expect(got.values('spark')).toHaveLength(120);
  });

  test('several series of an arm are refused, with the labels in which they differ', async () => {
    const got = await collectFrom(
      prometheus,
      options(),
      wanting({ promql: 'increase(orders_total{job="orders"}[{by}])' }, TWO_HOURS),
    );
    expect(got.problem).toMatchObject({
      code: 'prometheus-several-series',
      values: { series: 2, differ: ['pod (a, b)'] },
    });
    expect(['faas', 'spark']).toContain(got.problem?.values.arm);
  });

  test('labels that the expression aggregates away are named', async () => {
    const got = await collectFrom(
      prometheus,
      options(),
      wanting({ promql: 'sum by (job) (increase(orders_total[{by}]))' }, TWO_HOURS),
    );
    expect(got.problem).toMatchObject({
      code: 'prometheus-label-not-kept',
      values: { label: 'stack', exist: ['job'] },
    });
  });

  test('a mistake in the expression is told in the words of the server', async () => {
    const got = await collectFrom(
      prometheus,
      options(),
      wanting({ promql: 'sum by (stack) (increase(orders_total[{by}])' }, TWO_HOURS),
    );
    expect(got.problem?.code).toBe('source-failed');
    expect(String(got.problem?.values.message)).toMatch(/answered 4\d\d/);
  });

  test('buckets that are not over are held back, and that is said', async () => {
    const io = testContext({ TOKEN: CANARY }, { now: () => (FROM + HOUR + 75) * 1000 });
    const got = await collectFrom(prometheus, options(), wanting(counter, TWO_HOURS), io);
    // An hour and 75 s, less the minute that the server may need: an hour.
    expect(got.values('faas')).toHaveLength(60);
    expect(got.io.warnings.find(({ why }) => why.code === 'source-held-back')?.why.values.points).toBe(60);
  });

  describe('preflight', () => {
    test('says how many points there are, from when to when', async () => {
      const found = await preflightOf(prometheus, options(), wanting(counter, TWO_HOURS));
      expect(found).toEqual(
        ARMS.map(({ name }) => ({
          metric: 'records',
          arm: name,
          points: 120,
          missing: 0,
          fromMs: FROM * 1000,
          toMs: (FROM + 2 * HOUR) * 1000,
          problem: null,
        })),
      );
    });

    test('names the metric that is missing, and the nearest that exists', async () => {
      const [found] = await preflightOf(
        prometheus,
        options(),
        wanting({ ...counter, metric: 'order_total' }, TWO_HOURS),
      );
      expect(found.problem?.code).toBe('prometheus-no-metric');
      expect(firstThere(found.problem)).toBe('orders_total');
    });

    test('names the label that is missing, and those that exist', async () => {
      const [found] = await preflightOf(
        prometheus,
        options(),
        wanting({ ...counter, where: { jobs: 'orders' } }, TWO_HOURS),
      );
      expect(found.problem).toMatchObject({ code: 'prometheus-no-label', values: { label: 'jobs' } });
      expect(firstThere(found.problem)).toBe('job');
    });

    test('names the value that is missing for one arm, and finds the other arm', async () => {
      const arms = [ARMS[0], { ...ARMS[1], match: { stack: 'emr-prod-4' } }];
      const found = await preflightOf(prometheus, options(), wanting(counter, { ...TWO_HOURS, arms }));
      expect(found[0]).toMatchObject({ points: 120, problem: null });
      expect(found[1]).toMatchObject({
        points: 0,
        problem: { code: 'prometheus-no-value', values: { label: 'stack', value: 'emr-prod-4' } },
      });
      expect(firstThere(found[1].problem)).toBe('emr-prod-3');
    });
  });

  test('the version is kept for the evidence', async () => {
    const version = await prometheus.version?.(options(), testContext({ TOKEN: CANARY }));
    expect(version).toMatch(most === 30_000 ? /^victoriametrics/ : /^prometheus 2\./);
  });
};

serverSuite('prometheus', 'prometheus', (binary) => {
  shared(startPrometheus, binary, 11_000);
});

serverSuite('victoria-metrics', 'victoria-metrics', (binary) => {
  shared(startVictoriaMetrics, binary, 30_000);
});
