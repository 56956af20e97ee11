/** One arm against a limit: numbers by other means (reference/one-arm.py), and what counts as a unit of a month's cost. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { monthly } from '../../src/decide/index.js';
import { type OneArmPlan, oneArm } from '../../src/decide/one-arm.js';
import type { ArmColumn } from '../../src/model/evidence.js';
import { evidence, ratioMetric } from '../compare/evidence.js';
import { column } from '../compare/samples.js';

interface Ends {
  readonly low: number;
  readonly high: number;
}
const reference: {
  readonly cases: readonly (Ends & {
    readonly name: string;
    readonly plan: Partial<OneArmPlan>;
    readonly data: { readonly value: number[]; readonly per?: number[]; readonly item?: string[] };
    readonly at: number;
    readonly estimate: number;
    readonly df: number;
    readonly below: number;
  })[];
  readonly wilson: readonly (Ends & { readonly events: number; readonly attempts: number })[];
  readonly clustered: Ends & { readonly events: number[]; readonly attempts: number[] };
} = JSON.parse(readFileSync(new URL('reference/one-arm.json', import.meta.url), 'utf8'));

const asked = (own: ArmColumn, plan: Partial<OneArmPlan>) => {
  const found = oneArm(own, { estimand: 'mean', times: 1, workload: null, ...plan });
  if ('code' in found) throw new Error(found.code);
  return found;
};
const endsOf = ({ difference }: ReturnType<typeof asked>): Ends => {
  const interval = difference.interval(0.95);
  if (interval.kind === 'unbounded') throw new Error('unbounded');
  return interval;
};
const near = (seen: number, wanted: number, of: number) =>
  expect(Math.abs(seen - wanted), `${seen} against ${wanted}`).toBeLessThanOrEqual(
    Math.max(1e-9 * of, 2 ** -51 * Math.abs(wanted)),
  );

describe('one arm agrees with 50 digits', () => {
  test.each(reference.cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const { data, plan, at, estimate, df, below } = one;
    const { value, ...rest } = data;
    const found = asked(column('x', value, rest), plan);
    const width = one.high - one.low;
    near(found.difference.estimate, estimate, width);
    near(found.df, df, df);
    near(endsOf(found).low, one.low, width);
    near(endsOf(found).high, one.high, width);
    near(found.difference.test(at).below, below, below);
  });

  test('a proportion has Wilson’s limits, none and all included (statsmodels)', () => {
    for (const { events, attempts, low, high } of reference.wilson) {
      const value = Array.from({ length: attempts }, (_, i) => (i < events ? 1 : 0));
      const per = value.map(() => 1);
      const ends = endsOf(asked(column('x', value, { per }), { estimand: 'proportion' }));
      expect(ends.low).toBeCloseTo(low, 10);
      expect(ends.high).toBeCloseTo(high, 10);
    }
  });

  test('attempts that come in units count as attempts ÷ design effect, read at t', () => {
    const { events, attempts, low, high } = reference.clustered;
    const ends = endsOf(asked(column('x', events, { per: attempts }), { estimand: 'proportion' }));
    expect(ends.low).toBeCloseTo(low, 9);
    expect(ends.high).toBeCloseTo(high, 9);
  });
});

test('the cost of a month counts slots, not the requests inside: an interval of 480 rows would be six times too narrow', () => {
  const cost = ratioMetric('cost', { role: 'cost', unit: 'USD/1M records', times: 1e6 });
  const slots = Array.from({ length: 12 }, (_, slot) => slot);
  const arm = (name: string): ArmColumn => {
    const value = slots.flatMap((slot) => Array.from({ length: 40 }, () => 3 + 0.2 * ((slot * 7) % 5)));
    const made = column(name, value, { per: value.map(() => 1e6), unit: value.map((_, i) => `u${i}`) });
    return { ...made, slot: Float64Array.from(value, (_, i) => Math.floor(i / 40)) };
  };
  const given = evidence([cost], { cost: [arm('x'), arm('y')] }, { design: { kind: 'runs' } });
  const experiment = {
    ...given.experiment,
    decide: { confidence: 0.95, volume: { value: 1e6, unit: 'records' } },
  };
  const width = monthly(experiment, given.tables, [], 0.95)?.arms.map(
    ({ interval }) => (interval?.high ?? 0) - (interval?.low ?? 0),
  );
  const means = slots.map((slot) => 3 + 0.2 * ((slot * 7) % 5));
  const mean = means.reduce((a, b) => a + b, 0) / 12;
  const sd = Math.sqrt(means.reduce((sum, v) => sum + (v - mean) * (v - mean), 0) / 11);
  const expected = (2 * 2.200985160082949 * sd) / Math.sqrt(12); // scipy.stats.t.isf(0.025, 11)
  for (const seen of width ?? []) expect(seen).toBeCloseTo(expected, 9);
  expect(width).toHaveLength(2);
});
