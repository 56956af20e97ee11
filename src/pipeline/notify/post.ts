/** One POST to an address that is a secret itself: tried again where that can help, and nothing of the address is shown. */
import { endpointOf } from '../../collect/http/endpoint.js';
import type { GuardedContext } from '../../collect/http/guarded.js';
import { request } from '../../collect/http/request.js';
import type { SecretText } from '../../model/timetable.js';

export interface Post {
  readonly url: SecretText;
  /** Behind the path of the address; empty: the address is the whole of it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, SecretText>>;
  readonly token: SecretText | null;
  readonly body: string;
}

const LONGEST_ANSWER = 65_536;

/** Parts of a secret address give it away too: its path, its query, and each of their pieces. */
function rememberParts(io: GuardedContext, url: URL, shown: string): void {
  const pieces = [...url.pathname.split('/'), ...url.searchParams.values()].filter(
    ({ length }) => length >= 6,
  );
  for (const part of [url.href, `${url.origin}${url.pathname}`, url.pathname, url.search, ...pieces])
    if (part.length > 1) io.secrets.remember(part, shown);
}

/** @throws KnownError that names what was answered and how often it was tried */
export async function post(io: GuardedContext, { url, path, headers, token, body }: Post): Promise<void> {
  const endpoint = endpointOf(io, {
    url,
    headers: { ...headers },
    ...(token === null ? {} : { auth: { bearer: token } }),
    timeout: '10s',
    deadline: '30s',
    maxBytes: LONGEST_ANSWER,
  });
  const address = new URL(io.valueOf(url));
  if (typeof url !== 'string') rememberParts(io, address, url.toString());
  address.username = '';
  address.password = '';
  if (path !== '') address.pathname = `${address.pathname.replace(/\/+$/, '')}${path}`;
  await request(
    io,
    endpoint,
    { url: address, method: 'POST', accepts: [], body: { type: 'application/json', text: body } },
    async ({ text }) => {
      for await (const _ of text); // read to its end, so that a cut answer is known
    },
  );
}
