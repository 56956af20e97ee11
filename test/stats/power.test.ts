import { describe, expect, test } from 'vitest';
import { crossingProbability, groupSequential } from '../../src/stats/group-sequential.js';
import { noncentralTSurvival } from '../../src/stats/noncentral-t.js';
import {
  equivalencePower,
  looksInflation,
  oneSidedPower,
  stoppingShares,
  unitsForPower,
} from '../../src/stats/power.js';

describe('power of a t test', () => {
  // R 4: power.t.test(n = 20, delta = 1, sd = 1)$power, printed with 7 digits.
  test('agrees with power.t.test of R', () => {
    expect(oneSidedPower(Math.sqrt(20 / 2), 38, 0.025)).toBeCloseTo(0.8689528, 7);
  });

  // R 4: power.t.test(power = .90, delta = 1)$n is 22.02110.
  test('needs the units that power.t.test of R asks for', () => {
    const power = (n: number) => oneSidedPower(Math.sqrt(n / 2), 2 * n - 2, 0.025);
    expect(unitsForPower(power, 0.9, 2)).toBe(23);
    expect(power(22)).toBeLessThan(0.9);
  });

  test('is its level where the truth stands on the threshold, and nothing without degrees of freedom', () => {
    expect(oneSidedPower(0, 12, 0.025)).toBeCloseTo(0.025, 12);
    expect(oneSidedPower(5, 0, 0.025)).toBe(0);
    expect(equivalencePower(5, 5, -1, 0.025)).toBe(0);
  });

  test('of equivalence costs more than of one side, and less than both missed at once', () => {
    const one = oneSidedPower(3, 40, 0.025);
    const both = equivalencePower(3, 3, 40, 0.025);
    expect(both).toBeLessThan(one);
    expect(both).toBeGreaterThan(2 * one - 1 - 1e-12);
    expect(equivalencePower(3, 50, 40, 0.025)).toBeCloseTo(one, 9);
  });

  test('finds the smallest multiple, from the least on, and says when there is none', () => {
    const power = (n: number) => noncentralTSurvival(2, n, Math.sqrt(n) / 10);
    const found = unitsForPower(power, 0.8, 30, 15) as number;
    expect(found % 15).toBe(0);
    expect(power(found)).toBeGreaterThanOrEqual(0.8);
    expect(power(found - 15)).toBeLessThan(0.8);
    expect(unitsForPower(() => 1, 0.8, 31, 15)).toBe(45);
    expect(unitsForPower(() => 0.5, 0.8, 5)).toBeNull();
  });
});

describe('looks', () => {
  test('cost nothing when there is one, and a few percent more the more there are', () => {
    expect(looksInflation(0.025, 0.9, [1])).toBe(1);
    const factors = [2, 3, 5].map((looks) =>
      looksInflation(
        0.025,
        0.9,
        Array.from({ length: looks }, (_, k) => (k + 1) / looks),
      ),
    );
    expect(factors[0]).toBeGreaterThan(1);
    expect(factors[1]).toBeGreaterThan(factors[0]);
    expect(factors[2]).toBeGreaterThan(factors[1]);
    expect(factors[2]).toBeLessThan(1.05);
  });

  test('reach the power that they were paid for', () => {
    const times = [0.25, 0.5, 1];
    const critical = groupSequential(0.025, times, true).map((look) => look.critical);
    const drift = (1.959963984540054 + 1.2815515655446004) * Math.sqrt(looksInflation(0.025, 0.9, times));
    expect(crossingProbability(times, critical, drift)[2]).toBeCloseTo(0.9, 8);
    const shares = stoppingShares(0.025, 0.9, times);
    expect(shares[2]).toBeCloseTo(0.9, 8);
    expect(shares[0]).toBeLessThan(shares[1]);
  });
});
