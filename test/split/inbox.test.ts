import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { PlannedTrial, Unit } from '../../src/model/evidence.js';
import { inboxDriver } from '../../src/split/drivers/inbox.js';
import { arms, newRunId, temporaryFolder, testIo, testJournal } from './support.js';

const unit: Unit = { id: 'orders.csv', path: 'orders.csv', covariates: { records: 3 } };
const planned = (arm: string, more: Partial<PlannedTrial> = {}): PlannedTrial => ({
  id: `b000.0.${arm}`,
  block: 0,
  order: 0,
  unit: unit.id,
  repeat: 0,
  arm,
  ...more,
});

async function folders(): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of ['in-a', 'in-b', 'out-a', 'out-b']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'orders.csv'), 'id\n1\n2\n3\n');
  return folder;
}

type Work = (path: string, done: string) => Promise<void>;

/** A stack: looks into its inbox, works on what it finds, answers whole. */
function stack(folder: string, arm: string, work: Work): { readonly manifests: unknown[] } {
  const seen = new Set<string>();
  const manifests: unknown[] = [];
  const look = async (): Promise<void> => {
    for (const name of (await readdir(join(folder, `in-${arm}`))).filter((each) => !each.startsWith('.'))) {
      if (seen.has(name)) continue;
      seen.add(name);
      manifests.push(JSON.parse(await readFile(join(folder, `in-${arm}/.stacktrial/${name}.json`), 'utf8')));
      await work(join(folder, `in-${arm}`, name), join(folder, `out-${arm}`, `${name}.done`));
    }
  };
  const timer = setInterval(() => void look(), 5);
  onTestFinished(() => clearInterval(timer));
  return { manifests };
}

const answer =
  (value: object, after: 'leave' | 'remove' = 'remove'): Work =>
  async (path, done) => {
    await readFile(path);
    if (after === 'remove') await rm(path);
    await writeFile(`${done}.tmp`, JSON.stringify(value));
    await rename(`${done}.tmp`, done);
  };

const parse = (more: object = {}) =>
  inboxDriver.options.parse({
    arms: { a: { inbox: 'in-a', outbox: 'out-a' }, b: { inbox: 'in-b', outbox: 'out-b' } },
    timeout: '5s',
    ...more,
  });

async function opened(folder: string, more: object = {}) {
  const io = testIo(folder);
  const journal = testJournal();
  const driver = await inboxDriver.open(parse(more), arms('a', 'b'), journal, io, newRunId());
  onTestFinished(() => driver.close());
  return { driver, io, journal };
}

test('a batch is linked into each inbox with its manifest, and its trial ends with the answer', async () => {
  const folder = await folders();
  const a = stack(folder, 'a', answer({ records: 3, sum: 'x' }));
  stack(folder, 'b', answer({ records: 3, sum: 'x' }, 'leave'));
  const { driver } = await opened(folder, { output: { count: '$.records', checksum: '$.sum' } });
  const rows = await Promise.all(['a', 'b'].map((arm) => driver.trial(planned(arm), unit, 0)));
  for (const row of rows) {
    expect(row).toMatchObject({ outcome: 'ok', answer: { records: 3 }, output: { count: 3 } });
    expect(row.measured.wallSeconds).toBeGreaterThan(0);
  }
  expect(rows[0].output).toEqual(rows[1].output);
  const sha256 = createHash('sha256').update('id\n1\n2\n3\n').digest('hex');
  expect(a.manifests).toEqual([
    { trial: 'b000.0.a', attempt: 0, arm: 'a', unit: 'orders.csv', bytes: 9, sha256, records: 3 },
  ]);
  await driver.close();
  // Nothing is left of ours; the batch is where it was.
  expect([await readdir(join(folder, 'in-a')), await readdir(join(folder, 'in-b'))]).toEqual([[], []]);
  expect((await stat(join(folder, 'orders.csv'))).nlink).toBe(1);
});

test('what a stack answers badly, or not, counts against it, and the batch is taken back', async () => {
  const folder = await folders();
  stack(folder, 'a', answer({ error: 'no such column' }));
  const { driver } = await opened(folder, { timeout: '300ms' });
  const bad = await driver.trial(planned('a'), unit, 0);
  expect([bad.outcome, bad.problem]).toEqual(['sut-error', 'no such column']);
  const late = await driver.trial(planned('b'), unit, 0);
  expect([late.outcome, late.problem]).toEqual(['sut-timeout', 'It had not answered after 0.3 s.']);
  expect(await readdir(join(folder, 'in-b'))).toEqual(['.stacktrial']);
});

test('a stack that answers as soon as it sees the manifest, before it has the batch, has failed and is not fast', async () => {
  const folder = await folders();
  const io = { ...testIo(folder), now: () => 1e12 };
  const runId = newRunId();
  const driver = await inboxDriver.open(parse(), arms('a', 'b'), testJournal(), io, runId);
  onTestFinished(() => driver.close());
  const name = `${runId}.b000.0.a.0.${(1e12).toString(36)}.orders.csv`;
  await writeFile(join(folder, 'out-a', `${name}.done`), '{"records":3}');
  const row = await driver.trial(planned('a'), unit, 0);
  expect([row.outcome, row.measured.wallSeconds]).toEqual(['sut-error', null]);
  expect(row.problem).toContain('answered before the batch was there');
  expect(await readdir(join(folder, 'in-a'))).toEqual(['.stacktrial']);
});

