/** A bill that grows after its time to settle: read again once, said so, and never twice. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyze as analyzeCommand } from '../../src/commands/analyze.js';
import type { Context } from '../../src/commands/context.js';
import { run as runCommand } from '../../src/commands/run.js';
import { createRandom } from '../../src/stats/index.js';
import { emptyFolder } from '../cli/program.js';

const DAY = 86_400_000;
const FROM = Date.parse('2026-10-01T00:00Z');

/** Twenty days of two stacks; `late` is added to the last three of one. */
async function bills(folder: string, late: number): Promise<void> {
  const random = createRandom(7, 'bills');
  const rows = ['day,arm,usd'];
  for (let day = 0; day < 20; day++)
    for (const arm of ['faas', 'spark']) {
      const usd = 100 * (1 + 0.05 * random.normal()) + (arm === 'spark' && day >= 17 ? late : 0);
      rows.push(`${new Date(FROM + day * DAY).toISOString()},${arm},${usd}`);
    }
  await writeFile(join(folder, 'bills.csv'), `${rows.join('\n')}\n`);
}

const FILE = `experiment: billed
question: Does spark cost less?
arms: { faas: { title: F }, spark: { title: S } }
baseline: faas
design: { kind: observed, concurrent: true }
window: { from: 2026-10-01T00:00Z, to: 2026-10-21T00:00Z, settle: 48h }
metrics:
  usd: { from: file, query: { file: bills.csv, value: usd, arm: arm, time: day }, by: 1d, fold: sum, in: USD, better: lower, role: cost, words: [cheaper, dearer] }
hypotheses: [ spark is cheaper than faas ]
`;

const TO = FROM + 20 * DAY;

test('once, when its time to settle has passed a second time; analyze gives the same again', async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, 'billed.yaml'), FILE);
  await bills(folder, 0);
  const said: string[] = [];
  const silent = (): void => undefined;
  const context = (now: number): Context => ({
    out: silent,
    log: {
      info: (text) => said.push(text),
      warn: silent,
      detail: silent,
      progress: silent,
      progressEnd: silent,
    },
    variables: {},
    signal: new AbortController().signal,
    colour: false,
    columns: 80,
    workingFolder: folder,
    version: '0.0.0',
    now: () => now,
  });
  const runAt = async (now: number) => {
    said.length = 0;
    await runCommand('billed.yaml', { reports: 'reports' }, context(now));
    const runs = await readdir(join(folder, 'reports', 'billed'));
    expect(runs).toHaveLength(1);
    const text = await readFile(join(folder, 'reports', 'billed', runs[0], 'report.json'), 'utf8');
    return { text, report: JSON.parse(text), path: join(folder, 'reports', 'billed', runs[0]) };
  };
  const total = (report: { metrics: { arms: { arm: string; total: number }[] }[] }): number =>
    report.metrics[0].arms.find(({ arm }) => arm === 'spark')?.total ?? Number.NaN;

  const first = await runAt(TO + 2 * DAY);
  expect(first.report.look.reopenedAt).toBeUndefined();
  await bills(folder, 400);
  const early = await runAt(TO + 3 * DAY);
  expect(early.text).toBe(first.text);
  expect(said.join('\n')).toContain('finished; its decision stands');

  const late = await runAt(TO + 4 * DAY);
  expect(late.report.look.reopenedAt).toBe('2026-10-25T00:00:00.000Z');
  expect(total(late.report) - total(first.report)).toBeCloseTo(1_200, 6);
  expect(await readFile(join(late.path, 'report.txt'), 'utf8')).toMatch(
    /bills\s+read\s+again\s+on\s+2026-10-25/,
  );
  expect(await readFile(join(late.path, 'before-late-bills.report.json'), 'utf8')).toBe(first.text);
  await analyzeCommand(late.path, {}, context(TO + 9 * DAY));
  expect(await readFile(join(late.path, 'report.json'), 'utf8')).toBe(late.text);

  await bills(folder, 800);
  expect((await runAt(TO + 30 * DAY)).text).toBe(late.text);
});
