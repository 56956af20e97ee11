/**
 * Open loop: request i is due at a time that the answers have no part in, and its latency runs from there. A slow arm
 * cannot slow the load down, and a stall counts for every request that was due meanwhile, not only for the one that hung
 * (coordinated omission: Tene 2013). At most `connections` are under way; what is due and has no connection waits, and
 * fails when its limit is over, sent or not: memory and time are bounded.
 */
import { createHash } from 'node:crypto';
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../../errors.js';
import { sendable } from './headers.js';
import type { LoggedRequest } from './request-log.js';
import { type Outcome, Tally } from './tally.js';

export interface Target {
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent;
  readonly request: (options: RequestOptions, answer: (response: IncomingMessage) => void) => ClientRequest;
}

export interface Pace {
  readonly rate: number | 'recorded';
  readonly speed: number;
  readonly connections: number;
  readonly limitMs: number;
  readonly failsFrom: number;
  readonly methods: readonly string[];
  readonly parity: 'none' | 'status' | 'body';
  readonly signal: AbortSignal;
}

export interface Replayed {
  readonly tally: Tally;
  readonly seconds: number;
}

export async function replay(
  requests: AsyncIterable<LoggedRequest | null>,
  target: Target,
  pace: Pace,
): Promise<Replayed> {
  // One listener for all that is under way: an AbortSignal with hundreds of them warns.
  const stops = new Set<() => void>();
  const stop = (): void => {
    for (const each of stops) each();
  };
  pace.signal.addEventListener('abort', stop);
  try {
    return await sendAll(requests, target, pace, stops);
  } finally {
    pace.signal.removeEventListener('abort', stop);
  }
}

async function sendAll(
  requests: AsyncIterable<LoggedRequest | null>,
  target: Target,
  pace: Pace,
  stops: Set<() => void>,
): Promise<Replayed> {
  const { rate, speed, limitMs, signal } = pace;
  const tally = new Tally(limitMs, pace.parity);
  const underWay = new Set<Promise<void>>();
  const started = performance.now();
  let firstAt: number | null = null;
  let lastDue = started;
  let index = 0;
  for await (const logged of requests) {
    if (logged === null || !pace.methods.includes(logged.method)) {
      tally.skipped++;
      continue;
    }
    if (rate === 'recorded' && logged.at === null) throw withoutTime(index + tally.skipped + 1);
    firstAt ??= logged.at;
    const after = rate === 'recorded' ? ((logged.at ?? 0) - (firstAt ?? 0)) / speed : (index * 1000) / rate;
    // A log that is not in order (written when a request ended) is sent in its own: nothing is late for that.
    const dueAt = Math.max(lastDue, started + after);
    lastDue = dueAt;
    const ahead = dueAt - performance.now();
    if (ahead > 1) await sleep(ahead, undefined, { signal });
    signal.throwIfAborted();
    if (underWay.size < pace.connections) tally.left(performance.now() - dueAt);
    while (underWay.size >= pace.connections) await Promise.race(underWay);
    const sending: Promise<void> = send(logged, index++, dueAt, target, pace, stops).then((outcome) => {
      tally.add(outcome);
      underWay.delete(sending);
    });
    underWay.add(sending);
  }
  await Promise.all(underWay);
  signal.throwIfAborted();
  return { tally, seconds: (performance.now() - started) / 1000 };
}

const withoutTime = (nth: number): KnownError =>
  new KnownError('bad-request-log', `rate: recorded, and the log does not say when its request ${nth} came`, {
    hint: 'Each needs its time ("at" in a line, startedDateTime in a HAR); or declare the rate: 200 a second.',
  });

/** May be sent twice (RFC 9110 §9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Never rejects: whatever goes wrong is the request's outcome. */
function send(
  { method, path, headers, body }: LoggedRequest,
  index: number,
  dueAt: number,
  { base, agent, request, headers: own }: Target,
  { limitMs, failsFrom, parity }: Pace,
  stops: Set<() => void>,
): Promise<Outcome> {
  return new Promise((resolve) => {
    let status = 0;
    let bytes = 0;
    let settled = false;
    const hash = parity === 'body' ? createHash('sha256') : null;
    const finish = (failure: string | null): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      stops.delete(abort);
      const latencyMs = performance.now() - dueAt;
      const digest = failure === null ? (hash?.digest('hex') ?? '') : '';
      resolve({ index, status: failure === null ? status : 0, failure, latencyMs, bytes, body: digest });
    };
    const left = dueAt + limitMs - performance.now();
    const fail = (failure: string): void => {
      finish(failure);
      outgoing?.destroy();
    };
    const abort = () => fail('stopped');
    const timer = setTimeout(() => fail('timeout'), Math.max(0, left));
    stops.add(abort);
    let outgoing: ClientRequest | null = null;
    if (left <= 0) {
      finish('timeout'); // its time was over before there was a connection for it
      return;
    }
    const attempt = (again: boolean): void => {
      try {
        outgoing = request(
          {
            protocol: base.protocol,
            hostname: base.hostname.replace(/^\[|\]$/g, ''),
            port: base.port,
            method,
            path: base.pathname.replace(/\/$/, '') + path,
            headers: {
              ...sendable(headers, own),
              ...(body === null ? {} : { 'content-length': String(body.length) }),
            },
            agent,
          },
          (response) => {
            status = response.statusCode ?? 0;
            response.on('data', (chunk: Buffer) => {
              bytes += chunk.length;
              hash?.update(chunk);
            });
            response.on('end', () => finish(status >= failsFrom ? `status ${status}` : null));
            response.on('error', () => finish('cut off'));
            response.on('close', () => finish('cut off'));
          },
        );
        const sent = outgoing;
        sent.on('error', (error: NodeJS.ErrnoException) => {
          // The server closed an idle connection in the instant in which it was used again: nobody's failure.
          const idle = sent.reusedSocket && error.code === 'ECONNRESET' && status === 0;
          if (idle && !again && !settled && SAFE.has(method)) attempt(true);
          else finish(error.code ?? error.message);
        });
        sent.end(body ?? undefined);
      } catch (error) {
        fail((error as NodeJS.ErrnoException).code ?? String(error)); // a header that cannot be sent
      }
    };
    attempt(false);
  });
}
