/** The statistics as a library: every function says what it takes and gives, and its example compiles and is true. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import * as door from '../../src/index.js';
import * as stats from '../../src/stats/index.js';
import { between } from '../between.mjs';
import { type Documented, documented, documentedElsewhere, table } from './documented.js';
import { agrees, runExamples, type Shown } from './run-examples.js';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const functionsOf = Object.entries(door).filter(([, value]) => typeof value === 'function');
const statistics = new Set(Object.keys(stats));
const exported = functionsOf.map(([name]) => name).filter((name) => statistics.has(name));
const everything = Object.keys(door);
const elsewhere = everything.filter((name) => !statistics.has(name));

/** Names of a function's parameters; a destructured one has none. */
function parametersOf(name: string): readonly string[] {
  const code = String(functionsOf.find(([each]) => each === name)?.[1]);
  const list = code.slice(code.indexOf('(') + 1, code.search(/\)\s*(?:=>|\{)/));
  return list
    .replace(/\{[^}]*\}/g, '')
    .split(',')
    .map((each) => each.replace(/=.*/, '').replace('...', '').trim())
    .filter((each) => each !== '');
}

describe('the library door', () => {
  let functions: readonly Documented[] = [];
  let others: readonly Documented[] = [];
  beforeAll(async () => {
    functions = await documented(new Set(exported));
    others = await documentedElsewhere(new Set(elsewhere));
  });

  test('documents what else goes through it: reading an experiment, analysing evidence, errors', () => {
    expect(elsewhere.length).toBeGreaterThanOrEqual(8);
    expect(others.map(({ name }) => name).sort()).toEqual([...elsewhere].sort());
    for (const { name, summary, tags } of others) {
      expect(summary.length, name).toBeGreaterThan(20);
      const value = functionsOf.find(([each]) => each === name)?.[1];
      if (value === undefined || /^class\b/.test(String(value))) continue;
      for (const parameter of parametersOf(name))
        expect(tags, name).toMatch(new RegExp(`@param ${parameter}\\b`));
      expect(tags, name).toMatch(/@returns \S/);
      expect(tags, `${name}: which errors`).toMatch(/@throws \w|never throws/);
    }
  });

  test('documents every function: a summary, each parameter, what it returns and where it comes from', () => {
    expect(functions.map(({ name }) => name).sort()).toEqual([...exported].sort());
    for (const { name, summary, tags, hasSource } of functions) {
      expect(summary.length, name).toBeGreaterThan(20);
      for (const parameter of parametersOf(name))
        expect(tags, name).toMatch(new RegExp(`@param ${parameter}\\b`));
      expect(tags, name).toMatch(/@returns \S/);
      expect(tags, `${name}: which errors`).toMatch(/@throws RangeError|never throws/);
      expect(hasSource, `${name}: its source`).toBe(true);
    }
  });

  describe('every example', () => {
    let shown: readonly Shown[] = [];
    beforeAll(async () => {
      const examples = [...functions, ...others].flatMap(({ name, example }) =>
        example === null ? [] : [{ name, code: example }],
      );
      shown = await runExamples(examples, everything);
    });

    test('compiles and runs on the built package', () => {
      expect(new Set(shown.map(({ name }) => name))).toEqual(new Set([...exported, ...elsewhere]));
    });

    test('gives what it says', () => {
      const wrong = shown.filter(({ expected, got }) => !agrees(expected, got));
      expect(wrong).toEqual([]);
    });
  });

  test('an example that says something wrong, or does not compile, is noticed', async () => {
    const [shown] = await runExamples([{ name: 'wrong', code: 'normalCdf(0); // → 0.51' }], exported);
    expect(agrees(shown.expected, shown.got)).toBe(false);
    await expect(runExamples([{ name: 'wrong', code: "normalCdf('0');" }], exported)).rejects.toThrow(
      /not assignable/,
    );
  });

  test('is a table in the README', async () => {
    const readme = await readFile(README, 'utf8');
    const updated = between(readme, 'functions', table(functions));
    if (process.env.UPDATE_GOLDEN === '1') await writeFile(README, updated);
    else expect(readme).toBe(updated);
  });
});
