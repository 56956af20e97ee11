import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer as createHttps } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Compiled, compiled } from '../../servers/compiled.js';
import { json, loopback } from '../../servers/loopback.js';
import { tunnelling } from '../../servers/proxy.js';
import { findBinary } from '../../servers/require.js';
import { temporaryFolder } from '../../servers/start.js';
import { CANARY, expectNoCanary } from './ask.js';

const environment = { TOKEN: CANARY };
const want = {
  metric: 'cost',
  arms: [{ name: 'faas', title: '', match: { stack: 'fn' } }],
  window: null,
  byMs: null,
  fold: { kind: 'only' },
  unit: null,
  query: { path: '/{arm}', rows: '$.rows', value: '$.v', unit: '$.id' },
};

let child: Compiled;
beforeAll(async () => {
  child = await compiled('http');
});
afterAll(() => child?.remove());

describe('a process that asks', () => {
  test('ends at once when the server never answers', async () => {
    const server = await loopback(() => {});
    const options = { url: server.url, timeout: '200ms', deadline: '400ms' };
    const answer = await child.ask({ options, want, environment });
    await server.close();
    expect(answer.problem?.code).toMatch(/http-(silent|deadline)/);
    expect(answer.livedMs - answer.tookMs).toBeLessThan(3_000);
    expectNoCanary(JSON.stringify(answer));
  });

  test('reads an answer of 100 MB in a heap of 48 MB', async () => {
    const bytes = 100 * 2 ** 20;
    let sent = 0;
    const server = await loopback((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const filling = 'x'.repeat(60);
      let i = 0;
      response.write('{"rows":[');
      const more = (): void => {
        while (sent < bytes) {
          let part = '';
          for (let j = 0; j < 500; j++, i++)
            part += `{"id":"u${i}","v":${i},"kept":${i % 1_000 === 0},"filling":"${filling}"},`;
          sent += part.length;
          if (!response.write(part)) return;
        }
        response.end(`{"id":"last","v":-1,"kept":true}],"next":null}`);
      };
      response.on('drain', () => {
        if (!response.writableEnded) more();
      });
      more();
    });
    const answer = await child.ask(
      {
        options: { url: server.url },
        want: { ...want, query: { ...want.query, where: { '$.kept': true } } },
        environment,
      },
      { node: ['--max-old-space-size=48'] },
    );
    await server.close();
    expect(answer.problem).toBeNull();
    expect(server.asked).toHaveLength(1);
    expect(sent).toBeGreaterThanOrEqual(bytes);
    expect(answer.values.at(-1)).toBe(-1);
    expect(answer.values.length).toBeGreaterThan(500);
    console.info(
      `100 MB of JSON: ${(answer.tookMs / 1000).toFixed(1)} s, ${answer.maxRssMb.toFixed(0)} MB at most`,
    );
  });
});

describe.skipIf(findBinary('openssl') === null)('certificates', () => {
  let folder: string;
  let url: string;
  let close: () => void;
  const openssl = (...parts: string[]) => execFileSync('openssl', parts, { cwd: folder, stdio: 'pipe' });
  beforeAll(async () => {
    folder = await temporaryFolder('ca');
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=Own CA',
      '-addext',
      'basicConstraints=critical,CA:TRUE',
    );
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'key.pem',
      '-out',
      'request.pem',
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    );
    openssl(
      'x509',
      '-req',
      '-in',
      'request.pem',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-out',
      'cert.pem',
      '-days',
      '2',
      '-copy_extensions',
      'copy',
    );
    const read = (name: string) => readFileSync(join(folder, name));
    const server = createHttps({ key: read('key.pem'), cert: read('cert.pem') }, (request, response) =>
      json(response, {
        rows: [{ id: request.url, v: request.headers.authorization === `Bearer ${CANARY}` ? 42 : 0 }],
      }),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `https://127.0.0.1:${(server.address() as { port: number }).port}`;
    close = () => server.close();
  });
  afterAll(async () => {
    close?.();
    await rm(folder, { recursive: true, force: true });
  });

  test('of an unknown authority are refused, with the way to make it known', async () => {
    const answer = await child.ask({ options: { url }, want, environment });
    expect(answer.problem).toMatchObject({ code: 'http-tls' });
    expect(answer.problem?.hint).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('of an own authority are accepted through NODE_EXTRA_CA_CERTS', async () => {
    const answer = await child.ask(
      { options: { url }, want, environment },
      { env: { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') } },
    );
    expect(answer).toMatchObject({ problem: null, values: [42] });
  });

  test('hold through the tunnel of a proxy too, which sees no token', async () => {
    const proxy = await tunnelling('user:pass-w0rd');
    const settings = {
      https: proxy.url.replace('http://', 'http://user:pass-w0rd@'),
      http: undefined,
      no: undefined,
    };
    const answer = await child.ask(
      { options: { url }, want, environment, proxy: settings },
      { env: { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') } },
    );
    await proxy.close();
    expect(answer).toMatchObject({ problem: null, values: [42] });
    expect(answer.livedMs - answer.tookMs).toBeLessThan(3_000);
    expect(proxy.asked).toEqual([`CONNECT ${url.slice('https://'.length)}`]);
    expectNoCanary(proxy.seen.join('\n'));
  });
});
