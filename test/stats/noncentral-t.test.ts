import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bothTestsReject, noncentralTCdf, noncentralTSurvival } from '../../src/stats/noncentral-t.js';
import { normalCdf } from '../../src/stats/normal.js';
import { studentTSurvival } from '../../src/stats/student-t.js';

type Row = readonly [number, number, number, number, number];
const reference = JSON.parse(
  readFileSync(new URL('./reference/noncentral-t.json', import.meta.url), 'utf8'),
) as { survival: Row[]; equivalence: Row[] };

describe('the noncentral t distribution', () => {
  test('agrees with mpmath at 30 digits to 1e-12', () => {
    expect(reference.survival.length).toBe(210);
    const worst = Math.max(
      ...reference.survival.map(([t, df, delta, p]) => Math.abs(noncentralTSurvival(t, df, delta) - p)),
    );
    expect(worst).toBeLessThan(1e-12);
  });

  test('both of two one-sided tests: agrees with mpmath to 1e-12', () => {
    const worst = Math.max(
      ...reference.equivalence.map(([t, df, above, below, p]) =>
        Math.abs(bothTestsReject(t, df, above, below) - p),
      ),
    );
    expect(reference.equivalence.length).toBe(20);
    expect(worst).toBeLessThan(1e-12);
  });

  test('is Student’s t without an effect, and normal with infinite degrees of freedom', () => {
    for (const df of [1, 4.5, 60])
      expect(noncentralTSurvival(2, df, 0)).toBeCloseTo(studentTSurvival(2, df), 12);
    expect(noncentralTSurvival(1.96, Number.POSITIVE_INFINITY, 2.8)).toBe(normalCdf(2.8 - 1.96));
  });

  test('has two tails that add up to one', () => {
    for (const [t, df, delta] of [
      [2, 5, 3],
      [-1, 2, 0.5],
      [30, 3, 20],
    ] as const)
      expect(noncentralTCdf(t, df, delta) + noncentralTSurvival(t, df, delta)).toBeCloseTo(1, 12);
  });

  test('answers limits, and says NaN where there is no question', () => {
    expect(noncentralTSurvival(Number.POSITIVE_INFINITY, 5, 1)).toBe(0);
    expect(noncentralTSurvival(Number.NEGATIVE_INFINITY, 5, 1)).toBe(1);
    expect(noncentralTSurvival(1, 0, 1)).toBeNaN();
    expect(noncentralTSurvival(Number.NaN, 5, 1)).toBeNaN();
    expect(bothTestsReject(2, 10, -1, 0.5)).toBe(0);
    expect(bothTestsReject(Number.NaN, 10, 1, 1)).toBeNaN();
  });
});
