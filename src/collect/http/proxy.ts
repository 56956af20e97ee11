/** The way out: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, as curl and most tools read them. */
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import type { ProxySettings } from '../../model/ports.js';
import { HttpFailure } from './failure.js';

const bare = (host: string): string => host.toLowerCase().replace(/^\[|\]$/gu, '');

const portOf = ({ port, protocol }: URL): string =>
  port !== '' ? port : protocol === 'https:' ? '443' : '80';

/** `example.com` and `.example.com` stand for the host and all below it; `host:port` for one port; `*` for all. */
const isDirect = (url: URL, no: string): boolean =>
  no
    .split(/[\s,]+/u)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name, port] = /^(.*?)(?::(\d+))?$/u.exec(entry) as unknown as [
        string,
        string,
        string | undefined,
      ];
      // An IPv6 address is full of colons: taken whole.
      const wanted = (entry.split(':').length > 2 ? bare(entry) : bare(name)).replace(/^\*?\./u, '');
      if (entry.split(':').length <= 2 && port !== undefined && port !== portOf(url)) return false;
      const host = bare(url.hostname);
      return host === wanted || host.endsWith(`.${wanted}`);
    });

/** The proxy for this address, or null where it is reached directly. */
export const proxyFor = (url: URL, settings: ProxySettings | undefined): URL | null => {
  const named = url.protocol === 'https:' ? settings?.https : settings?.http;
  if (named === undefined || named === '' || isDirect(url, settings?.no ?? '')) return null;
  const text = /^[a-z][a-z+.-]*:\/\//iu.test(named) ? named : `http://${named}`;
  const proxy = URL.canParse(text) ? new URL(text) : null;
  if (proxy === null || !/^https?:$/u.test(proxy.protocol))
    throw new HttpFailure(
      'http-proxy',
      'the proxy of the environment is not an http:// or https:// address',
      {
        hint: 'Set HTTPS_PROXY and HTTP_PROXY to something like http://proxy.example.com:3128.',
      },
    );
  return proxy;
};

export const proxyAuthorization = (proxy: URL): Record<string, string> => {
  if (proxy.username === '' && proxy.password === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
};

/** A TLS connection to `url` through the proxy's CONNECT. */
export const tunnel = (url: URL, proxy: URL, signal: AbortSignal): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { request } = proxy.protocol === 'https:' ? https : http;
    const authority = `${url.hostname}:${portOf(url)}`;
    const connect = request({
      host: bare(proxy.hostname),
      port: portOf(proxy),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...proxyAuthorization(proxy) },
      agent: false,
      signal,
    });
    connect.once('error', reject);
    connect.once('connect', (answer, socket) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        const status = answer.statusCode ?? 0;
        const hint =
          status === 407
            ? { hint: 'The proxy wants credentials: HTTPS_PROXY=http://user:password@host:port.' }
            : {};
        reject(
          new HttpFailure(
            'http-proxy',
            `the proxy ${proxy.host} refused to connect to ${authority}: ${status}`,
            {
              ...hint,
              status,
              retryable: status === 502 || status === 503 || status === 504,
            },
          ),
        );
        return;
      }
      const secured = tls.connect({ socket, servername: bare(url.hostname) }, () => resolve(secured));
      secured.once('error', reject);
    });
    connect.end();
  });
