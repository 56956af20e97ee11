/** Failures of one arm that last longer than a unit: a block, a key, a bucket of a stage, the time to the next look. */
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import type { Inference } from '../../src/model/effect.js';
import { createRandom } from '../../src/stats/random.js';
import { studentTSurvivalQuantile } from '../../src/stats/student-t.js';
import { burstsCells } from '../calibrate/burst-cells.js';
import { type BurstsCell, burstsCell, inBlocks } from '../calibrate/bursts.js';
import { keeps, measured } from '../calibrate/cell.js';
import { falseClaims } from '../calibrate/claims.js';
import { balancedPlaces, column, infer, keySamples, pairedSamples, plan } from './samples.js';

const replicates = Number(process.env.CALIBRATE ?? 200);
const ask = { estimand: 'proportion', proportion: true } as const;
const codes = ({ warnings }: Inference) => warnings.map(({ code }) => code);

/** Blocks in the order of time; `turn`: rows are handed over in another order. */
function blocks(x: readonly number[], y: readonly number[], attempts: number, turn = (i: number) => i) {
  const places = balancedPlaces(x.length, (a) => createRandom(1).shuffle(a), 0);
  const rows = x.map((_, i) => turn(i));
  const arm = (name: string, values: readonly number[], order: readonly number[]) => ({
    ...column(
      name,
      rows.map((i) => values[i]),
      {
        per: rows.map(() => attempts),
        order: rows.map((i) => order[i]),
        item: rows.map((i) => `i${i % 10}`),
      },
    ),
    start: Float64Array.from(rows, (i) => i * 1000),
  });
  return pairedSamples(
    arm('x', x, places),
    arm(
      'y',
      y,
      places.map((place) => 1 - place),
    ),
  );
}

const at = (n: number, failed: (i: number) => number) => Array.from({ length: n }, (_, i) => failed(i));

describe('failures that last longer than a block', () => {
  const outage = at(240, (i) => (i >= 100 && i < 110 ? 40 : 0));
  const none = at(240, () => 0);

  test('ten blocks of one arm that fail in a row are one outage, and leave more open than ten apart', () => {
    const apart = at(240, (i) => (i % 24 === 3 ? 40 : 0));
    const lasted = infer(methods['paired-ratio'], blocks(outage, none, 1000), ask);
    const single = infer(methods['paired-ratio'], blocks(apart, none, 1000), ask);
    expect(lasted.details).toMatchObject({ 'clusters of events': 1, 'design effect of events': 400 });
    expect(single.details).toMatchObject({ 'clusters of events': 10, 'design effect of events': 40 });
    expect(lasted.difference.test(0.005).below).toBeGreaterThan(0.2);
    expect(single.difference.test(0.005).below).toBeLessThan(0.025);
    expect(codes(lasted)).toContain('few-events-in-time');
    const { high } = lasted.difference.interval(0.95) as { high: number };
    expect(lasted.difference.test(high).below).toBeCloseTo(0.025, 6);
  });

  test('what hits both arms at once cancels, as far as its length allows', () => {
    const failed = (offset: number, size: number) =>
      at(240, (i) => (i % 20 === 3 + offset ? size + (i % 3) : 0));
    const together = infer(methods['paired-ratio'], blocks(failed(0, 200), failed(0, 201), 1000), ask);
    const apart = infer(methods['paired-ratio'], blocks(failed(0, 200), failed(7, 201), 1000), ask);
    expect(together.difference.test(0.005).below).toBeLessThan(0.025);
    expect(apart.difference.test(0.005).below).toBeGreaterThan(0.025);
    expect(together.details['clusters of events']).toBe(24);
    const long = at(240, (i) => (i >= 100 && i < 110 ? 200 : 0));
    const once = infer(
      methods['paired-ratio'],
      blocks(
        long,
        long.map((v) => v && v + 1),
        1000,
      ),
      ask,
    );
    expect(once.difference.test(0.005).below).toBeGreaterThan(0.025);
  });

  test('neighbours are neighbours in time, in whatever order rows come', () => {
    const inOrder = infer(methods['paired-ratio'], blocks(outage, none, 1000), ask);
    const mixed = infer(
      methods['paired-ratio'],
      blocks(outage, none, 1000, (i) => (i * 7) % 240),
      ask,
    );
    for (const key of ['clusters of events', 'design effect of events'])
      expect(mixed.details[key]).toBe(inOrder.details[key]);
  });

  test.each([
    ['paired-ratio-stratified', 'fixed'],
    ['paired-items', 'sample'],
  ] as const)('%s counts them as well', (method, workload) => {
    const found = infer(methods[method], blocks(outage, none, 1000), { ...ask, workload });
    expect(found.details).toMatchObject({ 'clusters of events': 1 });
    expect(found.difference.test(0.005).below).toBeGreaterThan(0.2);
  });

  test('single failures among many attempts cost nothing', () => {
    const single = at(240, (i) => (i % 40 === 7 ? 1 : 0));
    const found = infer(methods['paired-ratio'], blocks(single, single.toReversed(), 1000), ask);
    expect(found.difference.test(0.005).below).toBeLessThan(0.001);
  });

  test('a mean of the blocks’ own fractions, and what is no proportion, are not counted', () => {
    const ratio = infer(methods['paired-ratio'], blocks(outage, none, 1000), { estimand: 'total' });
    expect(ratio.details).not.toHaveProperty('clusters of events');
  });

  test('frequent failures in runs must hold as a series, or are not answered', () => {
    const runs = at(240, (i) => (Math.floor(i / 8) % 3 === 0 ? 100 + (i % 5) : 0));
    const found = infer(
      methods['paired-ratio'],
      blocks(
        runs,
        at(240, (i) => 30 + (i % 3)),
        1000,
      ),
      ask,
    );
    expect(codes(found)).toContain('failures-in-runs');
    expect(found.details['correlation of neighbouring blocks']).toBeGreaterThan(0.7);
    const half = blocks(
      at(40, (i) => (i < 20 ? 100 : 10)),
      at(40, (i) => 30 + (i % 3)),
      1000,
    );
    expect(methods['paired-ratio'].compare(half, plan(ask), createRandom(1))).toMatchObject({
      code: 'failures-last-too-long',
      values: { unit: 'block', units: 40, need: 8 },
    });
  });
});

