/**
 * Designs and periods that are told by the times of what sources answer, from the experiment file to the report through
 * `run`: real files, a real PostgreSQL, a real Prometheus on loopback.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { declare } from '../../src/declare/index.js';
import { realIo } from '../../src/io.js';
import type { Report } from '../../src/model/report.js';
import { analyze, plannedSlots, run } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { createRandom } from '../../src/stats/index.js';
import { createRun } from '../../src/store/index.js';
import { type Postgresql, startPostgresql } from '../servers/postgresql.js';
import { openMetrics, sample, startPrometheus } from '../servers/prometheus.js';
import { serverSuite } from '../servers/require.js';
import type { Running } from '../servers/start.js';

const HOUR = 36e5;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2026, 10, 2);
const iso = (ms: number): string => new Date(ms).toISOString();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stacktrial-through-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const quiet = { info() {}, warn() {}, detail() {}, progress() {}, progressEnd() {} };
let runs = 0;

const read = (text: string) =>
  declare({ text, file: 'x.yaml' }, plugins, () => Promise.reject(new Error('no files')));

/** Everything that `run` does, a month after the window, and the report from what it kept. */
async function reported(text: string, variables: Record<string, string> = {}): Promise<Report> {
  const experiment = await read(text);
  runs += 1;
  const info = {
    id: `r${runs}`,
    stacktrial: '0',
    startedAt: FROM + 40 * DAY,
    finishedAt: null,
    mode: 'real',
    inject: null,
    environment: {},
    resumed: 0,
  } as const;
  const open = await createRun(folder, experiment.name, info, experiment.text, {});
  const log = quiet as never;
  const signal = new AbortController().signal;
  const io = realIo(folder, { variables, signal, log, now: () => FROM + 40 * DAY });
  expect(await run({ declared: experiment, run: info, folder: open, plugins, io })).toEqual({
    finished: true,
  });
  const stored = await open.load();
  await open.close();
  return analyze(experiment, { ...stored, run: stored.info }, { plugins, stacktrial: '0' });
}

const of = (report: Report, metric: string) => {
  const found = report.comparisons.find((one) => one.metric === metric);
  if (found === undefined) throw new Error(`no comparison of ${metric}`);
  return found;
};

describe('what keys were in the week before (CUPED), from a file', () => {
  const file = (adjust: string) => `experiment: before-${adjust === '' ? 'plain' : 'adjusted'}
question: Is new faster?
arms: { old: {}, new: {} }
baseline: old
design: { kind: by-key, unit: key }
window: { from: 2026-11-02T00:00Z, to: 2026-11-16T00:00Z }
metrics:
  seconds: { from: file, query: { file: keys.csv, value: seconds, arm: arm, time: at, unit: key }, fold: mean, in: s, better: lower, estimand: mean, words: [faster, slower]${adjust} }
  seconds_before: { from: file, query: { file: keys.csv, value: seconds, arm: arm, time: at, unit: key }, in: s, fold: mean, before: 7d }
hypotheses: [new is faster than old]
`;

  beforeAll(async () => {
    const random = createRandom(20, 'keys');
    const rows = ['at,arm,key,seconds'];
    const add = (ms: number, arm: string, key: string, seconds: number) =>
      rows.push(`${iso(ms)},${arm},${key},${seconds}`);
    for (let i = 0; i < 120; i++) {
      const arm = i % 2 === 0 ? 'old' : 'new';
      const own = 10 + 3 * random.normal();
      const noise = () => 0.5 * random.normal();
      // Two new keys were not there before.
      if (i >= 4) for (const at of [-7 * DAY, -1]) add(FROM + at, arm, `k${i}`, own + noise());
      for (const at of [0, 14 * DAY - 1])
        add(FROM + at, arm, `k${i}`, own - (arm === 'new' ? 0.6 : 0) + noise());
      // Earlier than a week before, and after the window: nobody asked for them.
      for (const at of [-7 * DAY - 1, 14 * DAY]) add(FROM + at, arm, `k${i}`, 1e6);
    }
    await writeFile(join(folder, 'keys.csv'), `${rows.join('\n')}\n`);
  });

  test('explains what differs between keys: what plain means cannot tell apart is supported', async () => {
    const [plain, adjusted] = [await reported(file('')), await reported(file(', adjust: seconds_before'))];
    expect(of(plain, 'seconds')).toMatchObject({ method: 'welch', n: { treatment: 60, baseline: 60 } });
    expect(plain.claims[0].verdict).toBe('inconclusive');
    const { method, effect, warnings } = of(adjusted, 'seconds');
    expect(method).toBe('cuped');
    expect(adjusted.claims[0].verdict).toBe('supported');
    expect(effect?.difference.estimate).toBeGreaterThan(-0.9);
    expect(effect?.difference.estimate).toBeLessThan(-0.3);
    const { standardError = Number.NaN } = effect ?? {};
    expect(standardError / (of(plain, 'seconds').effect?.standardError ?? 0)).toBeLessThan(0.35);
    expect(warnings.find(({ code }) => code === 'adjust-missing')?.values).toMatchObject({
      missing: 4,
      units: 120,
    });
  });

  test('is read from the week before, and the metric itself from the window, to the millisecond', async () => {
    const { effect } = of(await reported(file(', adjust: seconds_before')), 'seconds');
    // One row of a million from outside would be seen in either.
    expect(Math.abs((effect?.treatmentValue ?? 0) - 10)).toBeLessThan(2);
    expect(Math.abs((effect?.baselineValue ?? 0) - 10)).toBeLessThan(2);
    expect(Number(effect?.details['variance left'])).toBeLessThan(0.1);
  });
});

