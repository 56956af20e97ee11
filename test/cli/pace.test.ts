/** A run that is done a few blocks at a time, by many calls of `run`: real processes, real folders. */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { paceUntil } from '../../src/pipeline/pace.js';
import { emptyFolder, onlyRun, smallExperiment, stacktrial, start } from './program.js';

async function paced(folder: string, blocks = 4): Promise<string> {
  const file = await smallExperiment(folder);
  await appendFile(join(folder, file), `schedule: { pace: "0 2 * * *", blocks: ${blocks} }\n`);
  return file;
}

const blocksOf = async (run: string): Promise<number[]> => {
  const rows = (await readFile(join(run, 'evidence', 'trials.ndjson'), 'utf8')).trim().split('\n');
  const trials = rows.map((row) => JSON.parse(row) as { block: number; arm: string });
  return trials.filter(({ arm, block }) => arm === 'old' && block >= 0).map(({ block }) => block);
};

test('each call does its blocks and ends with 10; the last ends with the decision; then there is nothing to do', async () => {
  const folder = await emptyFolder();
  const file = await paced(folder);
  const first = await stacktrial(folder, 'run', file);
  expect([first.code, first.stdout]).toEqual([
    10,
    expect.stringMatching(/^Running: 4 of 6 blocks are done\./),
  ]);
  const run = await onlyRun(folder);
  expect(await blocksOf(run)).toEqual([0, 1, 2, 3]);

  // Between looks it is watched, and `check` says what was seen.
  expect(first.stdout).toContain('seconds of new: 4 of 4 units');
  const running = await stacktrial(folder, 'check', file, '--max-age', '1h');
  expect([running.code, running.stdout]).toEqual([
    1,
    expect.stringMatching(/^STACKTRIAL WARNING - running, last seen .* ago, no look yet\n$/),
  ]);
  const watched = JSON.parse(await readFile(join(run, 'monitoring.json'), 'utf8'));
  await writeFile(
    join(run, 'monitoring.json'),
    JSON.stringify({ ...watched, harm: [{ verdict: 'harm', claim: { text: 'new is at most 5% slower' } }] }),
  );
  const harmed = await stacktrial(folder, 'check', file);
  expect([harmed.code, harmed.stdout]).toEqual([
    2,
    expect.stringContaining('while it runs, a guardrail is broken: “new is at most 5% slower”'),
  ]);

  // When it is worked on may change in the middle, what is measured may not.
  const text = await readFile(join(folder, file), 'utf8');
  await writeFile(join(folder, file), text.replace('margin: 3%', 'margin: 4%'));
  const changed = await stacktrial(folder, 'run', file);
  expect([changed.code, changed.stderr]).toEqual([64, expect.stringContaining('metrics.seconds.margin')]);
  await writeFile(join(folder, file), text.replace('0 2 * * *', '0 3 * * *'));

  const second = await stacktrial(folder, 'run', file);
  expect(second.stderr).toContain('blocks 5 to 6 of 6');
  expect(second.stdout).toContain('Claims');
  expect(await blocksOf(await onlyRun(folder))).toEqual([0, 1, 2, 3, 4, 5]);

  const third = await stacktrial(folder, 'run', file);
  expect(third.stderr).toContain('finished; its decision stands');
  expect([third.code, third.stdout]).toEqual([
    second.code,
    second.stdout.slice(0, second.stdout.indexOf('\nReport: ')),
  ]);
  expect(await onlyRun(folder)).toBe(run);
});

test('--all does all of them now, and a call that was killed goes on to where it was to end', async () => {
  const folder = await emptyFolder();
  const file = await paced(folder, 3);
  const { child, ended } = start(folder, ['run', file]);
  const trials = async (): Promise<string> =>
    readFile(join(await onlyRun(folder), 'evidence', 'trials.ndjson'), 'utf8').catch(() => '');
  while (!(await trials().catch(() => '')).includes('"block":1') && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGKILL');
  await ended;
  const again = await stacktrial(folder, 'run', file);
  expect(again.stdout).toMatch(/^Running: 3 of 6/);
  const all = await stacktrial(folder, 'run', file, '--all');
  expect([0, 10, 12]).toContain(all.code);
  expect(new Set(await blocksOf(await onlyRun(folder))).size).toBe(6);
});

test('firings count once, however often their work is begun', () => {
  const row = (firings: number[], until: number) => ({ at: 0, step: 'pace', firings, until });
  const by = (...firings: number[]) => ({ firings, blocks: 2 });
  expect(paceUntil(by(1), [], 0)).toBe(2);
  expect(paceUntil(by(1), [row([1], 2)], 1)).toBe(2); // killed in the middle
  expect(paceUntil(by(1), [row([1], 2)], 2)).toBe(2); // killed after the last block
  expect(paceUntil(by(1, 2, 3), [row([1], 2)], 1)).toBe(6);
  expect(paceUntil(by(2), [row([1], 2)], 2)).toBe(4);
  expect(paceUntil(by(), [row([1], 2)], 1)).toBe(2); // by hand: first what was begun
  expect(paceUntil(by(), [row([1], 2)], 2)).toBe(4);
});

test('a window that is over and in which nothing was measured is no decision: once that is mended it is run anew', async () => {
  const folder = await emptyFolder();
  await writeFile(
    join(folder, 'window.yaml'),
    `experiment: window
question: Is new faster?
arms: { old: {}, new: {} }
baseline: old
design: { kind: observed, concurrent: true }
window: { from: 2026-01-01T00:00Z, to: 2026-01-05T00:00Z }
metrics:
  seconds: { from: file, query: { file: seconds.csv, value: s, arm: arm, time: at }, by: 1h, fold: mean, in: s, better: lower, estimand: mean, words: [faster, slower] }
hypotheses: [ new is faster than old ]
`,
  );
  const run = (...args: string[]) => stacktrial(folder, 'run', 'window.yaml', '--reports', 'kept', ...args);
  expect((await run()).code).toBe(69);
  const rows = Array.from({ length: 96 }, (_, hour) => {
    const at = new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
    return `${at},old,${10 + (hour % 7) / 10}\n${at},new,${5 + (hour % 5) / 10}\n`;
  });
  await writeFile(join(folder, 'seconds.csv'), `at,arm,s\n${rows.join('')}`);
  const again = await run();
  expect([again.code, again.stderr]).toEqual([
    69,
    expect.stringContaining(
      'nothing was measured. Once that is mended: stacktrial run window.yaml --reports kept --anew',
    ),
  ]);
  const anew = await run('--anew');
  expect(anew.stdout).toContain('new is faster than old');
  expect(anew.code).not.toBe(69);
  expect((await run()).stderr).toContain('finished; its decision stands');
});
