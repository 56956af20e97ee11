/** The world of the HAProxy example (test/example/haproxy/world.mjs) as tests start it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';

import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WORLD = fileURLToPath(new URL('../example/haproxy/world.mjs', import.meta.url));
const EXPERIMENT = fileURLToPath(new URL('../../experiments/haproxy-backends.yaml', import.meta.url));

export interface Counts {
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  readonly broken: number;
}

export interface World {
  readonly folder: string;
  readonly port: number;
  readonly socket: string;
  readonly map: string;
  readonly log: string;
  tell(command: string): void;
  counts(): Promise<Counts>;
  /** A command to the proxy, as an operator would give it. */
  ask(command: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startWorld(...args: string[]): Promise<World> {
  const child = spawn(process.execPath, [WORLD, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => JSON.parse((await lines.next()).value as string);
  const where = (await next()) as Omit<World, 'tell' | 'counts' | 'ask' | 'stop'>;
  const tell = (command: string): void => void child.stdin.write(`${command}\n`);
  return {
    ...where,
    tell,
    counts: () => {
      tell('counts');
      return next() as Promise<Counts>;
    },
    ask: (command) => askProxy(where.socket, command),
    async stop() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

function askProxy(socket: string, command: string): Promise<string> {
  return new Promise((done, fail) => {
    let answer = '';
    const connection = connect(socket);
    connection.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    connection.on('end', () => done(answer));
    connection.on('error', fail);
    connection.end(`${command}\n`);
  });
}

/** experiments/haproxy-backends.yaml for this world, for a shorter time; `edit` changes its text. */
export async function worldExperiment(
  world: World,
  { lasts, every, edit = (text) => text }: { lasts: string; every: string; edit?: (text: string) => string },
): Promise<string> {
  const text = await readFile(EXPERIMENT, 'utf8');
  const here = text
    .replace('run/admin.sock', world.socket)
    .replace('run/arms.map', world.map)
    .replace('127.0.0.1:15140', world.log)
    .replace('for: 20s', `for: ${lasts}`)
    .replace('every: 2s', `every: ${every}`);
  return edit(here);
}
