/** A switchback whose slots are passes of the workload, run for real: nothing is on a clock. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, FORMS, forms, onlyRun, smallExperiment, stacktrial } from './program.js';

interface Row {
  readonly block: number;
  readonly arm: string;
  readonly unit: string;
}

test('4 + 4 passes of a workload are decided by their 70 schedules, and analysed again to the same bytes', async () => {
  const folder = await emptyFolder();
  const file = await smallExperiment(folder, { measured: 'work', old: { effort: 10 }, repeats: 1 });
  const path = join(folder, file);
  const text = (await readFile(path, 'utf8'))
    .replace(/design: \{[^}]*\}/u, 'design: { kind: switchback, slots: 8, seed: 3 }')
    .replace('kind: fixed', 'kind: sample');
  await writeFile(path, text);
  const { code, stdout } = await stacktrial(folder, 'run', file);
  expect(stdout).toContain('ADOPT');
  expect(code).toBe(0);

  const run = await onlyRun(folder);
  const report = JSON.parse((await forms(run))['report.json']);
  const slots = new Map<number, Row[]>();
  for (const row of report.trials as Row[]) slots.set(row.block, [...(slots.get(row.block) ?? []), row]);
  expect([...slots.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  for (const rows of slots.values()) {
    expect(new Set(rows.map(({ arm }) => arm)).size).toBe(1);
    expect(new Set(rows.map(({ unit }) => unit)).size).toBe(3);
  }
  const [comparison] = report.comparisons;
  expect(comparison).toMatchObject({ method: 'switchback', n: { treatment: 4, baseline: 4 } });
  expect(comparison.effect.details).toMatchObject({ schedules: 70, 'schedules are': 'all there are' });
  expect(report.claims[0]).toMatchObject({ verdict: 'supported', p: expect.closeTo(1 / 70, 9) });

  const before = await forms(run);
  await stacktrial(folder, 'analyze', run);
  const after = await forms(run);
  for (const form of FORMS) expect(after[form], form).toBe(before[form]);
});
