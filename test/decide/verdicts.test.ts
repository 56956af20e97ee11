import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verdict } from '../../src/decide/verdicts.js';
import type { Claim, Metric } from '../../src/model/experiment.js';
import { claim, comparison, experiment, inference, type Linear, metric } from './fixtures.js';

const judge = (part: Partial<Claim>, linear: Linear, about: Partial<Metric> = {}) =>
  verdict(claim(part), comparison(), inference(linear), experiment({ metrics: [metric(about)] }), 0.05);

/** A tight estimate of treatment ÷ baseline. */
const ratio = (r: number, se = 0.01): Linear => ({
  treatment: r * 100,
  baseline: 100,
  vt: se * se * 1e4,
  vb: 1e-9,
});
const relative = (value: number) => ({ kind: 'relative', value }) as const;

describe('the table of verdicts', () => {
  test.each([
    // kind, claimed, better, r, verdict
    ['better', 0.1, 'lower', 0.8, 'supported'],
    ['better', 0.1, 'lower', 0.9, 'inconclusive'],
    ['better', 0.1, 'lower', 0.97, 'refuted'],
    ['better', 0.1, 'higher', 1.2, 'supported'],
    ['better', 0.1, 'higher', 1.03, 'refuted'],
    ['better', 0, 'lower', 0.97, 'supported'],
    ['better', 0, 'lower', 1.0, 'inconclusive'],
    ['better', 0, 'lower', 1.05, 'refuted'],
    ['not-worse', 0.05, 'lower', 1.0, 'supported'],
    ['not-worse', 0.05, 'lower', 1.05, 'inconclusive'],
    ['not-worse', 0.05, 'lower', 1.12, 'refuted'],
    ['not-worse', 0.05, 'higher', 1.0, 'supported'],
    ['not-worse', 0.05, 'higher', 0.85, 'refuted'],
    ['within', 0.1, 'lower', 1.0, 'supported'],
    ['within', 0.1, 'lower', 1.08, 'supported'],
    ['within', 0.1, 'lower', 1.15, 'refuted'],
    ['within', 0.1, 'lower', 0.85, 'refuted'],
    ['within', 0.1, 'lower', 0.9, 'inconclusive'],
  ] as const)('%s by %d where %s is better, seen at r = %d, is %s', (kind, c, better, r, expected) => {
    expect(judge({ kind, amount: relative(c) }, ratio(r), { better }).verdict).toBe(expected);
  });

  test('“within c” means the same when the arms are swapped', () => {
    for (const r of [0.85, 0.89, 0.905, 0.95, 1, 1.05, 1.1, 1.105, 1.12]) {
      const here = judge(
        { kind: 'within', amount: relative(0.1) },
        { treatment: r, baseline: 1, vt: 1e-6, vb: 1e-6 },
      );
      const there = judge(
        { kind: 'within', amount: relative(0.1) },
        { treatment: 1, baseline: r, vt: 1e-6, vb: 1e-6 },
      );
      expect(here.verdict, `r = ${r}`).toBe(there.verdict);
    }
  });

  test('points and amounts in the unit are judged on the difference', () => {
    const points: Partial<Claim> = { kind: 'not-worse', amount: { kind: 'points', value: 0.005 } };
    const near: Linear = { treatment: 0.012, baseline: 0.01, vt: 2.5e-7, vb: 2.5e-7 };
    expect(judge(points, near).verdict).toBe('supported');
    expect(judge(points, { ...near, treatment: 0.02 }).verdict).toBe('refuted');
    expect(judge(points, near).benefit?.scale).toBe('points');
  });

  test('the p-value is that of the test at the threshold, and α is one-sided', () => {
    const seen = judge({ amount: relative(0.1) }, ratio(0.8));
    expect(seen.p).toBeLessThan(1e-6);
    expect(seen.alpha).toBe(0.025);
  });
});

