/**
 * What STATISTICS.md §9 owes of every method, for those that need slots, stages, runs or a covariate: other units and
 * other names of the arms change nothing but the scale and the names.
 */
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import type { ComparePlan, Inference, Samples } from '../../src/model/effect.js';
import type { ArmColumn } from '../../src/model/evidence.js';
import { createRandom } from '../../src/stats/random.js';
import { column, plan } from './samples.js';

interface Case {
  readonly method: string;
  readonly plan: Partial<ComparePlan>;
  readonly arms: (scale: number) => readonly [ArmColumn, ArmColumn];
  readonly paired?: true;
}

const draws = [1, 0, 0, 1, 1, 0, 1, 0].map((own) => ({
  arm: own === 1 ? 'x' : 'y',
  tuple: null,
  stratum: 0,
}));

/** Rows in slots that belong to one arm each, or in stages that hold both. */
function slotted(scale: number, slotsOf: (arm: 'x' | 'y') => readonly number[], ratio: boolean) {
  const random = createRandom('slotted');
  const arm = (name: 'x' | 'y', mean: number): ArmColumn => {
    const rows = slotsOf(name).flatMap((slot) => Array.from({ length: 7 }, () => slot));
    const value = rows.map((slot) => scale * (mean + 0.3 * slot + random.normal()));
    const per = rows.map(() => 40 + random.integer(20));
    const made = column(name, value, { ...(ratio ? { per } : {}), unit: rows.map((_, i) => `${name}${i}`) });
    return {
      ...made,
      item: rows.map((_, i) => `${name}k${i % 20}`),
      slot: Float64Array.from(rows),
      start: Float64Array.from(rows, (_, i) => i * 1000),
    };
  };
  return [arm('x', 9), arm('y', 10)] as const;
}
const ofSlots = (arm: 'x' | 'y') => draws.flatMap((draw, slot) => (draw.arm === arm ? [slot] : []));
const deployed = (arm: 'x' | 'y') => (arm === 'x' ? [0, 2, 4, 6, 8] : [1, 3, 5, 7, 9, 11]);
const stages = () => [0, 1, 2];

const cases: readonly Case[] = [
  ...(['mean', 'total', 'p50', 'typical'] as const).flatMap((estimand): Case[] => [
    { method: 'switchback', plan: { estimand, draws }, arms: (scale) => slotted(scale, ofSlots, false) },
    { method: 'runs', plan: { estimand }, arms: (scale) => slotted(scale, deployed, false) },
  ]),
  {
    method: 'switchback',
    plan: { estimand: 'total', draws },
    arms: (scale) => slotted(scale, ofSlots, true),
  },
  { method: 'runs', plan: { estimand: 'total' }, arms: (scale) => slotted(scale, deployed, true) },
  { method: 'ramp-keys', plan: { estimand: 'mean' }, arms: (scale) => slotted(scale, stages, false) },
  { method: 'ramp-keys', plan: { estimand: 'total' }, arms: (scale) => slotted(scale, stages, true) },
  {
    method: 'ramp-series',
    plan: { estimand: 'total', bucketMs: 1000 },
    arms: (scale) => slotted(scale, stages, true),
    paired: true,
  },
  {
    method: 'cuped',
    plan: { estimand: 'mean' },
    arms: (scale) => {
      const [x, y] = slotted(scale, stages, false);
      const covariate = (arm: ArmColumn) => arm.value.map((v, i) => v / scale + ((i * 7) % 5));
      return [
        { ...x, covariate: covariate(x) },
        { ...y, covariate: covariate(y) },
      ];
    },
  },
];
const named = cases.map((one) => [`${one.method}, ${one.plan.estimand}`, one] as const);

function ask({ method, plan: asked, arms, paired }: Case, scale: number, swapped = false): Inference {
  const [x, y] = arms(scale);
  const samples: Samples = swapped
    ? { paired: paired === true, treatment: y, baseline: x }
    : { paired: paired === true, treatment: x, baseline: y };
  const found = methods[method].compare(samples, plan(asked), createRandom(1));
  if ('code' in found) throw new Error(`${method}: ${found.code}`);
  return found;
}
/** Logarithms of a slot are averaged before they meet those of another scale. */
const slack = ({ plan: { estimand } }: Case) => (estimand === 'typical' ? 1e-9 : 0);
const near = (a: number, b: number, relative: number) =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(relative * Math.max(Math.abs(a), Math.abs(b)));

describe('other units, other names', () => {
  test.each(named)('%s: seconds or milliseconds give one answer', (_, one) => {
    const first = ask(one, 1);
    for (const scale of [2 ** -40, 2 ** 10, 2 ** 300]) {
      const other = ask(one, scale);
      near(other.difference.estimate / scale, first.difference.estimate, slack(one));
      for (const side of ['above', 'below'] as const) {
        near(other.difference.test(0)[side], first.difference.test(0)[side], slack(one));
        near(other.ratio?.test(0.9)[side] ?? 2, first.ratio?.test(0.9)[side] ?? 2, slack(one));
      }
    }
    for (const scale of [1e-12, 1e12]) {
      const other = ask(one, scale);
      near(other.difference.test(0).below, first.difference.test(0).below, 1e-9);
      near(other.ratio?.test(0.9).above ?? 2, first.ratio?.test(0.9).above ?? 2, 1e-9);
    }
  });

  test.each(named)('%s: arms swapped, r is turned over and the difference negated', (_, one) => {
    const [there, back] = [ask(one, 1), ask(one, 1, true)];
    near(back.difference.estimate, -there.difference.estimate, 1e-9);
    near(back.difference.test(0).below, there.difference.test(0).above, 1e-9);
    if (there.ratio === null || back.ratio === null) throw new Error('positive');
    expect(there.ratio.estimate * back.ratio.estimate).toBeCloseTo(1, 12);
    near(back.ratio.test(1 / 0.95).below, there.ratio.test(0.95).above, 1e-9);
  });
});
