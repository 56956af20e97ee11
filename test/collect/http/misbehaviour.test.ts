import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { testContext } from '../../servers/context.js';
import { type Answering, json, type Loopback, loopback } from '../../servers/loopback.js';
import { freePort } from '../../servers/start.js';
import { ask, CANARY, SHOWN } from './ask.js';

const open: Loopback[] = [];
const serve = async (answer: Answering): Promise<Loopback> => {
  const server = await loopback(answer);
  open.push(server);
  return server;
};
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const echo = (request: { headers: IncomingMessage['headers'] }): string =>
  `you sent ${request.headers.authorization}`;

describe('what may be tried again', () => {
  test('two 503 and then an answer is an answer', async () => {
    const server = await serve((request, response, _body, count) =>
      count < 3 ? json(response, { error: echo(request) }, 503) : json(response, { ok: true }),
    );
    const { value, io } = await ask(server.url);
    expect(value).toEqual({ ok: true });
    expect(server.asked).toHaveLength(3);
    expect(io.waits).toHaveLength(2);
    expect(io.waits[0]).toBeLessThanOrEqual(500);
    expect(io.waits[1]).toBeLessThanOrEqual(1000);
    expect(server.headers[2].authorization).toBe(`Bearer ${CANARY}`);
  });

  test.each([408, 429, 500, 502, 503, 504])(
    '%i is tried six times, and the failure says so',
    async (status) => {
      const server = await serve((request, response) => json(response, { error: echo(request) }, status));
      const { error } = await ask(server.url);
      expect(server.asked).toHaveLength(6);
      expect(error?.code).toBe(`http-status-${status}`);
      expect(error?.message).toContain('tried 6 times');
      expect(error?.message).toContain(`you sent Bearer ${SHOWN}`);
      expect(error?.exit).toBe(69);
    },
  );

  test.each([400, 401, 403, 404, 409, 413, 422])('%i is not tried again', async (status) => {
    const server = await serve((request, response) => json(response, { error: echo(request) }, status));
    const { error } = await ask(server.url);
    expect(server.asked).toHaveLength(1);
    expect(error?.code).toBe(`http-status-${status}`);
    expect(error?.message).toContain('not tried again');
    expect(error?.hint).toBeTruthy();
  });

  test('401 and 403 name the secret that was sent, never its value', async () => {
    const server = await serve((_request, response) => json(response, {}, 401));
    expect((await ask(server.url)).error?.hint).toContain(`Sent was ${SHOWN} as bearer token`);
  });

  test('a refused connection is tried again and then named', async () => {
    const port = await freePort();
    const { error, io } = await ask(`http://127.0.0.1:${port}`);
    expect(error?.code).toBe('http-unreachable');
    expect(error?.message).toContain('refused the connection (tried 6 times');
    expect(io.waits).toHaveLength(5);
  });

  test('a connection that is cut before an answer is tried again', async () => {
    const server = await serve((request, response, _body, count) => {
      if (count === 1) request.socket.resetAndDestroy();
      else json(response, [1]);
    });
    expect((await ask(server.url)).value).toEqual([1]);
  });

  test('an answer that is cut in its middle is asked for again, from its beginning', async () => {
    const server = await serve((request, response, _body, count) => {
      if (count > 1) return json(response, [1, 2, 3]);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('[1, 2');
      setTimeout(() => request.socket.resetAndDestroy(), 20);
    });
    expect((await ask(server.url)).value).toEqual([1, 2, 3]);
    expect(server.asked).toHaveLength(2);
  });

  test('a host that does not exist is not tried again', async () => {
    const { error, io } = await ask('http://nothing.invalid');
    expect(error?.code).toBe('http-unreachable');
    expect(error?.message).toMatch(/has a name that (does not exist|could not be looked up)/);
    if (error?.message.includes('does not exist')) expect(io.waits).toHaveLength(0);
  });
});

