import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PlannedTrial, Trial } from '../../src/model/evidence.js';
import { Secret } from '../../src/model/secret.js';
import { sendable } from '../../src/split/drivers/http/headers.js';
import { type Format, requestsOf } from '../../src/split/drivers/http/request-log.js';
import { httpDriver } from '../../src/split/drivers/http.js';
import { onlyRun, start } from '../cli/program.js';
import { type Answering, loopback } from '../servers/loopback.js';
import { freePort } from '../servers/start.js';
import { arms, newRunId, temporaryFolder, testIo, testJournal, until } from './support.js';

const server = async (answer: Answering) => {
  const running = await loopback(answer);
  onTestFinished(() => running.close());
  return running;
};

const planned = (arm: string): PlannedTrial => ({
  id: `b000.0.${arm}`,
  block: 0,
  order: 0,
  unit: 'log',
  repeat: 0,
  arm,
});

interface Replay {
  readonly log: string;
  readonly file?: string;
  readonly options?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, unknown>>;
}

async function replayed(urls: Readonly<Record<string, string>>, given: Replay): Promise<readonly Trial[]> {
  const folder = await temporaryFolder();
  const path = given.file ?? 'log.jsonl';
  await writeFile(join(folder, path), given.log);
  const options = httpDriver.options.parse({
    arms: Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, { url }])),
    rate: 1_000,
    ...given.options,
  });
  const io = { ...testIo(folder), env: ({ name }: Secret) => given.env?.[name] };
  const own = given.headers === undefined ? options : { ...options, headers: given.headers as never };
  const driver = await httpDriver.open(own, arms(...Object.keys(urls)), testJournal(), io, newRunId());
  try {
    const unit = { id: 'log', path, covariates: {} };
    return await Promise.all(Object.keys(urls).map((arm) => driver.trial(planned(arm), unit, 0)));
  } finally {
    await driver.close();
  }
}

/** A timer may fire a millisecond before its time, and what is due within one is sent at once. */
const EARLY_S = 0.002;

const gets = (n: number) => Array.from({ length: n }, (_, i) => `{"path":"/orders/${i}"}\n`).join('');
const number = (trial: Trial, field: string) => (trial.answer as Record<string, number>)[field];
const ok = (response: ServerResponse, text = 'ok') => response.end(text);

test('a stall counts for every request that was due meanwhile, and the load does not wait for it', async () => {
  let stalledUntil = 0;
  const times: number[] = [];
  const { url, asked } = await server(async (_request, response, _body, count) => {
    times.push(Date.now());
    if (count === 100) stalledUntil = Date.now() + 500;
    const left = stalledUntil - Date.now();
    if (left > 0) await new Promise((done) => setTimeout(done, left));
    ok(response);
  });
  const [trial] = await replayed({ a: url }, { log: gets(400), options: { rate: 400, connections: 16 } });
  expect(trial.outcome).toBe('ok');
  expect(asked).toHaveLength(400);
  // 400 a second for half a second: a closed loop would have seen 16 slow requests, one a connection.
  const slow = number(trial, 'latencySeconds');
  expect(number(trial, 'p90Seconds')).toBeGreaterThan(0.2);
  expect(slow).toBeGreaterThan(25);
  expect(number(trial, 'maxSeconds')).toBeGreaterThan(0.45);
  expect(number(trial, 'failed')).toBe(0);
});

describe('open loop, in every form of log', () => {
  const paths = Array.from({ length: 40 }, (_, i) => `/orders/${i}?page=2`);
  const har = {
    log: { entries: paths.map((path) => ({ request: { method: 'GET', url: `https://x.example${path}` } })) },
  };
  const access = (path: string) => `10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET ${path} HTTP/1.1" 200 5\n`;
  test.each([
    ['log.jsonl', gets(40).replaceAll('"}', '?page=2"}')],
    ['log.har', JSON.stringify(har)],
    ['access.log', paths.map(access).join('')],
  ])('%s: an arm that answers nothing until all has arrived gets all on time', async (file, log) => {
    // A load that waits for answers would never send the second request, and every one would fail.
    const waiting: ServerResponse[] = [];
    const slow = await server((_request, response) => {
      waiting.push(response);
      if (waiting.length === 40) for (const each of waiting) ok(each);
    });
    const quick = await server((_request, response) => ok(response));
    const options = { rate: 100, connections: 40, timeout: '20s' };
    const [a, b] = await replayed({ a: slow.url, b: quick.url }, { file, log, options });
    expect([a.outcome, b.outcome]).toEqual(['ok', 'ok']);
    for (const { asked } of [slow, quick])
      expect(asked.toSorted()).toEqual(paths.map((path) => `GET ${path}`).sort());
    // Request i was due i/100 s after the first, and nothing was answered before the last: Σ (39 − i)/100.
    expect(number(a, 'latencySeconds')).toBeGreaterThanOrEqual(7.8 - 40 * EARLY_S);
    expect(number(a, 'maxSeconds')).toBeGreaterThanOrEqual(0.39 - EARLY_S);
    expect([number(a, 'failed'), number(b, 'failed')]).toEqual([0, 0]);
  });
});

