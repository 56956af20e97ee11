import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chooseMethod, methods } from '../../src/compare/index.js';
import { compareWords } from '../../src/report/words/compare.js';

const designs = ['interleaved', 'mirrored', 'by-key', 'observed'] as const;
const estimands = ['total', 'mean', 'typical', 'proportion', 'p99'] as const;
const truths = [true, false];

const every = designs.flatMap((kind) =>
  estimands.flatMap((estimand) =>
    truths.flatMap((ratio) =>
      truths.flatMap((exact) =>
        ([null, 'fixed', 'sample'] as const).map((workload) => ({
          design: { kind, concurrent: true },
          estimand,
          ratio,
          proportion: estimand === 'proportion',
          workload,
          exact,
        })),
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
        expect(chosen.code).toBe('method-not-available');
        continue;
      }
      if (chosen.method === null) expect(question.exact).toBe(true);
      for (const name of [chosen.method, ...chosen.companions]) {
        if (name !== null && name !== 'total') used.add(name);
      }
    }
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
  ] as const)('%s, %s, ratio %s, workload %s: %s', (kind, estimand, ratio, workload, method) => {
    const proportion = estimand === 'proportion';
    const chosen = chooseMethod({
      design: { kind, concurrent: true },
      estimand,
      ratio,
      proportion,
      workload,
      exact: false,
    });
    expect(chosen).toMatchObject({ method });
  });
  test('never answers series or quantiles with a method for independent units', () => {
    for (const question of every.filter(({ exact }) => !exact)) {
      const series = question.design.kind === 'mirrored' || question.design.kind === 'observed';
      if (series || question.estimand === 'p99') expect(chooseMethod(question)).toHaveProperty('code');
    }
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
  };
  for (const [code, sentence] of Object.entries(compareWords)) {
    const text = sentence(values);
    expect(text, code).toMatch(/^[A-Z0-9ix].*\.$/);
    expect(text, code).not.toMatch(/undefined|NaN|\[object|no difference|proved/);
  }
});
