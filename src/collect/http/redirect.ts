/** Where an answer sends us: followed on the same host only, because credentials are for one host. */
import type { IncomingMessage } from 'node:http';
import { isLoginAddress, loginFailure } from './content.js';
import { HttpFailure } from './failure.js';
import type { Sent } from './transport.js';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
export const MOST_REDIRECTS = 5;

/** The request to send instead, or null where the answer is no redirect. @throws HttpFailure `http-login`, `http-redirect` */
export const redirected = (
  { statusCode = 0, headers }: IncomingMessage,
  sent: Sent,
  what: string,
  credentials: readonly string[],
): Sent | null => {
  const { location } = headers;
  if (!REDIRECTS.has(statusCode) || location === undefined) return null;
  const fail = (message: string, hint: string): HttpFailure =>
    new HttpFailure('http-redirect', `${what}: ${message}`, { hint, status: statusCode });
  if (!URL.canParse(location, sent.url.href)) throw fail('a redirect leads nowhere', 'Check the server.');
  const url = new URL(location, sent.url);
  if (isLoginAddress(url) && !isLoginAddress(sent.url)) throw loginFailure(what, credentials);
  const shown = `${url.origin}${url.pathname}`;
  const sameHost = url.hostname === sent.url.hostname && /^https?:$/u.test(url.protocol);
  const lessSafe = sent.url.protocol === 'https:' && url.protocol !== 'https:';
  if (!sameHost || lessSafe)
    throw fail(
      `redirected to ${shown}, which is not followed with our credentials`,
      'If that is right, write this address as `url`.',
    );
  if (sent.method === 'GET') return { ...sent, url };
  if (statusCode === 307 || statusCode === 308) return { ...sent, url };
  throw fail(
    `redirected to ${shown}, and the question would be lost on the way`,
    'Write this address as `url`.',
  );
};
