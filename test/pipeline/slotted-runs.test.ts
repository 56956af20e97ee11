/** Switchback, ramp and several runs, from the file of the experiment and what a source answered to the report. */
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.js';
import { analysed, read } from './slotted.js';

const comparison = (report: Report, metric: string) => {
  const found = report.comparisons.find((one) => one.metric === metric);
  if (found === undefined) throw new Error(`no comparison of ${metric}`);
  return found;
};
const verdicts = (report: Report) => report.claims.map(({ verdict }) => verdict);
const problems = (report: Report) =>
  report.checks
    .filter(({ status }) => status === 'fail' || status === 'warn')
    .map(({ check, saw }) => [check, saw]);

describe('a switchback', () => {
  const design = '{ kind: switchback, slot: 2h, burn-in: 20m, seed: 5 }';

  test('is judged by the schedules that could have been drawn, slot by slot', async () => {
    const report = analysed(await read(design), { ratio: 0.8 });
    expect(problems(report)).toEqual([]);
    const latency = comparison(report, 'latency');
    expect(latency).toMatchObject({
      line: 'switchback',
      method: 'switchback',
      n: { treatment: 24, baseline: 24 },
    });
    expect(latency.effect?.ratio?.estimate).toBeCloseTo(0.8, 1);
    expect(verdicts(report)).toEqual(['supported', 'supported']);
    expect(report.decision.outcome).toBe('adopt');
  });

  test('shows typical beside total and mean, by the same schedules', async () => {
    const report = analysed(await read(design), { ratio: 0.8 });
    for (const metric of ['latency', 'unit_cost']) {
      const [typical] = comparison(report, metric).companions;
      expect(typical).toMatchObject({ name: 'switchback', estimand: 'typical' });
      expect(typical.ratio?.estimate).toBeCloseTo(0.8, 1);
      expect(typical.p).toBeLessThan(0.01);
    }
  });

  test('of 4 + 4 slots decides by the 70 schedules that there are', async () => {
    const report = analysed(await read('{ kind: switchback, slot: 12h, burn-in: 20m, seed: 5 }'), {
      ratio: 0.5,
    });
    const { n, effect } = comparison(report, 'unit_cost');
    expect(n).toMatchObject({ treatment: 4, baseline: 4 });
    expect(effect?.details).toMatchObject({ schedules: 70, 'schedules are': 'all there are' });
    expect(verdicts(report)).toEqual(['supported', 'supported']);
    expect(report.claims.map(({ p }) => p)).toEqual([1, 1].map((least) => expect.closeTo(least / 70, 12)));
  });

  test('of equal stacks claims nothing under a trend', async () => {
    const report = analysed(await read(design), { ratio: 1, trend: 1 });
    expect(verdicts(report)).not.toContain('supported');
    expect(comparison(report, 'unit_cost').effect?.ratio?.interval.low).toBeLessThan(1);
    expect(comparison(report, 'unit_cost').effect?.ratio?.interval.high).toBeGreaterThan(1);
  });
});

describe('a ramp', () => {
  const design =
    '{ kind: ramp, burn-in: 20m, stages: [{ coverage: 10%, for: 1d }, { coverage: 40%, for: 1d }, { coverage: 100%, for: 2d }] }';

  test('is judged stage by stage', async () => {
    const report = analysed(await read(design), { ratio: 0.8 });
    expect(problems(report)).toEqual([]);
    expect(comparison(report, 'latency')).toMatchObject({ line: 'ramp-buckets', method: 'ramp-series' });
    expect(verdicts(report)).toEqual(['supported', 'supported']);
  });
});

describe('several runs', () => {
  const day = (d: number, arm: string) =>
    `{ arm: ${arm}, from: 2026-11-${String(2 + d).padStart(2, '0')}T00:00Z, to: 2026-11-${String(3 + d).padStart(2, '0')}T00:00Z }`;
  const periods = Array.from({ length: 12 }, (_, d) =>
    day(d, (d + Math.floor(d / 2)) % 2 === 0 ? 'spark' : 'faas'),
  );

  test('count one value each, however many points they have', async () => {
    const report = analysed(await read(`{ kind: runs, periods: [${periods.join(', ')}] }`, 12), {
      ratio: 0.8,
    });
    expect(problems(report)).toEqual([]);
    expect(comparison(report, 'latency')).toMatchObject({
      line: 'runs',
      method: 'runs',
      n: { treatment: 6, baseline: 6 },
    });
    expect(verdicts(report)).toEqual(['supported', 'supported']);
  });
});
