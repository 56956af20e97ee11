import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assigner } from '../../src/split/assignment.js';
import { experiment } from '../split/support.js';
import { CLI, emptyFolder, smallExperiment, stacktrial } from './program.js';

const file = async (folder: string, design: string): Promise<string> => {
  await writeFile(
    join(folder, 'keys.yaml'),
    `experiment: keys
question: Which?
arms: { old: {}, new: {} }
baseline: old
design: ${design}
workload: { kind: sample, files: "*.csv" }
driver: { type: command, arms: { old: { command: [a] }, new: { command: [b] } } }
metrics: { seconds: { from: trials, query: { field: wallSeconds }, in: s, better: lower, words: [faster, slower] } }
hypotheses: [ new is faster than old ]
`,
  );
  return 'keys.yaml';
};

test('a key is told its arm, and none where it takes no part', async () => {
  const folder = await emptyFolder();
  const name = await file(folder, '{ kind: by-key, seed: 7, hash: xxh32, shares: { old: 60%, new: 40% } }');
  // Buckets of a live HAProxy: 6768 and 5953 of 10,000.
  expect((await stacktrial(folder, 'assign', name, 'tenant-0', 'tenant-42')).stdout).toBe(
    'tenant-0\tnew\ntenant-42\told\n',
  );
  const { stdout } = await stacktrial(folder, 'assign', name, 'tenant-0', '--coverage', '10%', '--json');
  expect(JSON.parse(stdout)).toEqual({ key: 'tenant-0', bucket: 6768, arm: null });
});

test('a stream is answered line by line, whatever pieces it comes in, and blank keys belong to nobody', async () => {
  const folder = await emptyFolder();
  const name = await file(folder, '{ kind: by-key, seed: 7 }');
  const child = spawn(process.execPath, [CLI, 'assign', name, '-q'], { cwd: folder });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const keys = Array.from({ length: 30_000 }, (_, i) => (i === 5 ? '' : `kéy ${i}`));
  const all = Buffer.from(keys.join('\n'));
  for (let at = 0; at < all.length; at += 9_973) child.stdin.write(all.subarray(at, at + 9_973));
  child.stdin.end();
  expect((await once(child, 'close'))[0]).toBe(0);
  const keyed = experiment({ arms: ['old', 'new'], design: { kind: 'by-key', seed: 7 } });
  const place = assigner({ ...keyed, name: 'keys' });
  expect(out).toBe(keys.map((key) => `${key}\t${key === '' ? '-' : place(key).arm}\n`).join(''));
});

test('lines that end as on Windows are the same keys, wherever the stream is cut', async () => {
  const folder = await emptyFolder();
  const name = await file(folder, '{ kind: by-key, seed: 7 }');
  const told = async (...pieces: string[]) => {
    const child = spawn(process.execPath, [CLI, 'assign', name, '-q'], { cwd: folder });
    for (const piece of pieces) child.stdin.write(piece);
    child.stdin.end();
    let out = '';
    for await (const text of child.stdout.setEncoding('utf8')) out += text as string;
    return out;
  };
  const unix = await told('a\nb\nc\n');
  expect(await told('a\r\nb\r\nc\r\n')).toBe(unix);
  expect(await told('a\r', '\nb\r\nc\r')).toBe(unix);
});

test('a reader that goes away ends it quietly', async () => {
  const folder = await emptyFolder();
  const name = await file(folder, '{ kind: by-key }');
  const line = `yes key | ${process.execPath} ${CLI} assign ${name} | head -2`;
  const child = spawn('sh', ['-c', line], { cwd: folder });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  await once(child, 'close');
  expect(out.split('\n')).toHaveLength(3);
  expect(err).toBe('');
});

test('a design without keys is refused', async () => {
  const folder = await emptyFolder();
  const { code, stderr } = await stacktrial(folder, 'assign', await smallExperiment(folder), 'k');
  expect(code).toBe(64);
  expect(stderr).toContain('design interleaved assigns no keys');
});