describe('interval and verdict never disagree', () => {
  const linear = fc.record({
    treatment: fc.double({ min: 0.2, max: 5, noNaN: true }),
    baseline: fc.double({ min: 0.2, max: 5, noNaN: true }),
    vt: fc.double({ min: 1e-6, max: 0.3, noNaN: true }),
    vb: fc.double({ min: 1e-6, max: 0.3, noNaN: true }),
    df: fc.integer({ min: 3, max: 200 }),
  });
  const amount = fc.oneof(
    fc.record({ kind: fc.constant('relative' as const), value: fc.constantFrom(0, 0.05, 0.1, 0.5) }),
    fc.record({ kind: fc.constant('absolute' as const), value: fc.constantFrom(0, 0.1, 1) }),
  );

  test('on 3,000 random estimates, claims and α', () => {
    let bounded = 0;
    const property = fc.property(
      linear,
      amount,
      fc.constantFrom('better', 'not-worse', 'within' as const),
      fc.constantFrom('lower', 'higher' as const),
      fc.constantFrom('and', 'or' as const),
      (estimate, c, kind, better, join) => {
        const part = { kind, amount: c, join, siblings: 2 } as Partial<Claim>;
        const alpha = join === 'or' ? 0.025 : 0.05;
        const seen = verdict(
          claim(part),
          comparison(),
          inference(estimate),
          experiment({ metrics: [metric({ better })] }),
          alpha,
        );
        const {
          low,
          high,
          kind: shape,
        } = seen.benefit?.interval ?? { low: null, high: null, kind: 'unbounded' };
        if (shape === 'unbounded' || low === null || high === null) return;
        bounded += 1;
        const far = 1 / (1 - c.value) - 1;
        const wide = c.kind === 'relative' ? far : c.value;
        const [from, to] = better === 'lower' ? [-wide, c.value] : [-c.value, wide];
        const table = {
          better: [c.value > 0 ? low >= c.value : low > 0, high < c.value],
          'not-worse': [low > -c.value, high <= -c.value],
          within: [from < low && high < to, low >= to || high <= from],
        }[kind];
        expect(seen.verdict).toBe(table[0] ? 'supported' : table[1] ? 'refuted' : 'inconclusive');
      },
    );
    fc.assert(property, { numRuns: 3000 });
    expect(bounded).toBeGreaterThan(1500);
  });

  test('an unbounded Fieller set still has a verdict, from the same linear test', () => {
    const weak: Linear = { treatment: 40, baseline: 1, vt: 1, vb: 1 };
    const seen = judge({ kind: 'not-worse', amount: relative(0.1) }, weak);
    expect(seen.benefit?.interval.kind).toBe('unbounded');
    expect(seen.verdict).toBe('refuted');
  });
});

describe('unmeasured is neither a pass nor a zero', () => {
  const about = experiment({ metrics: [metric()] });
  test('n = 1 is not decided', () => {
    const one = comparison({ n: { treatment: 1, baseline: 1, items: 1 } });
    const seen = verdict(claim(), one, inference(ratio(0.5)), about, 0.05);
    expect(seen.verdict).toBe('unmeasured');
    expect(seen.reasons[0]).toEqual({ code: 'too-few-units-to-decide', values: { n: 1, needed: 5 } });
  });

  test('a randomisation test decides on 4 + 4 slots at 95 %, and at 99 % says how many it needs', () => {
    const slots = comparison({ n: { treatment: 4, baseline: 4, items: 8 } });
    const found = { ...inference(ratio(0.5)), smallestP: 1 / 70 };
    expect(verdict(claim(), slots, found, about, 0.05).verdict).toBe('supported');
    const strict = verdict(claim(), slots, found, about, 0.01);
    expect(strict.verdict).toBe('unmeasured');
    expect(strict.reasons).toEqual([
      {
        code: 'too-few-schedules-to-decide',
        values: { n: 4, smallest: 1 / 70, level: 0.005, needed: 5 },
      },
    ]);
    // Slots that were lost leave fewer schedules than their number suggests.
    const lost = verdict(claim(), slots, { ...found, smallestP: 1 / 20 }, about, 0.05);
    expect(lost.reasons[0].values).toMatchObject({ n: 4, needed: 5 });
  });

  test('a level below all schedules that are counted is not answered by one more slot', () => {
    const slots = comparison({ n: { treatment: 40, baseline: 40, items: 80 } });
    const found = { ...inference(ratio(0.5)), smallestP: 1 / 2000 };
    expect(verdict(claim(), slots, found, about, 0.0000148).reasons).toEqual([
      { code: 'level-below-schedules', values: { n: 40, smallest: 1 / 2000, level: 0.0000074 } },
    ]);
    expect(verdict(claim(), slots, found, about, 0.001).verdict).toBe('supported');
  });

  test('an errored metric is not a pass', () => {
    const failed = comparison({ unmeasured: { code: 'source-down', values: {} } });
    const seen = verdict(claim(), failed, null, about, 0.05);
    expect([seen.verdict, seen.benefit, seen.p, seen.direction]).toEqual(['unmeasured', null, null, null]);
    expect(seen.reasons[0].code).toBe('source-down');
  });

  test('no comparison, no estimate, NaN, and an unknown metric each say why', () => {
    const codes = [
      verdict(claim(), null, null, about, 0.05),
      verdict(claim(), comparison(), null, about, 0.05),
      verdict(
        claim(),
        comparison(),
        inference({ treatment: Number.NaN, baseline: 1, vt: 1, vb: 1 }),
        about,
        0.05,
      ),
      verdict(claim({ metric: 'nothing' }), comparison(), inference(ratio(1)), about, 0.05),
      verdict(
        claim(),
        comparison(),
        inference(ratio(1)),
        experiment({ metrics: [metric({ better: null })] }),
        0.05,
      ),
    ].map((seen) => [seen.verdict, seen.reasons[0].code]);
    expect(codes).toEqual([
      ['unmeasured', 'claim-not-compared'],
      ['unmeasured', 'claim-no-estimate'],
      ['unmeasured', 'claim-no-estimate'],
      ['unmeasured', 'claim-metric-unknown'],
      ['unmeasured', 'claim-metric-without-direction'],
    ]);
  });

  test('a percentage of a baseline that is not positive is unmeasured; “by any amount” is judged on the difference', () => {
    const below: Linear = { treatment: -8, baseline: -2, vt: 0.01, vb: 0.01 };
    expect(judge({ amount: relative(0.1) }, below).reasons[0].code).toBe('claim-baseline-not-positive');
    const any = judge({ amount: relative(0) }, below);
    expect([any.verdict, any.benefit?.scale, any.benefit?.estimate]).toEqual(['supported', 'absolute', 6]);
  });
});

