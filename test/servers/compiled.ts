/** A source in a process of its own: for what a process is told at its start (certificates, memory), and how it ends. */
import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from './start.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Prints one line of JSON: { values, problem, maxRssMb, tookMs }. */
const CHILD = `
const [, , folder, given] = process.argv;
const { source, options, want, proxy, environment } = JSON.parse(given);
const { [source]: plugin } = await import(folder + '/collect/sources/' + source + '.js');
const { Secret } = await import(folder + '/model/secret.js');
const quiet = () => {};
const io = { now: Date.now, env: ({ name }) => environment[name], signal: new AbortController().signal, proxy,
  log: { info: quiet, warn: quiet, detail: quiet, progress: quiet, progressEnd: quiet }, folder: '/', trials: [], warn: quiet };
const began = performance.now();
const values = [];
let problem = null;
try {
  const auth = { bearer: new Secret('TOKEN') };
  for (const query of plugin.ask({ ...options, auth }, want))
    for await (const { value } of plugin.fetch({ ...options, auth }, query, io)) values.push(value);
} catch (error) { problem = { code: error.code ?? error.reason?.code, message: error.message, hint: error.hint }; }
console.log(JSON.stringify({ values, problem, tookMs: performance.now() - began, maxRssMb: process.resourceUsage().maxRSS / 1024 }));
`;

export interface ChildAnswer {
  readonly values: readonly (number | null)[];
  readonly problem: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  readonly tookMs: number;
  readonly maxRssMb: number;
  /** From start to end of the process. */
  readonly livedMs: number;
}

export interface Compiled {
  ask(
    given: object,
    options?: { env?: Record<string, string>; node?: readonly string[] },
  ): Promise<ChildAnswer>;
  remove(): Promise<void>;
}

export const compiled = async (source: string): Promise<Compiled> => {
  const folder = await temporaryFolder('compiled');
  await mkdir(join(folder, 'out'));
  const tsc = join(project, 'node_modules/typescript/bin/tsc');
  const flags = [
    '--noCheck',
    '--outDir',
    join(folder, 'out'),
    '--rootDir',
    join(project, 'src'),
    '--ignoreConfig',
  ];
  const target = ['--module', 'nodenext', '--target', 'es2023', '--moduleResolution', 'nodenext'];
  await run(process.execPath, [tsc, ...flags, ...target, join(project, `src/collect/sources/${source}.ts`)], {
    cwd: project,
  });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'child.js'), CHILD);
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
  return {
    async ask(given, { env = {}, node = [] } = {}) {
      const began = performance.now();
      const parameters = [
        ...node,
        join(folder, 'child.js'),
        join(folder, 'out'),
        JSON.stringify({ source, ...given }),
      ];
      const { stdout } = await run(process.execPath, parameters, {
        env: { ...process.env, ...env },
        timeout: 60_000,
      });
      return { ...JSON.parse(stdout), livedMs: performance.now() - began };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
