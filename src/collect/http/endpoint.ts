/** Where a server is and how one identifies oneself there: the options that every source over HTTP shares. */
import { z } from 'zod';
import { KnownError } from '../../errors.js';
import type { GuardedContext } from './guarded.js';
import { type SecretText, secretText } from './secrets.js';

const HEADER = /^[!#%&'*+.^_`|~0-9A-Za-z-]+$/u;

const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/u, 'is not a duration such as 30s');

export const authShape = z.union([
  z.strictObject({ bearer: secretText.describe('Token: Authorization: Bearer …') }),
  z.strictObject({
    basic: z.strictObject({
      user: secretText.describe('User name.'),
      password: secretText.describe('Password.'),
    }),
  }),
  z.strictObject({
    header: z.string().regex(HEADER, 'is not the name of a header').describe('Name of a header.'),
    value: secretText.describe('Its value.'),
  }),
]);

/** Keys of `options` of every source over HTTP. */
export const endpointShape = {
  url: secretText.describe('Address of the server: http://host:port/prefix.'),
  headers: z.record(z.string(), secretText).optional().describe('Headers to send.'),
  auth: authShape.optional().describe('bearer, basic, or header and value.'),
  timeout: duration.optional().describe('Longest silence of the server; default 30s.'),
  deadline: duration.optional().describe('For one answer with all its retries; default 2m.'),
  concurrency: z.int().min(1).max(64).optional().describe('Requests to the host at a time; default 4.'),
  maxBytes: z.int().min(1).optional().describe('Longest answer, uncompressed; default 1 GiB.'),
};
const endpointObject = z.strictObject(endpointShape);
export type EndpointOptions = z.infer<typeof endpointObject>;

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5 };

/** `30s` → 30,000 */
export const durationMs = (text: string): number => {
  const [, number, unit] = /^([\d.]+)(ms|s|m|h)$/u.exec(text) as unknown as [string, string, string];
  return Number(number) * MS[unit];
};

export interface Limits {
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly concurrency: number;
  readonly maxBytes: number;
  /** Tries after the first one. */
  readonly retries: number;
}

export interface Endpoint {
  /** Without credentials, query and trailing slash. */
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** What identifies us, by name: `${TOKEN} as bearer token`. */
  readonly credentials: readonly string[];
  readonly limits: Limits;
}

/** The address as it is printed: never with what stands before an @. */
export const shownUrl = (url: SecretText): string =>
  String(url)
    .replace(/^([a-z][a-z+.-]*:\/\/)[^/?#]*@/iu, '$1')
    .replace(/\/+$/u, '');

const refused = (what: string, hint: string): KnownError =>
  new KnownError('http-options', what, { hint, exit: 64 });

const baseOf = (io: GuardedContext, url: SecretText): URL => {
  const text = io.valueOf(url);
  const hint = 'Write it as http://host:port/prefix.';
  // Without the text of the address as cause: it may hold a password.
  if (!URL.canParse(text)) throw refused(`${shownUrl(url)} is not an address`, hint);
  const base = new URL(text);
  if (!/^https?:$/u.test(base.protocol))
    throw refused(`${shownUrl(url)} is not an http:// or https:// address`, hint);
  return base;
};

const basic = (io: GuardedContext, user: string, password: string, shown: string): string => {
  const pair = Buffer.from(`${user}:${password}`).toString('base64');
  io.secrets.remember(pair, shown);
  return `Basic ${pair}`;
};

const authorization = (
  io: GuardedContext,
  auth: EndpointOptions['auth'],
  base: URL,
): [string, string, string] | null => {
  if (auth === undefined) {
    if (base.username === '' && base.password === '') return null;
    const [user, password] = [decodeURIComponent(base.username), decodeURIComponent(base.password)];
    if (password !== '') io.secrets.remember(password, '***');
    return ['authorization', basic(io, user, password, '***'), 'user and password of the address'];
  }
  if ('bearer' in auth)
    return ['authorization', `Bearer ${io.valueOf(auth.bearer)}`, shownSecret(auth.bearer, 'bearer token')];
  if ('header' in auth)
    return [
      auth.header.toLowerCase(),
      io.valueOf(auth.value),
      shownSecret(auth.value, `header ${auth.header}`),
    ];
  const { user, password } = auth.basic;
  const shown = shownSecret(password, 'password');
  return ['authorization', basic(io, io.valueOf(user), io.valueOf(password), '***'), shown];
};

/** Text that stands in the file itself is not repeated either. */
const shownSecret = (value: SecretText, role: string): string =>
  typeof value === 'string' ? role : `${value.toString()} as ${role}`;

/** Resolves what is needed to ask. @throws KnownError `http-options`, `secret-missing`, `secret-unusable` */
export const endpointOf = (io: GuardedContext, options: EndpointOptions): Endpoint => {
  const base = baseOf(io, options.url);
  const credentials: string[] = [];
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (!HEADER.test(name))
      throw refused(`"${name}" is not the name of a header`, 'Write it like X-Scope-OrgID.');
    headers[name.toLowerCase()] = io.valueOf(value);
    if (typeof value !== 'string') credentials.push(`${value.toString()} as header ${name}`);
  }
  const own = authorization(io, options.auth, base);
  if (own !== null) {
    headers[own[0]] = own[1];
    credentials.push(own[2]);
    if (typeof options.auth === 'object') rememberPlain(io, options.auth);
  }
  base.username = '';
  base.password = '';
  base.search = '';
  base.hash = '';
  base.pathname = base.pathname.replace(/\/+$/u, '');
  const limits = {
    timeoutMs: durationMs(options.timeout ?? '30s'),
    deadlineMs: durationMs(options.deadline ?? '2m'),
    concurrency: options.concurrency ?? 4,
    maxBytes: options.maxBytes ?? 2 ** 30,
    retries: 5,
  };
  return { base, headers, credentials, limits };
};

/** A password that somebody wrote into the file as it is does not get into errors and evidence of ours at least. */
const rememberPlain = (io: GuardedContext, auth: NonNullable<EndpointOptions['auth']>): void => {
  const value = 'bearer' in auth ? auth.bearer : 'basic' in auth ? auth.basic.password : auth.value;
  if (typeof value === 'string') io.secrets.remember(value, '***');
};
