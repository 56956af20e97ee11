/**
 * The one way to ask a server. An answer is whole or an error; what may be tried again is; one deadline holds for
 * all tries; nothing that leaves holds a secret (the context is guarded); memory stays bounded (the body streams).
 */
import type { IncomingMessage } from 'node:http';
import { reason } from '../../model/reason.js';
import { bodyOf, textOf } from './body.js';
import { contentFailure, isExpectedType } from './content.js';
import type { Endpoint } from './endpoint.js';
import { HttpFailure } from './failure.js';
import type { GuardedContext } from './guarded.js';
import { head, shown } from './head.js';
import { withinHostLimit } from './host-limit.js';
import { retryAfterMs, retrying } from './retry.js';
import { silenceOf } from './silence.js';
import { saidOf, statusFailure } from './status-failure.js';
import type { Sent } from './transport.js';

export interface Call {
  /** On the endpoint's host. */
  readonly url: URL;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly type: string; readonly text: string };
  /** Content types that are an answer; empty: any. Default: JSON. */
  readonly accepts?: readonly string[];
  /** Statuses that are an answer too, such as 404 of an optional path. */
  readonly statuses?: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** `GET http://host/path`, for messages. */
  readonly what: string;
  /** Of these two, one, once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly text: AsyncIterable<string>;
}

const LARGEST_SAID = 65_536;
const LARGEST_SKEW_MS = 60_000;
const skewTold = new WeakSet<GuardedContext>();

const dateOf = ({ headers }: IncomingMessage): number => Date.parse(headers.date ?? '');

/** A clock that is wrong moves points into other buckets, and time windows away from what they name. */
const tellSkew = (io: GuardedContext, message: IncomingMessage, host: string): void => {
  const skewMs = dateOf(message) - io.now();
  // What a cache answers carries the date at which it was stored.
  if (Number.isNaN(skewMs) || message.headers.age !== undefined) return;
  if (Math.abs(skewMs) < LARGEST_SKEW_MS || skewTold.has(io)) return;
  skewTold.add(io);
  io.warn(reason('source-clock-skew', { host, seconds: Math.round(skewMs / 1000) }));
};

/** The beginning of an answer that is not data, for the message. */
const beginningOf = async (io: GuardedContext, text: AsyncIterable<string>): Promise<string> => {
  let beginning = '';
  try {
    for await (const part of text) {
      beginning += part;
      if (beginning.length > LARGEST_SAID) break;
    }
  } catch (error) {
    // What the server said is an extra: the status is the failure, and why the text is short is not worth another.
    io.log.detail(
      `the text of the failure could not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return io.secrets.text(beginning);
};

const sentOf = (endpoint: Endpoint, call: Call, accepts: readonly string[]): Sent => ({
  method: call.method ?? 'GET',
  url: call.url,
  headers: {
    accept: accepts.length === 0 ? '*/*' : accepts.join(', '),
    ...(call.body === undefined ? {} : { 'content-type': call.body.type }),
    ...call.headers,
    ...endpoint.headers,
  },
  body: call.body?.text ?? null,
});

async function checked(
  io: GuardedContext,
  endpoint: Endpoint,
  call: Call,
  accepts: readonly string[],
  answer: Answer,
  message: IncomingMessage,
) {
  const { status, headers, what, text } = answer;
  if ((status < 200 || status > 299) && !(call.statuses ?? []).includes(status)) {
    const serverNowMs = Number.isNaN(dateOf(message)) ? io.now() : dateOf(message);
    const waitMs = retryAfterMs(headers['retry-after'], serverNowMs);
    throw statusFailure(what, status, saidOf(await beginningOf(io, text)), endpoint.credentials, waitMs);
  }
  if (status >= 200 && status <= 299 && !isExpectedType(headers['content-type'], accepts))
    throw contentFailure(
      what,
      headers['content-type'],
      accepts,
      await beginningOf(io, text),
      endpoint.credentials,
    );
}

/**
 * Asks and reads. `read` is called once per try, so it begins with nothing each time; what it throws that is no
 * failure of the transfer ends the request at once.
 * @throws HttpFailure (exit 69) that names the request, what was answered, how often it was tried and what to do;
 *   the reason of `io.signal`
 */
export async function request<T>(
  io: GuardedContext,
  endpoint: Endpoint,
  call: Call,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  const accepts = call.accepts ?? ['application/json'];
  const first = sentOf(endpoint, call, accepts);
  const { timeoutMs, deadlineMs, concurrency, maxBytes, retries } = endpoint.limits;

  const attempt = async (leftMs: number): Promise<T> => {
    const connection = new AbortController();
    const stop = (): void => connection.abort(io.signal.reason);
    const fail = (code: string, message: string, hint: string, retryable: boolean) => (): void =>
      connection.abort(new HttpFailure(code, `${shown(io, first)}: ${message}`, { hint, retryable }));
    const silence = silenceOf(
      timeoutMs,
      fail(
        'http-silent',
        `nothing came for ${timeoutMs / 1000} s`,
        'Raise `timeout`, or ask for a shorter window.',
        true,
      ),
    );
    const late = `no whole answer within the deadline of ${deadlineMs / 1000} s`;
    const deadline = setTimeout(
      fail('http-deadline', late, 'Raise `deadline`, or ask for a shorter window or wider buckets.', false),
      leftMs,
    );
    io.signal.addEventListener('abort', stop, { once: true });
    let message: IncomingMessage | undefined;
    try {
      io.signal.throwIfAborted();
      const arrived = await head(io, endpoint, first, silence, connection.signal);
      message = arrived.message;
      tellSkew(io, message, first.url.host);
      const bytes = bodyOf(message, silence, maxBytes, arrived.what);
      const { statusCode: status = 0, headers } = message;
      const answer = { status, headers, what: arrived.what, bytes, text: textOf(bytes, arrived.what) };
      await checked(io, endpoint, call, accepts, answer, message);
      return await read(answer);
    } catch (error) {
      // A status says more than that its explanation did not arrive.
      if (error instanceof HttpFailure && error.status !== null) throw error;
      // Whoever ended the connection knows why; what broke because of that is only its echo.
      if (connection.signal.aborted) throw connection.signal.reason;
      throw error;
    } finally {
      clearTimeout(deadline);
      silence.end();
      io.signal.removeEventListener('abort', stop);
      message?.destroy();
    }
  };

  return withinHostLimit(first.url.host, concurrency, io.signal, () =>
    retrying(io, { retries, deadlineMs }, attempt),
  );
}
