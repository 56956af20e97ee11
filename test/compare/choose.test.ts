import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chooseMethod, methods } from '../../src/compare/index.js';
import { compareWords } from '../../src/report/words/compare.js';

const designs = ['interleaved', 'mirrored', 'by-key', 'observed', 'switchback', 'ramp', 'runs'] as const;
const estimands = ['total', 'mean', 'typical', 'location', 'proportion', 'p99'] as const;
const truths = [true, false];

const every = designs.flatMap((kind) =>
  estimands.flatMap((estimand) =>
    truths.flatMap((ratio) =>
      truths.flatMap((exact) =>
        ([null, 'fixed', 'sample'] as const).flatMap((workload) =>
          truths.flatMap((bucketed) =>
            truths.flatMap((concurrent) =>
              truths.map((adjusted) => ({
                design: { kind, concurrent },
                estimand,
                ratio,
                proportion: estimand === 'proportion',
                workload,
                exact,
                bucketed,
                adjusted,
              })),
            ),
          ),
        ),
      ),
    ),
  ),
);

describe('the table', () => {
  test('answers every question with a method that exists or a reason', () => {
    const used = new Set<string>();
    for (const question of every) {
      const chosen = chooseMethod(question);
      if ('code' in chosen) {
        const ofBuckets =
          question.bucketed && ['interleaved', 'by-key', 'ramp'].includes(question.design.kind);
        const ofStages = question.design.kind === 'ramp' && ['typical', 'p99'].includes(question.estimand);
        expect(ofBuckets || ofStages || question.estimand === 'location').toBe(true);
        continue;
      }
      if (chosen.method === null) expect(question.exact).toBe(true);
      for (const name of [chosen.method, ...chosen.companions]) {
        if (name !== null && name !== 'total' && name !== 'other') used.add(name);
      }
    }
    const watched = chooseMethod({
      ...every[0],
      design: { kind: 'observed', concurrent: true },
      estimand: 'mean',
      exact: false,
      anytime: true,
    });
    if (!('code' in watched) && watched.method !== null) used.add(watched.method);
    expect([...used].sort()).toEqual(Object.keys(methods).sort());
  });
  test.each([
    ['interleaved', 'total', false, null, 'paired-t'],
    ['interleaved', 'total', false, 'fixed', 'paired-t-stratified'],
    ['interleaved', 'total', false, 'sample', 'paired-items'],
    ['interleaved', 'total', true, null, 'paired-ratio'],
    ['interleaved', 'total', true, 'fixed', 'paired-ratio-stratified'],
    ['interleaved', 'proportion', true, 'sample', 'paired-items'],
    ['interleaved', 'mean', true, 'fixed', 'paired-t-stratified'],
    ['interleaved', 'typical', false, 'fixed', 'typical'],
    ['by-key', 'total', false, null, 'welch'],
    ['by-key', 'total', true, null, 'welch-ratio'],
    ['by-key', 'proportion', true, null, 'newcombe'],
    ['interleaved', 'p95', false, 'fixed', 'paired-quantile'],
    ['by-key', 'p95', false, null, 'key-quantile'],
    ['mirrored', 'total', false, 'sample', 'paired-series'],
    ['mirrored', 'mean', false, null, 'paired-series'],
    ['observed', 'total', true, null, 'paired-series-ratio'],
    ['observed', 'proportion', true, null, 'paired-series-ratio'],
    ['observed', 'mean', true, null, 'paired-series'],
    ['observed', 'typical', false, null, 'series-typical'],
    ['mirrored', 'p99', false, null, 'series-quantile'],
    ['switchback', 'total', true, null, 'switchback'],
    ['switchback', 'p95', false, 'fixed', 'switchback'],
    ['ramp', 'mean', false, null, 'ramp-keys'],
    ['ramp', 'total', true, null, 'ramp-keys'],
    ['runs', 'total', true, null, 'runs'],
    ['runs', 'typical', false, null, 'runs'],
    ['by-key', 'location', false, null, 'hodges-lehmann'],
  ] as const)('%s, %s, ratio %s, workload %s: %s', (kind, estimand, ratio, workload, method) => {
    const proportion = estimand === 'proportion';
    const chosen = chooseMethod({
      design: { kind, concurrent: true },
      estimand,
      ratio,
      proportion,
      workload,
      exact: false,
      bucketed: false,
    });
    expect(chosen).toMatchObject({ method });
  });
  test('never answers units in time with a method for independent units', () => {
    // A slot or a run is one value, however many buckets it holds.
    const ofSlots = ['switchback', 'runs'];
    const inTime = [
      'paired-series',
      'paired-series-ratio',
      'unpaired-series',
      'series-typical',
      'series-quantile',
    ];
    for (const question of every.filter(({ exact }) => !exact)) {
      const { kind, concurrent } = question.design;
      if (kind !== 'mirrored' && kind !== 'observed' && !question.bucketed) continue;
      const chosen = chooseMethod(question);
      if ('code' in chosen) continue;
      expect([...inTime, 'ramp-series', ...ofSlots]).toContain(chosen.method);
      const apart = kind === 'observed' && !concurrent;
      const pairs = chosen.method === 'paired-series' || chosen.method === 'paired-series-ratio';
      if (apart) expect(pairs).toBe(false);
    }
  });
  test('time buckets are no trials; by key their totals compare amounts of work', () => {
    const asked = { ...every[0], exact: false, bucketed: true, ratio: false, estimand: 'total' } as const;
    const of = (kind: 'interleaved' | 'by-key', ratio = false) =>
      chooseMethod({ ...asked, ratio, design: { kind, concurrent: true } });
    expect(of('interleaved')).toMatchObject({ code: 'buckets-are-not-trials' });
    expect(of('by-key')).toMatchObject({ code: 'buckets-by-key-need-work' });
    expect(of('by-key', true)).toMatchObject({ method: 'paired-series-ratio' });
  });
});

test('every code that the stage gives has its sentence, and every sentence its code', () => {
  const folder = new URL('../../src/compare/', import.meta.url);
  const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  const codes = new Set([...source.matchAll(/reason\(\s*'([a-z-]+)'/g)].map(([, code]) => code));
  expect([...codes].sort()).toEqual(Object.keys(compareWords).sort());
  expect(codes.size).toBeGreaterThan(20);
});

test('sentences say what was seen, as text without holes', () => {
  const values = {
    arm: 'x',
    metric: 'seconds',
    unit: 'u',
    item: 'i',
    n: 5,
    count: 2,
    of: 9,
    share: 0.2,
    items: 3,
    wanted: 30,
    units: 45,
    attempts: 90,
    have: 2,
    need: 5,
    blocks: 6,
    schedules: 20,
    baselineValue: 0,
    total: 1.1,
    typical: 0.9,
    decides: 'total',
    design: 'mirrored',
    estimand: 'p99',
    part: 'series',
    treatment: 'x',
    baseline: 'y',
    companion: 'typical',
    why: 'constant-data',
    adjust: 'bytes',
    missing: 4,
    stages: [1, 2],
    cost: 'cost',
    time: 'seconds',
    fold: 'mean',
    kind: 'tiers',
    rate: 'cpu',
    step: 1,
    smallest: 0.1,
  };
  for (const [code, sentence] of Object.entries(compareWords)) {
    const text = sentence(values);
    expect(text, code).toMatch(/^[A-Z0-9ix].*\.$/);
    expect(text, code).not.toMatch(/undefined|NaN|\[object|no difference|proved/);
  }
});
