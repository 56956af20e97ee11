import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { awsCostExplorer } from '../../../src/collect/sources/aws-cost-explorer.js';
import type { Reason } from '../../../src/model/reason.js';
import { Secret } from '../../../src/model/secret.js';
import {
  type CostExplorerOptions,
  type CostExplorerStandIn,
  costExplorer,
  type Line,
  refuse,
} from '../../servers/cost-explorer.js';
import { freePort } from '../../servers/start.js';
import {
  ARMS,
  collectFrom,
  contextAt,
  DAY,
  day,
  disk,
  HOUR,
  preflightOf,
  wanting,
  window,
} from './asking.js';

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
      {
        startMs,
        tags: { stack: 'emr-prod-3' },
        service: 'Amazon Simple Storage Service',
        amount: '1.0151516483',
      },
      {
        startMs,
        tags: { stack: 'emr-prod-3' },
        service: 'Amazon Elastic MapReduce',
        recordType: 'Credit',
        amount: '-1.5',
      },
      { startMs, tags: { stack: 'other' }, service: 'AWS Lambda', amount: '99' },
      { startMs, service: 'Amazon MSK', amount: '0.5' },
      { startMs, service: 'AmazonCloudWatch', amount: '0.25' },
      { startMs, service: 'Tax', recordType: 'Tax', amount: '7' },
    ];
  }).flat();

const serve = async (given: Partial<CostExplorerOptions> = {}, nowMs = NOW) => {
  const clock = { ms: nowMs };
  const { files, ...store } = disk();
  const io = contextAt(clock, ENVIRONMENT, store);
  const server = await costExplorer({ lines: week(), now: io.now, keys: { AKIACANARY: SECRET }, ...given });
  open.push(server);
  const credentials = {
    accessKeyId: new Secret('KEY'),
    secretAccessKey: new Secret('SECRET'),
    sessionToken: new Secret('SESSION'),
  };
  const options = { tag: 'stack', endpoint: server.url, credentials };
  const written = JSON.parse(JSON.stringify(options));
  expect(awsCostExplorer.options.safeParse(written).error?.issues ?? []).toEqual([]);
  return { io, clock, files, server, options };
};
type Served = Awaited<ReturnType<typeof serve>>;

/** The same server and disk, asked again by another run. */
const later = (served: Served, nowMs: number): Served => {
  served.clock.ms = nowMs;
  const { read, write } = served.io;
  return { ...served, io: contextAt(served.clock, ENVIRONMENT, { read, write }) };
};

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
    expect(got.io.waits.filter((ms) => ms === 1_000).length).toBeGreaterThanOrEqual(10);
  });

  test('a group that is missing on a day is 0, and a day that is missing is missing', async () => {
    const lines = week().filter(
      ({ startMs, tags }) => !(startMs === FROM + DAY && tags?.stack === 'fn-orders'),
    );
    const got = await collected(await serve({ lines }));
    expect(got.values('faas')).toEqual([1.1, 0, 1.3, 1.4, 1.5, 1.6, 1.7]);
    const gap = await collected(
      await serve({
        instead: async (_count, _operation, response) => {
          const groups = [
            { Keys: ['stack$fn-orders'], Metrics: { AmortizedCost: { Amount: '1', Unit: 'USD' } } },
            { Keys: ['stack$emr-prod-3'], Metrics: { AmortizedCost: { Amount: '1E-8', Unit: 'USD' } } },
          ];
          const period = (Start: string, End: string) => ({
            TimePeriod: { Start, End },
            Total: {},
            Groups: groups,
            Estimated: false,
          });
          response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
          response.end(
            JSON.stringify({
              ResultsByTime: [period('2026-11-01', '2026-11-02'), period('2026-11-03', '2026-11-04')],
            }),
          );
          return true;
        },
      }),
    );
    expect(gap.observations.map(({ arm, unit }) => `${arm} ${unit.slice(8, 10)}`)).toEqual([
      'faas 01',
      'spark 01',
      'faas 03',
      'spark 03',
    ]);
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
    const shared = [
      { where: { SERVICE: 'Amazon MSK' }, split: 'equal' },
      { where: { SERVICE: 'AmazonCloudWatch' }, by: 'records' },
    ];
    const got = await collected(await serve(), { shared });
    const first = got.observations.filter(({ arm, start }) => arm === 'faas' && start === FROM);
    expect(first.map(({ labels, value }) => ({ ...labels, value }))).toEqual([
      { value: 1.1 },
      { shared: 'SERVICE = Amazon MSK', split: 'equal', value: 0.5 },
      { shared: 'SERVICE = AmazonCloudWatch', by: 'records', value: 0.25 },
    ]);
    expect(got.warning('billing-untagged')).toBeUndefined();
    expect(got.warning('billing-shared')?.values).toMatchObject({ amount: 3.5, how: 'equal' });
  });

  test('costs of another value of the tag can be shared too, and split: none leaves them out and says so', async () => {
    const byTag = await collected(await serve(), { shared: [{ where: { stack: 'other' }, split: 'equal' }] });
    expect(byTag.values('faas').slice(0, 2)).toEqual([1.1, 99]);
    const none = await collected(await serve(), {
      shared: [{ where: { SERVICE: 'Amazon MSK' }, split: 'none' }],
    });
    expect(none.values('faas')).toHaveLength(7);
    expect(none.warning('billing-shared')?.values).toMatchObject({ amount: 3.5, how: 'none' });
  });

  test('where selects by dimension', async () => {
    const got = await collected(
      await serve(),
      {},
      wanting({ query: { where: { SERVICE: ['AWS Lambda', 'Amazon Elastic MapReduce'] } } }),
    );
    expect(got.values('spark')[0]).toBe(1.1);
  });
});