describe('failures that last longer than a key', () => {
  const outage = at(240, (i) => (i >= 100 && i < 110 ? 40 : 0));
  const none = at(240, () => 0);
  const keys = (x: readonly number[], y: readonly number[], order: number) => {
    const arm = (name: string, values: readonly number[]) =>
      column(name, values, { per: values.map(() => 1000), order: values.map(() => order) });
    return infer(methods.newcombe, keySamples(arm('x', x), arm('y', y)), ask);
  };

  test('keys of trials follow each other in time; keys that a source names do not', () => {
    const trials = keys(outage, none, 0);
    expect(trials.details).toMatchObject({ 'clusters of events': 1 });
    expect(trials.difference.test(0.005).below).toBeGreaterThan(0.2);
    const named = keys(outage, none, Number.NaN);
    expect(named.details).not.toHaveProperty('clusters of events');
    expect(named.difference.test(0.005).below).toBeLessThan(0.025);
  });

  test('without any failure 240 keys of trials are worth 12, 240 named ones 240', () => {
    const t = studentTSurvivalQuantile(0.025, 478);
    const z2 = t * t;
    const high = (order: number) => keys(none, none, order).difference.interval(0.95) as { high: number };
    expect(high(0).high).toBeCloseTo(z2 / (12 + z2), 9);
    expect(high(Number.NaN).high).toBeCloseTo(z2 / (240 + z2), 9);
  });

  test('frequent failures in runs must hold as two series', () => {
    const random = createRandom(3, 'runs');
    const on = Array.from({ length: 40 }, () => random.uniform() < 0.4);
    const runs = at(240, (i) => (on[Math.floor(i / 6)] ? 100 + (i % 5) : 0));
    const found = keys(
      runs,
      at(240, (i) => 30 + (i % 3)),
      0,
    );
    expect(codes(found)).toContain('failures-in-runs');
    const wide = (one: Inference) => {
      const { low, high } = one.difference.interval(0.95) as { low: number; high: number };
      return high - low;
    };
    expect(
      wide(found) /
        wide(
          keys(
            runs,
            at(240, (i) => 30 + (i % 3)),
            Number.NaN,
          ),
        ),
    ).toBeGreaterThan(1.5);
  });
});

