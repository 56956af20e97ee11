import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { dropLeases, takeLease } from '../../src/store/index.js';
import { temporaryFolder } from '../split/support.js';

const lives = () => 'boot:1';
const isDead = () => null;
const ask = (resource: string, run: string) => ({ resource, experiment: 'x', run, since: 0 });

test('revert drops only the leases of its run, and none that a living process holds', async () => {
  const folder = await temporaryFolder();
  await takeLease(folder, ask('tap 1', '/reports/x/cut-off'), lives);
  await takeLease(folder, ask('tap 2', '/reports/x/other'), lives);
  const before = await readdir(folder);
  expect(before).toHaveLength(2);
  await dropLeases(folder, '/reports/x/cut-off', lives);
  expect(await readdir(folder)).toEqual(before);
  await dropLeases(folder, '/reports/x/cut-off', isDead);
  await expect(takeLease(folder, ask('tap 2', '/reports/x/cut-off'), isDead)).rejects.toMatchObject({
    code: 'tap-left',
    hint: expect.stringContaining('stacktrial revert /reports/x/other'),
  });
  await (await takeLease(folder, ask('tap 1', '/reports/x/third'), lives)).release();
  expect(await readdir(folder)).toHaveLength(1);
});

test('who gives a lease back that is another run’s by now leaves it', async () => {
  const folder = await temporaryFolder();
  const mine = await takeLease(folder, ask('tap', '/reports/x/mine'), lives);
  await dropLeases(folder, '/reports/x/mine', isDead);
  await takeLease(folder, ask('tap', '/reports/x/theirs'), lives);
  await mine.release();
  expect(await readdir(folder)).toHaveLength(1);
});