test('an arm that fails is not fast: a failure has the time of its limit, a dead arm has none', async () => {
  const flaky = await server((_request, response, _body, count) => {
    if (count % 10 === 0) response.writeHead(503);
    response.end();
  });
  const dead = `http://127.0.0.1:${await freePort()}`;
  const [a, b] = await replayed({ a: flaky.url, b: dead }, { log: gets(50), options: { timeout: '3s' } });
  expect(a.answer).toMatchObject({ requests: 50, failed: 5, failures: { 'status 503': 5 }, maxSeconds: 3 });
  expect(number(a, 'latencySeconds')).toBeGreaterThan(15);
  expect([b.outcome, b.answer]).toEqual(['sut-error', null]);
  expect(b.problem).toBe('Every request failed: 50 × ECONNREFUSED.');
});

test('connections are bounded; what gets none before its limit fails, and the trial ends', async () => {
  let [open, most] = [0, 0];
  const hanging = await server(() => new Promise(() => {}));
  const counted = await server(async (_request, response) => {
    most = Math.max(most, ++open);
    await new Promise((done) => setTimeout(done, 30));
    open--;
    ok(response);
  });
  const options = { connections: 4, timeout: '300ms', rate: 100_000 };
  const [hung] = await replayed({ a: hanging.url }, { log: gets(100), options });
  expect([hung.outcome, hung.problem]).toEqual(['sut-error', 'Every request failed: 100 × timeout.']);
  expect(hung.measured.wallSeconds).toBeLessThan(5);
  expect(hanging.asked.length).toBeLessThan(100);
  const [busy] = await replayed({ a: counted.url }, { log: gets(40), options: { connections: 4 } });
  expect([most, busy.answer]).toEqual([4, expect.objectContaining({ requests: 40, failed: 0 })]);
});

test('what is recorded is sent as it was, without the connection’s headers and anybody’s credentials', async () => {
  const { url, headers, bodies, asked } = await server((_request, response) => ok(response));
  const recorded = {
    method: 'post',
    url: 'https://prod.example/orders?page=2',
    headers: {
      Accept: 'a/b',
      Authorization: 'Bearer stolen',
      Cookie: 'c=1',
      Connection: 'close, X-Hop',
      'X-Hop': '1',
      Host: 'prod',
    },
    body: { n: 1 },
  };
  await replayed(
    { a: `${url}/base/` },
    {
      log: JSON.stringify(recorded),
      options: { methods: ['POST'] },
      headers: { authorization: new Secret('TOKEN') },
      env: { TOKEN: 'Bearer ours' },
    },
  );
  expect([asked, bodies]).toEqual([['POST /base/orders?page=2'], ['{"n":1}']]);
  expect(headers[0]).toMatchObject({ accept: 'a/b', authorization: 'Bearer ours', 'content-length': '7' });
  expect(headers[0]).not.toHaveProperty('cookie');
  expect(headers[0]).not.toHaveProperty('x-hop');
  expect(headers[0].host).toMatch(/^127\.0\.0\.1:/);
});

test('a method that changes something is not sent unless the file names it', async () => {
  const { url, asked } = await server((_request, response) => ok(response));
  const log = '{"path":"/a"}\n{"method":"DELETE","path":"/b"}\n';
  const [trial] = await replayed({ a: url }, { log });
  expect(asked).toEqual(['GET /a']);
  expect(number(trial, 'skipped')).toBe(1);
  await expect(replayed({ a: url }, { log: '{"method":"DELETE","path":"/b"}' })).rejects.toMatchObject({
    message: expect.stringContaining('no request that is sent (1 skipped)'),
  });
});

test('a stop ends what is under way at once, whatever the limit of a request', async () => {
  const { url, asked } = await server(() => new Promise(() => {}));
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'log.jsonl'), gets(200));
  const io = testIo(folder);
  const warned: string[] = [];
  const warn = (warning: Error) => void warned.push(warning.message);
  process.on('warning', warn);
  onTestFinished(() => void process.off('warning', warn));
  const options = httpDriver.options.parse({
    arms: { a: { url } },
    rate: 2_000,
    timeout: '60s',
    connections: 40,
  });
  const driver = await httpDriver.open(options, arms('a'), testJournal(), io, newRunId());
  onTestFinished(() => driver.close());
  const trial = driver.trial(planned('a'), { id: 'log', path: 'log.jsonl', covariates: {} }, 0);
  await until(() => asked.length === 40);
  io.abort();
  expect((await trial).outcome).toBe('aborted');
  expect(warned).toEqual([]);
});

