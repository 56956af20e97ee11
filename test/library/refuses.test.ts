/**
 * What the statistics say to what they cannot use: data never throw and never become NaN; another kind of array, columns
 * that do not belong together and levels that are none are errors.
 */
import { describe, expect, test } from 'vitest';
import * as door from '../../src/stats/index.js';

const random = door.createRandom(1, 'refuses');
const N = 60;
const healthy = Float64Array.from({ length: N }, () => 10 + random.normal());
const other = Float64Array.from({ length: N }, () => 10 + random.normal());
const rng = () => door.createRandom(2);
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

type Columns = (x: Float64Array, y: Float64Array) => unknown;

/** Every function that takes columns of values; those of `rows` need both to have the same length. */
const rows: Readonly<Record<string, Columns>> = {
  bcaPaired: (x, y) => door.bcaPaired(x, y, (a, b) => mean(a) - mean(b), rng(), 2000),
  'bcaOfMeans of two columns': (x, y) => door.bcaOfMeans([[x, y]], (m) => m[0] / m[1], rng(), 2000),
  comparePairedQuantiles: (x, y) => door.comparePairedQuantiles(x, y, 0.5, rng(), 2000),
  batchLooks: (x, y) => door.batchLooks(x, y),
  firstBatchLength: (x, y) => door.firstBatchLength(door.meanColumn(x), door.meanColumn(y)),
  pairedSeries: (x, y) => door.pairedSeries(door.meanColumn(x), door.meanColumn(y)),
  ratioColumn: (x, y) => door.ratioColumn(x, y),
  ratioContributions: (x, y) => door.ratioContributions(x, y, null, 'jackknife'),
  logContributions: (x, y) => door.logContributions(x, y),
  signFlip: (x, y) => door.signFlip({ treatment: x, baseline: y, places: null }, rng(), 999),
  cuped: (x, y) => door.cuped({ value: x, covariate: y }, { value: healthy, covariate: healthy }),
  pairedCloud: (cost, hours) => door.pairedCloud({ cost, hours }, rng(), 1, 100),
  unpairedCloud: (cost, hours) =>
    door.unpairedCloud({ cost, hours }, { cost: healthy, hours: other }, rng(), 1, 100),
  weightedLine: (volume, cost) => door.weightedLine({ volume, cost }),
};

const alone: Readonly<Record<string, Columns>> = {
  welch: (x, y) => door.welch(x, y),
  mannWhitney: (x, y) => door.mannWhitney(x, y),
  hodgesLehmann: (x, y) => door.hodgesLehmann(x, y),
  bcaTwoSample: (x, y) => door.bcaTwoSample(x, y, (a, b) => mean(a) - mean(b), rng(), 2000),
  'bcaOfMeans of two arms': (x, y) => door.bcaOfMeans([[x], [y]], (m) => m[0] - m[1], rng(), 2000),
  compareIndependentQuantiles: (x, y) => door.compareIndependentQuantiles(x, y, 0.5),
  unpairedSeries: (x, y) => door.unpairedSeries(door.meanColumn(x), door.meanColumn(y)),
  ewc: (x) => door.ewc(x),
  longRunVariance: (x) => door.longRunVariance(x),
  effectiveSampleSize: (x) => door.effectiveSampleSize(x),
  politisWhite: (x) => door.politisWhite(x),
  changePoints: (x) => door.changePoints(x, rng()),
  quantileInterval: (x) => door.quantileInterval(x, 0.5),
  seriesQuantile: (x) => door.seriesQuantile(x, 0.5, null, true),
  bcaOneSample: (x) => door.bcaOneSample(x, mean, rng(), 2000),
};

const answers = { ...rows, ...alone };

const holed = (value: number) => healthy.map((kept, i) => (i === 3 ? value : kept));
/** Ranks have a place for it. */
const takesInfinity = new Set(['mannWhitney']);

/** A Reason or null, and nothing that looks like a number. */
function expectRefusal(name: string, said: unknown, codes: RegExp): void {
  const code = said === null ? 'null' : (said as { code?: string }).code;
  expect(code, name).toMatch(codes);
}

