/**
 * Tests against real servers. Where the server's program is not installed they are skipped under a name that says
 * so; where the environment variable STACKTRIAL_REQUIRE names it (comma-separated: `prometheus,victoria-metrics`)
 * its absence is a failure, so that no build is green because nothing was tried.
 */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where Debian keeps the servers of PostgreSQL, one folder a version, none of them on the PATH. */
const POSTGRESQL = '/usr/lib/postgresql';

const folders = (): readonly string[] => [
  ...(process.env.PATH ?? '').split(delimiter),
  ...(existsSync(POSTGRESQL)
    ? readdirSync(POSTGRESQL).map((version) => join(POSTGRESQL, version, 'bin'))
    : []),
];

/** Where the program lies; null where it is not on the PATH. */
export const findBinary = (binary: string): string | null =>
  folders()
    .map((folder) => join(folder, binary))
    .find(isExecutable) ?? null;

export const isRequired = (server: string, list = process.env.STACKTRIAL_REQUIRE): boolean =>
  (list ?? '').split(',').some((name) => name.trim() === server);

const missing = (server: string, binary: string): string =>
  `${server}: no ${binary} on the PATH (Debian: apt-get install ${server})`;

type Absent = { readonly skipped: string } | { readonly failed: string };

const absence = (server: string, binary: string): Absent | null => {
  if (findBinary(binary) !== null) return null;
  return isRequired(server) ? { failed: missing(server, binary) } : { skipped: missing(server, binary) };
};

const fail = (why: string) => () => {
  throw new Error(`${why}, and STACKTRIAL_REQUIRE asks for it`);
};

/**
 * `describe` for a group that starts the server once; `define` is given the program's path. `suite`: describe.concurrent,
 * where the groups of a file do not disturb each other.
 */
export const serverSuite = (
  server: string,
  binary: string,
  define: (binary: string) => void,
  suite: (name: string, define: () => void) => unknown = describe,
): void => {
  const absent = absence(server, binary);
  if (absent === null) suite(server, () => define(findBinary(binary) as string));
  else if ('failed' in absent) test(server, fail(absent.failed));
  else {
    console.warn(`SKIPPED, ${absent.skipped}`);
    test.skip(`SKIPPED, ${absent.skipped}`, () => {});
  }
};