test('redirects are answers', async () => {
  const { url, asked } = await server((_request, response) => {
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  const [trial] = await replayed({ a: url }, { log: gets(3) });
  expect(trial.answer).toMatchObject({ requests: 3, failed: 0 });
  expect(asked).toHaveLength(3);
});

test('parity: answers that differ in one byte give another output', async () => {
  const same = await server((request, response) => ok(response, `order ${request.url}`));
  const other = await server((request, response) =>
    ok(response, request.url === '/orders/7' ? 'order!' : `order ${request.url}`),
  );
  const urls = { a: same.url, b: same.url, c: other.url };
  const body = await replayed(urls, { log: gets(20), options: { parity: 'body' } });
  expect(body[1].output).toEqual(body[0].output);
  expect(body[2].output).not.toEqual(body[0].output);
  const status = await replayed(urls, { log: gets(20), options: { parity: 'status' } });
  expect(status[2].output).toEqual(status[0].output);
});

test('recorded: as the log has it, so many times as fast', async () => {
  const { url } = await server((_request, response) => ok(response));
  const log = [0, 1_000, 4_000].map((at) => JSON.stringify({ path: '/', at: 1e12 + at })).join('\n');
  const [trial] = await replayed({ a: url }, { log, options: { rate: 'recorded', speed: 10 } });
  expect(trial.measured.wallSeconds).toBeGreaterThanOrEqual(0.4 - EARLY_S);
  expect(trial.measured.wallSeconds).toBeLessThan(3);
});

test('recorded: a log in the order of its answers makes nothing late, and one without times is refused', async () => {
  const { url } = await server((_request, response) => ok(response));
  const log = (times: readonly (number | null)[]) =>
    times.map((at) => JSON.stringify({ path: '/', ...(at === null ? {} : { at: 1e12 + at }) })).join('\n');
  const options = { rate: 'recorded' };
  // 3 s before the one that was written before it: due with that one, and not 3 s ago.
  const [trial] = await replayed({ a: url }, { log: log([0, 3_000, 0, 3_000]), options });
  expect(trial.answer).toMatchObject({ requests: 4, failed: 0 });
  expect(number(trial, 'maxSeconds')).toBeLessThan(2.9);
  await expect(replayed({ a: url }, { log: log([0, null]), options })).rejects.toThrow(
    'rate: recorded, and the log does not say when its request 2 came',
  );
});

test('an arm that refuses all is not fast: it has failed; single refusals are counted', async () => {
  const urls: Record<string, string> = {};
  for (const [name, refused] of [
    ['all', 20],
    ['some', 3],
  ] as const) {
    const { url } = await server((_request, response, _body, count) => {
      if (count <= refused) response.writeHead(404);
      response.end();
    });
    urls[name] = url;
  }
  const [all, some] = await replayed(urls, { log: gets(20) });
  expect([all.outcome, all.problem]).toEqual([
    'sut-error',
    expect.stringContaining('All 20 requests were refused (status 4xx)'),
  ]);
  expect(some).toMatchObject({ outcome: 'ok', answer: { failed: 0, refused: 3 } });
});

test('a base URL is a host and a path: what else it holds would be dropped in silence', async () => {
  for (const url of ['http://u:p@127.0.0.1:1/', 'http://127.0.0.1:1/?tenant=7', 'http://127.0.0.1:1/#x'])
    await expect(replayed({ a: url }, { log: gets(1) })).rejects.toThrow('holds more than a host and a path');
});

test('kill -9 and --resume: every file is replayed to both arms, and the secret is nowhere in the evidence', async () => {
  const { url, headers } = await server((_request, response) => ok(response));
  const folder = await temporaryFolder();
  for (let i = 0; i < 12; i++)
    await writeFile(join(folder, `r${String(i).padStart(2, '0')}.jsonl`), gets(20));
  await writeFile(
    join(folder, 'replay.yaml'),
    `experiment: replay
question: Which?
arms: { old: {}, new: {} }
baseline: old
design: { kind: interleaved }
driver:
  type: http
  rate: 200
  headers: { authorization: "\${TOKEN}" }
  arms: { old: { url: "${url}/old" }, new: { url: "${url}/new" } }
workload: { kind: sample, files: "*.jsonl" }
metrics:
  latency: { from: trials, query: { stdout: $.latencySeconds, whenFailed: timeout }, fold: sum, in: s, better: lower, words: [faster, slower] }
hypotheses: [ new is faster than old ]
`,
  );
  const run = (...more: string[]) =>
    start(folder, ['run', 'replay.yaml', ...more], { env: { TOKEN: 'canary-3f81' } });
  const evidence = async () => join(await onlyRun(folder, 'replay'), 'evidence');
  const rows = async (): Promise<readonly Trial[]> =>
    (await readFile(join(await evidence(), 'trials.ndjson'), 'utf8').catch(() => ''))
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Trial]));
  const killed = run();
  await until(async () => (await rows().catch(() => [])).length > 4, 30_000);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const resumed = await run('--resume').ended;
  expect([0, 10], resumed.stderr).toContain(resumed.code);
  expect(resumed.stderr).not.toContain('Warning:');
  const all = await rows();
  for (let block = 0; block < 12; block++)
    for (const arm of ['old', 'new'])
      expect(all.some((row) => row.block === block && row.arm === arm && row.answer?.requests === 20)).toBe(
        true,
      );
  expect(headers.every(({ authorization }) => authorization === 'canary-3f81')).toBe(true);
  for (const name of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (name.isFile())
      expect(await readFile(join(name.parentPath, name.name), 'latin1'), name.name).not.toContain(
        'canary-3f81',
      );
}, 60_000);

