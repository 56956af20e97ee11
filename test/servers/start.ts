/** A real server process on a loopback port with a folder of its own; ended and removed afterwards, whatever happens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Running {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  stop(): Promise<void>;
}

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

export const temporaryFolder = (name: string): Promise<string> =>
  mkdtemp(join(tmpdir(), `stacktrial-${name}-`));

const isReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const killed = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(killed);
};

/** Resolves when `readyPath` answers with success. @throws with the server's own words when it does not come up. */
export async function start(
  binary: string,
  argumentsFor: (port: number, folder: string) => readonly string[],
  readyPath: string,
  folder: string,
): Promise<Running> {
  const port = await freePort();
  const child = spawn(binary, argumentsFor(port, folder), {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: folder,
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + String(chunk)).slice(-4_000);
  });
  let failed: Error | null = null;
  child.once('error', (error) => {
    failed = error;
  });
  const url = `http://127.0.0.1:${port}`;
  for (let waited = 0; !(await isReady(`${url}${readyPath}`)); waited += 50) {
    if (failed !== null || child.exitCode !== null || waited > 20_000) {
      await end(child);
      await rm(folder, { recursive: true, force: true });
      throw new Error(`${binary} did not start: ${failed ?? said}`);
    }
    await sleep(50);
  }
  return {
    url,
    port,
    folder,
    async stop() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
