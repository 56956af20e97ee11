import { describe, expect, test } from 'vitest';
import { barChart } from '../../src/report/charts/bars.js';
import { curveChart } from '../../src/report/charts/curve.js';
import { gapsChart } from '../../src/report/charts/gaps.js';
import { memoryChart } from '../../src/report/charts/memory.js';
import { pairedChart } from '../../src/report/charts/paired.js';
import { planeChart } from '../../src/report/charts/plane.js';
import { runningChart } from '../../src/report/charts/running.js';
import { seriesChart } from '../../src/report/charts/series.js';
import { volumeChart } from '../../src/report/charts/volume.js';
import { type WatchChart, watchChart } from '../../src/report/charts/watch.js';
import { armSummary, noise, START } from './worlds/build.js';
import { idsOf, problemsOf } from './xml.js';

const hostile = '</script><img onerror=alert(1) src=x> "\'&\u0000\u202E';
const frame = { id: 'x', title: hostile, description: hostile };

const good = (svg: string): void => {
  expect(problemsOf(svg)).toEqual([]);
  expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
  expect(svg).toMatch(/role="img"/);
  expect(svg).not.toMatch(/<img|<script|onerror="/);
  expect(new Set(idsOf(svg)).size).toBe(idsOf(svg).length);
};
const both = ({ wide, narrow }: { readonly wide: string; readonly narrow: string }): void => {
  good(wide);
  good(narrow);
};

describe('pairs', () => {
  const draw = (benefits: readonly number[]) =>
    pairedChart({
      ...frame,
      unit: 's',
      arms: { treatment: { index: 1, title: hostile }, baseline: { index: 0, title: 'b' } },
      benefits,
    });
  test.each([
    ['none', []],
    ['one', [0.3]],
    ['all equal', [0, 0, 0]],
    ['on both sides', [1, -1, 2]],
    ['a thousand', Array.from({ length: 1000 }, (_, i) => noise(i) - 0.5)],
    ['of 1e-9', [1e-9, -2e-9]],
  ])('%s can be drawn', (_, benefits) => both(draw(benefits)));

  test('no difference is always named on the axis', () => {
    expect(draw([-1, -122, -60]).wide).toMatch(/class="tick"[^>]*>0</);
  });

  test('a pair that favours the baseline stands below 0 in its colour', () => {
    const { wide } = draw([1, -1]);
    const zero = Number(/M[\d.]+ ([\d.]+)L[\d.]+ [\d.]+" class="zero"/.exec(wide)?.[1]);
    const end = (arm: string): number =>
      Number(new RegExp(`V([\\d.]+)" class="stem ${arm}"`).exec(wide)?.[1]);
    expect(end('a0')).toBeGreaterThan(zero);
    expect(end('a1')).toBeLessThan(zero);
  });
});

describe('a split beside what was watched of it', () => {
  const at = (minute: number) => START + minute * 60_000;
  const stretch = (from: number, to: number, outcome: 'harm' | 'no harm seen' | 'cannot say') => ({
    fromMs: at(from),
    toMs: at(to),
    outcome,
  });
  const chart = (over: Partial<WatchChart> = {}): WatchChart => ({
    ...frame,
    exposed: [
      { fromMs: at(0), toMs: at(10), share: 0.01 },
      { fromMs: at(10), toMs: at(20), share: 0.05 },
    ],
    guardrails: [
      { sentence: hostile, stretches: [stretch(1, 4, 'cannot say'), stretch(5, 20, 'harm')] },
      { sentence: 'calm', stretches: [stretch(1, 20, 'no harm seen')] },
    ],
    stop: { at: at(20), text: 'ended: harm' },
    ...over,
  });
  test.each([
    ['with a stop', {}],
    ['to its end', { stop: null }],
    ['without guardrails', { guardrails: [] }],
    ['nothing at all', { exposed: [], guardrails: [], stop: null }],
    ['turned for no time', { exposed: [{ fromMs: START, toMs: START, share: 0.5 }] }],
  ])('%s can be drawn', (_, over) => both(watchChart(chart(over))));

  test('the stop stands where the stretch of harm ends, and an answer reaches back to the poll before it', () => {
    const { wide } = watchChart(chart());
    const harm = /x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="14" class="missing"/.exec(wide) ?? [];
    const [, x, width] = [...harm].map(Number);
    const stop = Number(/M([\d.]+) [^"]*" class="lost"/.exec(wide)?.[1]);
    expect(x + width).toBeCloseTo(stop, 0);
    const early = /x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="14" class="present"/.exec(wide);
    expect(Number(early?.[1]) + Number(early?.[2])).toBeCloseTo(x, 0);
  });
});

describe('running estimate', () => {
  const point = (units: number, decides: string | null, low: number | null = -0.1) => ({
    units,
    benefit: 0.1,
    low,
    high: 0.3,
    decides,
  });
  const draw = (points: Parameters<typeof runningChart>[0]['points']) =>
    runningChart({
      ...frame,
      unit: 'fraction',
      index: 1,
      sides: { up: hostile, down: 'worse' },
      thresholds: [0.1],
      points,
    });
  test('bounded and unbounded bands can be drawn', () => {
    both(draw([point(5, null, null), point(10, null), point(20, 'decides')]));
  });
  test('only places that may decide have a firm bar', () => {
    const bars = (svg: string): number => svg.split('class="ink-fill"').length - 1;
    expect(bars(draw([point(5, null), point(10, null), point(20, 'look 1')]).wide)).toBe(1);
    expect(bars(draw([point(5, 'look 1'), point(10, null), point(20, 'look 2')]).wide)).toBe(2);
  });
});

describe('cost against time', () => {
  const plane = (more: Partial<Parameters<typeof planeChart>[0]>) =>
    planeChart({
      ...frame,
      index: 1,
      currency: 'USD',
      names: { x: hostile, y: hostile },
      points: [],
      center: { seconds: 1, money: 2 },
      shares: null,
      hourValue: null,
      ...more,
    });
  test.each([
    ['without a cloud', {}],
    ['at the origin', { center: { seconds: 0, money: 0 }, hourValue: 40 }],
    ['with a price of an hour', { hourValue: 40 }],
    ['with a price of nothing', { hourValue: 0 }],
    [
      'with shares that are almost all',
      {
        points: [{ seconds: 1, money: -1 }],
        shares: { fasterCheaper: 0.99995, fasterDearer: 0.00005, slowerCheaper: 0, slowerDearer: 0 },
      },
    ],
  ])('%s', (_, more) => both(plane(more)));

  test('a share that is not quite all is not printed as all', () => {
    const { wide } = plane({
      shares: { fasterCheaper: 0.9999, fasterDearer: 0.0001, slowerCheaper: 0, slowerDearer: 0 },
    });
    expect(wide).toContain('&gt;99.9%');
    expect(wide).toContain('&lt;0.1%');
    expect(wide).not.toContain('>100%');
  });
});

describe('curves, volumes and bars', () => {
  test('a curve with open ends and a declared place', () => {
    const points = [0, 1, 2].map((x) => ({ x, y: x - 1, low: x === 0 ? null : x - 2, high: x }));
    const declared = { x: 1, text: hostile };
    const shared = { ...frame, index: 1, unit: 'USD', names: { x: hostile, y: hostile }, points };
    both(curveChart({ ...shared, declared, open: [{ low: 0.5, high: null }] }));
    both(curveChart({ ...shared, declared: null, open: [] }));
  });

  test('volumes with and without lines and crossing', () => {
    const runs = [1, 2, 3].map((volume) => ({ volume, cost: volume * 2 }));
    const fit = { from: 1, to: 3, atFrom: 2, atTo: 6 };
    const draw = (line: typeof fit | null, crossing: Parameters<typeof volumeChart>[0]['crossing']) =>
      volumeChart({
        ...frame,
        unit: 'USD',
        names: { x: hostile },
        arms: [{ index: 0, title: hostile, runs, line }],
        crossing,
        declared: 2,
      });
    both(draw(fit, { low: 1.5, high: 2.5, estimate: 2 }));
    both(draw(fit, { low: null, high: 2.5, estimate: null }));
    both(draw(null, null));
  });

  test('bars of nothing, of zero and of something; a bar is as long as its value', () => {
    const draw = (values: readonly number[]) =>
      barChart({
        ...frame,
        arms: [{ index: 0, title: hostile }],
        rows: values.map((value) => ({ name: hostile, bars: [{ value, text: String(value), expected: 1 }] })),
      });
    both(draw([]));
    both(draw([0, 0]));
    const widths = [...draw([10, 5]).wide.matchAll(/<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)"/g)];
    expect(Number(widths[1][1])).toBeCloseTo(Number(widths[0][1]) / 2, 0);
  });
});

describe('series in time', () => {
  const summary = armSummary(
    'a',
    Array.from({ length: 30 }, (_, i) => noise(i)),
    null,
  );
  const holed = { ...summary, points: summary.points.filter((_, i) => i < 10 || i > 20) };
  const slot = (index: number, arm: string | null, outcome: 'ok' | 'failed') => ({
    index,
    startMs: START + index * 40_000,
    endMs: START + (index + 1) * 40_000,
    arm,
    stage: arm === null ? index : null,
    coverage: arm === null ? 0.1 : null,
    burnInMs: 4_000,
    burnOutMs: 2_000,
    outcome,
  });
  const draw = (more: Partial<Parameters<typeof seriesChart>[0]>) =>
    seriesChart({ ...frame, unit: 's', arms: [{ index: 0, title: hostile, summary: holed }], ...more });

  test('slots, stages, warm-up and looks can be drawn', () => {
    const slots = [slot(0, 'a', 'ok'), slot(1, null, 'ok'), slot(2, 'a', 'failed')];
    both(
      draw({
        timeline: { warmupUntilMs: START + 8_000, slots },
        looks: [{ at: START + 60_000, text: hostile }],
        indexOf: () => 1,
      }),
    );
  });

  test('a hole in a series of buckets is not drawn over', () => {
    const curves = (svg: string): number => svg.split('class="a0 curve"').length - 1;
    expect(curves(draw({ bucketMs: 4_000 }).wide)).toBe(2);
    expect(curves(draw({ bucketMs: null }).wide)).toBe(1);
  });

  test('gaps and memory of a series can be drawn', () => {
    good(
      gapsChart({
        ...frame,
        fromMs: START,
        toMs: START + 1000,
        arms: [{ index: 0, title: hostile, gaps: [{ startMs: START, endMs: START + 10 }] }],
      }),
    );
    good(memoryChart({ ...frame, index: 1, buckets: 40, lags: [1, 0.5, -0.2] }));
  });
});
