/** Methods for designs in slots against second implementations (test/stats/reference/slots.py). */
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import type { ComparePlan, Inference, Samples } from '../../src/model/effect.js';
import type { ArmColumn, SlotDraw } from '../../src/model/evidence.js';
import type { Reason } from '../../src/model/reason.js';
import { admissibleSlots, createRandom, switchback } from '../../src/stats/index.js';
import { slotReference as reference } from '../stats/slot-reference.js';

const random = createRandom(1, 'slots');

const column = (
  arm: string,
  rows: readonly { value: number; per?: number; slot: number; key?: string }[],
): ArmColumn => ({
  arm,
  n: rows.length,
  unit: rows.map(({ slot, key }, i) => `${slot} ${key ?? i}`),
  value: Float64Array.from(rows, ({ value }) => value),
  per: rows[0].per === undefined ? null : Float64Array.from(rows, ({ per }) => per ?? Number.NaN),
  start: Float64Array.from(rows, ({ slot }, i) => slot * 1000 + i),
  order: new Float64Array(rows.length).fill(Number.NaN),
  item: rows.map(({ key }, i) => key ?? String(i)),
  slot: Float64Array.from(rows, ({ slot }) => slot),
});
const plan: ComparePlan = {
  estimand: 'total',
  proportion: false,
  times: 1,
  workload: null,
  confidence: 0.95,
};
const answered = (found: Inference | Reason): Inference => {
  if ('code' in found) throw new Error(`no answer: ${JSON.stringify(found)}`);
  return found;
};
const near = (found: number, expected: number) => expect(Math.abs(found / expected - 1)).toBeLessThan(1e-9);

describe('the randomisation test of a switchback', () => {
  test.each(reference.switchback.map((one, i) => [i, one] as const))(
    'counts the schedules that brute force counts, for ratios of sums and means, with slots that were lost (%i)',
    (_, { value, work, assignment, draws, kept, schedules, tests }) => {
      const places = kept ?? value.map((_v, i) => i);
      const found = switchback(
        Float64Array.from(value),
        Uint8Array.from(assignment),
        admissibleSlots(draws, places, random, 9999),
        9999,
        work === null ? null : Float64Array.from(work),
      );
      if ('code' in found) throw new Error(found.code);
      expect(found.exact).toBe(true);
      expect(found.schedules).toBe(schedules);
      for (const { r, d, above, below } of tests) {
        const p = d === 0 && r !== 1 ? found.ratio?.test(r) : found.difference.test(d);
        expect(p?.above).toBeCloseTo(above, 12);
        expect(p?.below).toBeCloseTo(below, 12);
      }
    },
  );

  test('is what the method answers, whatever number of rows a slot has', () => {
    const { value, work, assignment, draws, tests } = reference.switchback[0];
    const rows = (arm: number) =>
      assignment.flatMap((own, slot) =>
        own === arm
          ? [0.3, 0.7].map((share) => ({
              slot,
              value: share * value[slot],
              per: share * (work?.[slot] ?? 1),
            }))
          : [],
      );
    const samples: Samples = {
      paired: false,
      treatment: column('x', rows(1)),
      baseline: column('y', rows(0)),
    };
    const named = draws.map(({ arm, ...rest }): SlotDraw => ({ ...rest, arm: arm === 1 ? 'x' : 'y' }));
    const found = answered(methods.switchback.compare(samples, { ...plan, draws: named }, random));
    for (const { r, d, above } of tests)
      if (d === 0 && r !== 1) expect(found.ratio?.test(r).above).toBeCloseTo(above, 12);
    const swapped = answered(
      methods.switchback.compare(
        { ...samples, treatment: samples.baseline, baseline: samples.treatment },
        { ...plan, draws: named },
        random,
      ),
    );
    near(swapped.ratio?.estimate ?? 0, 1 / (found.ratio?.estimate ?? 0));
    near(swapped.difference.estimate, -found.difference.estimate);
  });

  test('interval and test agree: an end is where rejection begins', () => {
    const { value, assignment, draws } = reference.switchback[1];
    const found = switchback(
      Float64Array.from(value),
      Uint8Array.from(assignment),
      admissibleSlots(
        draws,
        value.map((_v, i) => i),
        random,
        9999,
      ),
    );
    if ('code' in found) throw new Error(found.code);
    const interval = found.difference.interval(0.95);
    if (interval.kind === 'unbounded') throw new Error('unbounded');
    const step = 1e-6 * found.standardError;
    expect(found.difference.test(interval.low - step).above).toBeLessThanOrEqual(0.025);
    expect(found.difference.test(interval.low + step).above).toBeGreaterThan(0.025);
    expect(found.difference.test(interval.high + step).below).toBeLessThanOrEqual(0.025);
  });

  test('quantiles need enough values in every slot, and say how many', () => {
    const rows = (slot: number) => ({ slot, value: slot });
    const samples: Samples = {
      paired: false,
      treatment: column('x', [0, 2, 4, 6].map(rows)),
      baseline: column('y', [1, 3, 5, 7].map(rows)),
    };
    expect(
      methods.switchback.compare(samples, { ...plan, estimand: 'p95', draws: [] }, random),
    ).toMatchObject({
      code: 'slot-too-small-for-quantile',
      values: { need: 20, have: 1 },
    });
  });
});

