/**
 * Two weeks of three experiments on an injected clock, with real files, ledgers, processes and evidence: across the end
 * of summer time, two hours without a scheduler, a kill -9 in the middle of a firing, and a run that takes longer than a
 * day. Every firing is accounted for once, and what is decided is what a run by hand decides.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Context } from '../../src/commands/context.js';
import { loadExperiment } from '../../src/commands/load.js';
import { run as runCommand } from '../../src/commands/run.js';
import type { ScheduleEvent } from '../../src/commands/schedule/events.js';
import { fireDue } from '../../src/commands/schedule/fire.js';
import { reside, type Scheduled } from '../../src/commands/schedule/resident.js';
import { type Firing, firingsBetween, type LedgerRow } from '../../src/schedule/index.js';
import { createRandom } from '../../src/stats/index.js';
import { readLedger } from '../../src/store/index.js';
import { emptyFolder, smallExperiment } from '../cli/program.js';
import { type VirtualClock, virtualClock } from './virtual-clock.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-10-18T10:00Z');
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

/** What a trial took is what its stack says, drawn from its name: the same by night and by hand. */
async function nightly(folder: string, schedule: string): Promise<void> {
  await smallExperiment(folder, { repeats: 4 });
  const stack = join(folder, 'stack.mjs');
  await writeFile(
    stack,
    (await readFile(stack, 'utf8')).replace(
      'work, checksum',
      `work: lines.length * (process.env.STACKTRIAL_ARM === 'old' ? 1.4 : 1)
        * (1 + 0.1 * (createHash('sha256').update(process.env.STACKTRIAL_TRIAL).digest().readUInt32BE(0) / 2 ** 31 - 1)), checksum`,
    ),
  );
  const text = (await readFile(join(folder, 'small.yaml'), 'utf8'))
    .replace('experiment: small', 'experiment: nightly')
    .replace('warmup: 1, ', '')
    .replace('{ field: wallSeconds }', '{ stdout: $.work }')
    .replace('confidence: 95%', 'confidence: 95%, looks: [50%, 100%]')
    .replace(
      'hypotheses: [ new is at least 10% faster than old ]',
      'hypotheses: [ new is at least 27% faster than old ]',
    );
  await writeFile(join(folder, 'nightly.yaml'), `${text}${schedule}\n`);
  await writeFile(
    join(folder, 'off.yaml'),
    `${text.replace('experiment: nightly', 'experiment: off')}schedule: { pace: "* * * * *", disabled: true }\n`,
  );
}

/** Hourly latencies of two stacks that differ by about what is claimed: neither look settles it. */
async function watchedWindow(folder: string, schedule: string): Promise<void> {
  const random = createRandom(20191104, 'window');
  const rows = ['at,arm,latency'];
  for (let at = Date.parse('2026-10-17T00:00Z'); at < Date.parse('2026-10-30T00:00Z'); at += HOUR)
    for (const [arm, factor] of [
      ['faas', 1],
      ['spark', 0.97],
    ] as const)
      rows.push(`${new Date(at).toISOString()},${arm},${10 * factor * (1 + 0.1 * random.normal())}`);
  await writeFile(join(folder, 'latencies.csv'), `${rows.join('\n')}\n`);
  await writeFile(
    join(folder, 'window.yaml'),
    `experiment: window
question: Is spark faster than functions?
arms: { faas: { title: Functions }, spark: { title: Spark } }
baseline: faas
design: { kind: observed, concurrent: true }
window: { from: 2026-10-17T00:00Z, to: 2026-10-29T00:00Z, settle: 24h }
metrics:
  latency: { from: file, query: { file: latencies.csv, value: latency, arm: arm, time: at }, by: 1h, fold: mean, in: s, better: lower, role: time, estimand: mean, words: [faster, slower, fast] }
hypotheses: [ spark is at least 3% faster than faas ]
guardrails: [ spark latency stays below 30 s ]
decide: { confidence: 95%, looks: [50%, 100%] }
${schedule}
`,
  );
}

const silent = (): void => undefined;
const contextAt = (folder: string, now: () => number): Context => ({
  out: silent,
  log: { info: silent, warn: silent, detail: silent, progress: silent, progressEnd: silent },
  variables: process.env,
  signal: new AbortController().signal,
  colour: false,
  columns: 80,
  workingFolder: folder,
  version: '0.0.0',
  now,
});