describe('Retry-After', () => {
  const limited = (header: () => Record<string, string>) =>
    serve((_request, response, _body, count) =>
      count === 1 ? json(response, {}, 429, header()) : json(response, { ok: 1 }),
    );

  test('seconds are waited, not milliseconds, and not less', async () => {
    const server = await limited(() => ({ 'retry-after': '7' }));
    const { value, io } = await ask(server.url);
    expect(value).toEqual({ ok: 1 });
    expect(io.waits).toHaveLength(1);
    expect(io.waits[0]).toBeGreaterThanOrEqual(7_000);
    expect(io.waits[0]).toBeLessThanOrEqual(8_000);
  });

  test('a date is held against the clock of the server, not ours', async () => {
    const skewMs = 3_600_000;
    const server = await limited(() => ({
      date: new Date(Date.now() + skewMs).toUTCString(),
      'retry-after': new Date(Date.now() + skewMs + 10_000).toUTCString(),
    }));
    const { io } = await ask(server.url);
    expect(io.waits[0]).toBeGreaterThanOrEqual(9_000);
    expect(io.waits[0]).toBeLessThanOrEqual(12_000);
    expect(io.warnings[0].why.code).toBe('source-clock-skew');
    // The header tells whole seconds.
    expect(Math.abs(Number(io.warnings[0].why.values.seconds) - 3600)).toBeLessThanOrEqual(2);
  });

  test('longer than the deadline is not waited for, and the failure says what the server asked', async () => {
    const server = await serve((_request, response) => json(response, {}, 429, { 'retry-after': '3600' }));
    const { error, io } = await ask(server.url);
    expect(io.waits).toEqual([]);
    expect(server.asked).toHaveLength(1);
    expect(error?.message).toContain('the server asks to wait 3600 s');
  });

  test('one deadline holds for all tries together', async () => {
    const server = await serve((_request, response) => json(response, {}, 503, { 'retry-after': '4' }));
    const { error, io } = await ask(server.url, { options: { deadline: '10s' } });
    expect(io.waits.length).toBe(2);
    expect(error?.message).toContain('the deadline of 10 s leaves no time for another try');
  });
});

describe('time', () => {
  test('a body that stalls is ended after the timeout, and tried again', async () => {
    const server = await serve((_request, response, _body, count) => {
      if (count > 1) return json(response, { ok: 1 });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"ok":');
    });
    const { value, io } = await ask(server.url, { options: { timeout: '200ms' } });
    expect(value).toEqual({ ok: 1 });
    expect(io.said.join()).toContain('nothing came for 0.2 s');
  });

  test('a server that never answers is ended after the timeout', async () => {
    const server = await serve(() => {});
    const before = performance.now();
    const { error } = await ask(server.url, { options: { timeout: '100ms', deadline: '1s' } });
    expect(error?.code).toMatch(/http-silent|http-deadline/);
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  test('a slow drip never is silent, and still ends at the deadline', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    const before = performance.now();
    const { error } = await ask(server.url, { options: { timeout: '300ms', deadline: '700ms' } });
    expect(error?.code).toBe('http-deadline');
    const took = performance.now() - before;
    expect(took).toBeGreaterThan(600);
    expect(took).toBeLessThan(3_000);
  });

  test('an endless answer ends at maxBytes', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const { error } = await ask(server.url, { options: { maxBytes: 5_000_000 } });
    expect(error?.code).toBe('http-too-large');
    expect(server.asked).toHaveLength(1);
  });

  test('an endless answer ends at the deadline', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const read = async ({ bytes }: { bytes: AsyncIterable<Uint8Array> }): Promise<void> => {
      for await (const _ of bytes) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    const { error } = await ask(server.url, { options: { deadline: '500ms' }, read });
    expect(error?.code).toBe('http-deadline');
  });

  test('Ctrl-C ends a request at once with its own reason', async () => {
    const server = await serve(() => {});
    const controller = new AbortController();
    const io = testContext({ TOKEN: CANARY }, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 50);
    await expect(ask(server.url, { io })).rejects.toThrow('Ctrl-C');
  });

  test('a clock that is an hour off is told once', async () => {
    const server = await serve((_request, response) =>
      json(response, [], 200, { date: new Date(Date.now() - 3_600_000).toUTCString() }),
    );
    const { io } = await ask(server.url);
    expect(io.warnings.map(({ why }) => why.code)).toEqual(['source-clock-skew']);
    expect(Math.abs(Number(io.warnings[0].why.values.seconds) + 3600)).toBeLessThanOrEqual(2);
  });
});