describe('money', () => {
  test('another currency than the declared one is refused', async () => {
    const got = await collected(await serve({ currency: 'CNY' }));
    expect(got.problem).toMatchObject({
      code: 'billing-currency-other',
      values: { declared: 'USD', billed: 'CNY' },
    });
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
    const declared = await collected(
      await serve({}, day('2026-11-08')),
      {},
      wanting({ window: window('2026-11-01', '2026-11-08', 72 * HOUR) }),
    );
    expect(declared.values('faas')).toHaveLength(4);
  });

  test('what AWS calls estimated is marked', async () => {
    const got = await collected(await serve({ finalUntilMs: FROM + 5 * DAY }));
    expect(got.observations.filter(({ arm }) => arm === 'faas').map(({ estimated }) => estimated)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(got.warning('billing-estimated')?.values).toMatchObject({ periods: 2, of: 7 });
  });

  test('a window of which nothing is settled is no answer, and no call', async () => {
    const served = await serve({}, FROM + 2 * DAY);
    expect((await collected(served)).problem).toMatchObject({
      code: 'billing-nothing-settled',
      values: { nextAt: FROM + 3 * DAY },
    });
    expect(served.server.asked).toEqual([]);
  });
});

describe('hours', () => {
  const hours = wanting({ byMs: HOUR, window: window('2026-11-01', '2026-11-03') });

  test('are asked for in their own format', async () => {
    const served = await serve(
      { lines: week(FROM, 48, HOUR).map((line, i) => ({ ...line, amount: `0.${(i % 8) + 1}` })) },
      day('2026-11-10'),
    );
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
    const late = later(early, day('2026-11-20'));
    const got = await collected(late, {}, long);
    expect(got.problem).toBeNull();
    expect(early.server.questions[1].TimePeriod).toEqual({
      Start: '2026-11-06T01:00:00Z',
      End: '2026-11-17T00:00:00Z',
    });
    expect(got.values('faas')).toHaveLength(24 * 16);
    expect(got.warning('cost-hourly-lost')).toBeUndefined();
    expect(got.observations.every(({ estimated }) => estimated)).toBe(true);
  });

  test('that nobody fetched in time are counted as lost, and not as free', async () => {
    const lines = week(FROM, 24 * 16, HOUR);
    const served = await serve({ lines }, day('2026-11-20'));
    const got = await collected(
      served,
      {},
      wanting({ byMs: HOUR, window: window('2026-11-01', '2026-11-17') }),
    );
    expect(got.values('faas')).toHaveLength(24 * 16 - 121);
    expect(got.warning('cost-hourly-lost')?.values).toMatchObject({ hours: 121, from: FROM });
  });
});

describe('what was paid for', () => {
  test('is not asked again once it is final', async () => {
    const served = await serve();
    const first = await collected(served);
    const again = later(served, day('2026-12-01'));
    const second = await collected(again);
    expect(second.observations).toEqual(first.observations);
    expect(served.server.asked).toHaveLength(1);
  });

  test('is asked again while it is estimated, and only that part', async () => {
    const served = await serve({ finalUntilMs: FROM + 5 * DAY });
    await collected(served);
    await collected(later(served, day('2026-11-16')));
    expect(served.server.questions[1].TimePeriod).toEqual({ Start: '2026-11-06', End: '2026-11-08' });
  });

  test('is kept without any secret, and another question does not get its answer', async () => {
    const served = await serve();
    await collected(served);
    const { files } = served;
    expect(files.size).toBe(1);
    const [[path, content]] = [...files];
    expect(path).toMatch(/^\.stacktrial-cache\/cost-explorer\/[0-9a-f]{32}\.json$/u);
    for (const canary of CANARIES) expect(content).not.toContain(canary);
    await collected(served, { cost: 'UnblendedCost' });
    expect(served.server.questions).toHaveLength(2);
  });

  test('lies beside the experiment, in a folder that is made when it is needed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stacktrial-cache-'));
    try {
      const served = await serve();
      const real = {
        folder,
        read: (path: string) => readFile(join(folder, path)),
        write: (path: string, content: string | Uint8Array) => writeFile(join(folder, path), content),
      };
      await collected({ ...served, io: contextAt(served.clock, ENVIRONMENT, real) });
      await collected({ ...served, io: contextAt(served.clock, ENVIRONMENT, real) });
      expect(served.server.asked).toHaveLength(1);
      expect(await readdir(join(folder, '.stacktrial-cache/cost-explorer'))).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a damaged file, and a disk that cannot be written, cost a request and nothing else', async () => {
    const served = await serve();
    const first = await collected(served);
    for (const path of served.files.keys()) served.files.set(path, '{"version":1,"periods":');
    const again = later(served, NOW);
    const readOnly = { ...again, io: { ...again.io, write: () => Promise.reject(new Error('read-only')) } };
    const second = await collected(readOnly);
    expect(second.observations).toEqual(first.observations);
    expect(readOnly.io.said.join()).toContain('read-only');
  });
});

