/** Numbers against SciPy, statsmodels and mpmath; the script that made them is reference/reference.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import type { ComparePlan, Inference } from '../../src/model/effect.js';
import { newcombe } from '../../src/stats/newcombe.js';
import { column, infer, keySamples, pairedSamples } from './samples.js';

interface Expected {
  readonly treatment?: number;
  readonly baseline?: number;
  readonly standardError?: number;
  readonly df?: number;
  readonly p?: number;
  readonly aboveNineTenths?: number;
  readonly difference?: readonly [number, number, number];
  readonly ratio?: readonly [number, number | null, number | null];
}
interface Case {
  readonly name: string;
  readonly method: string;
  readonly plan: Partial<ComparePlan>;
  readonly counts?: readonly [number, number, number, number];
  readonly data: Readonly<Record<string, number[]>> & { readonly item?: string[] };
  readonly expected: Expected;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('reference/reference.json', import.meta.url), 'utf8'),
);

const near = (seen: number, wanted: number, name: string) => {
  const error = Math.abs(seen - wanted) / Math.max(Math.abs(wanted), Number.MIN_VALUE);
  expect(error, `${name}: ${seen} against ${wanted}`).toBeLessThan(1e-9);
};

function inferenceOf({ method, data, plan }: Case): Inference {
  const options = (arm: string) => ({
    ...(data[`${arm}Per`] === undefined ? {} : { per: data[`${arm}Per`] }),
    ...(data[`${arm}Order`] === undefined ? {} : { order: data[`${arm}Order`] }),
    ...(data.item === undefined ? {} : { item: data.item }),
  });
  const x = column('x', data.treatment, options('treatment'));
  const y = column('y', data.baseline, options('baseline'));
  const byKey = method.startsWith('welch') || method === 'delta-by-key';
  const id = method === 'delta-by-key' ? 'delta' : method;
  return infer(methods[id], byKey ? keySamples(x, y) : pairedSamples(x, y), plan);
}

describe('numbers agree with the reference to 1e-9', () => {
  for (const reference of cases.filter(({ counts }) => counts === undefined)) {
    test(reference.name, () => {
      const inference = inferenceOf(reference);
      const { expected } = reference;
      const { ratio, difference } = inference;
      if (ratio === null) throw new Error('no ratio');
      if (expected.treatment !== undefined) near(inference.treatmentValue, expected.treatment, 'treatment');
      if (expected.baseline !== undefined) near(inference.baselineValue, expected.baseline, 'baseline');
      if (expected.standardError !== undefined) near(inference.standardError, expected.standardError, 'SE');
      if (expected.df !== undefined) near(inference.df, expected.df, 'df');
      if (expected.difference !== undefined) {
        const interval = difference.interval(0.95);
        if (interval.kind === 'unbounded') throw new Error('unbounded');
        near(difference.estimate, expected.difference[0], 'difference');
        near(interval.low, expected.difference[1], 'difference low');
        near(interval.high, expected.difference[2], 'difference high');
      }
      if (expected.p !== undefined) {
        const { above, below } = difference.test(0);
        near(2 * Math.min(above, below), expected.p, 'p');
      }
      if (expected.aboveNineTenths !== undefined)
        near(ratio.test(0.9).above, expected.aboveNineTenths, 'p at 0.9');
      if (expected.ratio !== undefined) {
        const interval = ratio.interval(0.95);
        near(ratio.estimate, expected.ratio[0], 'ratio');
        if (interval.kind === 'unbounded') throw new Error('unbounded');
        near(interval.low, expected.ratio[1] ?? Number.NaN, 'ratio low');
        near(interval.high, expected.ratio[2] ?? Number.NaN, 'ratio high');
      }
    });
  }
  for (const { name, counts, expected } of cases) {
    if (counts === undefined) continue;
    test(name, () => {
      const [e1, n1, e2, n2] = counts;
      const { difference } = newcombe({ p: e1 / n1, n: n1 }, { p: e2 / n2, n: n2 }, Number.POSITIVE_INFINITY);
      const interval = difference.interval(0.95);
      if (interval.kind === 'unbounded') throw new Error('unbounded');
      expect(difference.estimate).toBeCloseTo(expected.difference?.[0] ?? Number.NaN, 12);
      expect(interval.low).toBeCloseTo(expected.difference?.[1] ?? Number.NaN, 10);
      expect(interval.high).toBeCloseTo(expected.difference?.[2] ?? Number.NaN, 10);
    });
  }
});
