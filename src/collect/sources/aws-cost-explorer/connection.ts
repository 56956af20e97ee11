/**
 * How the AWS SDK reaches the network: through our own transport, so that proxies are honoured, a silent or endless
 * answer ends (the SDK's own time-out only warns unless told otherwise), a login page is no data, and memory is bounded.
 */
import { bodyOf } from '../../http/body.js';
import { contentFailure, isExpectedType } from '../../http/content.js';
import { HttpFailure } from '../../http/failure.js';
import type { GuardedContext } from '../../http/guarded.js';
import { networkFailure } from '../../http/network-failure.js';
import { proxyFor } from '../../http/proxy.js';
import { silenceOf } from '../../http/silence.js';
import { send } from '../../http/transport.js';

/** What of the SDK's HttpRequest is read. */
interface SdkRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface SdkResponse {
  readonly response: { statusCode: number; headers: Record<string, string>; body: Uint8Array };
}

const JSON_TYPES = ['application/json', 'application/x-amz-json-1.1', 'application/x-amz-json-1.0'];
const LARGEST_PAGE_BYTES = 64 * 2 ** 20;

const whole = async (chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return Buffer.concat(parts);
};

/** A request handler of the SDK; `aborting` is what the SDK passes on from `send`. */
export const requestHandler = (io: GuardedContext, timeoutMs: number) => ({
  async handle(request: SdkRequest, aborting: { abortSignal?: unknown } = {}): Promise<SdkResponse> {
    const port = request.port === undefined ? '' : `:${request.port}`;
    const url = new URL(`${request.protocol}//${request.hostname}${port}${request.path}`);
    const what = `${request.method} ${url.origin}${url.pathname}`;
    const connection = new AbortController();
    const late = `${what}: nothing came for ${timeoutMs / 1000} s`;
    const silence = silenceOf(timeoutMs, () =>
      connection.abort(
        new HttpFailure('http-silent', late, {
          hint: 'Raise `timeout`; check proxy and firewall.',
          retryable: true,
        }),
      ),
    );
    const signals = [connection.signal, aborting.abortSignal].filter(
      (signal) => signal instanceof AbortSignal,
    );
    const signal = AbortSignal.any(signals);
    try {
      const body =
        typeof request.body === 'string'
          ? request.body
          : new TextDecoder().decode(request.body as Uint8Array);
      silence.begin();
      const sent = { method: request.method, url, headers: request.headers, body };
      const message = await send(sent, proxyFor(url, io.proxy), signal)
        .catch((error: unknown) => {
          throw error instanceof HttpFailure ? error : networkFailure(error, what, false);
        })
        .finally(() => silence.end());
      const answer = await whole(bodyOf(message, silence, LARGEST_PAGE_BYTES, what));
      const { statusCode = 0 } = message;
      if (!isExpectedType(message.headers['content-type'], JSON_TYPES)) {
        const text = io.secrets.text(new TextDecoder().decode(answer.subarray(0, 65_536)));
        throw contentFailure(what, message.headers['content-type'], JSON_TYPES, text, ['the AWS signature']);
      }
      const headers = Object.fromEntries(
        Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
      );
      // Decompressed already.
      delete headers['content-encoding'];
      return { response: { statusCode, headers, body: answer } };
    } catch (error) {
      // Whoever ended the connection knows why; what broke because of that is only its echo.
      if (signal.aborted) throw signal.reason;
      throw error;
    } finally {
      silence.end();
    }
  },
  destroy(): void {},
  metadata: { handlerProtocol: 'http/1.1' },
});