describe('a log', () => {
  const read = async (format: Format, text: string) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'log'), text);
    const found = [];
    for await (const each of requestsOf(join(folder, 'log'), format)) found.push(each);
    return found;
  };

  test('in the combined format', async () => {
    const line = '10.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a?b=1 HTTP/1.0" 200 2326 "-" "Mozilla"';
    const rubbish = '10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "\\x16\\x03\\x01" 400 150';
    expect(await read('access-log', `${line}\n${rubbish}\n`)).toEqual([
      { method: 'GET', path: '/a?b=1', headers: [], body: null, at: Date.UTC(2000, 9, 10, 20, 55, 36) },
      null,
    ]);
  });

  test('in the combined format: what came in one second is spread over it', async () => {
    const line = (second: number) => `h - - [10/Oct/2000:13:55:${second} -0700] "GET /é HTTP/1.0" 200 1`;
    const rows = await read('access-log', [36, 36, 37, 36, 36, 36, 36].map(line).join('\n'));
    const first = Date.UTC(2000, 9, 10, 20, 55, 36);
    expect(rows.map((row) => (row?.at ?? 0) - first)).toEqual([0, 500, 1_000, 0, 250, 500, 750]);
    expect(rows[0]?.path).toBe('/%C3%A9');
  });

  test('as HAR', async () => {
    const request = {
      method: 'POST',
      url: 'https://x.example/a?b=1',
      headers: [
        { name: ':authority', value: 'x' },
        { name: 'A', value: '1' },
      ],
      postData: { text: 'aGk=', encoding: 'base64' },
    };
    const [found] = await read(
      'har',
      JSON.stringify({ log: { entries: [{ startedDateTime: '2026-11-01T00:00:00Z', request }] } }),
    );
    expect(found).toMatchObject({ method: 'POST', path: '/a?b=1', at: Date.UTC(2026, 10, 1) });
    expect(String(found?.body)).toBe('hi');
    expect(sendable(found?.headers ?? [], {})).toEqual({ a: '1' });
  });

  test('with a mistake is refused at its line', async () => {
    await expect(read('jsonl', '{"path":"/a"}\n{"path":"a b"}\n')).rejects.toThrow(
      /log:2: "a b" is neither a path nor a URL/,
    );
    await expect(read('jsonl', '{"path":"/a","headers":{"x-a":"b\\nc"}}\n')).rejects.toThrow(
      /log:1: the header "x-a" cannot be sent/,
    );
    expect((await read('jsonl', '{"path":"/a b?q=ä%20"}\n'))[0]?.path).toBe('/a%20b?q=%C3%A4%20');
  });
});

test('a credential that stands in the file is refused', () => {
  const parse = (headers: object) =>
    httpDriver.options.safeParse({ rate: 1, arms: { a: { url: 'http://x', headers } } });
  expect(parse({ Authorization: 'Bearer abc' }).error?.issues[0].message).toContain(
    'name an environment variable',
  );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as the file has it
  expect(parse({ Authorization: '${TOKEN}' }).success).toBe(true);
  expect(parse({ Connection: 'close' }).error?.issues[0].message).toContain('set by the client');
});
