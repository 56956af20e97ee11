/** Where the database is. Nothing of it is taken from the environment behind our back: what is asked is in the file. */
import { isIP } from 'node:net';
import { KnownError } from '../../../errors.js';
import type { GuardedContext } from '../../http/guarded.js';
import type { SecretText } from '../../http/secrets.js';
import type { SqlOptions, TLS } from './options.js';

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | null;
  readonly tls: (typeof TLS)[number];
  /** `PostgreSQL at host:5432/database`, for messages. */
  readonly what: string;
}

/** The address as it is printed: never with what stands before its last @, nor with parameters. */
const shownUrl = (url: SecretText): string =>
  String(url)
    .replace(/^([a-z][a-z+.-]*:\/\/).*@/isu, '$1')
    .replace(/\?.*$/su, '');

const MODES: Readonly<Record<string, Address['tls']>> = {
  disable: 'disable',
  allow: 'require',
  prefer: 'require',
  require: 'require',
  'verify-ca': 'verify',
  'verify-full': 'verify',
};

const refused = (what: string): KnownError =>
  new KnownError('sql-address', what, {
    hint: 'Write it, in a variable of the environment, as postgres://user:password@host:5432/database, with special characters of the password as %XX; of parameters only sslmode and host (folder of a socket) are known.',
    exit: 64,
  });

const isHere = (host: string): boolean =>
  host.startsWith('/') || host === 'localhost' || (isIP(host) > 0 && /^(127\.|::1$)/u.test(host));

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

const fromUrl = (io: GuardedContext, given: NonNullable<SqlOptions['url']>) => {
  const text = io.valueOf(given);
  const shown = shownUrl(given);
  // Without the text as cause: it may hold a password.
  if (!URL.canParse(text)) throw refused(`${shown} is not an address`);
  const url = new URL(text);
  if (!/^postgres(ql)?:$/u.test(url.protocol)) throw refused(`${shown} is not a postgres:// address`);
  if (url.password !== '') io.secrets.remember(url.password, '***');
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decoded);
  if (user === null || password === null || database === null)
    throw refused(`${shown}: user, password or database holds a % that encodes nothing`);
  if (password !== '') io.secrets.remember(password, '***');
  const mode = url.searchParams.get('sslmode');
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'sslmode' && name !== 'host');
  if (unknown !== undefined) throw refused(`${shown}: the parameter ${unknown} is not known`);
  if (mode !== null && !Object.hasOwn(MODES, mode)) throw refused(`${shown}: there is no sslmode ${mode}`);
  const host = url.searchParams.get('host') ?? url.hostname.replace(/^\[|\]$/gu, '');
  if (host === '' || user === '' || database === '')
    throw refused(`${shown} lacks the host, the user or the database`);
  const port = url.port === '' ? 5432 : Number(url.port);
  return { host, port, database, user, password: password === '' ? null : password, mode };
};

/** @throws KnownError `sql-address`, `secret-missing`, `secret-unusable` */
export const addressOf = (io: GuardedContext, options: SqlOptions): Address => {
  const of =
    options.url === undefined
      ? {
          host: io.valueOf(options.host as string),
          port: options.port ?? 5432,
          database: io.valueOf(options.database as string),
          user: io.valueOf(options.user as string),
          password: null,
          mode: null,
        }
      : fromUrl(io, options.url);
  const own = options.password === undefined ? null : io.valueOf(options.password);
  // A password that somebody wrote into the file as it is does not get into our errors and evidence at least.
  if (typeof options.password === 'string') io.secrets.remember(options.password, '***');
  const tls = options.ssl ?? (of.mode === null ? (isHere(of.host) ? 'disable' : 'verify') : MODES[of.mode]);
  const { host, port, database, user } = of;
  const shownHost = isIP(host) === 6 ? `[${host}]` : host;
  return {
    host,
    port,
    database,
    user,
    password: own ?? of.password,
    tls,
    what: `PostgreSQL at ${shownHost}:${port}/${database}`,
  };
};

/** As `validate` prints it, without resolving anything. */
export const shownAddress = ({ url, host, port, database }: SqlOptions): string =>
  url === undefined ? `postgres://${String(host)}:${port ?? 5432}/${String(database)}` : shownUrl(url);
