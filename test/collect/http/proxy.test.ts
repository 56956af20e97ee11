import { describe, expect, test } from 'vitest';
import { proxyFor } from '../../../src/collect/http/proxy.js';
import { testContext } from '../../servers/context.js';
import { json, loopback } from '../../servers/loopback.js';
import { tunnelling } from '../../servers/proxy.js';
import { ask, CANARY } from './ask.js';

describe('which way out', () => {
  const settings = (no?: string) => ({ http: 'proxy-a:3128', https: 'http://proxy-b:3128', no });
  const way = (url: string, no?: string) => proxyFor(new URL(url), settings(no))?.host ?? null;

  test('is told by the scheme', () => {
    expect(way('http://x/')).toBe('proxy-a:3128');
    expect(way('https://x/')).toBe('proxy-b:3128');
    expect(proxyFor(new URL('https://x/'), undefined)).toBeNull();
    expect(proxyFor(new URL('https://x/'), { http: 'a:1', https: '', no: undefined })).toBeNull();
  });

  test.each([
    ['*', 'http://x.example.com/', true],
    ['example.com', 'http://example.com/', true],
    ['example.com', 'http://a.example.com/', true],
    ['.example.com', 'http://a.example.com/', true],
    ['*.example.com', 'http://a.example.com/', true],
    ['example.com', 'http://notexample.com/', false],
    ['example.com:8080', 'http://example.com/', false],
    ['example.com:8080', 'http://example.com:8080/', true],
    ['example.com:443', 'https://example.com/', true],
    ['localhost, 127.0.0.1 ::1', 'http://127.0.0.1:9090/', true],
    ['::1', 'http://[::1]:9090/', true],
    ['10.0.0.1', 'http://10.0.0.11/', false],
    ['EXAMPLE.com', 'http://example.COM/', true],
  ])('NO_PROXY=%s and %s: direct is %s', (no, url, direct) => {
    expect(way(url, no) === null).toBe(direct);
  });
});

describe('through a proxy', () => {
  const through = (proxy: string) =>
    testContext({ TOKEN: CANARY }, { proxy: { http: proxy, https: undefined, no: undefined } });

  test('an http address is asked for whole', async () => {
    const server = await loopback((_request, response) => json(response, { ok: 1 }));
    const proxy = await tunnelling('user:pass-w0rd');
    const { value } = await ask(server.url, {
      io: through(proxy.url.replace('http://', 'http://user:pass-w0rd@')),
    });
    expect(value).toEqual({ ok: 1 });
    expect(proxy.asked).toEqual([`GET ${server.url}/data?q=1`]);
    await proxy.close();
    await server.close();
  });

  test('407 says what is missing, and the password is nowhere', async () => {
    const proxy = await tunnelling('user:pass-w0rd');
    const { error, io } = await ask('http://example.invalid', {
      io: through(proxy.url.replace('http://', 'http://user:wr0ng-one@')),
    });
    await proxy.close();
    expect(error?.code).toBe('http-status-407');
    expect(error?.hint).toContain('HTTPS_PROXY');
    expect(JSON.stringify([error?.message, io.said])).not.toContain('wr0ng-one');
  });
});