describe('an arm that seems free', () => {
  const without = (stack: string) => week().filter(({ tags }) => tags?.stack !== stack);

  test('because its tag is not activated is refused, and preflight says so', async () => {
    const tags = { stack: { active: false } };
    expect((await collected(await serve({ tags }))).problem).toMatchObject({
      code: 'cost-tag-inactive',
      values: { tag: 'stack', who: 'faas' },
    });
    const { io, options } = await serve({ tags });
    const found = await preflightOf(awsCostExplorer as never, options, wanting(), io);
    expect(found.map(({ arm, points, problem }) => [arm, points, problem?.code])).toEqual([
      ['faas', 0, 'cost-tag-inactive'],
      ['spark', 0, 'cost-tag-inactive'],
    ]);
  });

  test('is found before the window has even begun', async () => {
    const { io, options } = await serve({ tags: { stack: { active: false } } }, day('2026-10-31'));
    const found = await preflightOf(awsCostExplorer as never, options, wanting(), io);
    expect(found.map(({ problem }) => problem?.code)).toEqual(['cost-tag-inactive', 'cost-tag-inactive']);
    const active = await serve({ lines: week(day('2026-10-20')) }, day('2026-10-31'));
    const fine = await preflightOf(awsCostExplorer as never, active.options, wanting(), active.io);
    expect(fine.map(({ problem }) => problem?.code)).toEqual([
      'billing-nothing-settled',
      'billing-nothing-settled',
    ]);
  });

  test('because the account has no such tag names those that exist', async () => {
    const served = await serve({
      tags: { Stack: { active: true } },
      lines: week().map((line) => ({ ...line, tags: { Stack: line.tags?.stack ?? '' } })),
    });
    expect((await collected(served)).problem).toMatchObject({
      code: 'cost-tag-unknown',
      values: { exist: ['Stack'] },
    });
  });

  test('because nothing has its value names the values that exist, nearest first', async () => {
    const arms = [ARMS[0], { ...ARMS[1], match: { stack: 'emr-prod-4' } }];
    const served = await serve();
    const got = await collected(served, {}, wanting({ arms }));
    expect(got.problem).toMatchObject({
      code: 'cost-tag-value-absent',
      values: { who: 'spark', value: 'emr-prod-4' },
    });
    expect((got.problem as Reason).values.exist).toContain('emr-prod-3');
    expect(((got.problem as Reason).values.exist as string[])[0]).toBe('emr-prod-3');
    const { options, io } = await serve();
    const found = await preflightOf(awsCostExplorer as never, options, wanting({ arms }), io);
    expect(found[0]).toMatchObject({ points: 7, fromMs: FROM, toMs: FROM + 7 * DAY, problem: null });
    expect(found[1].problem?.code).toBe('cost-tag-value-absent');
  });

  test('because its resources cost nothing is refused all the same', async () => {
    const lines = without('emr-prod-3').concat({
      startMs: FROM,
      tags: { stack: 'emr-prod-3' },
      service: 'AWS Lambda',
      amount: '0',
    });
    expect((await collected(await serve({ lines }))).problem).toMatchObject({
      code: 'cost-arm-zero',
      values: { who: 'spark' },
    });
  });

  test('because the tag was activated too late says when', async () => {
    const tags = { stack: { active: true, updatedMs: day('2026-11-09') } };
    const lines = week().map((line) => ({ ...line, tags: {} }));
    expect((await collected(await serve({ lines, tags }))).problem).toMatchObject({
      code: 'cost-tag-activated-late',
      values: { activated: day('2026-11-09') },
    });
    const early = await collected(await serve({ lines }));
    expect(early.problem?.code).toBe('cost-tag-no-values');
  });

  test('in a member account, which may not see the tags, is refused for what can be known', async () => {
    const served = await serve({
      lines: without('emr-prod-3'),
      instead: (_count, operation, response) => {
        if (operation !== 'ListCostAllocationTags') return false;
        refuse(
          response,
          'AccessDeniedException',
          'User: arn:aws:iam::1:user/x is not authorized to perform: ce:ListCostAllocationTags',
        );
        return true;
      },
    });
    expect((await collected(served)).problem?.code).toBe('cost-tag-value-absent');
  });
});

