/** The numbers of `reference/resampling.py`, and what tests of them need. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

interface Sides {
  above: number;
  below: number;
  twoSided: number;
}

export interface Reference {
  ranks: {
    name: string;
    x: number[];
    y: number[];
    u: number;
    median: number;
    normal: Sides;
    exact?: Sides;
  }[];
  hodgesLehmann: { name: string; confidence: number; low: number; high: number }[];
  bca: {
    name: string;
    data: number[][];
    replicates: number[];
    bias: number;
    acceleration: number;
    scipy: [number, number];
    interval: [number, number];
  }[];
  blocks: { rho: number; seed: number; count: number; stationary: number; circular: number }[];
  corrections: { p: number[]; holm: number[]; benjaminiHochberg: number[] };
  cuped: {
    name: string;
    xt: number[];
    xb: number[];
    yt: number[];
    yb: number[];
    theta: number;
    difference: number;
    relativeError: number;
    ols?: { difference: number; theta: number };
  }[];
  lines: {
    volumes: number[];
    treatment: Line;
    baseline: Line;
    crossing: number;
    low: number;
    high: number;
  };
  switchback: {
    value: number[];
    assignment: number[];
    tests: { d: number; above: number; below: number }[];
  };
  quantiles: {
    x: number[];
    y: number[];
    one: { q: number; confidence: number; low: number; high: number }[];
    two: { q: number; tests: { d: number; above: number; below: number }[] };
  };
}

interface Line {
  cost: number[];
  intercept: number;
  slope: number;
  covariance: number[][];
  lackOfFit: number;
}

export const reference: Reference = JSON.parse(
  readFileSync(new URL('reference/resampling.json', import.meta.url), 'utf8'),
);

/** Largest relative error over all comparisons of a file; printed by no test, asserted by each. */
export function expectClose(actual: number, expected: number, relative = 1e-9): void {
  const scale = Math.max(Math.abs(expected), Number.MIN_VALUE);
  expect(Math.abs(actual - expected) / scale, `${actual} is not ${expected}`).toBeLessThanOrEqual(relative);
}

export const numbers = (...values: number[]) => Float64Array.from(values);

/** The Lehmer generator of the Python script, uniform in (−1, 1). */
export function noise(seed: number, count: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  });
}

/** Narrows an answer that must not be a reason. */
export function answered<T extends object>(answer: T): Exclude<T, { code: string }> {
  if ('code' in answer) throw new Error(`no answer: ${JSON.stringify(answer)}`);
  return answer as Exclude<T, { code: string }>;
}
