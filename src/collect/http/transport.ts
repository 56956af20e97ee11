/**
 * One request over one connection. Node's own http and not fetch, because fetch takes a compressed answer that is
 * cut short for a whole one (measured on Node 20.20: 342,316 characters of a longer JSON, no error), and cannot be
 * told a proxy. One connection per request: none is left that keeps the process or turns out stale.
 */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { proxyAuthorization, tunnel } from './proxy.js';

export interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The head of the answer; its body has not been read. Aborting the signal ends the connection. */
export async function send(sent: Sent, proxy: URL | null, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, url, body } = sent;
  const secure = url.protocol === 'https:';
  const socket = secure && proxy !== null ? await tunnel(url, proxy, signal) : null;
  const direct = secure || proxy === null;
  const target = direct ? url : (proxy as URL);
  const headers: Record<string, string> = {
    'user-agent': 'stacktrial',
    'accept-encoding': 'gzip, deflate, br',
    ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...sent.headers,
    host: url.host,
    ...(direct ? {} : proxyAuthorization(proxy as URL)),
  };
  return new Promise((resolve, reject) => {
    const { request } = (direct ? secure : target.protocol === 'https:') ? https : http;
    const outgoing = request({
      host: target.hostname.replace(/^\[|\]$/gu, ''),
      port: target.port,
      path: direct ? `${url.pathname}${url.search}` : url.href,
      method,
      headers,
      signal,
      // An agent, even a fresh one, would make a connection of its own beside the tunnel.
      ...(socket === null ? { agent: false } : { createConnection: () => socket }),
    });
    outgoing.once('response', resolve);
    outgoing.once('upgrade', (_answer, raw) =>
      raw.destroy(new Error('the server switched to another protocol')),
    );
    outgoing.on('error', reject);
    outgoing.end(body ?? undefined);
  });
}