describe('a question that cannot be asked', () => {
  const problemOf = async (want: Partial<Parameters<typeof wanting>[0]>, more: object = {}) =>
    (await collected(await serve(), more, wanting(want))).problem?.code;

  test('says what is missing', async () => {
    expect(await problemOf({ byMs: null })).toBe('billing-needs-by');
    expect(await problemOf({ window: null })).toBe('billing-needs-window');
    expect(await problemOf({ byMs: 30 * 60_000 })).toBe('cost-by-too-fine');
    expect(
      await problemOf({ window: { ...window('2026-11-01', '2026-11-01'), toMs: FROM + 6 * HOUR } }),
    ).toBe('billing-no-whole-bucket');
    expect(await problemOf({ fold: { kind: 'mean' }, query: { services: true } })).toBe('billing-needs-sum');
    expect(await problemOf({ arms: [ARMS[0], { ...ARMS[1], match: { stack: 'fn-orders' } }] })).toBe(
      'billing-arms-share-value',
    );
    expect(await problemOf({ arms: [ARMS[0], { ...ARMS[1], match: { a: '1', b: '2' } }] })).toBe(
      'billing-arm-value',
    );
    expect(await problemOf({}, { shared: [{ where: { REGION: 'eu' }, split: 'equal' }] })).toBe(
      'billing-shared-key',
    );
  });

  test('does not reach the network', async () => {
    const served = await serve();
    await collected(served, {}, wanting({ byMs: null }));
    expect(served.server.asked).toEqual([]);
  });
});

