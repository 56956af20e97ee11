/** Debian's real InfluxDB 1.6 with points of our own. */
import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type Running, start, temporaryFolder } from './start.js';

/** Lines of the line protocol, time in nanoseconds. */
export const line = (
  measurement: string,
  tags: Record<string, string>,
  fields: Record<string, string>,
  ns: string,
): string => {
  const escaped = (text: string): string => text.replace(/[,= ]/gu, '\\$&');
  const tagged = Object.entries(tags).map(([name, value]) => `,${escaped(name)}=${escaped(value)}`);
  const set = Object.entries(fields).map(([name, value]) => `${escaped(name)}=${value}`);
  return `${escaped(measurement)}${tagged.join('')} ${set.join(',')} ${ns}`;
};

export interface InfluxdbSettings {
  readonly user?: { readonly name: string; readonly password: string };
  readonly maxRowLimit?: number;
}

const configuration = (
  folder: string,
  port: number,
  rpc: number,
  { user, maxRowLimit = 0 }: InfluxdbSettings,
): string => `
reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
[http]
bind-address = "127.0.0.1:${port}"
max-row-limit = ${maxRowLimit}
auth-enabled = ${user !== undefined}
log-enabled = false
[monitor]
store-enabled = false
[logging]
level = "error"
`;

const sent = async (url: string, body: string | URLSearchParams): Promise<void> => {
  const answer = await fetch(url, { method: 'POST', body });
  const text = await answer.text();
  if (!answer.ok || text.includes('"error"')) throw new Error(`${url}: ${answer.status} ${text}`);
};

const fill = async (
  url: string,
  databases: Record<string, readonly string[]>,
  user: InfluxdbSettings['user'],
): Promise<void> => {
  const credentials = user === undefined ? '' : `&u=${user.name}&p=${encodeURIComponent(user.password)}`;
  if (user !== undefined) {
    const password = user.password.replaceAll("'", "\\'");
    const q = `CREATE USER ${user.name} WITH PASSWORD '${password}' WITH ALL PRIVILEGES`;
    await sent(`${url}/query`, new URLSearchParams({ q }));
  }
  for (const [database, lines] of Object.entries(databases)) {
    await sent(`${url}/query?${credentials}`, new URLSearchParams({ q: `CREATE DATABASE "${database}"` }));
    for (let from = 0; from < lines.length; from += 50_000)
      await sent(`${url}/write?db=${database}${credentials}`, lines.slice(from, from + 50_000).join('\n'));
  }
};

export const startInfluxdb = async (
  binary: string,
  databases: Record<string, readonly string[]>,
  settings: InfluxdbSettings = {},
): Promise<Running> => {
  const folder = await temporaryFolder('influxdb');
  for (const name of ['meta', 'data', 'wal']) await mkdir(join(folder, name));
  const rpc = await freePort();
  const file = join(folder, 'influxdb.toml');
  const argumentsFor = (port: number): readonly string[] => {
    writeFileSync(file, configuration(folder, port, rpc, settings));
    return ['-config', file];
  };
  const running = await start(binary, argumentsFor, '/ping', folder);
  try {
    await fill(running.url, databases, settings.user);
    return running;
  } catch (error) {
    await running.stop();
    throw error;
  }
};
