import { describe, expect, test } from 'vitest';
import { alphaFor, confidenceFor } from '../../src/decide/families.js';
import { alphaAtLook, boundaries, onlyLook } from '../../src/decide/looks.js';
import { endsHere } from '../../src/decide/stopping.js';
import { verdict } from '../../src/decide/verdicts.js';
import type { ClaimResult, Outcome, Verdict } from '../../src/model/decision.js';
import { normalSurvival } from '../../src/stats/normal.js';
import { claim, comparison, experiment, inference, result } from './fixtures.js';

const five = { times: [0.2, 0.4, 0.6, 0.8, 1], last: true };

describe('what a look may spend', () => {
  test('five looks judge at the tails of the published critical values', () => {
    const published = [4.8769, 3.357, 2.6803, 2.2898, 2.031];
    boundaries(0.05, five).forEach(({ alpha }, k) => {
      expect(alpha / (2 * normalSurvival(published[k]))).toBeCloseTo(1, 2);
    });
    expect(boundaries(0.05, five).at(-1)?.spent).toBeCloseTo(0.05, 12);
  });

  test('one look, at the end, changes nothing: not one bit', () => {
    expect(alphaAtLook({ times: [0.9], last: true })).toBe(onlyLook);
    const alone = experiment();
    expect(confidenceFor({ join: 'and', siblings: 1 }, alone)).toBe(0.95);
    expect(alphaFor({ join: 'and', siblings: 1 }, alone, onlyLook)).toBe(1 - 0.95);
  });

  test('is computed at the α of each claim, after “or”, and interval and test share it', () => {
    const atLook = alphaAtLook({ times: [0.5], last: false });
    const alone = experiment();
    const whole = alphaFor({ join: 'and', siblings: 1 }, alone, atLook);
    const half = alphaFor({ join: 'or', siblings: 2 }, alone, atLook);
    expect(whole).toBeCloseTo(0.00305, 5);
    expect(half).toBe(boundaries((1 - 0.95) / 2, { times: [0.5], last: false })[0].alpha);
    expect(half).toBeLessThan(whole / 2);
    expect(1 - confidenceFor({ join: 'and', siblings: 1 }, alone, atLook)).toBe(whole);
  });

  test('looks that came at other times than planned still spend α exactly, the last all of it', () => {
    const looks = { times: [0.31, 0.48, 0.93], last: true };
    expect(boundaries(0.05, looks)[2].spent).toBeCloseTo(0.05, 12);
    expect(boundaries(0.05, { times: [0.31, 0.48], last: false })).toEqual(
      boundaries(0.05, looks).slice(0, 2),
    );
  });

  test('a look without new units has the boundary of the one before; one without any, none worth the name', () => {
    const [first, second] = boundaries(0.05, { times: [0.5, 0.5], last: false });
    expect(second).toEqual(first);
    expect(boundaries(0.05, { times: [0], last: false })[0].alpha).toBe(2 ** -40);
  });

  test('the printed interval of a look is wider, and decides as the test does', () => {
    const early = alphaAtLook({ times: [0.5], last: false })(1 - 0.95);
    const seen = (gain: number, alpha: number) =>
      verdict(
        claim({ amount: { kind: 'relative', value: 0 } }),
        comparison(),
        inference({ treatment: 100 - gain, baseline: 100, vt: 1, vb: 1 }),
        experiment(),
        alpha,
      );
    // Between the two boundaries: supported by a plain look, not by this one.
    expect([seen(3.5, 1 - 0.95).verdict, seen(3.5, early).verdict]).toEqual(['supported', 'inconclusive']);
    for (let gain = 3.5; gain < 6; gain += 0.01) {
      const { verdict: said, benefit } = seen(gain, early);
      expect(said === 'supported').toBe((benefit?.interval.low ?? -1) > 0);
    }
  });
});

describe('an experiment ends at a look', () => {
  const seconds = (said: Verdict, direction: ClaimResult['direction']) =>
    result({ id: 'h1.1', siblings: 2 }, said, direction);
  const cost = (said: Verdict, direction: ClaimResult['direction']) =>
    result({ id: 'h1.2', metric: 'cost', siblings: 2 }, said, direction);
  const guard = (said: Verdict) => result({ id: 'g1.1', role: 'guardrail' }, said, null);
  const ends = (outcome: Outcome, ...claims: readonly ClaimResult[]) =>
    endsHere({ outcome, perTreatment: [{ treatment: 'engine', outcome, reasons: [] }] }, claims, 'functions');

  test.each([
    ['adopt', true, [seconds('supported', 'better'), cost('supported', 'better')]],
    ['invalid', true, [seconds('inconclusive', 'unclear')]],
    ['inconclusive', false, [seconds('supported', 'better'), cost('inconclusive', 'unclear')]],
    ['keep', true, [seconds('inconclusive', 'unclear'), cost('inconclusive', 'unclear'), guard('refuted')]],
    // The cost is refuted; were it also faster, it would be a trade-off.
    ['keep', false, [seconds('inconclusive', 'unclear'), cost('refuted', 'worse')]],
    ['keep', true, [seconds('refuted', 'worse'), cost('refuted', 'worse')]],
    ['keep', true, [seconds('refuted', 'unclear')]],
    ['trade-off', true, [seconds('supported', 'better'), cost('refuted', 'worse'), guard('supported')]],
    // Broken later, the guardrail would turn it into keep.
    ['trade-off', false, [seconds('supported', 'better'), cost('refuted', 'worse'), guard('inconclusive')]],
  ] as const)('with %s: %s', (outcome, expected, claims) => {
    expect(ends(outcome, ...claims)).toBe(expected);
  });

  test('of several treatments only when each is settled', () => {
    const claims = [
      seconds('supported', 'better'),
      result({ treatment: 'spark' }, 'inconclusive', 'unclear'),
    ];
    const decision = (spark: Outcome) => ({
      outcome: 'adopt' as const,
      perTreatment: [
        { treatment: 'engine', outcome: 'adopt' as const, reasons: [] },
        { treatment: 'spark', outcome: spark, reasons: [] },
      ],
    });
    expect(endsHere(decision('inconclusive'), claims, 'functions')).toBe(false);
    expect(endsHere(decision('keep'), claims, 'functions')).toBe(true);
  });
});

describe('a look at a trade-off whose hour has a declared value', () => {
  const claims = [
    result({ metric: 'seconds', siblings: 2 }, 'supported', 'better'),
    result({ metric: 'cost', siblings: 2 }, 'refuted', 'worse'),
  ];
  const ends = (outcome: 'trade-off' | 'keep' | 'adopt', ...codes: readonly string[]) => {
    const reasons = codes.map((code) => ({ code, values: {} }));
    const decided = { outcome, perTreatment: [{ treatment: 'engine', outcome, reasons }] };
    return endsHere(decided, claims, 'functions');
  };

  test('goes on while the net benefit is open, or something else is missing to adopt what pays', () => {
    expect(ends('trade-off', 'decision-trade-off', 'net-benefit-open')).toBe(false);
    expect(ends('trade-off', 'decision-trade-off', 'net-benefit-pays')).toBe(false);
  });

  test('ends where it has decided, and where it never can', () => {
    expect(ends('adopt', 'decision-trade-off', 'net-benefit-pays')).toBe(true);
    expect(ends('keep', 'decision-trade-off', 'net-benefit-costs')).toBe(true);
    expect(ends('trade-off', 'decision-trade-off', 'net-benefit-weighs-less')).toBe(true);
    expect(ends('trade-off', 'decision-trade-off')).toBe(true);
  });
});
