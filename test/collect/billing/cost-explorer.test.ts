import { afterEach, describe, expect, test } from 'vitest';
import { awsCostExplorer } from '../../../src/collect/sources/aws-cost-explorer.js';
import { type CostExplorerOptions, type CostExplorerStandIn, costExplorer, type Line } from '../../servers/cost-explorer.js';
import { Secret } from '../../../src/model/secret.js';
import { collectFrom, contextAt, DAY, day, HOUR, preflightOf, wanting, window } from './asking.js';

const FROM = day('2026-11-01');
const NOW = day('2026-11-15');
const SECRET = 'c4n4ry-secret-key-5f3a9e';
const SESSION = 'c4n4ry-session-77aa';
const CANARIES = [SECRET, SESSION, 'AKIACANARY'];
const ENVIRONMENT = { KEY: 'AKIACANARY', SECRET, SESSION };

const open: CostExplorerStandIn[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** Seven days in which faas costs 1.1, 1.2 … and spark 2.1, 2.2 …, with credits, tax and what nobody tagged. */
const week = (from = FROM, days = 7, width = DAY): Line[] =>
  Array.from({ length: days }, (_, i): Line[] => {
    const startMs = from + i * width;
    return [
      { startMs, tags: { stack: 'fn-orders' }, service: 'AWS Lambda', amount: `1.${i + 1}` },
      { startMs, tags: { stack: 'emr-prod-3' }, service: 'Amazon Elastic MapReduce', amount: `1.${i + 1}` },
      { startMs, tags: { stack: 'emr-prod-3' }, service: 'Amazon Simple Storage Service', amount: '1.0151516483' },
      { startMs, tags: { stack: 'emr-prod-3' }, service: 'Amazon Elastic MapReduce', recordType: 'Credit', amount: '-1.5' },
      { startMs, tags: { stack: 'other' }, service: 'AWS Lambda', amount: '99' },
      { startMs, service: 'Amazon MSK', amount: '0.5' },
      { startMs, service: 'AmazonCloudWatch', amount: '0.25' },
      { startMs, service: 'Tax', recordType: 'Tax', amount: '7' },
    ];
  }).flat();

const serve = async (given: Partial<CostExplorerOptions> = {}, nowMs = NOW) => {
  const io = contextAt(nowMs, ENVIRONMENT);
  const server = await costExplorer({ lines: week(), now: io.now, keys: { AKIACANARY: SECRET }, ...given });
  open.push(server);
  const credentials = { accessKeyId: new Secret('KEY'), secretAccessKey: new Secret('SECRET'), sessionToken: new Secret('SESSION') };
  const options = { tag: 'stack', endpoint: server.url, credentials };
  expect(awsCostExplorer.options.safeParse(options).success).toBe(true);
  return { io, server, options };
};
type Served = Awaited<ReturnType<typeof serve>>;

const collected = ({ io, options }: Served, more: object = {}, want = wanting()) =>
  collectFrom(awsCostExplorer as never, { ...options, ...more }, want, io, CANARIES);

describe('the answer', () => {
  test('one request answers for all arms; credits and tax are left out, and that is said', async () => {
    const served = await serve();
    const got = await collected(served);
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toEqual([1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7]);
    expect(got.values('spark')[0]).toBe(2.1151516483);
    expect(got.observations[0]).toMatchObject({
      unit: '2026-11-01T00:00:00.000Z',
      start: FROM,
      end: FROM + DAY,
      estimated: false,
      labels: {},
    });
    expect(served.server.billed).toEqual(['GetCostAndUsage']);
    expect(got.warning('cost-left-out')?.values.types).toEqual(['Credit', 'Refund', 'Tax', 'Support']);
    expect(got.warning('billing-untagged')?.values).toMatchObject({ amount: 5.25, currency: 'USD' });
    expect(served.server.questions[0]).toMatchObject({
      TimePeriod: { Start: '2026-11-01', End: '2026-11-08' },
      Granularity: 'DAILY',
      Metrics: ['AmortizedCost'],
      GroupBy: [{ Type: 'TAG', Key: 'stack' }],
    });
  });

  test('the query that validate prints is the request that is sent', async () => {
    const served = await serve();
    const got = await collected(served);
    expect(`GetCostAndUsage ${JSON.stringify(served.server.questions[0])}`).toBe(got.queries[0].text);
    expect(awsCostExplorer.price?.(got.queries[0])).toBe(0.01);
  });

  test('credits are counted where they are asked for', async () => {
    const got = await collected(await serve(), { include: ['Credit'] });
    expect(got.values('spark')[0]).toBe(0.6151516483);
    expect(got.warning('cost-left-out')?.values.types).toEqual(['Refund', 'Tax', 'Support']);
  });

  test('a cost may be written as AWS writes it elsewhere; a blended one is refused', async () => {
    const served = await serve();
    await collected(served, { cost: 'NET_AMORTIZED_COST' });
    expect(served.server.questions[0].Metrics).toEqual(['NetAmortizedCost']);
    expect(awsCostExplorer.options.safeParse({ tag: 'stack', cost: 'BlendedCost' }).success).toBe(false);
  });

  test('all pages are read, and a day that is cut in two by a page is whole again', async () => {
    const whole = await collected(await serve());
    const paged = await serve({ groupsPerPage: 2, perSecond: 1 });
    const got = await collected(paged);
    expect(paged.server.questions.length).toBe(11);
    expect(got.observations).toEqual(whole.observations);
  });

  test('requests are a second apart', async () => {
    const served = await serve({ groupsPerPage: 2, perSecond: 1 });
    const got = await collected(served);
    expect(got.problem).toBeNull();
    expect(got.io.waits.filter((ms) => ms === 1_000).length).toBe(10);
  });

  test('a group that is missing on a day is 0, and a day that is missing is missing', async () => {
    const lines = week().filter(({ startMs, tags }) => !(startMs === FROM + DAY && tags?.stack === 'fn-orders'));
    const got = await collected(await serve({ lines }));
    expect(got.values('faas')).toEqual([1.1, 0, 1.3, 1.4, 1.5, 1.6, 1.7]);
    const gap = await collected(
      await serve({
        instead: async (_count, _operation, response) => {
          const groups = [{ Keys: ['stack$fn-orders'], Metrics: { AmortizedCost: { Amount: '1', Unit: 'USD' } } }, { Keys: ['stack$emr-prod-3'], Metrics: { AmortizedCost: { Amount: '1E-8', Unit: 'USD' } } }];
          const period = (Start: string, End: string) => ({ TimePeriod: { Start, End }, Total: {}, Groups: groups, Estimated: false });
          response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
          response.end(JSON.stringify({ ResultsByTime: [period('2026-11-01', '2026-11-02'), period('2026-11-03', '2026-11-04')] }));
          return true;
        },
      }),
    );
    expect(gap.observations.map(({ arm, unit }) => `${arm} ${unit.slice(8, 10)}`)).toEqual(['faas 01', 'spark 01', 'faas 03', 'spark 03']);
    expect(gap.values('spark')).toEqual([1e-8, 1e-8]);
  });

  test('services are told apart on demand', async () => {
    const got = await collected(await serve(), {}, wanting({ query: { services: true } }));
    const first = got.observations.filter(({ arm, start }) => arm === 'spark' && start === FROM);
    expect(first.map(({ labels, value }) => [labels.service, value])).toEqual([
      ['Amazon Elastic MapReduce', 1.1],
      ['Amazon Simple Storage Service', 1.0151516483],
    ]);
  });

  test('shared costs are reported whole to every arm, marked with how they are divided', async () => {
    const shared = [{ where: { SERVICE: 'Amazon MSK' }, split: 'equal' }, { where: { SERVICE: 'AmazonCloudWatch' }, by: 'records' }];
    const got = await collected(await serve(), { shared });
    const first = got.observations.filter(({ arm, start }) => arm === 'faas' && start === FROM);
    expect(first.map(({ labels, value }) => ({ ...labels, value }))).toEqual([
      { value: 1.1 },
      { shared: 'SERVICE = Amazon MSK', split: 'equal', value: 0.5 },
      { shared: 'SERVICE = AmazonCloudWatch', by: 'records', value: 0.25 },
    ]);
    expect(got.warning('billing-untagged')?.values.amount).toBe(0);
    expect(got.warning('billing-shared')?.values).toMatchObject({ amount: 3.5, how: 'equal' });
  });

  test('costs of another value of the tag can be shared too, and split: none leaves them out and says so', async () => {
    const byTag = await collected(await serve(), { shared: [{ where: { stack: 'other' }, split: 'equal' }] });
    expect(byTag.values('faas').slice(0, 2)).toEqual([1.1, 99]);
    const none = await collected(await serve(), { shared: [{ where: { SERVICE: 'Amazon MSK' }, split: 'none' }] });
    expect(none.values('faas')).toHaveLength(7);
    expect(none.warning('billing-shared')?.values).toMatchObject({ amount: 3.5, how: 'none' });
  });

  test('where selects by dimension', async () => {
    const got = await collected(await serve(), {}, wanting({ query: { where: { SERVICE: ['AWS Lambda', 'Amazon Elastic MapReduce'] } } }));
    expect(got.values('spark')[0]).toBe(1.1);
  });
});

describe('money', () => {
  test('another currency than the declared one is refused', async () => {
    const got = await collected(await serve({ currency: 'CNY' }));
    expect(got.problem).toMatchObject({ code: 'billing-currency-other', values: { declared: 'USD', billed: 'CNY' } });
    const undeclared = await collected(await serve({ currency: 'CNY' }), {}, wanting({ measuredIn: 'CNY' }));
    expect(undeclared.problem).toBeNull();
    expect(undeclared.warning('billing-untagged')?.values.currency).toBe('CNY');
  });
});

describe('what is not final', () => {
  test('days that end less than 48 hours ago are not even asked for', async () => {
    const served = await serve({}, day('2026-11-08'));
    const got = await collected(served);
    expect(served.server.questions[0].TimePeriod).toEqual({ Start: '2026-11-01', End: '2026-11-06' });
    expect(got.values('faas')).toHaveLength(5);
    expect(got.warning('billing-held-back')?.values).toMatchObject({ buckets: 2, nextAt: day('2026-11-09') });
  });

  test('settle shortens or lengthens that, and the window settles where the source does not say', async () => {
    const short = await collected(await serve({}, day('2026-11-08')), { settle: '1d' });
    expect(short.values('faas')).toHaveLength(6);
    const declared = await collected(await serve({}, day('2026-11-08')), {}, wanting({ window: window('2026-11-01', '2026-11-08', 72 * HOUR) }));
    expect(declared.values('faas')).toHaveLength(4);
  });

  test('what AWS calls estimated is marked', async () => {
    const got = await collected(await serve({ finalUntilMs: FROM + 5 * DAY }));
    expect(got.observations.filter(({ arm }) => arm === 'faas').map(({ estimated }) => estimated)).toEqual([false, false, false, false, false, true, true]);
    expect(got.warning('billing-estimated')?.values).toMatchObject({ periods: 2, of: 7 });
  });

  test('a window of which nothing is settled is no answer, and no call', async () => {
    const served = await serve({}, FROM + 2 * DAY);
    expect((await collected(served)).problem).toMatchObject({ code: 'billing-nothing-settled', values: { nextAt: FROM + 3 * DAY } });
    expect(served.server.asked).toEqual([]);
  });
});

describe('hours', () => {
  const hours = wanting({ byMs: HOUR, window: window('2026-11-01', '2026-11-03') });

  test('are asked for in their own format', async () => {
    const served = await serve({ lines: week(FROM, 48, HOUR).map((line, i) => ({ ...line, amount: `0.${(i % 8) + 1}` })) }, day('2026-11-10'));
    const got = await collected(served, {}, hours);
    expect(got.values('faas')).toHaveLength(48);
    expect(served.server.questions[0]).toMatchObject({
      TimePeriod: { Start: '2026-11-01T00:00:00Z', End: '2026-11-03T00:00:00Z' },
      Granularity: 'HOURLY',
    });
  });

  test('that are gone say until when they could be fetched', async () => {
    const served = await serve({}, day('2026-11-20'));
    const { problem } = await collected(served, {}, hours);
    expect(problem).toMatchObject({ code: 'cost-hourly-gone', values: { until: day('2026-11-15') } });
    expect(served.server.asked).toEqual([]);
  });

  test('that were fetched in time are kept when AWS has them no more', async () => {
    const lines = week(FROM, 24 * 16, HOUR);
    const long = wanting({ byMs: HOUR, window: window('2026-11-01', '2026-11-17') });
    const early = await serve({ lines, finalUntilMs: 0 }, day('2026-11-09'));
    const first = await collected(early, {}, long);
    expect(first.values('faas')).toHaveLength(24 * 6);
    const io = contextAt(day('2026-11-19'), ENVIRONMENT, { read: early.io.read, write: early.io.write });
    const late = await costExplorer({ lines, now: io.now, keys: { AKIACANARY: SECRET } });
    open.push(late);
    // The cache knows the address that it was asked at.
    const again = await collected({ ...early, io, server: late, options: { ...early.options } }, {}, long).catch((error) => error);
    expect(again.problem).not.toBeNull();
    const proxied = await serveAt(early.server.port, { lines, now: io.now, keys: { AKIACANARY: SECRET } });
    const got = await collected({ ...early, io, server: proxied }, {}, long);
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toHaveLength(24 * 16);
    expect(got.warning('cost-hourly-lost')).toBeUndefined();
    expect(got.observations.filter(({ estimated }) => estimated).length).toBeGreaterThan(0);
  });
});
