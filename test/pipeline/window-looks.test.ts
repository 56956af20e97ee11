/** Looks on a window as `run` takes them, call after call: a real folder, a real file, a clock that is told. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { windowLines } from '../../src/commands/window-text.js';
import { declare } from '../../src/declare/index.js';
import { realIo } from '../../src/io.js';
import type { Look, RunInfo } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import { analyze, dueOnWindow, type RunState, readLooks, run, windowLooks } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { createRandom } from '../../src/stats/index.js';
import { createRun, openRun, type RunFolder } from '../../src/store/index.js';

const hour = 3_600_000;
const day = 24 * hour;
const from = Date.UTC(2026, 10, 2);
const at = (days: number) => from + days * day;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stacktrial-window-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const text = (looks: string, file = 'a.csv', rest = '') => `experiment: watched
question: Is spark faster than functions?
arms: { faas: { title: Functions }, spark: { title: Spark } }
baseline: faas
design: { kind: observed, concurrent: true }
window: { from: 2026-11-02T00:00Z, to: 2026-11-16T00:00Z, settle: 48h }
metrics:
  latency: { from: file, query: { file: ${file}, value: latency, arm: arm, time: at }, by: 1h, fold: mean, in: s, better: lower, role: time, estimand: mean, words: [faster, slower, fast] }
hypotheses:
  - spark is faster than faas
guardrails:
  - spark latency stays below 30 s
decide: { confidence: 95%${looks} }
${rest}`;

const read = (looks: string, file?: string): Promise<Experiment> =>
  declare({ text: text(looks, file), file: 'x.yaml' }, plugins, () => Promise.reject(new Error('no files')));

/** Two weeks of hours; as an export of the whole window would hold them, the future included. */
async function series(name: string, ratio: number, level = 20): Promise<void> {
  const random = createRandom(7, name);
  const rows = ['at,arm,latency'];
  for (let t = 0; t < 14 * 24; t++)
    for (const [arm, factor] of [
      ['spark', ratio],
      ['faas', 1],
    ] as const)
      rows.push(
        `${new Date(from + t * hour + 60_000).toISOString()},${arm},${factor * level + random.normal()}`,
      );
  await writeFile(join(folder, name), `${rows.join('\n')}\n`);
}

const quiet = {
  info: () => undefined,
  warn: () => undefined,
  detail: () => undefined,
  progress: () => undefined,
  progressEnd: () => undefined,
};
let runs = 0;

/** One run, called at several times; what each call said. */
async function called(experiment: Experiment, times: readonly number[]) {
  runs += 1;
  const info: RunInfo = {
    id: `r${runs}`,
    stacktrial: '0',
    startedAt: times[0],
    finishedAt: null,
    mode: 'real',
    inject: null,
    environment: {},
    resumed: 0,
  };
  const made = await createRun(folder, experiment.name, info, experiment.text, {});
  const { path } = made;
  await made.close();
  const states: RunState[] = [];
  for (const now of times) {
    const open = await openRun(path);
    const io = realIo(folder, {
      variables: {},
      signal: new AbortController().signal,
      log: quiet as never,
      now: () => now,
    });
    states.push(await run({ declared: experiment, run: info, folder: open, plugins, io }));
    await open.close();
  }
  return { states, path, folder: await openRun(path) };
}

const looksOf = async (open: RunFolder): Promise<readonly Look[]> => readLooks(await open.loadLooks());

describe('what is due on a window', () => {
  test('a look takes what lies before its date, once that has settled; the last comes after the window and its time to settle', async () => {
    const experiment = await read(', looks: [50%, 100%]');
    expect(
      windowLooks(experiment).map(({ untilMs, dueAt, units, maximum }) => [untilMs, dueAt, units, maximum]),
    ).toEqual([
      [at(7), at(9), 168, 336],
      [at(14), at(16), 336, 336],
    ]);
    const due = (days: number, taken: readonly Look[] = []) => dueOnWindow(experiment, taken, at(days));
    expect(due(-1)).toMatchObject({ kind: 'wait', next: { index: 1 } });
    expect(due(3.01)).toMatchObject({ kind: 'monitor', untilMs: at(3), next: { index: 1 } });
    expect(due(8.9)).toMatchObject({ kind: 'monitor', next: { index: 1 } });
    expect(due(9)).toMatchObject({ kind: 'look', look: { index: 1 }, passedOver: [] });
    // Nobody was there for the first: only the newest is taken.
    expect(due(20)).toMatchObject({ kind: 'look', look: { index: 2 }, passedOver: [{ index: 1 }] });
    const first: Look = { ...windowLooks(experiment)[0], blocks: 168, at: at(9) };
    expect(due(12, [first])).toMatchObject({ kind: 'monitor', next: { index: 2 } });
    expect(due(16, [first])).toMatchObject({ kind: 'look', look: { index: 2 } });
    expect(due(40, [first, { ...first, index: 2 }])).toEqual({ kind: 'over' });
  });

  test('dates are shares of the window, on the edge of a bucket', async () => {
    const [first] = windowLooks(await read(', looks: [2026-11-05T10:30Z, 100%]'));
    expect(first.untilMs).toBe(Date.UTC(2026, 10, 5, 11));
  });
});