describe('several runs', () => {
  const { x, y, p, low, high } = reference.runs;
  const rows = (values: readonly number[], first: number) =>
    values.flatMap((value, i) => [0.5, 1.5].map((factor) => ({ slot: first + i, value: factor * value })));

  test('are Welch on one value a run, as SciPy has it, however many points a run has', () => {
    const samples: Samples = {
      paired: false,
      treatment: column('x', rows(x, 0)),
      baseline: column('y', rows(y, 6)),
    };
    const found = answered(methods.runs.compare(samples, { ...plan, estimand: 'mean' }, random));
    const { above, below } = found.difference.test(0);
    near(2 * Math.min(above, below), p);
    expect(found.difference.interval(0.95)).toMatchObject({
      low: expect.closeTo(low, 9),
      high: expect.closeTo(high, 9),
    });
  });

  test('typical values are compared on logarithms', () => {
    const samples: Samples = {
      paired: false,
      treatment: column('x', rows(x, 0)),
      baseline: column('y', rows(y, 6)),
    };
    const found = answered(methods.runs.compare(samples, { ...plan, estimand: 'typical' }, random));
    const mean = (values: readonly number[]) =>
      values.reduce((sum, v) => sum + Math.log(v), 0) / values.length;
    near(found.ratio?.estimate ?? 0, Math.exp(mean(x) - mean(y)));
  });
});

describe('a ramp by key', () => {
  const columns = (ratio: boolean): Samples => {
    const of = (arm: 'x' | 'y') =>
      column(
        arm,
        reference.ramp.rows[arm].map(({ key, stage, value, per }) =>
          ratio ? { key, slot: stage, value, per } : { key, slot: stage, value },
        ),
      );
    return { paired: false, treatment: of('x'), baseline: of('y') };
  };

  test.each(['ratio', 'mean'] as const)(
    'is Mantel–Haenszel over stages with keys as clusters (%s)',
    (kind) => {
      const expected = reference.ramp[kind];
      const asked = { ...plan, estimand: kind === 'mean' ? ('mean' as const) : ('total' as const) };
      const found = answered(methods['ramp-keys'].compare(columns(kind === 'ratio'), asked, random));
      near(found.treatmentValue, expected.x);
      near(found.baselineValue, expected.y);
      near(found.standardError, expected.standardError);
      near(found.df, expected.df);
      near(found.difference.test(0).below, expected.below);
    },
  );

  test('pooling would show a difference that no stage has', () => {
    // Both arms alike in each stage; later stages are slower and hold more of the treatment.
    const rows = (arm: string, sizes: readonly number[]) =>
      column(
        arm,
        sizes.flatMap((n, slot) =>
          Array.from({ length: n }, (_, i) => ({
            slot,
            key: `${arm}${slot}.${i}`,
            value: 10 + 10 * slot + ((i % 5) - 2),
          })),
        ),
      );
    const samples: Samples = {
      paired: false,
      treatment: rows('x', [5, 20, 100]),
      baseline: rows('y', [495, 480, 400]),
    };
    const found = answered(methods['ramp-keys'].compare(samples, { ...plan, estimand: 'mean' }, random));
    expect(found.difference.estimate).toBeCloseTo(0, 9);
    const pooled = answered(methods.welch.compare(samples, { ...plan, estimand: 'mean' }, random));
    expect(pooled.difference.test(0).above).toBeLessThan(1e-6);
  });
});

describe('a proportion in a ramp by key', () => {
  const asked = { ...plan, estimand: 'proportion' as const, proportion: true };
  const keys = (arm: string, sizes: readonly number[], attempts: number, failed: (key: number) => number) =>
    column(
      arm,
      sizes.flatMap((n, slot) =>
        Array.from({ length: n }, (_, i) => ({ slot, key: `${arm}${i}`, value: failed(i), per: attempts })),
      ),
    );
  const compared = (treatment: Samples['treatment'], baseline: Samples['baseline'], method = 'ramp-keys') =>
    answered(methods[method].compare({ paired: false, treatment, baseline }, asked, random));
  const none = () => 0;

  test('without any failure is answered, as surely as there were keys, however many attempts each made', () => {
    const small = compared(keys('x', [5, 20, 40], 50, none), keys('y', [95, 80, 60], 50, none));
    const large = compared(keys('x', [50, 200, 400], 50, none), keys('y', [950, 800, 600], 50, none));
    expect(small.difference.test(0.005).below).toBeGreaterThan(0.025);
    expect(large.difference.test(0.02).below).toBeLessThan(0.025);
    const busier = compared(keys('x', [5, 20, 40], 500, none), keys('y', [95, 80, 60], 500, none));
    expect(busier.difference.test(0.005).below).toBeCloseTo(small.difference.test(0.005).below, 12);
    expect(small.warnings.map(({ code }) => code)).toContain('no-variation-in-proportion');
  });

  test('few keys without a failure are not sure of themselves because the other arm failed here and there', () => {
    const some = (i: number) => (i % 10 === 0 ? 1 : 0);
    const found = compared(keys('x', [5, 5], 4, none), keys('y', [200, 200], 4, some));
    expect(found.difference.estimate).toBeLessThan(0);
    expect(found.difference.test(0.005).below).toBeGreaterThan(0.025);
  });

  test('in one stage is Newcombe over keys', () => {
    const some = (i: number) => (i % 7 === 0 ? 3 : i % 5 === 0 ? 1 : 0);
    const [x, y] = [keys('x', [40], 20, some), keys('y', [60], 20, (i) => (i % 6 === 0 ? 1 : 0))];
    const [staged, whole] = [compared(x, y), compared(x, y, 'newcombe')];
    for (const at of [-0.02, 0, 0.03])
      near(staged.difference.test(at).below, whole.difference.test(at).below);
    near(staged.df, whole.df);
  });
});
