/** Two treatments that can each be adopted are named and held against each other, and nothing is decided between them. */
import { describe, expect, test } from 'vitest';
import { declare } from '../../src/declare/index.js';
import type { Collected } from '../../src/model/evidence.js';
import { analyze } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { renderers } from '../../src/report/index.js';
import { createRandom } from '../../src/stats/index.js';

const hour = 3_600_000;
const from = Date.UTC(2026, 10, 2);
const text = `experiment: three
question: Which?
arms: { faas: {}, spark: {}, flink: {} }
baseline: faas
design: { kind: observed, concurrent: true }
window: { from: 2026-11-02T00:00Z, to: 2026-11-09T00:00Z }
metrics:
  latency: { from: file, query: { file: a.csv, value: v, arm: arm, time: t }, by: 1h, fold: mean, in: s, better: lower, role: time, estimand: mean, words: [faster, slower, fast], margin: 2% }
hypotheses:
  - spark is faster than faas
  - flink is faster than faas
`;

async function report(spark: number, flink: number) {
  const experiment = await declare({ text, file: 'x.yaml' }, plugins, () =>
    Promise.reject(new Error('no files')),
  );
  const random = createRandom(1, 'three');
  const factors = { faas: 1, spark, flink };
  const collected = Object.entries(factors).map(
    ([arm, factor]): Collected => ({
      meta: {
        metric: 'latency',
        arm,
        source: 'file',
        type: 'file',
        query: '',
        startedAt: 0,
        finishedAt: 0,
        serverVersion: null,
        observations: 168,
        sha256: '',
        problem: null,
      },
      observations: Array.from({ length: 168 }, (_, t) => ({
        metric: 'latency',
        arm,
        unit: String(t),
        start: from + t * hour,
        end: from + t * hour,
        value: factor * 20 + random.normal(),
        n: 1,
        estimated: false,
        labels: {},
      })),
    }),
  );
  const run = {
    id: 'r',
    stacktrial: '0',
    startedAt: 0,
    finishedAt: 1,
    mode: 'real' as const,
    inject: null,
    environment: {},
    resumed: 0,
  };
  return analyze(experiment, { run, schedule: null, trials: [], collected }, { plugins, stacktrial: '0' });
}

describe('several treatments that can be adopted', () => {
  test('are all named, and compared with each other on what was claimed', async () => {
    const seen = await report(0.8, 0.6);
    expect(seen.decision).toMatchObject({ outcome: 'adopt', treatments: ['spark', 'flink'] });
    const pair = seen.decision.reasons.find(({ code }) => code === 'decision-pair');
    expect(pair?.values).toMatchObject({
      treatment: 'flink',
      baseline: 'spark',
      better: ['latency'],
      worse: [],
      open: [],
    });
    const between = seen.comparisons.find(({ id }) => id === 'latency:flink/spark');
    expect(between?.effect?.ratio?.estimate).toBeCloseTo(0.75, 1);
    // One pair: its interval is the full one, not that of two treatments.
    expect(between?.effect?.confidence).toBeCloseTo(0.95, 12);
    const page = renderers.html.render(seen);
    expect(page).toContain('with its 95% or 97.5% interval');
    expect(page).toContain('Intervals are 95% or 97.5% intervals unless');
    expect(page).toContain('latency, flink against spark: ');
    expect(renderers.terminal.render(seen).replace(/\s+/g, ' ')).toContain(
      'flink against spark: better on latency.',
    );
  });

  test('are not told apart where nothing tells them apart', async () => {
    const pair = (await report(0.8, 0.8)).decision.reasons.find(({ code }) => code === 'decision-pair');
    expect(pair?.values.better).toEqual([]);
    expect([pair?.values.open, pair?.values.equivalent].flat()).toEqual(['latency']);
  });

  test('one that alone can be adopted is not held against the other', async () => {
    const seen = await report(0.8, 1.2);
    expect(seen.decision).toMatchObject({ outcome: 'adopt', treatments: ['spark'] });
    expect(seen.comparisons.map(({ id }) => id)).toEqual(['latency:spark/faas', 'latency:flink/faas']);
  });
});
