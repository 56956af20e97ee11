/** The scheduler as it is started by hand, by cron and by systemd: real processes, real folders, the machine's clock. */
import { execFileSync } from 'node:child_process';
import { access, appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBinary } from '../servers/require.js';
import { freePort } from '../servers/start.js';
import { emptyFolder, onlyRun, smallExperiment, stacktrial, start } from './program.js';

const LOOK = '0 * * * *';
const ledgerOf = (folder: string): string => join(folder, 'reports', 'small', 'firings.ndjson');

interface Row {
  readonly step: string;
  readonly firings?: readonly number[];
  readonly ended?: string;
  readonly exit?: number;
}

const rowsOf = async (folder: string): Promise<Row[]> =>
  (await readFile(ledgerOf(folder), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

/** An experiment whose timetable was first seen three hours ago: three firings wait. */
async function waiting(folder: string, options: object = {}, more = ''): Promise<string> {
  const file = await smallExperiment(folder, { new: options });
  await appendFile(join(folder, file), `schedule: { look: "${LOOK}"${more} }\n`);
  await mkdir(join(folder, 'reports', 'small'), { recursive: true });
  const timetable = JSON.stringify({ look: LOOK, pace: null, timezone: 'UTC' });
  const at = Date.now() - 3 * 3_600_000;
  await writeFile(ledgerOf(folder), `${JSON.stringify({ step: 'enrolled', at, timetable })}\n`);
  return file;
}

const until = async (what: () => Promise<boolean>): Promise<void> => {
  for (let waited = 0; !(await what()); waited += 20) {
    if (waited > 60_000) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe('schedule --due', () => {
  test('first sees a timetable, then does what is due once, and says so', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    expect((await stacktrial(folder, 'schedule', '.', '--due')).stdout).toBe('');
    await appendFile(join(folder, file), `schedule: { look: "${LOOK}" }\n`);
    expect(await stacktrial(folder, 'schedule', '.', '--due')).toMatchObject({
      code: 0,
      stdout: 'small: its timetable counts from now on\n',
    });
    expect((await stacktrial(folder, 'schedule', '.', '--due')).stdout).toBe('');

    const other = await emptyFolder();
    await waiting(other);
    const due = await stacktrial(other, 'schedule', '.', '--due', '--textfile', 'st.prom');
    expect(due.code).toBe(0);
    expect(due.stdout.split('\n')).toEqual([
      expect.stringMatching(/^small: look: [23] firings missed; what follows makes up for it$/),
      expect.stringMatching(/^small: look of 20/),
      expect.stringMatching(/^small: look done: (adopt|keep|inconclusive|trade-off), run 20/),
      '',
    ]);
    const rows = await rowsOf(other);
    expect(rows.map(({ step }) => step)).toEqual(['enrolled', 'started', 'ended']);
    expect(rows[2].firings).toHaveLength(3);
    expect(await readFile(join(other, 'st.prom'), 'utf8')).toContain(
      'stacktrial_decision{experiment="small"',
    );
    expect((await stacktrial(other, 'schedule', '.', '--due')).stdout).toBe('');
  });

  test('skips what nobody was there for where that is declared, and reports a failure once', async () => {
    const folder = await emptyFolder();
    const file = await waiting(folder, {}, ', missed: skip');
    const { stdout } = await stacktrial(folder, 'schedule', file, '--due');
    expect(stdout).toMatch(/^small: look: skipped 20.*, which nobody was there for\n/);

    const broken = await emptyFolder();
    const name = await waiting(broken);
    await writeFile(
      join(broken, name),
      (await readFile(join(broken, name), 'utf8')).replace('data/*.txt', 'nothing/*.txt'),
    );
    const failed = await stacktrial(broken, 'schedule', '.', '--due');
    expect([failed.code, failed.stdout]).toEqual([64, expect.stringContaining('small: look failed: ')]);
    expect((await rowsOf(broken)).at(-1)).toMatchObject({ step: 'ended', ended: 'failed', exit: 64 });
    expect((await stacktrial(broken, 'schedule', '.', '--due')).stdout).toBe('');
  });

  test('two at the same time do the work once', async () => {
    const folder = await emptyFolder();
    const file = await waiting(folder);
    const both = await Promise.all([
      stacktrial(folder, 'schedule', file, '--due'),
      stacktrial(folder, 'schedule', file, '--due'),
    ]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    await stacktrial(folder, 'schedule', file, '--due'); // where both found the other in the way
    expect((await rowsOf(folder)).filter(({ step }) => step === 'started')).toHaveLength(1);
    await onlyRun(folder);
  });
});

test('a ledger that somebody edited, and lines that are no events, stop neither the other experiments nor the scheduler', async () => {
  const folder = await emptyFolder();
  const file = await waiting(folder);
  const damaged = (await readFile(join(folder, file), 'utf8')).replace(
    'experiment: small',
    'experiment: damaged',
  );
  await writeFile(join(folder, 'damaged.yaml'), damaged); // before small.yaml
  await mkdir(join(folder, 'reports', 'damaged'));
  await writeFile(join(folder, 'reports', 'damaged', 'firings.ndjson'), 'edited by hand\n');
  const once = await stacktrial(folder, 'schedule', 'damaged.yaml', file, '--due');
  expect([once.code, once.stdout]).toEqual([64, expect.stringContaining('is not a row of JSON')]);
  expect(once.stdout).toMatch(/^small: look done/m);

  const at = Date.now() - 3 * 3_600_000;
  const timetable = JSON.stringify({ look: LOOK, pace: null, timezone: 'UTC' });
  await writeFile(ledgerOf(folder), `${JSON.stringify({ step: 'enrolled', at, timetable })}\n`);
  const noise = join(folder, 'noise.cjs'); // a library that talks on the standard output of the child
  await writeFile(noise, 'if (process.argv.includes("--due")) console.log("[7] a word from a library");');
  const resident = start(folder, ['schedule', '.'], { env: { NODE_OPTIONS: `--require ${noise}` } });
  await until(async () => (await rowsOf(folder)).some(({ step }) => step === 'ended'));
  resident.child.kill('SIGTERM');
  const { code, stderr } = await resident.ended;
  expect([code, stderr.match(/"msg":"damaged: cannot be read/g)], stderr).toEqual([
    143,
    [expect.any(String)],
  ]);
  expect(stderr).toContain('a word from a library');
  expect(stderr).toContain('scheduler stopped');
}, 120_000);

test('resident: stopped in the middle by SIGTERM it leaves nothing behind, and goes on with that run at the next start', async () => {
  const folder = await emptyFolder();
  await waiting(folder, { delayMs: 300 });
  const port = await freePort();
  const first = start(folder, ['schedule', '.', '--listen', String(port)]);
  const trials = async (): Promise<string> => {
    const names = await readdir(join(folder, 'reports', 'small')).catch(() => [] as string[]);
    const run = names.find((name) => name.startsWith('2'));
    if (run === undefined) return '';
    return readFile(join(folder, 'reports', 'small', run, 'evidence', 'trials.ndjson'), 'utf8').catch(
      () => '',
    );
  };
  await until(async () => (await trials()).includes('"block":0'));
  const health = await fetch(`http://127.0.0.1:${port}/healthz`);
  expect([health.status, await health.json()]).toEqual([
    200,
    expect.objectContaining({ ok: true, active: ['small'] }),
  ]);
  first.child.kill('SIGTERM');
  const stopped = await first.ended;
  expect([stopped.code, stopped.stdout]).toEqual([143, '']);
  const lines = stopped.stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.every(({ time, level }) => typeof time === 'string' && typeof level === 'number')).toBe(true);
  expect(lines.map(({ event }) => event).filter(Boolean)).toEqual(['missed', 'started', 'ended']);
  expect((await rowsOf(folder)).at(-1)).toMatchObject({ step: 'ended', ended: 'interrupted', exit: 143 });
  const leftovers = await readdir(join(folder, 'reports', 'small'), { recursive: true });
  expect(leftovers.filter((name) => /lock-/.test(name))).toEqual([]);

  const second = start(folder, ['schedule', '.', '--listen', String(port), '--textfile', 'st.prom']);
  await until(async () => (await rowsOf(folder)).at(-1)?.ended === 'done');
  await until(() =>
    access(join(folder, 'st.prom')).then(
      () => true,
      () => false,
    ),
  );
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(metrics).toContain('stacktrial_firings_total{experiment="small",work="look",ended="done"} 3');
  expect(metrics).toContain('stacktrial_next_firing_timestamp_seconds{experiment="small"} ');
  const promtool = findBinary('promtool');
  if (promtool !== null) execFileSync(promtool, ['check', 'metrics'], { input: metrics });
  second.child.kill('SIGINT');
  expect((await second.ended).code).toBe(130);
  const report = JSON.parse(await readFile(join(await onlyRun(folder), 'report.json'), 'utf8'));
  expect(report.run.resumed).toBe(1);
}, 180_000);
