/** The edge: clock, network, disk, secrets and what is said to people. */
import type { Secret } from './secret.js';

/** The edge: everything that is not pure goes through here, so that tests can inject a clock, a socket, a disk. */
export interface Io {
  /** UTC ms. */
  now(): number;
  readonly fetch: typeof globalThis.fetch;
  /** Reads a file as bytes; rejects with NodeJS.ErrnoException. */
  read(path: string): Promise<Uint8Array>;
  /** Writes atomically (temporary file, fsync, rename). */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Value of a secret, or undefined where the environment has none of that name. */
  env(secret: Secret): string | undefined;
  /** Aborted on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Folder against which relative paths of the experiment are resolved. */
  readonly folder: string;
  /** Waits; rejects with the signal's reason. Absent: really. A test's own does not wait, and moves `now`. */
  sleep?(ms: number, signal: AbortSignal): Promise<void>;
  /** How the network is left: HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the environment. Absent: directly. */
  readonly proxy?: ProxySettings;
}

export interface ProxySettings {
  /** Proxy for http:// and for https:// addresses. */
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Hosts that are reached directly, comma-separated; `*` for all. */
  readonly no: string | undefined;
}

/** Plain lines or one live line on a terminal; never standard output. */
export interface Log {
  info(text: string): void;
  warn(text: string): void;
  detail(text: string): void;
  /** A running count; `remainingMs` null while unknown. */
  progress(label: string, done: number, total: number, remainingMs: number | null): void;
  progressEnd(): void;
}
