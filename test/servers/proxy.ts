/** A real forward proxy on a loopback socket: CONNECT and absolute addresses, with a password. */
import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Proxy {
  readonly url: string;
  /** `CONNECT host:port` or `GET http://…` of every request. */
  readonly asked: string[];
  /** Everything that it could read. */
  readonly seen: string[];
  close(): Promise<void>;
}

export const tunnelling = async (credentials: string | null = null): Promise<Proxy> => {
  const asked: string[] = [];
  const seen: string[] = [];
  const expected = credentials === null ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  const server = createServer((incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (incoming.headers['proxy-authorization'] !== expected) {
      answer.writeHead(407).end('who are you?');
      return;
    }
    const { 'proxy-authorization': _own, ...headers } = incoming.headers;
    const onward = forward(incoming.url ?? '', { method: incoming.method ?? 'GET', headers }, (found) => {
      answer.writeHead(found.statusCode ?? 502, found.headers);
      found.pipe(answer);
    });
    onward.on('error', () => answer.writeHead(502).end());
    incoming.pipe(onward);
  });
  // Sockets of tunnels are no longer the server's to close.
  const tunnels: Duplex[] = [];
  server.on('connect', (incoming, socket) => {
    tunnels.push(socket);
    asked.push(`CONNECT ${incoming.url}`);
    seen.push(JSON.stringify(incoming.headers));
    if (incoming.headers['proxy-authorization'] !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host, port] = (incoming.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.on('data', (chunk) => seen.push(chunk.toString('latin1')));
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    socket.on('error', () => onward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    asked,
    seen,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      for (const tunnel of tunnels) tunnel.destroy();
      await closed;
    },
  };
};
