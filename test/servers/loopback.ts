/** Real HTTP servers on loopback sockets that answer, or misbehave, as they are told. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

export interface Loopback {
  readonly url: string;
  readonly port: number;
  /** `GET /path?query` of every request, in order. */
  readonly asked: string[];
  /** Headers of every request, in order. */
  readonly headers: IncomingMessage['headers'][];
  readonly bodies: string[];
  close(): Promise<void>;
}

export type Answering = (
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  count: number,
) => void | Promise<void>;

export async function loopback(answer: Answering): Promise<Loopback> {
  const asked: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const bodies: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const count = asked.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    bodies.push(body);
    // What the client hangs up on is what the test is about.
    response.on('error', () => {});
    await answer(request, response, body, count);
  };
  const listener: RequestListener = (request, response) => {
    void handle(request, response);
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    headers,
    bodies,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export const json = (
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
};