test('the clock of a trial starts before its manifest or its batch can be seen', async () => {
  const folder = await folders();
  stack(folder, 'a', answer({ records: 3 }));
  const { driver } = await opened(folder);
  const seen: (readonly string[])[] = [];
  const real = process.hrtime.bigint;
  const clock = vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => {
    seen.push([...readdirSync(join(folder, 'in-a')), ...readdirSync(join(folder, 'in-a/.stacktrial'))]);
    return real();
  });
  onTestFinished(() => clock.mockRestore());
  expect((await driver.trial(planned('a'), unit, 0)).outcome).toBe('ok');
  expect(seen.length).toBeGreaterThanOrEqual(2);
  expect(seen[0]).toEqual(['.stacktrial']);
});

test('move: a batch that was answered when the run was killed is not placed a second time', async () => {
  const folder = await folders();
  const { driver, journal, io } = await opened(folder, { place: 'move' });
  stack(folder, 'a', answer({ records: 3 }, 'leave'));
  expect((await driver.trial(planned('a'), unit, 0)).outcome).toBe('ok');
  const untilKilled = journal.rows.filter(({ step }) => step !== 'settled');
  await inboxDriver.recover(parse({ place: 'move' }), arms('a', 'b'), untilKilled, io, newRunId());
  expect(io.warnings).toEqual([expect.stringContaining('it is not measured again')]);
  await expect(stat(join(folder, 'orders.csv'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await readdir(join(folder, 'in-a'))).filter((name) => !name.startsWith('.'))).toHaveLength(1);
});

test('an answer that is being written is waited for', async () => {
  const folder = await folders();
  stack(folder, 'a', async (_path, done) => {
    await writeFile(done, '{"records":');
    await new Promise((wait) => setTimeout(wait, 100));
    await appendFile(done, '3}');
  });
  const { driver } = await opened(folder);
  expect(await driver.trial(planned('a'), unit, 0)).toMatchObject({ outcome: 'ok', answer: { records: 3 } });
});

test('a stack that changes a linked batch ends the run: the other arm would get something else', async () => {
  const folder = await folders();
  stack(folder, 'a', async (path, done) => {
    await appendFile(path, '4\n');
    await answer({})(path, done);
  });
  const { driver } = await opened(folder);
  await expect(driver.trial(planned('a'), unit, 0)).rejects.toMatchObject({ code: 'batch-changed' });
});

test('move: the batch itself, once; what nobody took goes back', async () => {
  const folder = await folders();
  const { driver } = await opened(folder, { place: 'move', timeout: '200ms' });
  expect((await driver.trial(planned('b'), unit, 0)).outcome).toBe('sut-timeout');
  expect(await readFile(join(folder, 'orders.csv'), 'utf8')).toBe('id\n1\n2\n3\n');
  stack(folder, 'a', answer({ records: 3 }));
  const slow = await opened(folder, { place: 'move' });
  expect((await slow.driver.trial(planned('a'), unit, 0)).outcome).toBe('ok');
  expect(await slow.driver.trial(planned('a'), unit, 1)).toMatchObject({ outcome: 'harness' });
  await expect(slow.driver.trial(planned('a', { repeat: 1 }), unit, 0)).rejects.toMatchObject({
    code: 'moved-twice',
  });
});

test('folders that are not there are named, all at once', async () => {
  const folder = await folders();
  await rm(join(folder, 'in-b'), { recursive: true });
  await rm(join(folder, 'out-a'), { recursive: true });
  await expect(opened(folder)).rejects.toThrow(/outbox of a: .*out-a; inbox of b: .*in-b/);
});

test('a stack that tidies up its inbox does not end the run; an inbox that is gone does, with what to do', async () => {
  const folder = await folders();
  stack(folder, 'a', answer({ records: 3 }));
  const { driver } = await opened(folder);
  await driver.trial(planned('a'), unit, 0);
  await rm(join(folder, 'in-a/.stacktrial'), { recursive: true });
  expect((await driver.trial(planned('a', { block: 1 }), unit, 0)).outcome).toBe('ok');
  await rm(join(folder, 'in-b'), { recursive: true });
  await expect(driver.trial(planned('b', { block: 1 }), unit, 0)).rejects.toMatchObject({
    code: 'inbox-unwritable',
    exit: 69,
    hint: expect.stringContaining('--resume'),
  });
});

test('two arms do not share an inbox, however it is written', () => {
  const arm = (inbox: string) => ({ inbox, outbox: 'out' });
  const read = (b: string) => inboxDriver.options.safeParse({ arms: { a: arm('in/x'), b: arm(b) } });
  expect(read('./in//x/').error?.issues[0]).toMatchObject({
    path: ['arms', 'b', 'inbox'],
    message: 'a has this inbox, too: whoever is quicker would take the batch',
  });
  expect(read('in/y').success).toBe(true);
});

/** /dev/shm is a file system of its own on Linux. */
const elsewhere = await stat('/dev/shm').then(
  async ({ dev }) => (dev === (await stat(tmpdir())).dev ? null : '/dev/shm'),
  () => null,
);

test.skipIf(elsewhere === null)(
  'an inbox on another file system is refused before the first batch is timed',
  async () => {
    const folder = await folders();
    const far = join(elsewhere as string, newRunId());
    await mkdir(far);
    onTestFinished(() => rm(far, { recursive: true, force: true }));
    for (const place of ['link', 'move']) {
      const far_ = { a: { inbox: 'in-a', outbox: 'out-a' }, b: { inbox: far, outbox: 'out-b' } };
      const { driver } = await opened(folder, { place, arms: far_ });
      await expect(driver.trial(planned('a'), unit, 0)).rejects.toMatchObject({
        code: 'other-file-system',
        hint: expect.stringContaining('put the batches beside the inboxes'),
      });
    }
  },
);