describe('run on a window', () => {
  test('before a look is due it watches: coverage, checks and harm, and no effect anywhere', async () => {
    await series('same.csv', 1);
    const { states, path } = await called(await read(', looks: [50%, 100%]', 'same.csv'), [at(3), at(8)]);
    for (const state of states) {
      if (state.finished || state.window === undefined) throw new Error('not running');
      const { watched, kind, nextLookAt } = state.window;
      expect(kind).toBe('monitoring');
      expect(nextLookAt).toBe(at(9));
      expect(watched?.harm).toMatchObject([{ verdict: 'no harm seen', p: null }]);
      expect(watched?.coverage[0]).toMatchObject({ metric: 'latency', arm: 'faas' });
      expect(JSON.stringify(watched)).not.toMatch(/"(estimate|interval|ratio|difference)"/);
    }
    const kept = JSON.parse(await readFile(join(path, 'monitoring.json'), 'utf8'));
    expect(kept.coverage[0].seen).toBe(8 * 24);
    await expect(readFile(join(path, 'report.json'))).rejects.toThrow();
  });

  test('a broken guardrail is seen while the window is still open', async () => {
    await series('slow.csv', 2);
    const { states } = await called(await read('', 'slow.csv'), [at(5)]);
    expect(states[0]).toMatchObject({
      finished: false,
      window: { watched: { harm: [{ verdict: 'harm' }] } },
    });
  });

  test('two identical stacks: the look at half goes on, the next calls watch, the last one finishes', async () => {
    await series('same.csv', 1);
    const experiment = await read(', looks: [50%, 100%]', 'same.csv');
    const { states, folder: open } = await called(experiment, [at(1), at(9.5), at(12), at(16)]);
    expect(states.map((state) => (state.finished ? 'finished' : state.window?.kind))).toEqual([
      'monitoring',
      'looked',
      'monitoring',
      'finished',
    ]);
    expect((await looksOf(open)).map(({ index, units }) => [index, units])).toEqual([
      [1, 168],
      [2, 336],
    ]);
    const stored = await open.load();
    const report = () =>
      analyze(experiment, { ...stored, run: stored.info, looks: [] }, { plugins, stacktrial: '0' });
    const looks = await looksOf(open);
    const last = analyze(experiment, { ...stored, run: stored.info, looks }, { plugins, stacktrial: '0' });
    expect(last.look).toMatchObject({ index: 2, of: 2 });
    // What was spent at half is missing at the end.
    expect(last.comparisons[0].effect?.confidence).toBeGreaterThan(0.95);
    expect(report().comparisons[0].effect?.confidence).toBe(0.95);
  });

  test('a look that is due with too few units is none: it says why, keeps its α, and the last look has all of it', async () => {
    const random = createRandom(7, 'batches');
    const rows = ['at,arm,latency,id'];
    // Nine batches in the first week, sixty in the second.
    for (let batch = 0; batch < 69; batch++)
      for (const [arm, factor] of [
        ['spark', 0.5],
        ['faas', 1],
      ] as const) {
        const when = from + (batch < 9 ? batch * 12 * hour : 7 * day + (batch - 9) * 2 * hour);
        const latency = factor * 20 + random.normal();
        rows.push(`${new Date(when + 60_000).toISOString()},${arm},${latency},b${batch}`);
      }
    await writeFile(join(folder, 'batches.csv'), `${rows.join('\n')}\n`);
    const experiment = await declare(
      {
        text: text(', looks: [50%, 75%, 100%]', 'batches.csv')
          .replace('{ kind: observed, concurrent: true }', '{ kind: mirrored, unit: id }')
          .replace('time: at }, by: 1h, fold: mean', 'time: at, unit: id }'),
        file: 'x.yaml',
      },
      plugins,
      () => Promise.reject(new Error('no files')),
    );
    const { states, folder: open } = await called(experiment, [at(9), at(10), at(12.6)]);
    for (const state of states.slice(0, 2))
      expect(state).toMatchObject({
        finished: false,
        window: {
          kind: 'monitoring',
          nextLookAt: at(12.5),
          notLooked: {
            code: 'look-too-few-units',
            values: { metric: 'latency', have: 9, need: 10, index: 1, of: 3 },
          },
        },
      });
    // The second look has enough, and an effect so large that it ends there; of the first nothing was spent.
    expect(states[2]).toEqual({ finished: true });
    expect((await looksOf(open)).map(({ index }) => index)).toEqual([2]);
    const state = states[0];
    if (state.finished || state.window === undefined) throw new Error('not running');
    expect(windowLines(state.window)[0]).toBe(
      'Look 1 of 3 is due and not taken: latency has 9 units in an arm, and 10 are the least that can give a verdict. Its α is kept for later looks.',
    );
  });

  test('a large effect ends the experiment at the look, on the evidence up to its date', async () => {
    await series('fast.csv', 0.7);
    const experiment = await read(', looks: [50%, 100%]', 'fast.csv');
    const { states, folder: open } = await called(experiment, [at(9)]);
    expect(states[0]).toEqual({ finished: true });
    const stored = await open.load();
    const looks = await looksOf(open);
    const seen = analyze(experiment, { ...stored, run: stored.info, looks }, { plugins, stacktrial: '0' });
    expect(seen.decision.outcome).toBe('adopt');
    expect(seen.look).toMatchObject({ index: 1, of: 2, stoppedEarly: true });
    expect(seen.comparisons[0].n.treatment).toBe(168);
    expect(seen.experiment.window?.to).toBe('2026-11-09T00:00:00.000Z');
  });

  test('a look that was recorded and not judged is judged by the next call, and not taken twice', async () => {
    await series('fast.csv', 0.7);
    const experiment = await read(', looks: [50%, 100%]', 'fast.csv');
    const { path } = await called(experiment, [at(3)]);
    const open = await openRun(path);
    const [first] = windowLooks(experiment);
    const info = await open.loadInfo();
    const io = realIo(folder, {
      variables: {},
      signal: new AbortController().signal,
      log: quiet as never,
      now: () => at(9),
    });
    // As a kill between the two writes leaves it: the evidence of the look, and its entry in the ledger.
    const cut: RunFolder = {
      ...open,
      saveReport: () => Promise.reject(new Error('killed')),
    };
    await expect(run({ declared: experiment, run: info, folder: cut, plugins, io })).rejects.toThrow(
      'killed',
    );
    expect((await looksOf(open)).length).toBe(1);
    const later = { ...io, now: () => at(10) };
    expect(await run({ declared: experiment, run: info, folder: open, plugins, io: later })).toEqual({
      finished: true,
    });
    expect(await looksOf(open)).toMatchObject([{ index: 1, untilMs: first.untilMs, at: at(9) }]);
    await open.close();
  });
});