const experimentIn = (
  design: string,
  source: string,
  metric: string,
  to: string,
) => `experiment: ${design.slice(8, 12)}
question: Is new faster?
arms: { old: { match: { stack: old } }, new: { match: { stack: new } } }
baseline: old
design: ${design}
window: { from: 2026-11-02T00:00Z, to: ${to} }
sources: { data: ${source} }
metrics:
  seconds: { from: data, ${metric}, in: s, better: lower, estimand: mean, words: [faster, slower], margin: 3% }
hypotheses: [new is at least 10% faster than old]
`;

serverSuite('postgresql', 'postgres', (binary) => {
  const design =
    '{ kind: ramp, unit: customer, burn-in: 1h, stages: [{ coverage: 10%, for: 1d }, { coverage: 50%, for: 1d }, { coverage: 100%, for: 2d }], shares: { old: 50%, new: 50% } }';
  const text = (port: number) =>
    experimentIn(
      design,
      `{ type: sql, host: 127.0.0.1, port: ${port}, database: postgres, user: postgres, password: "\${PG_PASSWORD}" }`,
      'query: { table: orders, value: seconds, time: at, unit: customer }, fold: mean',
      '2026-11-06T00:00Z',
    );
  let server: Postgresql;

  beforeAll(async () => {
    const random = createRandom(3, 'ramp');
    const stages = [0.1, 0.5, 1, 1];
    const rows: string[] = [];
    for (let customer = 0; customer < 400; customer++) {
      const place = customer / 400;
      const own = 10 * (1 + 0.2 * random.normal());
      stages.forEach((coverage, day) => {
        // A customer who takes part belongs to one arm for ever; the rest stays on the old one.
        const arm = place < coverage && customer % 2 === 1 ? 'new' : 'old';
        const load = 1 + 0.5 * day;
        for (let i = 0; i < 3; i++) {
          const seconds = own * load * (arm === 'new' ? 0.7 : 1) * (1 + 0.1 * random.normal());
          rows.push(
            `('${arm}', 'c${customer}', ${seconds}, '${iso(FROM + day * DAY + (2 + i * 6) * HOUR)}')`,
          );
        }
        // In the burn-in of a stage what was before it still counts for nothing.
        if (day < 3) rows.push(`('${arm}', 'c${customer}', 1e6, '${iso(FROM + day * DAY + 10 * 60_000)}')`);
      });
    }
    server = await startPostgresql(binary, {
      password: 'of-the-test',
      schema: `CREATE TABLE orders (stack text, customer text, seconds float8, at timestamptz); INSERT INTO orders VALUES ${rows.join(', ')};`,
    });
  });
  afterAll(() => server?.stop());

  test('a ramp by key is judged stage by stage, its burn-in left out, each customer one unit', async () => {
    const report = await reported(text(server.port), { PG_PASSWORD: 'of-the-test' });
    const { method, n, effect, unmeasured } = of(report, 'seconds');
    expect(unmeasured).toBeNull();
    expect(method).toBe('ramp-keys');
    expect(effect?.details).toMatchObject({ stages: 3, 'treatment keys': 200 });
    expect(n.treatment).toBeGreaterThanOrEqual(200);
    expect(effect?.ratio?.estimate).toBeCloseTo(0.7, 1);
    // Later stages are slower: pooled, the arm that grew with them would look slow.
    for (const stage of [1, 2, 3])
      expect(Math.abs(Number(effect?.details[`stage ${stage}: treatment ÷ baseline`]) - 0.7)).toBeLessThan(
        0.15,
      );
    expect(report.claims[0].verdict).toBe('supported');
  });
});

serverSuite('prometheus', 'prometheus', (binary) => {
  const design = '{ kind: switchback, slot: 6h, burn-in: 30m, seed: 11 }';
  let server: Running;
  const text = (url: string) =>
    experimentIn(
      design,
      `{ type: prometheus, url: "${url}" }`,
      'query: { metric: batch_seconds }, by: 10m, fold: mean',
      '2026-11-06T00:00Z',
    );

  beforeAll(async () => {
    const planned = plannedSlots(await read(text('http://127.0.0.1:1')), FROM);
    const random = createRandom(4, 'switchback');
    const samples: Record<string, string[]> = { new: [], old: [] };
    for (const { startMs, endMs, shares } of planned?.slots ?? []) {
      const arm = shares.new === 1 ? 'new' : 'old';
      for (let at = startMs; at < endMs; at += 60_000) {
        const day = 3 * Math.sin((2 * Math.PI * (at - FROM)) / DAY);
        // What the arm before has left behind, for 20 minutes.
        const carried = at - startMs < 20 * 60_000 ? 500 : 0;
        const value = (20 + day + 0.5 * random.normal()) * (arm === 'new' ? 0.6 : 1) + carried;
        samples[arm].push(sample('batch_seconds', { stack: arm }, value, at / 1000));
      }
    }
    server = await startPrometheus(
      binary,
      openMetrics({ batch_seconds: { type: 'gauge', samples: [...samples.new, ...samples.old] } }),
    );
  });
  afterAll(() => server?.stop());

  test('a switchback is judged slot by slot, what the other arm left behind cut off', async () => {
    const report = await reported(text(server.url));
    const { method, n, effect, unmeasured } = of(report, 'seconds');
    expect(unmeasured).toBeNull();
    expect({ method, n: [n.treatment, n.baseline] }).toEqual({ method: 'switchback', n: [8, 8] });
    expect(Math.abs((effect?.ratio?.estimate ?? 0) - 0.6)).toBeLessThan(0.05);
    expect(report.claims[0].verdict).toBe('supported');
  });
});
