/** An experiment that is run again because of what it said: real processes, real folders. */
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, FORMS, forms, smallExperiment, stacktrial } from './program.js';

interface Result {
  readonly check: string;
  readonly status: string;
  readonly saw: { readonly code: string; readonly values: Record<string, unknown> };
}

const peekingIn = async (run: string): Promise<Result> => {
  const { checks } = JSON.parse(await readFile(join(run, 'report.json'), 'utf8')) as { checks: Result[] };
  return checks.find(({ check }) => check === 'peeking') as Result;
};

test('the second run of an experiment that was not adopted says so, offline too; the first has nothing to say', async () => {
  const folder = await emptyFolder();
  // Equal stacks that answer as slowly: nothing is adopted, whatever the machine does.
  const file = await smallExperiment(folder, { new: { delayMs: 150 } });
  await stacktrial(folder, 'run', file);
  const runsIn = async () =>
    (await readdir(join(folder, 'reports', 'small'))).filter((name) => /^\d/u.test(name)).sort();
  const [first] = await runsIn();
  const at = (run: string) => join(folder, 'reports', 'small', run);
  expect((await peekingIn(at(first))).status).toBe('pass');

  await stacktrial(folder, 'run', file);
  const second = (await runsIn()).find((run) => run !== first) as string;
  const found = await peekingIn(at(second));
  expect(found.status).toBe('warn');
  expect(found.saw.values).toMatchObject({ repeated: [first], runs: 1 });
  expect(JSON.parse(await readFile(join(at(second), 'evidence', 'earlier.json'), 'utf8'))).toMatchObject([
    { id: first, looks: 1, done: 14, changed: [] },
  ]);

  const elsewhere = await emptyFolder();
  await cp(join(at(second), 'evidence'), join(elsewhere, 'copy', 'evidence'), { recursive: true });
  await stacktrial(elsewhere, 'analyze', 'copy');
  const [here, there] = [await forms(at(second)), await forms(join(elsewhere, 'copy'))];
  for (const form of FORMS) expect(there[form], form).toBe(here[form]);

  const other = (await readFile(join(folder, file), 'utf8')).replace('at least 10%', 'at least 1%');
  await writeFile(join(folder, 'other.yaml'), other);
  await stacktrial(folder, 'analyze', at(first), '--with', 'other.yaml');
  const [postHoc] = (await readdir(at(first))).filter((name) => name.startsWith('post-hoc-'));
  expect((await peekingIn(join(at(first), postHoc))).saw.code).toBe('peeking-post-hoc');
});