describe('the effect against the margin', () => {
  const direction = (r: number, margin: number | null, se = 0.005) =>
    judge({}, ratio(r, se), { margin: margin === null ? null : relative(margin) }).direction;

  test('better, worse, equivalent and unclear', () => {
    expect(direction(0.8, 0.03)).toBe('better');
    expect(direction(1.2, 0.03)).toBe('worse');
    expect(direction(0.995, 0.03)).toBe('equivalent');
    expect(direction(0.97, 0.03)).toBe('unclear');
  });

  test('without a margin, “equivalent” is never said, however narrow the interval', () => {
    for (const r of [0.999, 1, 1.001]) expect(direction(r, null, 1e-9)).not.toBe('equivalent');
    expect(direction(0.999, null, 1e-9)).toBe('better');
  });

  test('a supported “faster” that is smaller than the margin says so', () => {
    const seen = judge({ amount: relative(0) }, ratio(0.988, 0.001), { margin: relative(0.03) });
    expect([seen.verdict, seen.direction]).toEqual(['supported', 'equivalent']);
    expect(seen.reasons.map((r) => r.code)).toContain('claim-supported-but-equivalent');
  });
});

describe('what would settle a claim', () => {
  test('an inconclusive claim beyond its threshold says about how many more units, and four times the data do it', () => {
    const linear: Linear = { treatment: 85, baseline: 100, vt: 16, vb: 1e-9 };
    const seen = judge({ amount: relative(0.1) }, linear);
    expect(seen.verdict).toBe('inconclusive');
    // d = 1.25 SE: ((1.960 + 0.842)/1.25)² = 5.02 times the 45 units, less 45, plus the correction for t.
    expect(seen.moreUnits).toBe(183);
    expect(judge({ amount: relative(0.1) }, { ...linear, vt: (16 * 45) / (45 + 183) }).verdict).toBe(
      'supported',
    );
  });

  test('an estimate short of its threshold gives no number, but a reason', () => {
    const seen = judge({ amount: relative(0.1) }, { treatment: 93, baseline: 100, vt: 16, vb: 1e-9 });
    expect(seen.moreUnits).toBeNull();
    expect(seen.reasons.map((r) => r.code)).toContain('claim-estimate-short');
  });

  test('a refuted claim says what can be claimed: the lower end of its interval', () => {
    const seen = judge({ amount: relative(0.3) }, ratio(0.9));
    const smaller = seen.reasons.find((r) => r.code === 'claim-smaller-would-hold');
    expect(seen.verdict).toBe('refuted');
    expect(smaller?.values.low).toBe(seen.benefit?.interval.low);
  });
});

describe('exact metrics', () => {
  const known = (treatment: number, baseline: number) => {
    const values = { treatmentValue: treatment, baselineValue: baseline };
    const exact = comparison({ exact: true, n: { treatment: 1, baseline: 1, items: 1 } });
    const numbers = { ...inference({ treatment, baseline, vt: 0, vb: 0 }), ...values };
    return (part: Partial<Claim>) =>
      verdict(claim(part), exact, numbers, experiment({ metrics: [metric({ exact: true })] }), 0.05);
  };

  test('are judged by their number, without p and without more units', () => {
    const seen = known(80, 100)({ amount: relative(0.1) });
    expect([seen.verdict, seen.p, seen.moreUnits]).toEqual(['supported', null, null]);
  });

  test('exactly the claimed amount is enough for “at least”, not for “faster” or “at most worse”', () => {
    expect(known(90, 100)({ amount: relative(0.1) }).verdict).toBe('supported');
    expect(known(100, 100)({ amount: relative(0) }).verdict).toBe('inconclusive');
    expect(known(110, 100)({ kind: 'not-worse', amount: relative(0.1) }).verdict).toBe('refuted');
  });

  test('say by how much the price must move to turn the answer', () => {
    const flip = known(80, 100)({ amount: relative(0.1) }).reasons.find((r) => r.code === 'exact-flip');
    expect(flip?.values.move).toBeCloseTo(0.125, 12); // 80 → 90
  });
});
