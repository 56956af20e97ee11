/** From what is sent to the head of its answer: through the proxy, along redirects, with a watch for silence. */

import type { Endpoint } from './endpoint.js';
import { HttpFailure } from './failure.js';
import type { GuardedContext } from './guarded.js';
import { networkFailure } from './network-failure.js';
import { proxyFor } from './proxy.js';
import { MOST_REDIRECTS, redirected } from './redirect.js';
import type { Silence } from './silence.js';
import { type Sent, send } from './transport.js';

/** `GET http://host/path`, without a secret. */
export const shown = (io: GuardedContext, { method, url }: Sent): string =>
  io.secrets.text(`${method} ${url.origin}${url.pathname}`);

/** Sends, follows redirects that may be followed, and gives the answer's head; its body is not read yet. */
export async function head(
  io: GuardedContext,
  endpoint: Endpoint,
  first: Sent,
  silence: Silence,
  signal: AbortSignal,
) {
  let sent = first;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const what = shown(io, sent);
    const proxy = proxyFor(sent.url, io.proxy);
    if (proxy !== null && proxy.password !== '')
      io.secrets.remember(decodeURIComponent(proxy.password), '***');
    silence.begin();
    const message = await send(sent, proxy, signal)
      .catch((error: unknown) => {
        throw error instanceof HttpFailure ? error : networkFailure(error, what, false);
      })
      .finally(() => silence.end());
    try {
      const next = redirected(message, sent, what, endpoint.credentials);
      if (next === null) return { message, what };
      sent = next;
      message.destroy();
    } catch (error) {
      message.destroy();
      throw error;
    }
  }
  throw new HttpFailure(
    'http-redirect',
    `${shown(io, first)}: redirected more than ${MOST_REDIRECTS} times`,
    {
      hint: 'Check `url`, and the server.',
    },
  );
}
