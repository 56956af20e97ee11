/** A run that is stopped or killed, and goes on. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/stats/index.js';
import { emptyFolder, onlyRun, smallExperiment, stacktrial, start } from './program.js';

const rowsOf = (path: string): string[] => {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
};

const journalOf = (folder: string): string[] => {
  const experiment = join(folder, 'reports', 'small');
  try {
    const [run] = readdirSync(experiment);
    return run === undefined ? [] : rowsOf(join(experiment, run, 'journal.ndjson'));
  } catch {
    return [];
  }
};

const until = async (condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

/** Processes that carry the mark of this run. */
const leftOf = (run: string): number =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`STACKTRIAL_RUN=${run}`);
    } catch {
      return false;
    }
  }).length;

async function isOneCompleteRun(folder: string): Promise<void> {
  const run = await onlyRun(folder);
  const report = JSON.parse(await readFile(join(run, 'report.json'), 'utf8'));
  expect(report.run.resumed).toBe(1);
  const counting = report.trials.filter(
    (t: { block: number; superseded: boolean }) => t.block >= 0 && !t.superseded,
  );
  const seen = new Set(counting.map((t: { block: number; arm: string }) => `${t.block} ${t.arm}`));
  expect(counting.length).toBe(12);
  expect(seen.size).toBe(12);
  const superseded = new Set(
    report.trials
      .filter((t: { block: number; superseded: boolean }) => t.block >= 0 && t.superseded)
      .map((t: { block: number }) => t.block),
  );
  expect(superseded.size).toBeLessThanOrEqual(1);
  expect(leftOf(report.run.id)).toBe(0);
}

describe('Ctrl-C', () => {
  test('stops the run with 130, cleans up after both arms, leaves no process, and --resume goes on', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    const { child, ended } = start(folder, ['run', file]);
    await until(() => journalOf(folder).length >= 8);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain('--resume');
    expect((await readFile(join(folder, 'cleaned.txt'), 'utf8')).trim().split('\n').sort()).toEqual([
      'new',
      'old',
    ]);
    await stacktrial(folder, 'run', file, '--resume');
    await isOneCompleteRun(folder);
  });
});

describe('kill -9', () => {
  test('after any journaled step, and --resume, give one complete run with at most one block repeated', async () => {
    const whole = await emptyFolder();
    await stacktrial(whole, 'run', await smallExperiment(whole));
    const steps = journalOf(whole).length;
    expect(steps).toBeGreaterThan(20);
    // A seeded choice here; every step is tried, without the program around it, in test/split/killed.test.ts.
    const random = createRandom(20261121, 'steps to die after');
    const chosen = [1, steps - 1, ...Array.from({ length: 4 }, () => 1 + random.integer(steps - 1))];
    for (const step of chosen) {
      const folder = await emptyFolder();
      const file = await smallExperiment(folder);
      const { child, ended } = start(folder, ['run', file]);
      await until(() => journalOf(folder).length >= step || child.exitCode !== null);
      child.kill('SIGKILL');
      await ended;
      const resumed = await stacktrial(folder, 'run', file, '--resume');
      expect([0, 10], `step ${step}: ${resumed.stderr}`).toContain(resumed.code);
      await isOneCompleteRun(folder);
    }
  }, 400_000);
});

describe('--resume', () => {
  test('refuses a changed experiment, naming the key', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    const { child, ended } = start(folder, ['run', file]);
    await until(() => journalOf(folder).length >= 5);
    child.kill('SIGKILL');
    await ended;
    const text = await readFile(join(folder, file), 'utf8');
    await writeFile(
      join(folder, file),
      text.replace('confidence: 95%', 'confidence: 90%').replace('margin: 3%', 'margin: 5%'),
    );
    const { code, stderr } = await stacktrial(folder, 'run', file, '--resume');
    expect(code).toBe(64);
    expect(stderr).toContain('metrics.seconds.margin');
    expect(stderr).toContain('decide.confidence');
  });

  test('says so where there is nothing to resume', async () => {
    const folder = await emptyFolder();
    const { code, stderr } = await stacktrial(folder, 'run', await smallExperiment(folder), '--resume');
    expect(code).toBe(64);
    expect(stderr).toContain('no run of small that was cut off');
  });
});
