/** `npm run calibrate` from outside: what it prints and how it exits. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('run.mjs', import.meta.url));

const calibrate = (...args: string[]): Promise<{ code: number | string; stdout: string; stderr: string }> =>
  new Promise((done) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) => {
      done({ code: error?.code ?? 0, stdout, stderr });
    });
  });

test('a sound cell passes, with a table, progress, and the same bytes again', async () => {
  const args = ['--only', 'nothing else / 20 blocks', '--replicates', '1000'];
  const [one, two] = await Promise.all([calibrate(...args), calibrate(...args)]);
  expect(one.stderr).toMatch(/1 of 1 cells, about \d+ s remain/u);
  expect(one.stdout).toContain('| interleaved blocks, nothing else | false claims | 4–6 % |');
  expect(one.code).toBe(0);
  expect(two.stdout).toBe(one.stdout);
});

test('a method with a wrong standard error ends the run with 1 and its name', async () => {
  const { code, stdout, stderr } = await calibrate(
    '--broken',
    '--only',
    'wrong standard error',
    '--replicates',
    '1000',
  );
  expect(stdout).toContain('**fails**');
  expect(stderr).toContain('fails: a wrong standard error / 20 blocks: false claims');
  expect(code).toBe(1);
});

test('a pattern that no cell matches, too few replicates and unknown options are refused with a sentence', async () => {
  const wrong = [
    ['--only', 'no such cell'],
    ['--only', '('],
    ['--replicates', '7'],
    ['--seed', 'x'],
    ['--write', '--broken'],
    ['--replicants', '1000'],
  ];
  for (const args of wrong) {
    const { code, stderr } = await calibrate(...args);
    expect(code, args.join(' ')).toBe(64);
    expect(stderr).toContain(args[0] === '--only' && args[1] !== '(' ? 'no cell is called like' : args[0]);
    expect(stderr).not.toMatch(/^\s+at /mu);
  }
});

test('--help says what can be asked for, and simulates nothing', async () => {
  const { code, stdout, stderr } = await calibrate('--help');
  expect([code, stderr]).toEqual([0, '']);
  for (const option of ['--replicates', '--only', '--seed', '--broken', '--write'])
    expect(stdout).toContain(option);
});