describe('failures', () => {
  const failing = (type: string, message = 'no', status = 400, times = 99) =>
    serve({
      instead: (count, _operation, response) => {
        if (count > times) return false;
        refuse(response, type, message, status);
        return true;
      },
    });
  const messageOf = (got: Awaited<ReturnType<typeof collected>>) =>
    `${got.problem?.values.message} ${got.problem?.values.hint}`;

  test('a burst of throttling is waited out', async () => {
    for (const type of ['LimitExceededException', 'ThrottlingException']) {
      const served = await failing(type, 'Rate exceeded', 400, 3);
      const got = await collected(served);
      expect(got.problem).toBeNull();
      expect(served.server.asked).toHaveLength(4);
      expect(served.io.waits.length).toBeGreaterThanOrEqual(3);
    }
  });

  test('500 twice is tried again; throttling without end is not', async () => {
    expect((await collected(await failing('InternalFailure', 'oops', 500, 2))).problem).toBeNull();
    const served = await failing('LimitExceededException');
    expect(messageOf(await collected(served))).toMatch(/asked too often.*tried 9 times.*rate limit/u);
  });

  test.each([
    ['AccessDeniedException', /access denied.*ce:GetCostAndUsage, ce:GetTags and ce:ListCostAllocationTags/u],
    ['ExpiredTokenException', /session has expired.*aws sso login/u],
    ['UnrecognizedClientException', /credentials are not known/u],
    ['DataUnavailableException', /not available.*enabled/u],
    ['BillExpirationException', /13 months/u],
    ['ValidationException', /not valid.*says tells why/u],
    ['ResourceNotFoundException', /billing view/u],
    ['BillingViewHealthStatusException', /billing view/u],
  ])('%s says what to do, and is not tried again', async (type, wanted) => {
    const served = await failing(type, 'because');
    const got = await collected(served);
    expect(messageOf(got)).toMatch(wanted);
    expect(messageOf(got)).toContain('because');
    expect(served.server.asked).toHaveLength(1);
  });

  test('a page token that is not accepted any more means to begin again, once', async () => {
    for (const type of ['InvalidNextTokenException', 'RequestChangedException']) {
      const served = await serve({
        groupsPerPage: 7,
        instead: (count, _operation, response) => {
          if (count !== 2) return false;
          refuse(response, type, 'again');
          return true;
        },
      });
      const got = await collected(served);
      expect(got.values('faas')).toEqual([1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7]);
    }
    const served = await serve({
      groupsPerPage: 7,
      instead: (count, _operation, response) => {
        if (count % 2 === 1) return false;
        refuse(response, 'InvalidNextTokenException', 'never');
        return true;
      },
    });
    expect(messageOf(await collected(served))).toContain('token');
    expect(served.server.asked).toHaveLength(4);
  });

  test('a login page is not a bill', async () => {
    const served = await serve({
      instead: (_count, _operation, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<html><form>Log in <input type="password"></form></html>');
        return true;
      },
    });
    expect(messageOf(await collected(served))).toContain('a login page came instead of data');
  });

  test('JSON that is not the answer, and JSON that is none, are refused', async () => {
    const answering = (body: string) =>
      serve({
        instead: (_count, _operation, response) => {
          response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
          response.end(body);
          return true;
        },
      });
    expect((await collected(await answering('{}'))).problem?.code).toBe('cost-answer-unexpected');
    expect(messageOf(await collected(await answering('{"ResultsByTime": [')))).toContain('not JSON');
    const period = { TimePeriod: { Start: '2026-11-01', End: '2026-11-02' } };
    const group = (Keys: string[], Amount = '1') => ({
      Keys,
      Metrics: { AmortizedCost: { Amount, Unit: 'USD' } },
    });
    for (const Groups of [
      [group(['stack$a', 'extra'])],
      [group(['other$a'])],
      [group(['stack$fn-orders']), group(['stack$fn-orders'])],
      [group(['stack$fn-orders'], '1,5')],
      [{ Keys: ['stack$a'], Metrics: {} }],
    ]) {
      const got = await collected(
        await answering(JSON.stringify({ ResultsByTime: [{ ...period, Groups }] })),
      );
      expect(got.problem?.code).toBe('cost-answer-unexpected');
    }
    const mixed = [
      group(['stack$fn-orders']),
      { Keys: ['stack$emr-prod-3'], Metrics: { AmortizedCost: { Amount: '1', Unit: 'EUR' } } },
    ];
    const got = await collected(
      await answering(JSON.stringify({ ResultsByTime: [{ ...period, Groups: mixed }] })),
    );
    expect(got.problem).toMatchObject({
      code: 'billing-currencies-mixed',
      values: { currencies: ['EUR', 'USD'] },
    });
  });

  test('a server that never answers, that drips and that never ends is left', async () => {
    const silent = await serve({ instead: () => true });
    const began = Date.now();
    expect(messageOf(await collected(silent, { timeout: '100ms', deadline: '400ms' }))).toMatch(
      /nothing came for 0.1 s|deadline/u,
    );
    const drip = await serve({
      instead: (_count, _operation, response) => {
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
        return true;
      },
    });
    expect(messageOf(await collected(drip, { timeout: '200ms', deadline: '300ms' }))).toContain(
      'deadline of 0.3 s',
    );
    const endless = await serve({
      instead: (_count, _operation, response) => {
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
        const chunk = ' '.repeat(1 << 20);
        const more = (): void => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more);
        more();
        return true;
      },
    });
    expect(messageOf(await collected(endless, { deadline: '20s' }))).toContain('longer than');
    expect(Date.now() - began).toBeLessThan(20_000);
  });

  test('a connection that is refused or cut says so', async () => {
    const { io, options } = await serve();
    const nobody = { ...options, endpoint: `http://127.0.0.1:${await freePort()}` };
    const got = await collectFrom(awsCostExplorer as never, nobody, wanting(), io, CANARIES);
    expect(messageOf(got)).toContain('refused the connection');
    const cut = await serve({
      instead: (_count, _operation, response) => {
        response.destroy();
        return true;
      },
    });
    expect(messageOf(await collected(cut))).toContain('cut the connection');
  });

  test('Ctrl-C ends it at once, as what it is', async () => {
    const stop = new AbortController();
    const served = await serve({
      instead: () => {
        stop.abort(new Error('stopped'));
        return true;
      },
    });
    const io = { ...served.io, signal: stop.signal };
    const got = await collected({ ...served, io });
    expect(got.problem?.values.message).toBe('stopped');
  });
});