describe('a ramp and looks at any time', () => {
  test('an outage in a stage with little of the treatment counts with the weight of the stage', () => {
    const stage = (i: number) => (i < 60 ? 0 : 1);
    const arm = (name: string, failed: (i: number) => number, shares: readonly number[]) => ({
      ...column(name, at(240, failed), { per: at(240, (i) => 1000 * shares[stage(i)]) }),
      slot: Float64Array.from(at(240, stage)),
    });
    const ramp = (from: number) => {
      const failed = (i: number) => (i >= from && i < from + 5 ? 50 : 0);
      const samples = pairedSamples(
        arm('x', failed, [0.1, 0.5]),
        arm('y', () => 0, [0.9, 0.5]),
      );
      return infer(methods['ramp-series'], samples, { ...ask, bucketMs: 1000 });
    };
    const [early, late] = [ramp(20), ramp(150)];
    for (const found of [early, late]) {
      expect(found.details).toMatchObject({ 'clusters of events': 1 });
      expect(codes(found)).toContain('few-events-in-time');
      expect(found.difference.test(found.treatmentValue).below).toBeCloseTo(0.5, 1);
    }
    // 50 failures of 100 attempts in the small stage, of 500 in the large one; the small stage weighs 60·90 of 60·90 + 180·250.
    const share = 5400 / (5400 + 45_000);
    expect(early.treatmentValue).toBeCloseTo((share * 250) / 6000, 12);
    expect(late.treatmentValue).toBeCloseTo(((1 - share) * 250) / 90_000, 12);
  });

  test('no failure in either arm of a ramp says that there is no pattern, as in any series', () => {
    const arm = (name: string) => ({
      ...column(
        name,
        at(60, () => 0),
        { per: at(60, () => 100) },
      ),
      slot: new Float64Array(60),
    });
    const samples = pairedSamples(arm('x'), arm('y'));
    expect(
      methods['ramp-series'].compare(samples, plan({ ...ask, bucketMs: 1000 }), createRandom(1)),
    ).toMatchObject({ code: 'no-failure-pattern-in-time' });
  });

  test('few outages are not enough for a look that nobody declared', () => {
    const arm = (name: string, failed: (i: number) => number) =>
      column(name, at(480, failed), { per: at(480, () => 1000) });
    const apart = (every: number) =>
      infer(
        methods['batch-looks'],
        pairedSamples(
          arm('x', (i) => (i % every === 3 ? 4 : 0)),
          arm('y', (i) => (i % every === every - 2 ? 4 : 0)),
        ),
        ask,
      );
    const [many, few] = [apart(8), apart(120)];
    expect(many.difference.test(0.005).below).toBeLessThan(0.001);
    expect(few.details).toMatchObject({ 'clusters of events': 8 });
    const one = infer(
      methods['batch-looks'],
      pairedSamples(
        arm('x', (i) => (i === 3 ? 4 : 0)),
        arm('y', () => 0),
      ),
      ask,
    );
    expect(one.difference.interval(0.95)).toEqual({ kind: 'interval', low: -1, high: 1 });
    expect(one.difference.test(0.005).below).toBe(0.5);
  });
});

describe('“at most half a point worse” of an arm that is just that much worse', () => {
  const cellsOf = (pattern: RegExp) => burstsCells.filter(({ id }) => pattern.test(id));
  const claimed = (cell: (typeof burstsCells)[number]) =>
    cell.simulate(replicates, createRandom(20191104, 'calibrate', cell.id))[falseClaims];

  test.each(
    cellsOf(
      /240 blocks . (?:one|5|20)|1000 \w+ .* 20|100 (?:blocks|keys) .* 5 .*arms$|(?:ramp|looks) .* 5 .*one/u,
    ).map((cell) => [cell.id, cell] as const),
  )('%s: called harmless in at most 3.25 %%', (_, cell) => {
    const outcome = claimed(cell);
    expect(keeps(outcome, { low: 0, high: 0.0325 }), `${measured(outcome)}`).toBe(true);
  });

  test('and blocks taken as independent would be noticed', () => {
    const alone: BurstsCell = {
      id: 'blocks alone',
      row: '',
      world: { count: 240, attempts: 1000, limit: 0.005, base: 0.005, lasting: 10, severity: 0.1 },
      draw: inBlocks(15),
      method: methods.delta,
    };
    expect(keeps(claimed(burstsCell(alone)), { low: 0, high: 0.0325 })).toBe(false);
  });
});
