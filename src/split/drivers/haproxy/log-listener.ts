/** Hears HAProxy's lines over UDP, as it sends them to a log server. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { KnownError } from '../../../errors.js';
import type { Request } from '../../../model/evidence.js';
import type { RequestListener, TapContext } from '../../../model/ports.js';
import { readLine } from './log-line.js';
import type { HaproxyOptions } from './options.js';

/** For bursts while this process does something else. */
const BUFFER_BYTES = 8 << 20;

export async function listenForLines(
  options: HaproxyOptions,
  address: string,
  { log }: TapContext,
): Promise<RequestListener> {
  const [, host, port] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(address) as unknown as [string, string, string];
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: BUFFER_BYTES });
  let waiting: Request[] = [];
  const heard: Record<string, number> = {};
  let unread = 0;
  let example: string | null = null;
  socket.on('message', (message) => {
    for (const line of message.toString('utf8').split('\n')) {
      if (line.trim() === '') continue;
      const told = readLine(line, options);
      if (told === undefined) {
        unread += 1;
        example ??= line.slice(0, 200);
        continue;
      }
      const { request, answeredBy } = told;
      if (request !== null) waiting.push(request);
      if (answeredBy !== null) heard[answeredBy] = (heard[answeredBy] ?? 0) + 1;
    }
  });
  try {
    socket.bind(Number(port), host);
    await once(socket, 'listening');
  } catch (cause) {
    socket.close();
    throw new KnownError('log-listener', `${address} cannot be listened to: ${(cause as Error).message}`, {
      hint: 'HAProxy sends its log there (log ADDRESS format raw local0); another log server may have the port.',
      cause,
      exit: 69,
    });
  }
  socket.on('error', (error) => log.warn(`request log: ${error.message}`));
  return {
    take() {
      const taken = waiting;
      waiting = [];
      return taken;
    },
    heard: () => ({ ...heard }),
    unread: () => ({ lines: unread, example }),
    close: () => new Promise((done) => socket.close(() => done())),
  };
}