/** Everything secret that a request carries. */
const echoOf = ({ headers }: IncomingMessage): string =>
  JSON.stringify({
    authorization: headers.authorization?.slice(0, 60),
    token: headers['x-amz-security-token'],
  });

describe('secrets', () => {
  test('a signature that is not accepted does not print what AWS repeats of the request', async () => {
    const served = await serve({ keys: { AKIACANARY: 'another' } });
    const got = await collected(served);
    expect(got.problem?.values.message).toContain('signature');
    expect(got.problem?.values.hint).toContain('clock');
  });

  test('a server that repeats every header does not get the session token into our errors', async () => {
    const served = await serve({
      instead: (_count, _operation, response, request) => {
        refuse(response, 'ValidationException', echoOf(request));
        return true;
      },
    });
    const got = await collected(served);
    expect(got.problem?.values.message).toContain('authorization');
    expect(served.server.headers[0]['x-amz-security-token']).toBe(SESSION);
  });

  test('those of the environment are as secret as declared ones, and no region is needed', async () => {
    const saved = { ...process.env };
    try {
      delete process.env.AWS_REGION;
      delete process.env.AWS_DEFAULT_REGION;
      const served = await serve({
        instead: (_count, _operation, response, request) => {
          refuse(response, 'ValidationException', echoOf(request));
          return true;
        },
      });
      Object.assign(process.env, {
        AWS_ACCESS_KEY_ID: 'AKIACANARY',
        AWS_SECRET_ACCESS_KEY: SECRET,
        AWS_SESSION_TOKEN: SESSION,
        AWS_ENDPOINT_URL_COST_EXPLORER: served.server.url,
      });
      const got = await collectFrom(
        awsCostExplorer as never,
        { tag: 'stack' },
        wanting(),
        served.io,
        CANARIES,
      );
      expect(got.problem?.values.message).toContain('authorization');
      expect(served.server.headers[0].authorization).toContain('/us-east-1/ce/');
    } finally {
      process.env = saved;
    }
  });

  test('a missing one is named', async () => {
    const served = await serve();
    const got = await collected({ ...served, io: contextAt(served.clock, { KEY: 'AKIACANARY' }) });
    expect(got.problem?.values.message).toMatch(/\$\{SECRET\} is not set/u);
  });
});
