/** Debian's real InfluxDB 1.6 with points of our own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type Running, start, temporaryFolder } from './start.js';

/** Lines of the line protocol, time in nanoseconds. */
export const line = (measurement: string, tags: Record<string, string>, fields: Record<string, string>, ns: string): string => {
  const escaped = (text: string): string => text.replace(/[,= ]/gu, '\\$&');
  const tagged = Object.entries(tags).map(([name, value]) => `,${escaped(name)}=${escaped(value)}`);
  const set = Object.entries(fields).map(([name, value]) => `${escaped(name)}=${value}`);
  return `${escaped(measurement)}${tagged.join('')} ${set.join(',')} ${ns}`;
};

export interface InfluxdbSettings {
  readonly user?: { readonly name: string; readonly password: string };
  readonly maxRowLimit?: number;
}

const configuration = (folder: string, port: number, rpc: number, { user, maxRowLimit = 0 }: InfluxdbSettings): string => `
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

export const startInfluxdb = async (
  binary: string,
  databases: Record<string, readonly string[]>,
  settings: InfluxdbSettings = {},
): Promise<Running> => {
  const folder = await temporaryFolder('influxdb');
  for (const name of ['meta', 'data', 'wal']) await mkdir(join(folder, name));
  const rpc = await freePort();
  const file = join(folder, 'influxdb.toml');
  let port = 0;
  const running = await start(binary, (free) => {
    port = free;
    return ['-config', file];
  }, '/ping', folder, async (free) => writeFile(file, configuration(folder, free, rpc, settings)));
  const { user } = settings;
  const credentials = user === undefined ? '' : `&u=${user.name}&p=${encodeURIComponent(user.password)}`;
  const url = `http://127.0.0.1:${port}`;
  if (user !== undefined)
    await sent(`${url}/query`, new URLSearchParams({ q: `CREATE USER ${user.name} WITH PASSWORD '${user.password}' WITH ALL PRIVILEGES` }));
  for (const [database, lines] of Object.entries(databases)) {
    await sent(`${url}/query?${credentials}`, new URLSearchParams({ q: `CREATE DATABASE "${database}"` }));
    for (let from = 0; from < lines.length; from += 50_000)
      await sent(`${url}/write?db=${database}${credentials}`, lines.slice(from, from + 50_000).join('\n'));
  }
  return running;
};
