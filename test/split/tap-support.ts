/** A tap that is a file, turned by two small programs, and an experiment on it: for the tests of taps. */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const APPLY = `
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
const { STACKTRIAL_PERCENT_OLD: old, STACKTRIAL_PERCENT_NEW: fresh, STACKTRIAL_SAVED: saved } = process.env;
appendFileSync('applied.txt', old + '/' + fresh + '\\n');
const before = JSON.parse(readFileSync('state.json', 'utf8'));
writeFileSync('next.json', saved ?? JSON.stringify({ ...before, shares: { old: Number(old), new: Number(fresh) } }));
renameSync('next.json', 'state.json');
`;

export const BEFORE = '{"shares":{"old":100,"new":0},"note":"as it was"}';

export interface LiveFile {
  readonly driver?: string;
  readonly design?: string;
  readonly more?: string;
  readonly rollback?: string;
}

export async function liveExperiment(folder: string, file: LiveFile = {}): Promise<void> {
  await writeFile(join(folder, 'apply.mjs'), APPLY);
  await writeFile(join(folder, 'state.json'), BEFORE);
  const rows = Array.from({ length: 60 }, (_, i) => `${['old', 'new'][i % 2]},u${i},${1 + (i % 7) / 10}`);
  await writeFile(join(folder, 'values.csv'), `arm,unit,seconds\n${rows.join('\n')}\n`);
  await writeFile(
    join(folder, 'live.yaml'),
    `experiment: live
question: Is the new stack faster?
arms: { old: , new: }
baseline: old
design: ${file.design ?? '{ kind: by-key, unit: unit, shares: { old: 50%, new: 50% }, coverage: 20%, for: 1200ms, seed: 1 }'}
driver: ${file.driver ?? '{ type: commands, apply: [node, apply.mjs], read: cat state.json }'}
watch: { every: 400ms }
rollback: ${file.rollback ?? 'restore'}
metrics:
  seconds: { from: file, query: { file: values.csv, value: seconds, unit: unit, arm: arm }, in: s, better: lower, words: [faster, slower], margin: 3% }
hypotheses: [ new is faster than old ]
${file.more ?? ''}`,
  );
}

export const stateOf = (folder: string): Promise<string> => readFile(join(folder, 'state.json'), 'utf8');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Leases beside the experiment, so that tests do not meet. */
export function node(folder: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', STACKTRIAL_LEASES: join(folder, 'leases') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...text }));
  });
}
