/** /healthz and /metrics of a resident scheduler, on loopback only. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { KnownError } from '../../errors.js';

export interface Health {
  readonly ok: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface WatchPort {
  readonly port: number;
  close(): Promise<void>;
}

/** @param port 0: any free one */
export async function openWatchPort(
  port: number,
  health: () => Health,
  metrics: () => Promise<string>,
): Promise<WatchPort> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    };
    if (request.url === '/healthz') {
      const { ok, detail } = health();
      answer(ok ? 200 : 503, 'application/json', `${JSON.stringify({ ok, ...detail })}\n`);
    } else if (request.url === '/metrics')
      metrics().then(
        (text) => answer(200, 'text/plain; version=0.0.4; charset=utf-8', text),
        (error: unknown) => answer(500, 'text/plain', `${error instanceof Error ? error.message : error}\n`),
      );
    else answer(404, 'text/plain', '/healthz and /metrics are here\n');
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new KnownError('port', `port ${port} cannot be listened on`, {
      hint: 'Another program has it, or it is not permitted; choose another with --listen.',
      cause,
    });
  }
  return {
    port: (server.address() as { port: number }).port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