interface Simulation {
  readonly folder: string;
  readonly clock: VirtualClock;
  readonly files: readonly string[];
  readonly events: ScheduleEvent[];
  /** Instead of the work itself; null: as always. */
  instead(one: Scheduled, work: () => Promise<unknown>): Promise<unknown>;
}

/** A resident scheduler until that moment, then a graceful stop. */
async function resident(simulation: Simulation, until: number): Promise<void> {
  const { folder, clock, files, events } = simulation;
  const controller = new AbortController();
  let wake = silent;
  clock.at(until, () => {
    controller.abort();
    wake();
  });
  await reside(
    {
      now: clock.now,
      signal: controller.signal,
      sleep: (ms, waking) =>
        clock.idle(ms, Promise.race([waking, new Promise<void>((resolve) => (wake = resolve))])),
      scheduled: () =>
        clock.during(async () => {
          const all: Scheduled[] = [];
          for (const file of files) {
            const { experiment } = await loadExperiment(file, contextAt(folder, clock.now));
            const { name, timetable } = experiment;
            if (timetable !== undefined) all.push({ file, experiment: name, timetable });
          }
          return all;
        }),
      ledger: (experiment) => clock.during(() => readLedger<LedgerRow>(join(folder, 'reports'), experiment)),
      async work(one) {
        let busy = false;
        const emit = (event: ScheduleEvent): void => {
          busy ||= event.event === 'busy' || event.ended === 'busy';
          events.push(event);
        };
        await simulation.instead(one, () =>
          clock.during(() => fireDue(one.file, { reports: 'reports', emit }, contextAt(folder, clock.now))),
        );
        return busy ? 'again' : 'done';
      },
    },
    { parallel: 2, rescanMs: 6 * HOUR },
  );
}

