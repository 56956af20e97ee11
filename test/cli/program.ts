/** The built program as a user starts it, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export function start(
  folder: string,
  args: readonly string[],
  { node = process.execPath, env = {} }: { node?: string; env?: Readonly<Record<string, string>> } = {},
): Started {
  const child = spawn(node, [CLI, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
    });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...text }));
  });
  return { child, ended };
}

export const stacktrial = (folder: string, ...args: string[]): Promise<Ended> => start(folder, args).ended;

export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stacktrial-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A stack in a dozen lines: counts the lines of a file and sums them; may drop lines, be slow, or fail. What it answers as
 * `work` does not depend on how busy the machine is, and is not quite the same twice.
 */
const STACK = `
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
const [unit, options = '{}'] = process.argv.slice(2);
const { drop = 0, delayMs = 0, failOn = null, effort = 1 } = JSON.parse(options);
await new Promise((resolve) => setTimeout(resolve, delayMs));
if (failOn !== null && unit.includes(failOn)) { console.error('cannot read', unit); process.exit(3); }
const lines = readFileSync(unit, 'utf8').trim().split('\\n').filter((_, i) => drop === 0 || i % drop !== drop - 1);
const checksum = createHash('sha256').update(lines.join('\\n')).digest('hex');
const work = lines.length * effort + Number(process.hrtime.bigint() % 997n) / 100;
console.log(JSON.stringify({ records: lines.length, failed: 0, work, checksum }));
`;

export interface Small {
  /** Options of the stack, per arm. */
  readonly old?: object;
  readonly new?: object;
  readonly title?: string;
  readonly metricTitle?: string;
  readonly repeats?: number;
  /** What is compared: by default how long a trial took. */
  readonly measured?: 'wallSeconds' | 'work';
}

/** Three files, twice each, through two commands: six blocks, about a second. Returns the experiment's file name. */
export async function smallExperiment(folder: string, small: Small = {}): Promise<string> {
  await mkdir(join(folder, 'data'), { recursive: true });
  for (const size of [200, 400, 600])
    await writeFile(
      join(folder, 'data', `${size}.txt`),
      Array.from({ length: size }, (_, i) => `line ${i} of ${size}`).join('\n'),
    );
  await writeFile(join(folder, 'stack.mjs'), STACK);
  await writeFile(
    join(folder, 'cleanup.mjs'),
    `import { appendFileSync } from 'node:fs'; appendFileSync('cleaned.txt', process.argv[2] + '\\n');`,
  );
  const command = (options: object = {}): string =>
    `[node, stack.mjs, "{{unit}}", ${JSON.stringify(JSON.stringify(options))}]`;
  const arm = (name: string, options?: object): string =>
    `{ command: ${command(options)}, cleanup: [node, cleanup.mjs, ${name}], timeout: 20s }`;
  await writeFile(
    join(folder, 'small.yaml'),
    `experiment: small
question: ${JSON.stringify(small.title ?? 'Is the new stack faster?')}
arms:
  old: { title: the old stack }
  new: { title: the new stack }
baseline: old
design: { kind: interleaved, warmup: 1, seed: 7 }
workload: { kind: fixed, files: "data/*.txt", repeats: ${small.repeats ?? 2} }
driver:
  type: command
  arms:
    old: ${arm('old', small.old)}
    new: ${arm('new', small.new)}
  output: { count: $.records, checksum: $.checksum }
metrics:
  seconds:
    title: ${JSON.stringify(small.metricTitle ?? 'time per file')}
    from: trials
    query: ${small.measured === 'work' ? '{ stdout: $.work }' : '{ field: wallSeconds }'}
    in: s
    better: lower
    role: time
    words: [faster, slower, fast]
    margin: 3%
hypotheses: [ new is at least 10% faster than old ]
decide: { confidence: 95% }
`,
  );
  return 'small.yaml';
}

/** The only run folder of an experiment. */
export async function onlyRun(folder: string, experiment = 'small'): Promise<string> {
  // Beside the runs lies what a scheduler has written down.
  const runs = (await readdir(join(folder, 'reports', experiment))).filter((name) => /^\d/.test(name));
  if (runs.length !== 1) throw new Error(`expected one run, found ${runs.join(', ') || 'none'}`);
  return join(folder, 'reports', experiment, runs[0]);
}

export const FORMS = [
  'report.json',
  'report.html',
  'report.md',
  'adr.md',
  'junit.xml',
  'report.txt',
] as const;

export async function forms(run: string): Promise<Record<string, string>> {
  const read = await Promise.all(
    FORMS.map(async (name) => [name, await readFile(join(run, name), 'utf8')] as const),
  );
  return Object.fromEntries(read);
}
