/**
 * experiments/spark-vs-faas.yaml against stand-ins of InfluxDB and AWS Cost Explorer on this machine: the program as a
 * user starts it, on evidence of which world.ts says where it comes from.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { costExplorer, DAY } from '../servers/cost-explorer.js';
import { startInfluxFlux } from '../servers/influx-flux.js';
import { type WorldOptions, world } from './world.js';

/** Secrets that must not come out anywhere. */
export const CANARIES = {
  INFLUX_TOKEN: 'canary-influx-7f3a9c51',
  AWS_ACCESS_KEY_ID: 'AKIDCANARY5520',
  AWS_SECRET_ACCESS_KEY: 'canary-aws-e81d0b64',
} as const;

export interface Asked extends WorldOptions {
  /** Folder of the project, built. */
  readonly project: string;
  /** Folder for the report. */
  readonly reports: string;
  /** true: what the program prints goes to our own output as well. */
  readonly shown?: boolean;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Queries that the stand-in of InfluxDB answered. */
  readonly queries: readonly string[];
  /** Operations that the stand-in of Cost Explorer answered, and would have billed. */
  readonly billed: readonly string[];
}

const ended = (args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, shown: boolean) =>
  new Promise<Pick<Ran, 'code' | 'stdout' | 'stderr'>>((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (chunk: string) => {
        text[stream] += chunk;
        if (shown) process[stream].write(chunk);
      });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...text }));
  });

export async function runExample({ project, reports, shown = false, ...options }: Asked): Promise<Ran> {
  const { points, lines } = world(options);
  const influx = await startInfluxFlux({
    token: CANARIES.INFLUX_TOKEN,
    org: 'data',
    buckets: { pipelines: points },
  });
  const bill = await costExplorer({
    lines,
    keys: { [CANARIES.AWS_ACCESS_KEY_ID]: CANARIES.AWS_SECRET_ACCESS_KEY },
    // A few days after the window, whenever this is run: every day is settled, and estimated until the invoice.
    now: (() => {
      const began = Date.now();
      return () => Date.UTC(2026, 10, 21) + Date.now() - began;
    })(),
    finalUntilMs: Date.UTC(2026, 10, 1) - DAY,
  });
  // A folder of its own: amounts of the stand-in are not to be found in a cache beside the experiment.
  const folder = await mkdtemp(join(tmpdir(), 'stacktrial-example-'));
  try {
    for (const part of ['spark-vs-faas.yaml', 'cards'])
      await cp(join(project, 'experiments', part), join(folder, 'experiments', part), { recursive: true });
    const nothing = join(folder, 'none');
    const env = {
      PATH: process.env.PATH,
      NO_COLOR: process.env.NO_COLOR ?? '1',
      INFLUX_URL: influx.url,
      AWS_ENDPOINT_URL_COST_EXPLORER: bill.url,
      AWS_CONFIG_FILE: nothing,
      AWS_SHARED_CREDENTIALS_FILE: nothing,
      ...CANARIES,
    };
    const args = [
      join(project, 'dist/cli.js'),
      'run',
      'experiments/spark-vs-faas.yaml',
      '--reports',
      reports,
    ];
    const ran = await ended(args, folder, env, shown);
    return { ...ran, queries: influx.queries, billed: bill.billed };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await Promise.all([influx.close(), bill.close()]);
  }
}