/** The process of a firing, killed by kill -9 once it has written its second trial. */
async function killed(folder: string, file: string, at: number): Promise<void> {
  const script = fileURLToPath(new URL('./fire-at.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, file, String(at), folder], { cwd: folder, stdio: 'ignore' });
  const [run] = await readdir(join(folder, 'reports', 'nightly')).then((names) =>
    names.filter((n) => n.startsWith('2')),
  );
  const trials = join(folder, 'reports', 'nightly', run, 'evidence', 'trials.ndjson');
  const rows = async (): Promise<number> => (await readFile(trials, 'utf8')).trim().split('\n').length;
  const before = await rows();
  while ((await rows()) === before && child.exitCode === null) await new Promise((go) => setTimeout(go, 2));
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
}

const accountedFor = (rows: readonly LedgerRow[]): string[] =>
  rows.flatMap((row) =>
    row.step === 'skipped' || (row.step === 'ended' && row.ended !== 'busy' && row.ended !== 'interrupted')
      ? row.firings.map((at) => `${row.work} ${iso(at)}`)
      : [],
  );

const newestReport = async (folder: string, experiment: string) => {
  const runs = (await readdir(join(folder, 'reports', experiment)))
    .filter((name) => name.startsWith('2'))
    .sort();
  return {
    runs,
    report: JSON.parse(
      await readFile(join(folder, 'reports', experiment, runs.at(-1) as string, 'report.json'), 'utf8'),
    ),
  };
};

test('two weeks: every firing accounted for, none doubled, none lost, and the decision of a run by hand', async () => {
  const folder = await emptyFolder();
  await nightly(folder, 'schedule: { pace: "30 2 * * *", timezone: Europe/Berlin }');
  await watchedWindow(folder, 'schedule: { look: "30 2 * * *", timezone: Europe/Berlin }');
  const clock = virtualClock(START);
  const killAt = Date.parse('2026-10-22T00:30Z');
  const slowAt = Date.parse('2026-10-27T01:30Z');
  const events: ScheduleEvent[] = [];
  let [kills, slows] = [0, 0];
  const simulation: Simulation = {
    folder,
    clock,
    files: ['nightly.yaml', 'window.yaml', 'off.yaml'],
    events,
    async instead({ experiment, file }, work) {
      if (experiment === 'nightly' && clock.now() >= killAt && kills++ === 0)
        return clock.during(() => killed(folder, file, clock.now()));
      await work();
      // Its process lives on for 30 hours: the next night finds it at work.
      if (experiment === 'nightly' && clock.now() >= slowAt && slows++ === 0) await clock.pass(30 * HOUR);
      return undefined;
    },
  };
  // Until an hour before the fifth night; two hours of nobody; the rest.
  const downAt = Date.parse('2026-10-23T00:00Z');
  await resident(simulation, downAt);
  clock.jump(2 * HOUR);
  await resident(simulation, START + 14 * DAY);

  const { timetable } = (await loadExperiment('nightly.yaml', contextAt(folder, clock.now))).experiment;
  if (timetable === undefined) throw new Error('no timetable');
  const rows = await readLedger<LedgerRow>(join(folder, 'reports'), 'nightly');
  const expected = firingsBetween(timetable, START, START + 14 * DAY).map(
    ({ work, at }: Firing) => `${work} ${iso(at)}`,
  );
  expect(expected).toHaveLength(14);
  // 02:30 in Berlin is 00:30 before the night of the 25th, which has it twice, and 01:30 after it.
  expect(expected.slice(6, 9)).toEqual([
    'pace 2026-10-25T00:30',
    'pace 2026-10-26T01:30',
    'pace 2026-10-27T01:30',
  ]);
  expect(accountedFor(rows)).toEqual(expected);
  const missed = events
    .filter(({ event, experiment }) => event === 'missed' && experiment === 'nightly')
    .flatMap(({ firings = [] }) => firings);
  expect(missed.map((at) => at.slice(0, 10))).toEqual(['2026-10-23', '2026-10-28']);
  expect(events.filter(({ cutOff = 0 }) => cutOff > 0).map(({ firings }) => firings)).toEqual([
    ['2026-10-22T00:30:00.000Z'],
  ]);
  expect(kills).toBeGreaterThan(0);
  expect(slows).toBeGreaterThan(0);

  // One run over all of it: twelve blocks, one a night; then there was nothing left to do.
  const { runs, report } = await newestReport(folder, 'nightly');
  expect(runs).toHaveLength(1);
  const done = report.trials.filter(({ superseded }: { superseded: boolean }) => !superseded);
  expect(done).toHaveLength(24);
  expect(report.trials.length).toBeGreaterThan(24); // the block that was cut off
  expect(rows.flatMap((row) => (row.step === 'ended' ? [row.ended] : []))).toEqual([
    ...Array.from({ length: 12 }, () => 'done'),
    ...Array.from({ length: 2 }, () => 'nothing-due'),
  ]);
  expect(await readdir(join(folder, 'reports'))).not.toContain('off');

  // The window: looked at when it was declared, watched on all other days, then over.
  const looks = await readLedger<LedgerRow>(join(folder, 'reports'), 'window');
  expect(accountedFor(looks)).toEqual(expected.map((firing) => firing.replace('pace', 'look')));
  const said = looks.flatMap((row) =>
    row.step === 'ended' ? [`${row.ended} ${row.exit} ${row.why?.split(/[,:]/)[0]}`] : [],
  );
  expect(said).toEqual([
    ...Array.from({ length: 5 }, () => 'done 10 monitoring'),
    'done 10 look 1 of 2',
    ...Array.from({ length: 5 }, () => 'done 10 monitoring'),
    'done 10 undefined', // the last look: its report says it
    ...Array.from({ length: 2 }, () => 'nothing-due 0 the run is finished'),
  ]);

  const byHand = await emptyFolder();
  await nightly(byHand, '');
  await runCommand(
    'nightly.yaml',
    { reports: 'reports' },
    contextAt(byHand, () => START),
  );
  const once = (await newestReport(byHand, 'nightly')).report;
  expect(report.decision).toEqual(once.decision);
  expect(report.claims).toEqual(once.claims);
  const scheduled = (await newestReport(folder, 'window')).report;
  await watchedWindow(byHand, '');
  for (const at of ['2026-10-24T00:30Z', '2026-10-30T01:30Z'])
    await runCommand(
      'window.yaml',
      { reports: 'reports' },
      contextAt(byHand, () => Date.parse(at)),
    );
  const twice = (await newestReport(byHand, 'window')).report;
  expect(scheduled.look.of).toBe(2);
  expect(scheduled.look.taken).toEqual(twice.look.taken);
  expect(scheduled.decision).toEqual(twice.decision);
  expect(scheduled.claims).toEqual(twice.claims);
  expect(report.look.taken.map(({ units }: { units: number }) => units)).toEqual(
    once.look.taken.map(({ units }: { units: number }) => units),
  );
}, 120_000);