describe('looks at any time', () => {
  test('every call is a look at what has settled; intervals are wider, and the last look finishes', async () => {
    await series('same.csv', 1);
    const experiment = await read(', looks: anytime', 'same.csv');
    const { states, folder: open } = await called(experiment, [at(1), at(6), at(7.5), at(16)]);
    expect(states.map((state) => (state.finished ? 'finished' : state.window?.kind))).toEqual([
      'waiting',
      'looked',
      'looked',
      'finished',
    ]);
    const looks = await looksOf(open);
    expect(looks.map(({ index, of, untilMs }) => [index, of, untilMs])).toEqual([
      [1, 2, at(4)],
      [2, 3, at(5.5)],
      [3, 3, at(14)],
    ]);
    const stored = await open.load();
    const seen = (decide: Experiment) =>
      analyze(decide, { ...stored, run: stored.info, looks }, { plugins, stacktrial: '0' });
    const report = seen(experiment);
    expect(report.comparisons[0]).toMatchObject({ method: 'batch-looks', line: 'anytime' });
    expect(report.warnings.map(({ code }) => code)).toContain('report-look-anytime');
    const width = ({ comparisons }: typeof report) => {
      const { low, high } = comparisons[0].effect?.difference.interval ?? { low: null, high: null };
      return (high ?? Infinity) - (low ?? -Infinity);
    };
    const once = analyze(
      { ...experiment, decide: { confidence: 0.95 } },
      { ...stored, run: stored.info, looks: [] },
      { plugins, stacktrial: '0' },
    );
    expect(width(report) / width(once)).toBeGreaterThan(1.2);
    expect(width(report) / width(once)).toBeLessThan(2.5);
  });

  test('a large effect ends it at the look that shows it', async () => {
    await series('fast.csv', 0.7);
    const { states, folder: open } = await called(await read(', looks: anytime', 'fast.csv'), [at(6)]);
    expect(states).toEqual([{ finished: true }]);
    expect((await looksOf(open)).length).toBe(1);
  });
});