describe('data that cannot be used are a reason, never an answer and never an exception', () => {
  test.each(Object.entries(answers))('%s: NaN and ±Infinity', (name, ask) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      if (takesInfinity.has(name) && !Number.isNaN(value)) continue;
      expectRefusal(name, ask(holed(value), other), /^(null|values-not-finite)$/);
      if (ask.length === 2) expectRefusal(name, ask(other, holed(value)), /^(null|values-not-finite)$/);
    }
  });

  test.each(Object.entries(answers))('%s: nothing at all', (name, ask) => {
    const none = new Float64Array();
    // A ratio of no rows is not there, or has no rows: both are said.
    expectRefusal(name, ask(none, none), /^(null|too-few-(values|buckets|batches))$/);
  });
});

/** Every number in an answer, asked at 95 % and at 0 where it can be asked. */
function numbersIn(said: unknown): readonly number[] {
  if (typeof said === 'number') return [said];
  if (said === null || typeof said !== 'object' || 'code' in said) return [];
  if (ArrayBuffer.isView(said)) return Array.from(said as Float64Array);
  const asked = said as { interval?: (confidence: number) => object; test?: (threshold: number) => object };
  const found = [asked.interval?.(0.95), asked.test?.(0), ...Object.values(said)];
  return found.flatMap(numbersIn);
}

test.each(Object.entries(answers))(
  '%s: whatever the scale, an answer without NaN or a reason',
  (name, ask) => {
    // Too short for the drift of a series to be looked at: it says so by NaN.
    const isDrift = (said: unknown) => JSON.stringify(said)?.includes('drift') ?? false;
    for (const scale of [1e-300, 1e-160, 1e-12, 1e12, 1e160, 1e300]) {
      const [x, y] = [healthy, other].map((values) => values.map((value) => value * scale));
      const said = ask(x, y);
      if (isDrift(said)) continue;
      expect(numbersIn(said).filter(Number.isNaN), `${name} at ${scale}`).toEqual([]);
    }
  },
);

describe('what is no data is an error', () => {
  test.each(Object.entries(answers))('%s: another kind of array', (name, ask) => {
    for (const wrong of [Int32Array.from(healthy), Float32Array.from(healthy), [...healthy]]) {
      expect(() => ask(wrong as never, other), name).toThrow(/Float64Array/);
    }
  });

  test.each(Object.entries(rows))('%s: columns of the same rows that differ in length', (name, ask) => {
    expect(() => ask(healthy, other.subarray(1)), name).toThrow(RangeError);
    expect(() => ask(healthy.subarray(1), other), name).toThrow(RangeError);
  });

  test('a confidence of 95 instead of 0.95', () => {
    const found = door.welch(healthy, other);
    if ('code' in found) throw new Error(found.code);
    expect(() => found.difference.interval(95)).toThrow(/between 0 and 1, got 95/);
    expect(() => found.ratio?.interval(Number.NaN)).toThrow(RangeError);
    expect(found.difference.interval(1)).toEqual({ kind: 'interval', low: -Infinity, high: Infinity });
  });

  test('proportions, levels, quantiles and batches outside of their range', () => {
    expect(() => door.newcombe({ p: 1.2, n: 10 }, { p: 0, n: 10 }, 9)).toThrow(RangeError);
    for (const df of [0, -1, Number.NaN])
      expect(() => door.newcombe({ p: 0.1, n: 10 }, { p: 0, n: 10 }, df)).toThrow(/degrees of freedom/);
    for (const q of [-1, 0, 1, Number.NaN]) expect(() => door.fewestForQuantile(q)).toThrow(RangeError);
    expect(() => door.batchLength(Number.NaN)).toThrow(RangeError);
    expect(() => door.wilsonReach({ p: 0, n: 0 }, 1.96)).toThrow(RangeError);
    expect(() => door.groupSequential(0.6, [0.5, 1], true)).toThrow(RangeError);
    expect(() => door.crossingProbability([0.5, 1], [2.9], 0)).toThrow(RangeError);
    expect(() => door.seriesQuantile(healthy, 1, null, true)).toThrow(RangeError);
    expect(() => door.batchMeans(healthy, 0)).toThrow(RangeError);
    expect(() => door.bcaOfMeans([[]], () => 1, rng(), 2000)).toThrow(RangeError);
    expect(door.unitsForPower(() => Number.NaN, 0.8, 5)).toBeNull();
  });
});

test('shares of a cloud add up to 1 and none is more', () => {
  const cloud = door.pairedCloud({ cost: healthy, hours: other }, rng(), 1, 2000);
  if ('code' in cloud) throw new Error(cloud.code);
  expect(cloud.shares.fasterDearer).toBe(1);
});
