/** The real edge of the program: clock, network, disk, environment. Everything else gets it as an argument. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { Io, Log, ProxySettings } from './model/ports.js';
import { writeAtomic } from './store/index.js';

export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** UTC ms. Absent: the machine's clock. */
  now?(): number;
}

/** Small letters first, as curl does. HTTP_PROXY in capitals counts too: this is no web server that a header could fool. */
const proxyOf = (variables: Environment['variables']): ProxySettings => ({
  http: variables.http_proxy ?? variables.HTTP_PROXY,
  https: variables.https_proxy ?? variables.HTTPS_PROXY,
  no: variables.no_proxy ?? variables.NO_PROXY,
});

export function realIo(folder: string, environment: Environment): Io {
  const within = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  return {
    now: () => environment.now?.() ?? Date.now(),
    fetch: globalThis.fetch,
    read: (path) => readFile(within(path)),
    write: (path, content) => writeAtomic(within(path), content),
    env: (secret) => environment.variables[secret.name],
    signal: environment.signal,
    log: environment.log,
    folder,
    proxy: proxyOf(environment.variables),
  };
}
