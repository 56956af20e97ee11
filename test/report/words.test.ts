import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { reason } from '../../src/model/reason.js';
import { sentence, wordsByStage } from '../../src/report/words.js';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.includes('words/') && !name.endsWith('.generated.ts'))
  .map((name) => readFileSync(join(src, name), 'utf8'));
const all = sources.join('\n');

const sayable = new Map(
  Object.entries(wordsByStage).flatMap(([stage, words]) =>
    Object.keys(words).map((code) => [code, stage] as const),
  ),
);

/** Codes as they are given: whole, or with a part that is filled in (`claim-${verdict}`). */
const given = [...all.matchAll(/\breason\(\s*'([^']+)'/g)].map((match) => match[1]);
const filledIn = [...all.matchAll(/[`]((?:[a-z-]*\$\{[^}]+\}[a-z-]*)+)[`]/g)]
  .map((match) => match[1])
  .filter((code) => /[a-z]-\$\{|\}-[a-z]/.test(code));
/** Conditional codes stand as plain literals somewhere else in the source. */
const literals = new Set([...all.matchAll(/['"]([a-z0-9]+(?:-[a-z0-9]+)+)['"]/g)].map((match) => match[1]));

const pattern = (code: string): RegExp =>
  new RegExp(
    `^${code
      .replace(/\$\{[^}]+\}/g, '\0')
      .replace(/[.*+?^()|[\]\\]/g, '\\$&')
      .replaceAll('\0', '[a-z-]+')}$`,
  );

describe('words', () => {
  test('the search sees the reasons of the stages', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(given.length).toBeGreaterThan(50);
    expect(filledIn.length).toBeGreaterThan(0);
  });

  test('every code that a stage gives has a sentence', () => {
    expect([...new Set(given)].filter((code) => !sayable.has(code))).toEqual([]);
  });

  test('every code with a part filled in matches at least one sentence', () => {
    const codes = filledIn.filter((code) => all.includes(`reason(\`${code}\``));
    expect(codes.filter((code) => ![...sayable.keys()].some((known) => pattern(code).test(known)))).toEqual(
      [],
    );
  });

  test('a warm-up of live traffic is cut by a burn-in, one of trials by warm-up trials', () => {
    const saw = { arm: 'old', units: 1_000, declared: 0, cut: 20, t: 5, change: 1 };
    const said = (more: object) => sentence(reason('warm-up-cut', { ...saw, ...more }));
    expect(said({})).toContain('declare more than 0 warm-up trials');
    expect(said({ burnInMs: 1_000 })).toContain('declare more than a burn-in of 1 s');
  });

  test('no sentence is orphaned', () => {
    const patterns = filledIn.map(pattern);
    const orphans = [...sayable.keys()].filter(
      (code) => !given.includes(code) && !literals.has(code) && !patterns.some((p) => p.test(code)),
    );
    expect(orphans).toEqual([]);
  });

  test('no code belongs to two stages', () => {
    const codes = Object.values(wordsByStage).flatMap((words) => Object.keys(words));
    expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([]);
  });

  test('no sentence says “proved”', () => {
    const said = Object.values(wordsByStage).flatMap((words) => Object.values(words).map(String));
    expect(said.filter((text) => /\bprove[dsn]?\b/i.test(text))).toEqual([]);
  });

  test('an estimate that falls short is not told as a second number: "3% slower" and "−3.04%" are one effect', () => {
    const values = {
      claim: 'a is faster',
      scale: 'relative',
      unit: 's',
      estimate: -0.0304,
      threshold: 0.1,
      low: -0.34,
    };
    for (const code of ['claim-estimate-short', 'change-estimate-short'])
      expect(sentence(reason(code, values))).not.toMatch(/\d/);
  });

  test('an unknown code is printed with its values instead of failing', () => {
    expect(sentence(reason('never-heard-of', { n: 3 }))).toBe('never-heard-of {"n":3}');
    expect(sentence(reason('toString'))).toBe('toString');
  });

  test('a sentence that fails on its values is printed as code and values', () => {
    expect(sentence(reason('sample-ratio-saw-schedule', { arms: null }))).toBe(
      'sample-ratio-saw-schedule {"arms":null}',
    );
  });
});
