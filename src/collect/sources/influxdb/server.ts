/** Where the server is, how each of its interfaces wants to know us, and which InfluxDB it is. */
import { type Endpoint, endpointOf } from '../../http/endpoint.js';
import type { GuardedContext } from '../../http/guarded.js';
import { request } from '../../http/request.js';
import type { SecretText } from '../../http/secrets.js';
import type { Dialect, InfluxdbOptions } from './options.js';

const named = (value: SecretText, role: string): string =>
  typeof value === 'string' ? role : `${value} as ${role}`;

/** What stands in the file as it is does not get into errors and evidence either. */
const hidden = (io: GuardedContext, text: SecretText): string => {
  const value = io.valueOf(text);
  if (typeof text === 'string') io.secrets.remember(value, '***');
  return value;
};

/** 1.8 takes `user:password` as a token for Flux; 1.x knows Basic; 3.x calls its tokens Bearer. */
const authorization = (
  io: GuardedContext,
  { token, username, password }: InfluxdbOptions,
  dialect: Dialect,
): [string, string] | null => {
  if (token !== undefined)
    return [`${dialect === 'sql' ? 'Bearer' : 'Token'} ${hidden(io, token)}`, named(token, 'token')];
  if (username === undefined || password === undefined) return null;
  const pair = `${io.valueOf(username)}:${hidden(io, password)}`;
  if (dialect === 'flux') return [`Token ${pair}`, named(password, 'password')];
  const encoded = Buffer.from(pair).toString('base64');
  io.secrets.remember(encoded, '***');
  return [`Basic ${encoded}`, named(password, 'password')];
};

export const endpointFor = (io: GuardedContext, options: InfluxdbOptions, dialect: Dialect): Endpoint => {
  const { url, headers, timeout, deadline, concurrency, maxBytes } = options;
  const given = Object.entries({ headers, timeout, deadline, concurrency, maxBytes }).filter(
    ([, value]) => value !== undefined,
  );
  const endpoint = endpointOf(io, { url, ...Object.fromEntries(given) });
  // The client would cut this off and warn on standard error; the others would ask below it.
  endpoint.base.pathname = endpoint.base.pathname
    .replace(/\/api\/v[23](\/query(_sql)?)?\/?$/u, '')
    .replace(/\/query$/u, '');
  const own = authorization(io, options, dialect);
  if (own === null) return endpoint;
  const [value, credential] = own;
  return {
    ...endpoint,
    headers: { ...endpoint.headers, authorization: value },
    credentials: [...endpoint.credentials, credential],
  };
};

export const addressOf = ({ base }: Endpoint, path: string): URL =>
  new URL(`${base.href.replace(/\/$/u, '')}${path}`);

export interface Identity {
  /** `1.6.7~rc0`, `v2.7.5`; null where it does not tell. */
  readonly version: string | null;
  readonly isVictoriaMetrics: boolean;
}

export const identify = async (io: GuardedContext, endpoint: Endpoint): Promise<Identity> => {
  const url = addressOf(endpoint, '/ping');
  return request(io, endpoint, { url, accepts: [], statuses: [404] }, async ({ headers }) => {
    const version = headers['x-influxdb-version'];
    return {
      version: typeof version === 'string' ? version : null,
      // VictoriaMetrics calls itself InfluxDB 1.8.0 where it takes what is written for one.
      isVictoriaMetrics: headers['x-server-hostname'] !== undefined,
    };
  });
};

/** The language that a version speaks. */
export const dialectFor = (version: string | null): Dialect | null => {
  const major = /^v?(\d+)/u.exec(version ?? '')?.[1];
  if (major === '1') return 'influxql';
  if (major === '2') return 'flux';
  return major === '3' ? 'sql' : null;
};