describe('answers that are not what they seem', () => {
  const whole = gzipSync(JSON.stringify(Array.from({ length: 5_000 }, (_, i) => ({ i, x: Math.sin(i) }))));

  test('gzip is read', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(whole);
    });
    expect((await ask(server.url)).value).toHaveLength(5_000);
  });

  test('gzip that is cut short inside a well-framed answer is an error, never a short success', async () => {
    const server = await serve((_request, response) => {
      const cut = whole.subarray(0, whole.length >> 1);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'content-length': cut.length,
      });
      response.end(cut);
    });
    let text = '';
    const { error } = await ask(server.url, {
      read: async (answer) => {
        text = '';
        for await (const part of answer.text) text += part;
      },
    });
    expect(text.length).toBeGreaterThan(0);
    expect(error?.code).toBe('http-truncated');
    expect(error?.message).toContain('tried 6 times');
  });

  test('JSON that is cut short on a connection that is then closed is an error', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.end(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"rows":[1,2',
        );
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { error } = await ask(`http://127.0.0.1:${port}`);
    server.close();
    expect(error?.code).toBe('http-truncated');
  });

  test('an empty answer is not an empty result', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end();
    });
    expect((await ask(server.url)).error?.code).toBe('http-empty');
  });

  test('a login page with status 200 is named', async () => {
    const server = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(
        `<html><form action="/login"><input type="password"><!-- ${echo(request)} --></form></html>`,
      );
    });
    const { error } = await ask(server.url);
    expect(error?.code).toBe('http-login');
    expect(server.asked).toHaveLength(1);
  });

  test('HTML that is no login page is a wrong content type, with what it said', async () => {
    const server = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<h1>It works!</h1> ${echo(request)}`);
    });
    const { error } = await ask(server.url);
    expect(error?.code).toBe('http-content-type');
    expect(error?.message).toContain('text/html instead of application/json');
    expect(error?.message).toContain('It works!');
  });

  test('problem+json counts as JSON', async () => {
    const server = await serve((_request, response) =>
      json(response, [], 200, { 'content-type': 'application/hal+json' }),
    );
    expect((await ask(server.url)).value).toEqual([]);
  });

  test('what is JSON by its type only is named', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('OK then');
    });
    const { error } = await ask(server.url);
    expect(error?.code).toBe('http-not-json');
    expect(server.asked).toHaveLength(1);
  });

  test('bytes that are not UTF-8 are an error and not replacement characters', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(Buffer.from([0x22, 0xff, 0xfe, 0x22]));
    });
    expect((await ask(server.url)).error?.code).toBe('http-not-utf8');
  });

  test('a server that does not speak HTTP is named', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('SSH-2.0-OpenSSH_9.2\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { error } = await ask(`http://127.0.0.1:${port}`);
    server.close();
    expect(error?.code).toBe('http-protocol');
  });

  test('https to a server of http is named with a hint', async () => {
    const server = await serve((_request, response) => json(response, []));
    const { error } = await ask(server.url.replace('http:', 'https:'));
    expect(error?.code).toBe('http-tls');
    expect(error?.hint).toContain('http:// or https://');
  });

  test('at most 300 characters of what the server said are repeated', async () => {
    const server = await serve((request, response) => {
      response.writeHead(400, { 'content-type': 'text/plain' });
      response.end(`${'x'.repeat(275)}${echo(request)}${'y'.repeat(100_000)}`);
    });
    const { error } = await ask(server.url);
    expect(error?.message.length).toBeLessThan(450);
  });
});

describe('redirects', () => {
  const to = (location: (server: Loopback) => string, status = 302) =>
    serve((request, response) => {
      if (request.url?.startsWith('/moved')) json(response, { moved: true });
      else {
        response.writeHead(status, { location: location(open[0]) });
        response.end();
      }
    });

  test('on the same host one is followed', async () => {
    const server = await to(() => '/moved/data');
    expect((await ask(server.url)).value).toEqual({ moved: true });
  });

  test('to a login is an error', async () => {
    const server = await to(() => '/oauth2/authorize?client_id=1');
    const { error } = await ask(server.url);
    expect(error?.code).toBe('http-login');
    expect(server.asked).toHaveLength(1);
  });

  test('to another host is not followed: the token stays here', async () => {
    const other = await serve((_request, response) => json(response, {}));
    const server = await loopback((_request, response) => {
      response.writeHead(302, { location: other.url.replace('127.0.0.1', 'localhost') });
      response.end();
    });
    open.push(server);
    const { error } = await ask(server.url);
    expect(error?.code).toBe('http-redirect');
    expect(other.asked).toEqual([]);
  });

  test('in a circle is an error', async () => {
    const server = await to(() => '/data');
    expect((await ask(server.url)).error?.message).toContain('redirected more than 5 times');
  });

  test('of a POST with 302 is an error, with 307 it is sent again', async () => {
    const call = { method: 'POST', body: { type: 'application/json', text: '{"a":1}' } } as const;
    const lost = await to(() => '/moved', 302);
    expect((await ask(lost.url, { call })).error?.code).toBe('http-redirect');
    const kept = await to(() => '/moved', 307);
    expect((await ask(kept.url, { call })).value).toEqual({ moved: true });
    expect(kept.bodies).toEqual(['{"a":1}', '{"a":1}']);
  });
});

describe('requests at a time', () => {
  test('no more than the limit are under way to one host', async () => {
    let inside = 0;
    let most = 0;
    const server = await serve(async (_request, response) => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 30));
      inside -= 1;
      json(response, []);
    });
    const all = Array.from({ length: 10 }, () => ask(server.url, { options: { concurrency: 3 } }));
    expect((await Promise.all(all)).every(({ value }) => Array.isArray(value))).toBe(true);
    expect(most).toBe(3);
  });
});
