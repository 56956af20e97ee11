/** Debian's real PostgreSQL in a folder of its own, with password and TLS, which refuses to run as root. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort, type Running, temporaryFolder } from './start.js';

export interface Postgresql extends Running {
  /** Statements of the test itself, as superuser. */
  query(text: string): Promise<readonly Record<string, unknown>[]>;
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

const accountOf = async (): Promise<Account> => {
  if (process.getuid?.() !== 0) return {};
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+)/mu.exec(await readFile('/etc/passwd', 'utf8')) ?? [];
  if (uid === undefined)
    throw new Error('there is no account postgres, and PostgreSQL refuses to run as root');
  return { uid: Number(uid), gid: Number(gid) };
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // Without waiting for those who are connected, and without keeping anything.
  child.kill('SIGQUIT');
  const killed = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(killed);
};

const run = promisify(execFile);

export const startPostgresql = async (
  binary: string,
  { password, schema }: { password: string; schema: string },
): Promise<Postgresql> => {
  const folder = await temporaryFolder('postgresql');
  const port = await freePort();
  const account = await accountOf();
  const own = { ...account, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
  const [data, secret, key, certificate] = ['data', 'password', 'server.key', 'server.crt'].map((name) =>
    join(folder, name),
  );
  let child: ChildProcess | null = null;
  let said = '';
  const stop = async (): Promise<void> => {
    if (child !== null) await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  const query = async (text: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      database: 'postgres',
      password,
      ssl: false,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      const answer = await client.query<Record<string, unknown>>(text);
      return answer.rows;
    } finally {
      await client.end();
    }
  };
  try {
    if (account.uid !== undefined) await chown(folder, account.uid, account.gid as number);
    await writeFile(secret, password);
    await run(
      join(dirname(binary), 'initdb'),
      [
        '-D',
        data,
        '-U',
        'postgres',
        '-A',
        'scram-sha-256',
        `--pwfile=${secret}`,
        '--no-sync',
        '-E',
        'UTF8',
        '--locale=C',
      ],
      own,
    );
    await run(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
      own,
    );
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: folder,
      fsync: 'off',
      ssl: 'on',
      ssl_key_file: key,
      ssl_cert_file: certificate,
    };
    child = spawn(
      binary,
      ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...own, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    child.stderr?.on('data', (chunk) => {
      said = (said + String(chunk)).slice(-4_000);
    });
    for (let waited = 0; !/ready to accept connections/u.test(said); waited += 20) {
      if (child.exitCode !== null || waited > 20_000) throw new Error(`${binary} did not start: ${said}`);
      await sleep(20);
    }
    await query(schema);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgres://127.0.0.1:${port}/postgres`, port, folder, stop, query };
};
